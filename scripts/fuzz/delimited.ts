/**
 * Files of delimited text, made up, and what is right for each by a reader that has nothing to do with the
 * lab's: PapaParse finds the cells, and the rules for blank lines and uneven rows are a few lines here.
 */
import fc from 'fast-check';
import Papa from 'papaparse';
import { missingIn, numbersOf } from '../../workers/data/cells';
import { openTable, type Table } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { isBlank } from '../../workers/data/reading/missing';
import { plainNumber } from '../../workers/data/reading/numbers';
import type { Step } from '../../workers/data/reading/steps';

export interface DelimitedFile {
  text: string;
  separator: string;
  width: number;
  /** Uneven rows are taken. */
  uneven: boolean;
  /** Bytes of each piece in which the file comes. */
  piece: number;
}

const SEPARATORS = [',', ';', '\t', '|', '¦'];

const SIGN = fc.constantFrom(
  'a',
  'b',
  'é',
  '😀',
  '1',
  '2',
  '0',
  '.',
  '-',
  '"',
  '"',
  ',',
  ';',
  '\t',
  '|',
  ' ',
  '\u00a0',
  '\n',
  '\r',
  '\r\n',
  'e',
  '−',
  '\ufeff',
);
const RAW = fc.string({ unit: SIGN, maxLength: 8 });
const NUMBER = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value.toFixed(3)),
  fc.constantFrom('', 'NA', '-', '1e400', '007', '1.0', '-0', '12345678901234567890', '1.106'),
);
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

/** Files as programs write them, and with signs in wrong places. */
export const DELIMITED: fc.Arbitrary<DelimitedFile> = fc
  .record({
    separator: fc.constantFrom(...SEPARATORS),
    width: fc.integer({ min: 2, max: 4 }),
    rows: fc.array(
      fc.array(fc.oneof({ weight: 3, arbitrary: NUMBER }, { weight: 2, arbitrary: RAW.map(quoted) }, { weight: 1, arbitrary: RAW }), {
        maxLength: 5,
      }),
      {
        maxLength: 12,
      },
    ),
    straight: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    lastEnd: fc.boolean(),
    uneven: fc.boolean(),
    piece: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ separator, width, rows, straight, end, lastEnd, uneven, piece }) => {
    const lines = rows.map((cells) => (straight ? Array.from({ length: width }, (_, j) => cells[j] ?? '7') : cells).join(separator));
    const names = Array.from({ length: width }, (_, j) => `c${j}`).join(separator);
    return { text: [names, ...lines].join(end) + (lastEnd ? end : ''), separator, width, uneven, piece };
  });

/** What the file holds, or the code and line with which it is refused. */
type Answer = { rows: (string | null)[][]; lines: number[] } | { code: string; line: number | null };

const lineIn = (message: string): number | null => {
  const found = /[Ll]ine ([\d,]+)/.exec(message);
  return found ? Number(found[1].replaceAll(',', '')) : null;
};

function expected({ text, separator, width, uneven }: DelimitedFile): Answer {
  const plain = text.replace(/\r\n?/g, '\n');
  const { data, errors } = Papa.parse<string[]>(plain.endsWith('\n') ? plain : `${plain}\n`, { delimiter: separator, newline: '\n' });
  const broken = errors.length > 0 ? (errors[0].row ?? 0) : Number.POSITIVE_INFINITY;
  const answer: Answer = { rows: [], lines: [] };
  let line = 1;
  for (const [i, cells] of data.entries()) {
    if (i >= broken) return { code: 'csv-bad-quotes', line };
    const blank = cells.length === 1 && cells[0].trim() === '';
    if (!blank && i > 0) {
      const extra = cells.slice(width);
      if (cells.length !== width && (!uneven || !extra.every(isBlank))) return { code: 'csv-ragged-row', line };
      answer.rows.push(Array.from({ length: width }, (_, j) => (isBlank(cells[j] ?? '') ? null : cells[j])));
      answer.lines.push(line);
    }
    line += 1 + cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  }
  if (broken < Number.POSITIVE_INFINITY) return { code: 'csv-bad-quotes', line };
  return answer.rows.length > 0 ? answer : { code: 'csv-no-rows', line: null };
}

function open({ text, separator, uneven, piece }: DelimitedFile, options: { many?: number; kernel?: boolean } = {}): Promise<Table> {
  const taken: Step[] = uneven ? [{ kind: 'short-rows' }, { kind: 'trailing-separators' }] : [];
  return openTable(new File([text], 'made.csv'), { steps: [{ kind: 'separator', separator }, ...taken], piece, ...options });
}

const refusalOf = (refusal: unknown): LabFailure => {
  if (refusal instanceof LabFailure) return refusal;
  throw refusal;
};

/** All that a reading leaves, for comparison with another; of a refusal its words. */
const leaves = (found: Table | LabFailure): unknown =>
  found instanceof LabFailure
    ? found.message
    : [
        found.fingerprint,
        found.steps,
        found.columns.map(({ name, codes, dictionary, numbers, counts, missing }) => [
          name,
          [...codes],
          dictionary,
          Array.from(numbers, String),
          [...counts],
          missing,
        ]),
      ];

const same = (found: unknown, right: unknown, what: string): void => {
  if (JSON.stringify(found) !== JSON.stringify(right)) throw new Error(`${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(right)}`);
};

/**
 * Reads a file as levels, and with its numbers held row by row, and holds both against the other reader. True
 * where it is a table.
 */
export async function readAsOthersDo(file: DelimitedFile): Promise<boolean> {
  const right = expected(file);
  const found = await open(file).catch(refusalOf);
  same(leaves(found), leaves(await open(file, { kernel: false }).catch(refusalOf)), 'with the compiled reader');
  if (found instanceof LabFailure || 'code' in right) {
    same(found instanceof LabFailure ? { code: found.code, line: lineIn(found.message) } : 'a table', right, 'the answer');
    return false;
  }
  const cells = Array.from({ length: found.rows }, (_, row) =>
    found.columns.map(({ codes, dictionary }) => (codes[row] < 0 ? null : dictionary[codes[row]])),
  );
  same(cells, right.rows, 'cells');
  same(
    right.lines,
    right.lines.map((_, row) => found.line(row)),
    'lines',
  );
  const held = await open(file, { many: 3 });
  same(leaves(held), leaves(await open(file, { many: 3, kernel: false })), 'numbers with the compiled reader');
  for (const [j, column] of held.columns.entries()) {
    const [number, isMissing] = [numbersOf(column), missingIn(column)];
    right.rows.forEach((row, i) => {
      const cell = row[j];
      const value = cell === null ? Number.NaN : plainNumber(cell);
      if (!Object.is(number(i), Number.isFinite(value) ? value : Number.NaN) || isMissing(i) !== (cell === null))
        throw new Error(`row ${i} of ${column.name} is ${number(i)} in place of ${JSON.stringify(cell)}`);
      const text = column.codes[i] < 0 ? null : column.dictionary[column.codes[i]];
      // Numbers are written as the language does, but for those that are names.
      const spelled = cell !== null && Number(text) === value + 0 && !/^\s*(0\d+|[+-]?\d{16,})\s*$/.test(cell);
      if (text !== cell && !spelled) throw new Error(`row ${i} of ${column.name} says ${text} in place of ${cell}`);
    });
    if (column.missing !== right.rows.filter((row) => row[j] === null).length)
      throw new Error(`${column.missing} cells of ${column.name} are missing`);
  }
  return true;
}
