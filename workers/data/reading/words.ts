import type { ColumnarStep, DateNumber, Step } from './steps';

/** Where a step was needed: how many cells, rows or lines, and the first line of the file. */
export interface Found {
  count: number;
  line: number;
  /** What the line counts where that is not lines of a text. */
  unit?: 'row';
  /** Merged cells of several rows, and the row in which the first begins. */
  merged?: { count: number; line: number };
}

const quoted = (text: string): string => `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;

/** 'a', 'a and b', 'a, b and 3 more'. */
function listed(texts: readonly string[], shown = 4): string {
  const head = texts.length > shown ? [...texts.slice(0, shown - 1), `${(texts.length - shown + 1).toLocaleString('en')} more`] : [...texts];
  return head.length < 2 ? head.join('') : `${head.slice(0, -1).join(', ')} and ${head[head.length - 1]}`;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const SEPARATORS: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars', ' ': 'spaces' };
const ENCODINGS = { 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16 (big-endian)', 'windows-1252': 'Windows-1252' };
const SIGNS: Record<string, string> = { '.': 'a point', ',': 'a comma', ' ': 'a space', "'": 'an apostrophe' };

/** What a date becomes, as words after "as". */
export const DATE_WORDS: Record<DateNumber, string> = {
  days: 'days since the first',
  year: 'years',
  month: 'months, 1 to 12',
  'day-of-year': 'days of the year, 1 to 366',
  weekday: 'weekdays, 1 (Monday) to 7',
  hour: 'hours of the day',
};

/**
 * A step as one sentence, the same on the page and on the command line. `found` adds how often and where it
 * was needed.
 */
export function stepWords(step: Step, found?: Found): string {
  const first = found ? `, the first on ${found.unit ?? 'line'} ${found.line.toLocaleString('en')}` : '';
  switch (step.kind) {
    case 'files':
      return filesWords(step.files);
    case 'archive':
      return `${quoted(step.entry)} is read from the zip archive.`;
    case 'encoding':
      return `The file is read as ${ENCODINGS[step.encoding]}.`;
    case 'sheet': {
      const told = [`The sheet ${quoted(step.sheet)} of the workbook is read.`];
      if (found && found.count > 0)
        told.push(`${count(found.count, 'formula has no value and is', 'formulas have no value and are')} missing${first}.`);
      if (found?.merged) told.push(mergedWords(found.merged));
      return told.join(' ');
    }
    case 'columnar':
      return columnarWords(step, found);
    case 'json':
      return [
        step.form === 'lines' ? 'The file holds one JSON record a line.' : 'The file holds a JSON array of records.',
        ...listWords(step.lists),
      ].join(' ');
    case 'skip-lines':
      return step.lines === 1
        ? 'The first line, above the names of the columns, is left out.'
        : `The first ${step.lines} lines, above the names of the columns, are left out.`;
    case 'separator':
      return `Cells are separated by ${SEPARATORS[step.separator] ?? quoted(step.separator)}${step.told ? ', as the first line of the file says' : ''}.`;
    case 'quotes':
      return 'Double quotes are read as they stand: they enclose nothing.';
    case 'header':
      if (step.lines === 0) return 'The file has no names: its first line is data, and the columns are called “column 1”, “column 2”, …';
      if (step.lines === 1) return 'The first line holds the names of the columns.';
      return step.join ? 'Names of columns are joined from two lines.' : 'A second line below the names of the columns is left out.';
    case 'index-column':
      if (step.header === 'named') return `${quoted(step.column)} numbers the rows and is ignored.`;
      return `The first column has no name: it names the rows. It is called ${quoted(step.column)} and ignored.`;
    case 'name-columns':
      return `${step.names.length === 1 ? 'A column has' : 'Columns have'} the name of another: ${listed(step.names.map(({ position, name }) => `column ${position} is called ${quoted(name)}`))}.`;
    case 'drop-empty-columns':
      return step.positions.length === 1
        ? `Column ${step.positions[0]} has neither name nor cells and is left out.`
        : `Columns ${listed(step.positions.map(String))} have neither names nor cells and are left out.`;
    case 'short-rows':
      return `${found ? `${count(found.count, 'row has', 'rows have')}` : 'Rows may have'} fewer cells than the header${first}: the rest is missing.`;
    case 'trailing-separators':
      return `${found ? `${count(found.count, 'row ends', 'rows end')}` : 'Rows may end'} in separators after the last column${first}: they are left out.`;
    case 'missing-words':
      if (step.words.length === 0) return `Only empty cells are missing in ${listed(step.columns)}.`;
      return `${listed(step.words.map(quoted))} ${step.words.length === 1 ? 'means' : 'mean'} missing in ${listed(step.columns)}${found ? ` (${count(found.count, 'cell')}${first})` : ''}.`;
    case 'decimal':
      return `Numbers in ${step.column} are read with ${SIGNS[step.decimal]} as the decimal sign${step.thousands ? ` and ${SIGNS[step.thousands]} between thousands` : ''}${step.affix ? `, without ${quoted(step.affix)}` : ''}.`;
    case 'bad-cells':
      return `${found ? count(found.count, 'cell') : 'Cells'} of ${step.column} that ${found?.count === 1 ? 'is no number is' : 'are no numbers are'} missing${first}.`;
    case 'category':
      return `${step.column} is read as names, not as numbers or dates.`;
    case 'merge-levels':
      return `In ${step.column}, ${listed(step.from.map(quoted))} ${step.from.length === 1 ? 'counts' : 'count'} as ${quoted(step.into)}.`;
    case 'date':
      return `Dates in ${step.column} are read as ${DATE_WORDS[step.as]}.`;
    case 'date-part':
      return `A column ${quoted(partName(step.column, step.as))} holds ${step.column} as ${DATE_WORDS[step.as]}.`;
    case 'rename':
      return `${step.column} is called ${step.to}.`;
  }
}

/** What becomes of cells that were merged over several rows. */
const mergedWords = (merged: { count: number; line: number }): string =>
  `${count(merged.count, 'merged cell spans', 'merged cells span')} several rows, the first from row ${merged.line.toLocaleString('en')} on: ` +
  'only its first row has the value, the others are missing.';

/** Which rows come from which file. */
function filesWords(files: readonly { name: string; rows: number }[]): string {
  let next = 1;
  const told = files.map(({ name, rows }) => {
    const from = next;
    next += rows;
    return `${quoted(name)} (${rows === 1 ? `row ${from.toLocaleString('en')}` : `rows ${from.toLocaleString('en')} to ${(next - 1).toLocaleString('en')}`})`;
  });
  return `${count(files.length, 'file is', 'files are')} read as one table, one after the other: ${listed(told)}. Rows are numbered through all of them.`;
}

const listWords = (lists: readonly string[] = []): string[] =>
  lists.length === 0 ? [] : [`${listed(lists.map(quoted))} ${lists.length === 1 ? 'holds' : 'hold'} lists: each cell is a set of tags.`];

const FORMATS = { parquet: 'Parquet' };

/** What a file with types is, and what became of columns that are no plain cells. */
function columnarWords({ format, lists, utc, rounded, leftOut }: ColumnarStep, found?: Found): string {
  const verb = (names: readonly string[], one: string, many: string) => `${listed(names.map(quoted))} ${names.length === 1 ? one : many}`;
  const sentences = [`The file is ${FORMATS[format]}: its columns have types.`];
  sentences.push(...listWords(lists));
  if (utc) sentences.push(`${verb(utc, 'holds', 'hold')} times of UTC.`);
  if (rounded) {
    const where = found ? ` (${count(found.count, 'cell')}, the first on row ${found.line.toLocaleString('en')})` : '';
    sentences.push(`${verb(rounded, 'has', 'have')} decimals of more than 15 digits: each is the nearest number that can be computed with${where}.`);
  }
  for (const holds of ['records', 'lists of lists', 'bytes'] as const) {
    const names = leftOut?.flatMap((one) => (one.holds === holds ? [one.column] : [])) ?? [];
    if (names.length > 0) sentences.push(`${verb(names, `holds ${holds} and is`, `hold ${holds} and are`)} left out.`);
  }
  return sentences.join(' ');
}

/** Name of the column that a `date-part` step adds. */
export const partName = (column: string, as: DateNumber): string => `${column} (${as})`;
