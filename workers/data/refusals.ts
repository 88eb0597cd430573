import { LabFailure } from './failure';
import { shortened } from './shown-text';

const size = (bytes: number) => (bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`);

/** Why a file is refused, each by name. `name` is the file's. */
export const refuse = {
  empty: (name: string) => new LabFailure('csv-empty', `${name} is empty.`, 'Choose a file with a header row and at least one row of data.'),

  noHeader: (name: string, cell: string) =>
    new LabFailure(
      'csv-no-header',
      `${name} has no header: its first row holds only numbers (it begins with ${quote(cell)}).`,
      'Add a first row with the column names.',
      {
        id: 'header',
        column: null,
        text: `The first row of ${name} holds only numbers.`,
        answers: [
          { label: 'The first line is data', steps: [{ kind: 'header', lines: 0 }], taken: false },
          { label: 'These are the names of the columns', steps: [{ kind: 'header', lines: 1 }], taken: false },
        ],
        pressing: true,
      },
    ),

  noRows: (name: string) =>
    new LabFailure('csv-no-rows', `${name} has a header and no rows.`, 'Choose a file with at least one row of data below the header.'),

  oneColumn: (name: string, column: string) =>
    new LabFailure(
      'csv-one-column',
      `${name} has a single column, ${quote(column)}.`,
      'A table needs a target and at least one other column. Cells may be separated by comma, semicolon, tab or |.',
    ),

  tooManyColumns: (name: string, count: number, limit: number) =>
    new LabFailure(
      'csv-too-many-columns',
      `${name} has ${count.toLocaleString('en')} columns; at most ${limit.toLocaleString('en')} can be read.`,
      'Keep the columns you need.',
    ),

  raggedRow: (name: string, line: number, found: number, expected: number) =>
    new LabFailure(
      'csv-ragged-row',
      `Line ${line.toLocaleString('en')} of ${name} has ${found} ${found === 1 ? 'cell' : 'cells'}, the header has ${expected}.`,
      'Give every row as many cells as the header; put cells that contain the separator in double quotes.',
    ),

  duplicateColumn: (name: string, column: string, first: number, second: number) =>
    new LabFailure('csv-duplicate-column', `${name} has two columns called ${quote(column)}: columns ${first} and ${second}.`, 'Rename one of them.'),

  emptyColumnName: (name: string, column: number) =>
    new LabFailure('csv-empty-column-name', `Column ${column} of ${name} has no name.`, 'Give every column a name in the header row.'),

  forbiddenColumnName: (name: string, column: string, position: number) =>
    new LabFailure(
      'csv-forbidden-column-name',
      `Column ${position} of ${name} is called ${quote(column)}, a name that programs reserve.`,
      'Rename the column.',
    ),

  badQuotes: (name: string, line: number) =>
    new LabFailure(
      'csv-bad-quotes',
      `Line ${line.toLocaleString('en')} of ${name} has a double quote that is not closed correctly.`,
      'Close the quote, or write a quote inside a quoted cell twice.',
      {
        id: 'quotes',
        column: null,
        text: `Quotes in ${name} may be characters like any other, as in 5" for five inches.`,
        answers: [{ label: 'Read quotes as they stand', steps: [{ kind: 'quotes', quotes: 'literal' }], taken: false }],
        pressing: true,
      },
    ),

  notText: (name: string, why: string) =>
    new LabFailure(
      'csv-not-text',
      `${name} is not a text table: ${why}.`,
      'Save it as CSV in UTF-8, plain or gzip-compressed, and choose that file.',
    ),

  /** `read`: the line as Windows-1252 has it. */
  notUtf8: (name: string, line: number, read: string) =>
    new LabFailure(
      'csv-not-text',
      `${name} is not a text table in UTF-8: line ${line.toLocaleString('en')} has a character of another encoding.`,
      'In Excel, save it as "CSV UTF-8"; elsewhere, choose UTF-8 as the encoding.',
      {
        id: 'encoding',
        column: null,
        text: `As Windows-1252, the encoding of older Windows programs, line ${line.toLocaleString('en')} reads ${quote(read)}.`,
        answers: [{ label: 'Read it as Windows-1252', steps: [{ kind: 'encoding', encoding: 'windows-1252' }], taken: false }],
        pressing: true,
      },
    ),

  notGzip: (name: string, why: string) =>
    new LabFailure('csv-not-gzip', `${name} cannot be decompressed: ${why}.`, 'Compress the table again with gzip, or choose the uncompressed file.'),

  /** `unpacked`: bytes that came out of `read` bytes of the file. */
  bomb: (name: string, unpacked: number, read: number) =>
    new LabFailure(
      'csv-bomb',
      `${name} unpacks to more than ${Math.floor(unpacked / read).toLocaleString('en')} times its size (${size(unpacked)} from its first ${size(read)}), as a file does that is made to fill the memory.`,
      'If it is a table all the same, unpack it and choose the unpacked file.',
    ),

  fileTooLarge: (name: string, bytes: number, limit: number) =>
    new LabFailure('csv-too-large', `${name} is ${size(bytes)}; the limit is ${size(limit)}.`, 'Keep fewer rows or columns.'),

  /** Columns of different values take most: every value is kept once, as it is written. */
  tableTooLarge: (name: string, bytes: number, limit: number, rows: number, columns: readonly { distinct: number }[]) => {
    const various = columns.filter(({ distinct }) => distinct > rows / 2).length;
    const why =
      rows > 0 && various > 0
        ? `: ${various.toLocaleString('en')} of its ${columns.length.toLocaleString('en')} columns have another value in most rows, and each value is kept as it is written`
        : '';
    return new LabFailure(
      'csv-too-large',
      `${name} needs more than ${size(bytes)} of memory after ${rows.toLocaleString('en')} rows; the limit is ${size(limit)}${why}.`,
      why ? 'Keep fewer rows or columns, or round the numbers.' : 'Keep fewer rows or columns.',
    );
  },

  unreadable: (name: string, why: string) => new LabFailure('csv-unreadable', `${name} could not be read: ${why}.`, 'Choose the file again.'),

  cancelled: (name: string) => new LabFailure('cancelled', `Reading ${name} was cancelled.`, 'Choose a file to start again.'),
};

/** A value as it stands in a message: in quotes, shortened. */
export function quote(value: string): string {
  return `"${shortened(value.replace(/\s+/g, ' '), 40)}"`;
}
