"""Tables in other forms than text, written by pyarrow, openpyxl and XlsxWriter: `python make.py` next to this file.
What is in them stands in tables.json, which the tests read; it is written here from Python's own values."""
import datetime as dt, decimal, json, pathlib
import pyarrow as pa, pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
D = decimal.Decimal
N = 40

def column(values, missing_each=7):
    return [None if i % missing_each == missing_each - 1 else v for i, v in enumerate(values)]

shop = column([f"Shop {'äöü'[i % 3]}{i % 5}" for i in range(N)])
size = [i % 4 + 36 for i in range(N)]
price = column([i * 0.1 for i in range(N)], 11)
small = [float(i) / 8 for i in range(N)]
ids = [9007199254740993 + i % 6 for i in range(N)]
count = column([i * 1000 - 5 for i in range(N)], 9)
amount = [D(i) / D(100) + D("0.03") for i in range(N)]
wide = [D("12345678901234567.89") + i for i in range(N)]
day = [dt.date(2024, 1, 31) + dt.timedelta(days=i) for i in range(N)]
when = column([dt.datetime(2024, 2, 28, 23, 30) + dt.timedelta(hours=i, microseconds=i % 2 * 250) for i in range(N)], 13)
sold = [i % 3 == 0 for i in range(N)]
genres = [None if i % 10 == 9 else [] if i % 10 == 8 else ["drama", "comedy; dark", "sci-fi"][: i % 3 + 1] for i in range(N)]
scores = [[i % 3, 10] for i in range(N)]
geo = [{"lat": 1.5, "lon": i} for i in range(N)]
pairs = [[[1], [2, 3]] for _ in range(N)]
blob = [b"\xff\xfe\x00" + bytes([i]) for i in range(N)]

schema = pa.schema([
    ("shop", pa.string()), ("size", pa.dictionary(pa.int8(), pa.int32())), ("price", pa.float64()), ("small", pa.float32()),
    ("id", pa.int64()), ("count", pa.int32()), ("amount", pa.decimal128(9, 2)), ("wide", pa.decimal128(25, 2)),
    ("day", pa.date32()), ("when", pa.timestamp("us")), ("seen", pa.timestamp("ms", tz="UTC")), ("sold", pa.bool_()),
    ("genres", pa.list_(pa.string())), ("scores", pa.list_(pa.int64())), ("geo", pa.struct([("lat", pa.float64()), ("lon", pa.int32())])),
    ("pairs", pa.list_(pa.list_(pa.int8()))), ("blob", pa.binary()),
])
table = pa.table([
    pa.array(shop), pa.array(size, pa.int32()).dictionary_encode().cast(schema.field("size").type), price, pa.array(small, pa.float32()),
    ids, pa.array(count, pa.int32()), pa.array(amount, schema.field("amount").type), pa.array(wide, schema.field("wide").type),
    day, pa.array(when, pa.timestamp("us")), pa.array(when, pa.timestamp("ms", tz="UTC"), safe=False), sold,
    pa.array(genres, pa.list_(pa.string())), scores, geo, pa.array(pairs, schema.field("pairs").type), blob,
], schema=schema)
pandas = json.dumps({"index_columns": [], "columns": [{"name": "size", "field_name": "size", "pandas_type": "categorical", "numpy_type": "int8", "metadata": None}]})
table = table.replace_schema_metadata({"pandas": pandas})

writers = {
    "snappy": dict(compression="snappy", row_group_size=17),
    "zstd-v2": dict(compression="zstd", data_page_version="2.0", row_group_size=25),
    "gzip": dict(compression="gzip", use_dictionary=False),
    "brotli": dict(compression="brotli", data_page_size=64),
    "lz4": dict(compression="lz4", write_statistics=False),
    "plain": dict(compression="none", use_dictionary=False, version="1.0", use_deprecated_int96_timestamps=True),
    "delta": dict(compression="none", use_dictionary=False, column_encoding={
        "shop": "DELTA_BYTE_ARRAY", "price": "BYTE_STREAM_SPLIT", "small": "BYTE_STREAM_SPLIT", "id": "DELTA_BINARY_PACKED", "count": "DELTA_BINARY_PACKED",
        "blob": "DELTA_LENGTH_BYTE_ARRAY", "sold": "RLE", "when": "DELTA_BINARY_PACKED", "day": "DELTA_BINARY_PACKED", "seen": "DELTA_BINARY_PACKED"}, data_page_version="2.0"),
}
for name, options in writers.items():
    pq.write_table(table, here / f"shops-{name}.parquet", **options)

def clock(t):
    if t is None: return None
    text = t.isoformat(sep=" ")
    return text[:10] if text[11:] == "00:00:00" else text.rstrip("0") if "." in text else text

def milli(t):
    return None if t is None else clock(t.replace(microsecond=t.microsecond // 1000 * 1000))

def tags(labels):
    if labels is None: return None
    return "[]" if not labels else "; ".join(f'"{l}"' if ";" in str(l) else str(l) for l in labels)

cells = {
    "shop": shop, "size": [str(v) for v in size], "price": price, "small": small, "id": [str(v) for v in ids], "count": count,
    "amount": [float(v) for v in amount], "wide": [float(v) for v in wide], "day": [d.isoformat() for d in day],
    "when": [clock(t) for t in when], "seen": [milli(t) for t in when], "sold": ["true" if v else "false" for v in sold],
    "genres": [tags(v) for v in genres], "scores": [tags(v) for v in scores],
}
import openpyxl
from openpyxl.styles import numbers

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "Shops & more"
sheet.append(["Exported on Monday"])
sheet.append([])
sheet.append([None, "shop", "price", "whole", "day", "when", "clock", "sold", "note", "formula"])
notes = ["plain", 'with "quotes"', "two\nlines", "<b>&amp;</b>", " spaces ", "=1+1", "#N/A", None]
rows = []
for i in range(N):
    if i == 20: sheet.append([])
    clock_of = dt.time(8, 30, i)
    row = [None, shop[i], price[i], i * 1000, day[i], when[i] and when[i].replace(microsecond=0), clock_of, sold[i], None if i % 8 == 5 else notes[i % 8], None]
    sheet.append(row)
    cell = sheet.cell(sheet.max_row, 9)
    if i % 8 == 5: cell.value, cell.data_type = "inline = text", "inlineStr"
    if i % 8 == 6: cell.data_type = "e"
    sheet.cell(sheet.max_row, 4).number_format = '"day" 0.00'
    sheet.cell(sheet.max_row, 5).number_format = "dd\\.mm\\.yyyy"
    if i < 2: sheet.cell(sheet.max_row, 10).value = "=C4*2"
    rows.append(row)
book.create_sheet("Notes")["A1"] = "nothing"
hidden = book.create_sheet("Lists")
hidden.sheet_state = "hidden"
book.save(here / "shops-two-sheets.xlsx")
del book["Notes"]
book.save(here / "shops.xlsx")
import xlsxwriter

other = xlsxwriter.Workbook(str(here / "days-1904.xlsx"), {"date_1904": True})
page = other.add_worksheet("Days")
bold, dated = other.add_format({"bold": True}), other.add_format({"num_format": "yyyy-mm-dd hh:mm"})
page.write_row(1, 1, ["label", "day", "n"])
for i in range(12):
    page.write(2 + i, 1, f"a & b {i % 3}") if i % 4 else page.write_rich_string(2 + i, 1, "rich ", bold, "text", f" {i % 3}")
    page.write_datetime(2 + i, 2, dt.datetime(2023, 12, 30, 12) + dt.timedelta(days=i), dated)
    page.write_formula(2 + i, 3, "=ROW()", None, i + 3)
other.close()
days = {"label": [f"a & b {i % 3}" if i % 4 else f"rich text {i % 3}" for i in range(12)], "day": [clock(dt.datetime(2023, 12, 30, 12) + dt.timedelta(days=i)) for i in range(12)], "n": [i + 3 for i in range(12)]}

excel = {
    "shop": shop, "price": [p if p is None else float(f"{p:.16g}") for p in price], "whole": [i * 1000 for i in range(N)], "day": cells["day"], "when": [clock(t and t.replace(microsecond=0)) for t in when],
    "clock": [f"08:30:{i:02}" for i in range(N)], "sold": cells["sold"], "note": [notes[i % 8] if i % 8 != 5 else "inline = text" for i in range(N)], "formula": [None] * N,
}

(here / "tables.json").write_text(json.dumps({"shops": cells, "excel": excel, "days": days}, indent=0, ensure_ascii=False) + "\n")
