import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openTable } from '../../csv';
import type { LabFailure } from '../../failure';
import { stepFindings } from '../../reading/apply';
import { stepWords } from '../../reading/words';
import type { Step } from '../../schema';
import { CASES, cellsAsRead, opened } from '../testing';
import { dayText, stringsPart, stylesPart } from './workbook';
import { attribute, XmlReader } from './xml';
import { entriesOf, textOf } from './zip';

const bytesOf = (name: string): Uint8Array => readFileSync(new URL(`../../../../cases/formats/${name}`, import.meta.url));
const open = (bytes: Uint8Array, given: Step[] = []) => openTable(new File([bytes as Uint8Array<ArrayBuffer>], 'book.xlsx'), { given });
const refused = (bytes: Uint8Array, given: Step[] = []): Promise<LabFailure> =>
  open(bytes, given).then(
    () => Promise.reject(new Error('was read')),
    (failure) => failure,
  );

/** A workbook of one sheet with these rows, and what follows them. */
const bookOf = (rows: string, after = ''): Uint8Array =>
  zipSync({
    ...unzipSync(bytesOf('days-1904.xlsx')),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${rows}</sheetData>${after}</worksheet>`),
  });
const row = (r: number, ...cells: string[]): string => `<row r="${r}">${cells.join('')}</row>`;
const text = (r: string, value: string): string => `<c r="${r}" t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (r: string, value: string): string => `<c r="${r}"><v>${value}</v></c>`;
const HEAD = row(1, text('A1', 'y'), text('B1', 'g'));

describe('Excel workbooks', () => {
  it.each([
    ['shops.xlsx', 'excel', []],
    ['shops-two-sheets.xlsx', 'excel', [{ kind: 'sheet', sheet: 'Shops & more' }]],
    ['days-1904.xlsx', 'days', []],
  ] as [string, string, Step[]][])('%s: every cell is the one that its writer wrote', async (name, cells, given) => {
    const table = await open(bytesOf(name), given);
    expect(table.raw.columns.map((column) => column.name)).toEqual(Object.keys(CASES[cells]));
    for (const [column, values] of Object.entries(CASES[cells])) expect(cellsAsRead(table, column), column).toEqual(values);
  });

  it('rows are those of the sheet, below its title and over its empty row; what was done is said', async () => {
    const table = await opened('shops.xlsx');
    expect([table.unit, ...[0, 19, 20, 39].map((at) => table.line(at))]).toEqual(['row', 4, 23, 25, 44]);
    expect(stepFindings(table).map(({ step, found }) => stepWords(step, found))).toEqual(
      expect.arrayContaining([
        'The sheet “Shops & more” of the workbook is read. 2 formulas have no value and are missing, the first on row 4.',
        'The first line, above the names of the columns, is left out.',
        'Dates in day are read as days since the first.',
      ]),
    );
    const again = await openTable(new File([bytesOf('shops.xlsx') as Uint8Array<ArrayBuffer>], 'b.xlsx'), { steps: table.steps });
    expect([again.fingerprint, again.steps]).toEqual([table.fingerprint, table.steps]);
  });

  it('of several sheets one is asked for, hidden ones are left out, and one that is not there is named', async () => {
    const failure = await refused(bytesOf('shops-two-sheets.xlsx'));
    expect(failure).toMatchObject({ code: 'xlsx-several', message: 'book.xlsx has 2 sheets: "Shops & more", "Notes".' });
    expect(failure.question?.answers.map(({ steps }) => steps)).toEqual([
      [{ kind: 'sheet', sheet: 'Shops & more' }],
      [{ kind: 'sheet', sheet: 'Notes' }],
    ]);
    expect(await refused(bytesOf('shops.xlsx'), [{ kind: 'sheet', sheet: 'x' }])).toMatchObject({
      code: 'xlsx-no-sheet',
      message: expect.stringContaining('"x"'),
    });
  });

  it('a cell beside the table is named by its row', async () => {
    const ragged = HEAD + row(2, number('A2', '1'), text('B2', 'a')) + row(7, number('A7', '2'), text('B7', 'b'), text('D7', 'see'));
    expect((await refused(bookOf(ragged))).message).toBe('Row 7 of book.xlsx (sheet “Days”) has 4 cells, the header has 2.');
    const left =
      row(1, text('B1', 'y'), text('C1', 'g')) +
      Array.from({ length: 250 }, (_, i) => row(i + 2, number(`B${i + 2}`, '1'), text(`C${i + 2}`, 'a'))).join('');
    expect((await refused(bookOf(left + row(300, text('A300', 'x'), number('B300', '1'))))).message).toContain('Row 300 of');
  });

  it('merged cells of several rows below the header are counted and said', async () => {
    const rows = row(1, text('A1', 'A title')) + row(3, text('A3', 'y'), text('B3', 'g'));
    const data = [4, 5, 6, 7].map((r) => row(r, number(`A${r}`, String(r)), r % 2 === 0 ? text(`B${r}`, 'a') : '')).join('');
    const merges = ['A1:B2', 'A3:B3', 'A4:B4', 'B6:B7', 'B4:B5'].map((ref) => `<mergeCell ref="${ref}"/>`).join('');
    const table = await open(bookOf(rows + data, `<mergeCells>${merges}</mergeCells>`));
    expect(cellsAsRead(table, 'g')).toEqual(['a', null, 'a', null]);
    const [{ step, found }] = stepFindings(table);
    expect(stepWords(step, found)).toBe(
      'The sheet “Days” of the workbook is read. 2 merged cells span several rows, the first from row 4 on: only its first row has the value, the others are missing.',
    );
  });

  it('rows and cells without a place follow the one before, numbers are written as the language does, and texts among them stay', async () => {
    const loose = `<row><c><v>1E-2</v></c><c t="inlineStr"><is><t>a</t></is></c></row><row r="9"><c r="A9"><v>n. d., 2</v></c><c><v>3</v></c></row>`;
    const table = await open(bookOf(HEAD + loose));
    expect([cellsAsRead(table, 'y'), cellsAsRead(table, 'g')]).toEqual([
      ['0.01', 'n. d., 2'],
      ['a', '3'],
    ]);
    expect([table.line(0), table.line(1)]).toEqual([2, 9]);
    const damaged = async (rows: string): Promise<string> => (await refused(bookOf(rows))).message;
    expect(await damaged(HEAD + row(3, number('A3', '1')) + row(3, number('A3', '2')))).toContain('its row after row 3 has no place');
    expect(await damaged(HEAD + row(2, number('XFE2', '1')))).toContain('a cell of row 2 has no place');
  });

  it('texts of more memory than there may be are refused, and so is a sheet that is cut short', async () => {
    const strings = strToU8(`<sst>${`<si><t>${'long '.repeat(200)}</t></si>`.repeat(400)}</sst>`);
    const book = zipSync({ ...unzipSync(bytesOf('days-1904.xlsx')), 'xl/sharedStrings.xml': strings });
    const file = new File([book as Uint8Array<ArrayBuffer>], 'book.xlsx');
    await expect(openTable(file, { limit: 400_000 })).rejects.toMatchObject({ code: 'csv-too-large' });
    const cut = zipSync({ ...unzipSync(bytesOf('days-1904.xlsx')), 'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${HEAD}<row r="2"`) });
    expect((await refused(cut)).message).toContain('a tag has no end');
  });

  it('files of an archive with more to say of each are found', async () => {
    const more = { extra: { 4660: Uint8Array.of(1, 2, 3) }, comment: 'of this file' };
    const book = zipSync({ 'a.txt': [strToU8('first'), more], 'b.txt': [strToU8('second'), more] });
    const file = new File([book as Uint8Array<ArrayBuffer>], 'more.zip');
    const texts: string[] = [];
    for (const [, entry] of (await entriesOf(file)) ?? []) for await (const piece of textOf(file, entry, () => undefined)) texts.push(piece);
    expect(texts).toEqual(['first', 'second']);
  });

  it('a part of millions of spaces, a document type and a text that is not there are refused', async () => {
    const packed = deflateRawSync(new Uint8Array(68_000_000).fill(32), { level: 1 });
    const part = new File([strToU8('PK\x03\x04'), new Uint8Array(26), packed], 'book.xlsx');
    const whole = async () => {
      for await (const _ of textOf(part, { method: 8, packed: packed.length, offset: 0 }, () => undefined));
    };
    await expect(whole()).rejects.toMatchObject({ code: 'csv-bomb' });
    expect((await refused(bookOf('<!DOCTYPE a [<!ENTITY b "c">]>'))).message).toContain('declares a document type');
    expect((await refused(bookOf(HEAD + row(2, '<c r="A2" t="s"><v>999999</v></c>')))).message).toBe(
      'book.xlsx is no whole Excel workbook: the sheet “Days” cannot be read (the text of a cell of row 2 is not there).',
    );
  });
});

it('days are counted as Excel counts them', () => {
  expect([1, 59, 61, 45322, 45322.5, 0.25, 0, 0.999999999, -1, 3e6].map((day) => dayText(day, false))).toEqual([
    ...['1900-01-01', '1900-02-28', '1900-03-01', '2024-01-31', '2024-01-31 12:00:00', '06:00:00'],
    ...['00:00:00', '00:00:00', null, null],
  ]);
  expect(dayText(0, true)).toBe('1904-01-01');
});

it('formats of elapsed hours, minutes and seconds are durations, those of a clock are not', () => {
  const codes = ['[h]:mm:ss', '[Red][mm]:ss', '[ss].0', 'h:mm', '[$-409]d-mmm-yy', '0.00'];
  const formats = codes.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code}"/>`).join('');
  const styles = [...codes.keys()].map((i) => 200 + i).concat(46, 45, 14, 1, 47);
  const part = stylesPart();
  const reader = new XmlReader(part);
  reader.push(
    `<styleSheet>${formats}<cellXfs>${styles.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs><dxfs><xf numFmtId="14"/></dxfs></styleSheet>`,
  );
  // What stands behind the styles of cells is none of them.
  expect(part.found).toEqual([0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1]);
});

it('texts are without their pronunciation, and with the characters that XML does not allow', () => {
  const part = stringsPart(() => undefined);
  new XmlReader(part).push('<sst><si><t>a_x0041_</t></si><si><r><t>b</t></r><rPh sb="0"><t>spoken</t></rPh><r><t>c</t></r></si></sst>');
  expect(part.found).toEqual(['aA', 'bc']);
});

it('references beyond the last character stay what they are; an attribute is found by its whole name', () => {
  const seen: string[] = [];
  const handler = { open: (_: string, attributes: string) => seen.push(attribute(attributes, 'r') ?? 'none'), close: () => undefined };
  new XmlReader({ ...handler, text: (piece) => seen.push(piece) }).push('<a for="1" x:r="2">&#x10ffff;&#x110000;&#0;</a><b for="1"/>');
  expect(seen).toEqual(['2', '\u{10ffff}&#x110000;&#0;', 'none']);
  expect(() => new XmlReader({ ...handler, text: () => undefined }).push(`<a b="${'c'.repeat(2 ** 20)}`)).toThrow('a tag has no end');
});

it('XML in pieces of any length is the same', () => {
  const xml = `<?xml version="1.0"?><!-- <a> --><x:a b="1>2" c='"'><b/>t &amp; &#x41;<![CDATA[<&]]>\n</x:a>`;
  const met = (size: number): string[] => {
    const seen: string[] = [];
    let run = '';
    const flush = () => {
      if (run !== '') seen.push(run);
      run = '';
    };
    const reader = new XmlReader({
      open: (name, attributes) => {
        flush();
        seen.push(`<${name} ${attribute(attributes, 'b') ?? ''}${attribute(attributes, 'c') ?? ''}`);
      },
      close: (name) => {
        flush();
        seen.push(`/${name}`);
      },
      text: (piece) => {
        run += piece;
      },
    });
    for (let at = 0; at < xml.length; at += size) reader.push(xml.slice(at, at + size));
    reader.finish();
    return seen;
  };
  for (const size of [1, 2, 3, 7, 1000]) expect(met(size)).toEqual(['<a 1>2"', '<b ', '/b', 't & A<&\n', '/a']);
});
