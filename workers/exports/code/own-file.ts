import { NumberColumn } from '../../data/bytes/number-column';
import { booleanValues } from '../../data/facts/booleans';
import { wordOf } from '../../data/reading/missing';
import { columnsOf, isFileStep } from '../../data/reading/steps';
import type { Step, TableDataset } from '../../data/schema';
import type { RawColumn, Table } from '../../data/table';

/** What is done to the columns of a file after it is read, in order. */
export type CellStep =
  | { kind: 'missing-words'; columns: string[]; words: string[] }
  | { kind: 'decimal'; column: string; decimal: '.' | ','; thousands: '' | ',' | '.' | ' ' | "'"; affix: string | null; bad: boolean }
  | { kind: 'minus'; column: string }
  | { kind: 'bad-cells'; column: string }
  | { kind: 'booleans'; column: string; no: string; yes: string }
  | { kind: 'merge-levels'; column: string; from: string[]; into: string }
  | { kind: 'rename'; column: string; to: string };

/** A person's own file as the code reads it. */
export interface OwnFile {
  /** Its name. */
  name: string;
  rows: number;
  /** What stands between cells; ' ' is any number of spaces. */
  separator: string;
  encoding: 'utf-8' | 'utf-16' | 'windows-1252';
  /** Lines above the header. */
  skip: number;
  header: boolean;
  /** Quotes are characters like any other. */
  literalQuotes: boolean;
  /** Some cells of the columns that are used are empty. */
  blanks: boolean;
  steps: CellStep[];
}

/** Delimited text, perhaps compressed: what pandas and R read as one. */
const PLAIN_NAME = /\.(csv|tsv|tab|txt|dat|data)(\.gz)?$/i;

const textsOf = (column: RawColumn): readonly string[] => (column instanceof NumberColumn ? column.cells.others.texts : column.texts);

/** The layout of the file; null where its steps have no plain words in pandas and R. */
function layout(steps: readonly Step[], separator: string): Pick<OwnFile, 'separator' | 'encoding' | 'skip' | 'header' | 'literalQuotes'> | null {
  const file: ReturnType<typeof layout> = { separator, encoding: 'utf-8', skip: 0, header: true, literalQuotes: false };
  for (const step of steps) {
    switch (step.kind) {
      case 'encoding':
        file.encoding = step.encoding === 'windows-1252' ? 'windows-1252' : 'utf-16';
        break;
      case 'skip-lines':
        file.skip += step.lines;
        break;
      case 'separator':
        file.separator = step.separator;
        if (step.told) file.skip++;
        break;
      case 'quotes':
        file.literalQuotes = true;
        break;
      case 'header':
        if (step.lines === 2) return null;
        file.header = step.lines === 1;
        break;
      case 'index-column':
        if (step.header === 'left out') return null;
        break;
      case 'drop-empty-columns':
      case 'short-rows':
        break;
      default:
        return null;
    }
  }
  return file;
}

/**
 * Steps about the columns that are used in the end, with their names on the way; null for a step without
 * words.
 */
function cellSteps(steps: readonly Step[], used: ReadonlySet<string>): CellStep[] | null {
  const names = new Set(used);
  const found: CellStep[] = [];
  for (const step of [...steps].reverse()) {
    if (step.kind === 'rename') {
      if (!names.delete(step.to)) continue;
      names.add(step.column);
      found.push({ kind: 'rename', column: step.column, to: step.to });
      continue;
    }
    const columns = columnsOf(step).filter((name) => names.has(name));
    if (columns.length === 0 || step.kind === 'category') continue;
    if (step.kind === 'missing-words') {
      if (step.words.length > 0) found.push({ kind: 'missing-words', columns, words: step.words.map(wordOf) });
    } else if (step.kind === 'decimal') {
      const { column, decimal, thousands, affix } = step;
      if (decimal !== '.' || thousands !== '' || affix) found.push({ kind: 'decimal', column, decimal, thousands, affix: affix ?? null, bad: false });
    } else if (step.kind === 'bad-cells') found.push({ kind: 'bad-cells', column: step.column });
    else if (step.kind === 'merge-levels') found.push({ kind: 'merge-levels', column: step.column, from: step.from, into: step.into });
    else return null;
  }
  found.reverse();
  // One line reads the numbers of a column: that of its signs, where it has one.
  const bad = (column: string): boolean => found.some((step) => step.kind === 'bad-cells' && step.column === column);
  return found
    .map((step) => (step.kind === 'decimal' && bad(step.column) ? { ...step, bad: true } : step))
    .filter((step, _, all) => step.kind !== 'bad-cells' || !all.some((other) => other.kind === 'decimal' && other.column === step.column));
}

/** The name of a column before steps that rename it. */
const nameBefore = (steps: readonly CellStep[], name: string): string =>
  steps.reduceRight((known, step) => (step.kind === 'rename' && step.to === known ? step.column : known), name);

/**
 * How the code reads a person's own file, from the file as it was opened; null where that takes more than a
 * few plain lines (several labels in a cell, dates, two header lines, an archive, a NUL in a name): then the
 * table goes with the code as the lab has read it.
 */
export function ownFile(table: Table, { columns, reading, name }: TableDataset): OwnFile | null {
  const used = columns.filter(({ role }) => role === 'target' || role === 'numeric' || role === 'categorical');
  const plain = columns.every(({ role, nestedIn, block, dayFirst }) => role !== 'tags' && !nestedIn && !block && dayFirst === undefined);
  if (!reading || !plain || !PLAIN_NAME.test(name) || name.length >= 200) return null;
  const file = layout(reading.filter(isFileStep), table.raw.separator);
  const steps = cellSteps(
    reading.filter((step) => !isFileStep(step)),
    new Set(used.map((choice) => choice.name)),
  );
  if (!file || !steps) return null;
  const unnamed = reading.flatMap((step) => (step.kind === 'index-column' && step.header === 'empty' ? [step.column] : []));
  if (used.some((choice) => unnamed.includes(choice.name))) return null;
  const own: CellStep[] = [];
  let blanks = false;
  for (const { name: column, role } of used) {
    const now = table.columns.find((one) => one.name === column);
    const raw = table.raw.columns.find((one) => one.name === nameBefore(steps, column));
    if (!now || !raw) return null;
    blanks ||= raw.missing > 0;
    const texts = textsOf(raw);
    if (role === 'categorical' || now instanceof NumberColumn) continue;
    if (texts.some((text) => text.includes('\u2212'))) own.push({ kind: 'minus', column: nameBefore(steps, column) });
    const words = role === 'numeric' && now.textLevels > 0 ? booleanValues(now.dictionary) : null;
    if (!words) continue;
    const word = (value: number): string => wordOf(now.dictionary[words.indexOf(value)]);
    own.push({ kind: 'booleans', column, no: word(0), yes: word(1) });
  }
  // Names as the lab has them come first; a minus of its own is made plain before numbers are read.
  const firsts = new Set(used.map((choice) => nameBefore(steps, choice.name)));
  const names = (table.raw.cleaned ?? [])
    .filter(({ name: clean }) => firsts.has(clean))
    .map(({ written, name: clean }): CellStep => ({ kind: 'rename', column: written, to: clean }));
  const minus = own.filter(({ kind }) => kind === 'minus');
  const all = [...names, ...minus, ...steps, ...own.filter(({ kind }) => kind !== 'minus')];
  // No text of R holds a NUL.
  if (
    all.some((step) =>
      Object.values(step)
        .flat()
        .some((value) => typeof value === 'string' && value.includes('\0')),
    )
  )
    return null;
  return {
    name,
    rows: table.fileRows ? table.raw.columns[0].codes.length : table.rows,
    ...file,
    blanks,
    steps: all,
  };
}
