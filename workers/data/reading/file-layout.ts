import { refuse } from '../refusals';
import { printable } from '../shown-text';
import { distinctNames, isSecondHeader, looksLikeData, mode, titleRecords } from './header';
import { isBlank } from './missing';
import { plainNumber } from './numbers';
import { guessSeparator, recordsOf } from './separator';
import type { FileStep } from './steps';

/** Most columns of a table. */
export const MAX_COLUMNS = 1000;

/** How the lines of a text file become the cells of a table. */
export interface FileLayout {
  separator: string;
  /** Quotes enclose nothing. */
  literal: boolean;
  /** Lines of the file before the first record of names or data. */
  skip: number;
  /** Records of names. */
  header: 0 | 1 | 2;
  /** Name of each column of the file; null for one without name that must stay empty. */
  names: (string | null)[];
  /** The steps behind all this. */
  steps: FileStep[];
  /** The first cells of the first line where it is not certain whether they are names; null where it is. */
  doubt: string[] | null;
  /** Names of columns that stand otherwise in the file. */
  cleaned: { written: string; name: string }[];
}

type Of<Kind extends FileStep['kind']> = Extract<FileStep, { kind: Kind }>;

/**
 * The layout of a text table from its beginning.
 *
 * @param text whole lines with \n, as many as are known
 * @param given steps of the file; `exact`: these alone, nothing is guessed but the separator; `alone`: one
 *   column will do
 * @throws LabFailure for a header that cannot be used
 */
export function fileLayout(text: string, file: string, given: readonly FileStep[], { exact, alone }: { exact: boolean; alone?: true }): FileLayout {
  const step = <Kind extends FileStep['kind']>(kind: Kind) => given.find((other): other is Of<Kind> => other.kind === kind);
  const steps: FileStep[] = [];
  const told = step('separator') ? null : exact ? null : /^sep=(.)\n/i.exec(text);
  const separatorStep = step('separator') ?? (told ? ({ kind: 'separator', separator: told[1], told: true } as const) : undefined);
  let skip = separatorStep?.told ? 1 : 0;
  const skipStep = step('skip-lines');
  if (skipStep) skip += skipStep.lines;
  let body = afterLines(text, skip);
  const separator = separatorStep?.separator ?? guessSeparator(body, file);
  const plain = recordsOf(body, separator, false);
  const literal = step('quotes') !== undefined || (!exact && plain.broken && separator === '\t');
  let { records } = literal ? recordsOf(body, separator, true) : plain;
  if (!skipStep && !exact && !step('header')) {
    const titles = records.length > 2 ? titleRecords(records) : 0;
    if (titles > 0) {
      const lines = linesBefore(body, literal, titles);
      skip += lines;
      body = afterLines(body, lines);
      records = records.slice(titles);
      steps.push({ kind: 'skip-lines', lines });
    }
  } else if (skipStep) steps.push(skipStep);
  if (separatorStep ?? separator === ' ') steps.push(separatorStep ?? { kind: 'separator', separator });
  if (literal) steps.push({ kind: 'quotes', quotes: 'literal' });
  if (records.length === 0) throw refuse.empty(file);

  const headerStep = step('header');
  let header = headerStep?.lines ?? 1;
  let doubt: string[] | null = null;
  const [first, ...rest] = records;
  if (!headerStep && !exact) {
    const looks = looksLikeData(first, rest);
    if (looks && !onlyNumbers(first)) {
      doubt = first.slice(0, 3);
      if (looks === 'data') header = 0;
    } else if (rest.length > 0 && isSecondHeader(rest[0], rest.slice(1)) && !looks) header = 2;
  }
  const joined = headerStep?.join === true;
  if (headerStep ?? header !== 1) steps.push(headerStep ?? { kind: 'header', lines: header });
  const data = records.slice(header);
  const cells = header === 0 ? Array.from({ length: mode(records.map(({ length }) => length)) }, (_, j) => `column ${j + 1}`) : first.map(nameIn);
  if (header > 0 && !headerStep && onlyNumbers(cells)) throw refuse.noHeader(file, cells[0]);
  if (joined && rest.length > 0)
    cells.forEach((name, j) => {
      cells[j] = [name, nameIn(rest[0][j] ?? '')].filter(Boolean).join(' ');
    });

  const index = step('index-column') ?? (exact ? undefined : indexColumn(cells, data));
  if (index) {
    steps.push(index);
    if (index.header === 'left out') cells.unshift(index.column);
    else if (index.header === 'empty') cells[0] = index.column;
  }
  const names = namesOf(cells, data, file, { drop: step('drop-empty-columns'), name: step('name-columns') }, { exact, alone }, steps);
  const cleaned = (header === 1 ? first : []).flatMap((written, j) => (written === cells[j] ? [] : [{ written, name: cells[j] }]));
  return { separator, literal, skip, header, names, steps, doubt, cleaned };
}

/** A name in a header: what does not print would stand in every chart and sentence. */
const nameIn = (cell: string): string => printable(cell).trim();

const onlyNumbers = (names: readonly string[]): boolean => {
  const number = (name: string) => !Number.isNaN(plainNumber(name));
  return names.some(number) && names.every((name) => isBlank(name) || number(name));
};

/** The column of row names that R and pandas write: without a name, or not in the header at all. */
function indexColumn(cells: readonly string[], data: readonly string[][]): Of<'index-column'> | undefined {
  const name = cells.includes('row') ? 'row name' : 'row';
  const unique = data.length > 1 && new Set(data.map((row) => row[0])).size === data.length;
  if (cells[0] === '' && cells.length > 1 && data.some((row) => !isBlank(row[0]))) return { kind: 'index-column', column: name, header: 'empty' };
  if (/^(unnamed: 0|\.\.\.1|rownames|row\.?names?|__index_level_0__)$/i.test(cells[0]) && unique)
    return { kind: 'index-column', column: cells[0], header: 'named' };
  const longer = data.filter((row) => row.length === cells.length + 1);
  const leftOut =
    longer.length >= 0.9 * data.length && longer.some((row) => !isBlank(row[row.length - 1])) && longer.every((row) => !isBlank(row[0]));
  return unique && leftOut && cells.length > 1 ? { kind: 'index-column', column: name, header: 'left out' } : undefined;
}

function namesOf(
  cells: readonly string[],
  data: readonly string[][],
  file: string,
  given: { drop?: Of<'drop-empty-columns'>; name?: Of<'name-columns'> },
  { exact, alone }: { exact: boolean; alone?: true },
  steps: FileStep[],
): (string | null)[] {
  const names = cells.map((name, j): string | null => {
    if (name === '__proto__') throw refuse.forbiddenColumnName(file, name, j + 1);
    if (name !== '') return name;
    const empty = given.drop?.positions.includes(j + 1) ?? (!exact && data.every((row) => isBlank(row[j] ?? '')));
    if (!empty) throw refuse.emptyColumnName(file, j + 1);
    return null;
  });
  const renamed = given.name?.names ?? (exact ? [] : distinctNames(names));
  for (const { position, name } of renamed) if (position <= names.length) names[position - 1] = name;
  if (renamed.length > 0) steps.push({ kind: 'name-columns', names: renamed });
  const dropped = names.flatMap((name, j) => (name === null ? [j + 1] : []));
  if (dropped.length > 0) steps.push({ kind: 'drop-empty-columns', positions: dropped });
  const seen = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === null) return;
    const earlier = seen.get(name);
    if (earlier !== undefined) throw refuse.duplicateColumn(file, name, earlier + 1, j + 1);
    seen.set(name, j);
  });
  if (seen.size < (alone ? 1 : 2)) throw refuse.oneColumn(file, [...seen.keys()][0] ?? '');
  if (seen.size > MAX_COLUMNS) throw refuse.tooManyColumns(file, seen.size, MAX_COLUMNS);
  return names;
}

/** A text without its first lines. */
function afterLines(text: string, lines: number): string {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return '';
    at = end + 1;
  }
  return text.slice(at);
}

/** Lines before the record with this number, blank ones counted; a quoted title may go over several. */
function linesBefore(text: string, literal: boolean, record: number): number {
  const lines = text.split('\n');
  const quotes = (line: string) => line.split('"').length - 1;
  let seen = 0;
  for (let line = 0; line < lines.length; line++) {
    if (lines[line].trim() === '') continue;
    if (seen === record) return line;
    seen++;
    for (let open = quotes(lines[line]); !literal && open % 2 === 1 && line + 1 < lines.length; line++) open += quotes(lines[line + 1]);
  }
  return 0;
}
