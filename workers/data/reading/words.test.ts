import { describe, expect, test } from 'vitest';
import { columnStepSchema, fileStepSchema, isFileStep, type Step, stepSchema } from './steps';
import { stepWords } from './words';

const STEPS: [Step, string][] = [
  [
    {
      kind: 'files',
      files: [
        { name: 'a.csv', rows: 1200 },
        { name: 'b.csv', rows: 1 },
      ],
    },
    '2 files are read as one table, one after the other: “a.csv” (rows 1 to 1,200) and “b.csv” (row 1,201). Rows are numbered through all of them.',
  ],
  [{ kind: 'archive', entry: 'data/t.csv' }, '“data/t.csv” is read from the zip archive.'],
  [{ kind: 'encoding', encoding: 'windows-1252' }, 'The file is read as Windows-1252.'],
  [{ kind: 'json', form: 'lines' }, 'The file holds one JSON record a line.'],
  [{ kind: 'json', form: 'array', lists: ['a'] }, 'The file holds a JSON array of records. “a” holds lists: each cell is a set of tags.'],
  [
    { kind: 'columnar', format: 'parquet', utc: ['when'], leftOut: [{ column: 'geo', holds: 'records' }] },
    'The file is Parquet: its columns have types. “when” holds times of UTC. “geo” holds records and is left out.',
  ],
  [{ kind: 'sheet', sheet: 'Prices' }, 'The sheet “Prices” of the workbook is read.'],
  [{ kind: 'skip-lines', lines: 2 }, 'The first 2 lines, above the names of the columns, are left out.'],
  [{ kind: 'separator', separator: ';', told: true }, 'Cells are separated by semicolons, as the first line of the file says.'],
  [{ kind: 'separator', separator: '^' }, 'Cells are separated by “^”.'],
  [{ kind: 'quotes', quotes: 'literal' }, 'Double quotes are read as they stand: they enclose nothing.'],
  [{ kind: 'header', lines: 1 }, 'The first line holds the names of the columns.'],
  [{ kind: 'index-column', column: 'row', header: 'empty' }, 'The first column has no name: it names the rows. It is called “row” and ignored.'],
  [{ kind: 'name-columns', names: [{ position: 4, name: 'size (2)' }] }, 'A column has the name of another: column 4 is called “size (2)”.'],
  [{ kind: 'drop-empty-columns', positions: [4, 5] }, 'Columns 4 and 5 have neither names nor cells and are left out.'],
  [{ kind: 'short-rows' }, 'Rows may have fewer cells than the header: the rest is missing.'],
  [{ kind: 'trailing-separators' }, 'Rows may end in separators after the last column: they are left out.'],
  [{ kind: 'missing-words', columns: ['a', 'b', 'c', 'd', 'e'], words: ['NA', '-'] }, '“NA” and “-” mean missing in a, b, c and 2 more.'],
  [{ kind: 'missing-words', columns: ['a'], words: [] }, 'Only empty cells are missing in a.'],
  [
    { kind: 'decimal', column: 'rent', decimal: ',', thousands: '.', affix: '€' },
    'Numbers in rent are read with a comma as the decimal sign and a point between thousands, without “€”.',
  ],
  [{ kind: 'bad-cells', column: 'a' }, 'Cells of a that are no numbers are missing.'],
  [{ kind: 'category', column: 'a' }, 'a is read as names, not as numbers or dates.'],
  [{ kind: 'merge-levels', column: 'shop', from: ['alpha', 'ALPHA'], into: 'Alpha' }, 'In shop, “alpha” and “ALPHA” count as “Alpha”.'],
  [{ kind: 'date', column: 'when', dayFirst: true, as: 'days' }, 'Dates in when are read as days since the first.'],
  [{ kind: 'date-part', column: 'when', dayFirst: true, as: 'month' }, 'A column “when (month)” holds when as months, 1 to 12.'],
  [{ kind: 'rename', column: 'a', to: 'b' }, 'a is called b.'],
];

describe('every step', () => {
  test.each(STEPS)('%j', (step, words) => {
    expect(stepWords(step)).toBe(words);
    expect(stepSchema.parse(JSON.parse(JSON.stringify(step)))).toEqual(step);
  });

  test('is among them', () => {
    const kinds = [...fileStepSchema.options, ...columnStepSchema.options].map(({ shape }) => shape.kind.value);
    expect(new Set(STEPS.map(([{ kind }]) => kind))).toEqual(new Set(kinds));
    expect(STEPS.filter(([step]) => isFileStep(step)).map(([{ kind }]) => kind)).not.toContain('missing-words');
  });
});

test('where and how often it was needed', () => {
  expect(stepWords({ kind: 'short-rows' }, { count: 1, line: 1234 })).toBe(
    '1 row has fewer cells than the header, the first on line 1,234: the rest is missing.',
  );
  expect(stepWords({ kind: 'sheet', sheet: 'a' }, { count: 2, line: 5, unit: 'row' })).toBe(
    'The sheet “a” of the workbook is read. 2 formulas have no value and are missing, the first on row 5.',
  );
  expect(stepWords({ kind: 'missing-words', columns: ['a'], words: ['NA'] }, { count: 1200, line: 3 })).toBe(
    '“NA” means missing in a (1,200 cells, the first on line 3).',
  );
});
