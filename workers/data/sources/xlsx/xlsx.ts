import { DelimitedReader } from '../../delimited';
import { LabFailure } from '../../failure';
import { quote, refuse } from '../../refusals';
import type { ReadCells, ReadingContext } from '../source';
import { ofSheet, type Shared, SheetPart } from './sheet';
import { type Part, relationsPart, type Sheet, stringsPart, stylesPart, workbookPart } from './workbook';
import { type XmlHandler, XmlReader } from './xml';
import { entriesOf, textOf } from './zip';

/** Characters of lines that are handed over at once. */
const PIECE = 1 << 16;

const refuseXlsx = {
  damaged: (name: string, what: string, why: string) =>
    new LabFailure(
      'xlsx-damaged',
      `${name} is no whole Excel workbook: ${what} cannot be read (${why}).`,
      'Choose the whole file, or save it again.',
    ),

  noSheet: (name: string) => new LabFailure('xlsx-no-sheet', `${name} has no sheet of cells.`, 'Choose a workbook with a table in it.'),

  otherSheet: (name: string, asked: string, sheets: readonly Sheet[]) =>
    new LabFailure(
      'xlsx-no-sheet',
      `${name} has no sheet ${quote(asked)}.`,
      `It has ${sheets
        .slice(0, 8)
        .map((sheet) => quote(sheet.name))
        .join(', ')}.`,
    ),

  several: (name: string, sheets: readonly Sheet[]) =>
    new LabFailure(
      'xlsx-several',
      `${name} has ${sheets.length.toLocaleString('en')} sheets: ${sheets
        .slice(0, 8)
        .map((sheet) => quote(sheet.name))
        .join(', ')}${sheets.length > 8 ? ', …' : ''}.`,
      'Choose one of them.',
      {
        id: 'sheet',
        column: null,
        text: `${name} has ${sheets.length.toLocaleString('en')} sheets. Which one is the table?`,
        answers: sheets.slice(0, 20).map((sheet) => ({ label: sheet.name, steps: [{ kind: 'sheet', sheet: sheet.name }], taken: false })),
        pressing: true,
      },
    ),
};

type Entries = NonNullable<Awaited<ReturnType<typeof entriesOf>>>;

/** Reads the parts of one workbook. */
class Workbook {
  readonly #context: ReadingContext;
  readonly #entries: Entries;
  /** Packed bytes of the parts before. */
  #before = 0;

  constructor(context: ReadingContext, entries: Entries) {
    this.#context = context;
    this.#entries = entries;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Reads a part to its end. @param told a LabFailure names it so */
  async read(name: string, told: string, handler: XmlHandler, after: () => number): Promise<void> {
    const { file, turn } = this.#context;
    const entry = this.#entries.get(name);
    let read = 0;
    try {
      if (!entry) throw new Error('it is not there');
      const reader = new XmlReader(handler);
      for await (const piece of textOf(file, entry, (bytes) => {
        read = bytes;
      })) {
        reader.push(piece);
        await turn(Math.min(file.size, this.#before + read), after());
      }
      reader.finish();
    } catch (error) {
      if (error instanceof LabFailure) throw error;
      const why = error instanceof Error && error.constructor === Error ? error.message : 'its bytes are damaged';
      throw refuseXlsx.damaged(file.name, told, why);
    }
    this.#before += read;
  }

  /** What a part holds; what it holds at first where it is not there. */
  async part<T>(name: string, told: string, part: Part<T>): Promise<T> {
    if (this.has(name)) await this.read(name, told, part, () => 0);
    return part.found;
  }
}

/** A sheet of an Excel workbook (.xlsx), from its first row to its last; the workbook is never held whole. */
export async function readXlsx(context: ReadingContext): Promise<ReadCells> {
  const { file, given, limit } = context;
  const workbook = new Workbook(context, (await entriesOf(file)) ?? new Map());
  const head = workbookPart();
  await workbook.read('xl/workbook.xml', 'its list of sheets', head, () => 0);
  const files = await workbook.part('xl/_rels/workbook.xml.rels', 'its list of sheets', relationsPart());
  const sheets = head.found.sheets.filter(({ id }) => files.has(id));
  const sheet = chosen(file.name, sheets, given.find((step) => step.kind === 'sheet')?.sheet ?? null);
  const dates = await workbook.part('xl/styles.xml', 'its styles', stylesPart());
  let characters = 0;
  const strings = stringsPart((more) => {
    characters += more;
    if (characters * 2 > limit) throw refuse.tableTooLarge(file.name, characters * 2, limit, 0, []);
  });
  const texts = await workbook.part('xl/sharedStrings.xml', 'its list of texts', strings);
  return readSheet(context, workbook, { sheet, entry: files.get(sheet.id) as string, shared: { texts, dates, from1904: head.found.from1904 } });
}

function chosen(name: string, sheets: readonly Sheet[], asked: string | null): Sheet {
  if (sheets.length === 0) throw refuseXlsx.noSheet(name);
  if (asked !== null) {
    const found = sheets.find((sheet) => sheet.name === asked);
    if (!found) throw refuseXlsx.otherSheet(name, asked, sheets);
    return found;
  }
  const shown = sheets.filter(({ hidden }) => !hidden);
  const candidates = shown.length > 0 ? shown : sheets;
  if (candidates.length > 1) throw refuseXlsx.several(name, candidates);
  return candidates[0];
}

async function readSheet(
  context: ReadingContext,
  workbook: Workbook,
  { sheet, entry, shared }: { sheet: Sheet; entry: string; shared: Shared },
): Promise<ReadCells> {
  const { file, limit, given, exact, alone, levels, many } = context;
  const name = `${file.name} (sheet “${sheet.name.slice(0, 31)}”)`;
  const steps = [{ kind: 'separator', separator: ',' } as const, ...given.filter(({ kind }) => kind !== 'separator' && kind !== 'sheet')];
  const reader = new DelimitedReader({ name, limit, given: steps, exact, alone, levels, many, kernel: null });
  const cells = new SheetPart(name, shared);
  const encoder = new TextEncoder();
  let text = '';
  const handOver = (least: number): void => {
    if (cells.lines.length > 0) {
      text += `${cells.lines.join('\n')}\n`;
      cells.lines = [];
    }
    if (text.length <= least) return;
    reader.push(encoder.encode(text));
    text = '';
  };
  try {
    await workbook.read(entry, `the sheet “${sheet.name}”`, cells, () => {
      handOver(PIECE);
      return reader.rows;
    });
    cells.flush();
    handOver(0);
    const { raw, line } = await reader.finish(() => context.turn(file.size, reader.rows));
    const merged = cells.mergedFrom(cells.rowOf(line(0)));
    const some = cells.empty.count + merged.count > 0;
    const found = some && { found: { ...cells.empty, unit: 'row' as const, ...(merged.count > 0 && { merged }) } };
    return {
      raw: { ...raw, steps: [{ step: { kind: 'sheet', sheet: sheet.name }, ...found }, ...ofSheet(raw.steps)] },
      rows: reader.rows,
      line: (row) => cells.rowOf(line(row)),
      unit: 'row',
    };
  } catch (error) {
    throw error instanceof LabFailure ? inRows(error, cells) : error;
  }
}

/** A refusal of the lines that a sheet was made into, in words of the sheet. */
function inRows(failure: LabFailure, cells: SheetPart): LabFailure {
  if (failure.code !== 'csv-ragged-row') return failure;
  const message = failure.message.replace(
    /^Line ([\d,]+) of/,
    (_, line: string) => `Row ${cells.rowOf(Number(line.replaceAll(',', ''))).toLocaleString('en')} of`,
  );
  return new LabFailure(failure.code, message, 'Give every column a name in the header, and keep other notes and tables on sheets of their own.');
}
