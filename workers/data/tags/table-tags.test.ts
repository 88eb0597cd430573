/** Columns of tags in tables, from the file to the dataset. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../../../golden/tag-columns.json';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import { csvBytes } from '../csv-write';
import type { Dataset, TagColumn } from '../dataset';
import { summarize } from '../prepare';
import { MISSING_WORDS } from '../reading/missing';
import { checkRoles, tableDataset } from '../roles';
import { type ColumnChoice, type TableDataset, tableSchema } from '../schema';
import type { Table } from '../table';
import { writeTags } from './cells';
import { parseTexts } from './parsed';
import { tagColumn } from './sets';

const MISSING_POLICY = { numeric: 'mean', categorical: 'own-level' } as const;

const ofCase = (name: string): Promise<Table> => openTable(new File([readFileSync(new URL(`../../../cases/${name}`, import.meta.url))], name));

async function tableOf(columns: Record<string, (row: number) => string | number | null>, rows = 60): Promise<Table> {
  const names = Object.keys(columns);
  const cells = Array.from({ length: rows }, (_, row) => names.map((name) => columns[name](row)));
  return openTable(new File([csvBytes(names, cells, { guardFormulas: false })], 'mine.csv'));
}

const specOf = (table: Table, columns: ColumnChoice[], changes: Partial<TableDataset> = {}): TableDataset =>
  tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task: 'regression', columns, ...changes });
const choicesOf = (table: Table): ColumnChoice[] => previewTable(table).columns.map(({ name, role }) => ({ name, role }));
const datasetOf = (table: Table, columns = choicesOf(table), changes: Partial<TableDataset> = {}): Dataset =>
  tableDataset(table, specOf(table, columns, changes), { split: 1 });

const setsOf = ({ offsets, ids, labels }: TagColumn): string[][] =>
  Array.from({ length: offsets.length - 1 }, (_, row) => [...ids.subarray(offsets[row], offsets[row + 1])].map((tag) => labels[tag]));

/** What every column of tags holds to. */
function expectSets({ offsets, ids, labels, parents }: TagColumn, rows: number): void {
  expect(offsets).toHaveLength(rows + 1);
  expect(offsets[rows]).toBe(ids.length);
  expect(parents).toHaveLength(labels.length);
  expect(new Set(labels).size).toBe(labels.length);
  for (let row = 0; row < rows; row++) {
    const set = [...ids.subarray(offsets[row], offsets[row + 1])];
    expect(set).toEqual([...new Set(set)].sort((a, b) => a - b));
    expect(set.every((tag) => tag >= 0 && tag < labels.length)).toBe(true);
  }
}

describe('the fixture tag-columns', () => {
  it.each(fixture.cases.map((one, i) => [i, one] as const))('cells %i', (_, { separator, cap, cells, vocabulary, offsets, ids, rowsCut }) => {
    // Words for missing are read before: such cells are empty.
    const texts = cells.map((cell) => (MISSING_WORDS.has(cell.trim().toLowerCase()) ? '' : cell));
    const parsed = parseTexts(texts, separator as ';', cap);
    const column = tagColumn(
      {
        name: 't',
        labels: parsed.labels,
        fixed: false,
        ids: parsed.ids,
        begin: (row) => parsed.offsets[row],
        end: (row) => parsed.offsets[row + 1],
        isMissing: (row) => parsed.offsets[row] === parsed.offsets[row + 1],
        isCut: (row) => parsed.cut[row] === 1,
      },
      'none',
      undefined,
      new Uint8Array(cells.length).fill(1),
    );
    expect(column.labels).toEqual(vocabulary);
    expect([...column.offsets]).toEqual(offsets);
    expect([...column.ids]).toEqual(ids);
    expect(column.told?.cut).toBe(rowsCut);
  });

  it('a block of 0/1 columns', async () => {
    const { columns, rows, name, members, labels, offsets, ids, missingAsZero } = fixture.block;
    const { length } = rows;
    const table = await tableOf({
      ...Object.fromEntries(columns.map((column, j) => [column, (row: number) => rows[row % length][j]])),
      y: (row) => row,
    });
    const [block] = previewTable(table).blocks ?? [];
    expect(block).toMatchObject({ block: 'tag_', columns: members, oneEach: false, missing: (60 / length) * missingAsZero });
    const choices = table.columns.map((column): ColumnChoice => {
      if (members.includes(column.name)) return { name: column.name, role: 'tags', block: 'tag_', hierarchy: 'none' };
      return { name: column.name, role: column.name === 'y' ? 'target' : 'numeric' };
    });
    const [column] = datasetOf(table, choices).tags ?? [];
    expect(column).toMatchObject({ name, labels });
    expect([...column.offsets.subarray(0, length + 1)]).toEqual(offsets);
    expect([...column.ids.subarray(0, ids.length)]).toEqual(ids);
  });
});

describe('tables of cases/', () => {
  it('t01: genres with semicolons', async () => {
    const table = await ofCase('t01-genres.csv');
    const preview = previewTable(table);
    expect(preview.columns.map(({ role }) => role)).toEqual(['ignore', 'numeric', 'tags', 'target']);
    expect(preview.columns[2]).toMatchObject({ tagSeparator: ';', reason: '12 labels, 2.2 a cell, separated by semicolons' });
    const check = checkRoles(table, choicesOf(table), MISSING_POLICY, 0.2);
    expect(check).toMatchObject({ error: null, p: 1, levels: [] });
    expect(check.tags?.[0]).toMatchObject({ name: 'genres', separator: ';', tags: 12, places: 4, most: 4, empty: 21, cut: 0, ancestors: 0 });
    expect(check.tags?.[0].mean).toBeCloseTo(483 / 240, 12);
    expect(check.tags?.[0].first.slice(0, 3)).toEqual(['Thriller', 'Romance', 'Sci-Fi']);
    expect(check.warnings.map(({ message }) => message)).toEqual(['21 rows have no tag in "genres": the set is empty there.']);
    const dataset = datasetOf(table);
    expectSets((dataset.tags as TagColumn[])[0], 240);
    expect(summarize(dataset).tags).toMatchObject([{ name: 'genres', tags: 12, places: 4, unseenTestRows: 0 }]);
  });

  it('t02: two blocks, one of tags and one that is a category', async () => {
    const table = await ofCase('t02-blocks.csv');
    const { blocks } = previewTable(table);
    expect(blocks).toMatchObject([
      { block: 'skill_', oneEach: false, missing: 26, most: 5, mean: 386 / 200 },
      { block: 'shift.', oneEach: true, missing: 0, most: 1, mean: 1 },
    ]);
    const choices = table.columns.map(({ name }): ColumnChoice => {
      if (name.startsWith('skill_')) return { name, role: 'tags', block: 'skill_' };
      if (name.startsWith('shift.')) return { name, role: 'categorical', block: 'shift.' };
      return { name, role: name === 'salary' ? 'target' : 'numeric' };
    });
    const check = checkRoles(table, choices, MISSING_POLICY, 0.2);
    expect(check).toMatchObject({ error: null, p: 1, levels: [3] });
    expect(check.tags).toMatchObject([
      { name: 'skill', separator: null, tags: 5, empty: 27, missingAsZero: 26, first: ['python', 'sql', 'r', 'excel', 'spark'] },
    ]);
    const { categorical, tags } = datasetOf(table, choices);
    expect(categorical[0]).toMatchObject({ name: 'shift', labels: ['day', 'late', 'night'], cardinality: 3 });
    expect([0, 1, 2].map((level) => categorical[0].codes.filter((code) => code === level).length)).toEqual([63, 74, 63]);
    expect(tags?.[0].ids).toHaveLength(386);
  });

  it('t03: a separator between quotes, and cells in brackets', async () => {
    const dataset = datasetOf(await ofCase('t03-quoted-labels.csv'));
    expect(dataset.tags?.[0].labels).toEqual(['drum & bass', 'jazz', 'rock; roll', 'folk', 'blues']);
    expect(dataset.tags?.[0].ids).toHaveLength(241);
  });

  it('t04: a hierarchy that labels name', async () => {
    const table = await ofCase('t04-hierarchy.csv');
    const [facts] = checkRoles(table, choicesOf(table), MISSING_POLICY, 0.2).tags ?? [];
    expect(facts).toMatchObject({ separator: ',', tags: 10, ancestors: 3, empty: 28, children: 7 });
    const [column] = datasetOf(table).tags ?? [];
    expect(column.labels.slice(7).sort()).toEqual(['Sensor', 'Sensor/Pressure', 'Unit']);
    const parent = (label: string) => column.labels[column.parents[column.labels.indexOf(label)]];
    expect(parent('Place/Indoor')).toBe('Place');
    expect(parent('Sensor/Pressure')).toBe('Sensor');
    expect(Math.max(...column.ids)).toBeLessThan(7);
    const plain = choicesOf(table).map((choice): ColumnChoice => (choice.role === 'tags' ? { ...choice, hierarchy: 'none' } : choice));
    expect(datasetOf(table, plain).tags?.[0].labels).toHaveLength(7);
  });

  it('t05: bars, and the label "(no genres listed)"', async () => {
    const table = await ofCase('t05-movielens.csv');
    expect(previewTable(table).columns.map(({ role }) => role)).toEqual(['categorical', 'tags', 'target']);
    const [column] = datasetOf(table).tags ?? [];
    expect(column.labels).toHaveLength(13);
    expect(column.labels[0]).toBe('(no genres listed)');
    expect(column.ids).toHaveLength(352);
  });
});

describe('columns of tags', () => {
  const sets = (row: number): string => (row % 6 === 0 ? '' : row % 6 === 1 ? '[]' : ['a;b', 'b;c', 'a', 'c;a'][row % 4]);

  it('have the empty set, a tag of their own, or no row where nothing is said', async () => {
    const table = await tableOf({ t: sets, y: (row) => row * 1.5 });
    const columns: ColumnChoice[] = [
      { name: 't', role: 'tags', tagSeparator: ';' },
      { name: 'y', role: 'target' },
    ];
    const as = (tags: 'empty-set' | 'own-tag' | 'drop-rows') => datasetOf(table, columns, { missing: { ...MISSING_POLICY, tags } });
    const [empty] = as('empty-set').tags ?? [];
    expect(setsOf(empty).slice(0, 3)).toEqual([[], [], ['a']]);
    expect(empty.told).toEqual({ empty: 20, cut: 0 });
    const [own] = as('own-tag').tags ?? [];
    expect(setsOf(own).slice(0, 3)).toEqual([['(missing)'], ['(missing)'], ['a']]);
    expect(own.told?.empty).toBe(0);
    expectSets(own, 60);
    const { split } = as('drop-rows');
    expect(split.train.length + split.validation.length + split.test.length).toBe(40);
  });

  it('alone are features enough, and two of them stand in the order of the table', async () => {
    const table = await tableOf({ t: (row) => ['a;b', 'b'][row % 2], y: (row) => row, s: (row) => ['q', 'r|q'][row % 2] });
    const columns: ColumnChoice[] = [
      { name: 't', role: 'tags' },
      { name: 'y', role: 'target' },
      { name: 's', role: 'tags' },
    ];
    expect(checkRoles(table, columns, MISSING_POLICY, 0.2)).toMatchObject({ error: null, p: 0, levels: [], warnings: [] });
    const dataset = datasetOf(table, columns);
    expect(dataset.tags?.map(({ name, labels }) => [name, labels])).toEqual([
      ['t', ['a', 'b']],
      ['s', ['q', 'r']],
    ]);
  });

  it('lose what only test rows have, and say so', async () => {
    const table = await tableOf({
      t: (row) => (row === 7 ? 'rare' : row === 9 ? 'a;odd' : ['a;b', 'b'][row % 2]),
      y: (row) => row,
      part: (row) => (row < 12 ? 'test' : 'train'),
    });
    const columns: ColumnChoice[] = [
      { name: 't', role: 'tags' },
      { name: 'y', role: 'target' },
      { name: 'part', role: 'fold' },
    ];
    const division = { split: 'by-column', splitColumn: 'part' } as const;
    const dropped = datasetOf(table, columns, division);
    const [column] = dropped.tags ?? [];
    expect([setsOf(column)[7], setsOf(column)[9]]).toEqual([[], ['a']]);
    expect(column.labels).toEqual(['a', 'b', 'rare', 'odd']);
    const summary = summarize(dropped);
    expect(summary.tags?.[0].unseenTestRows).toBe(2);
    expect(summary.unseen.testRows).toBe(2);
    expect(summary.warnings?.map(({ message }) => message)).toEqual([
      '2 test rows have tags in "t" that no training row has. They are left out there, and 1 row then has no tag left.',
    ]);
    const published = datasetOf(table, columns, { ...division, unseenTags: 'as-published' });
    expect(setsOf((published.tags as TagColumn[])[0])[9]).toEqual(['a', 'odd']);
    expect(summarize(published).tags?.[0].unseenTestRows).toBe(2);
    expect(summarize(published).warnings?.[0].message).toContain('with the vectors they began with');
  });

  it('are divided by tag and by combination', async () => {
    const letters = [...'abcdefghij'];
    const table = await tableOf({ t: (row) => letters.filter((_, i) => (row * row * 7 + i * i * i) % 11 < 3).join(';'), y: (row) => row }, 200);
    const columns: ColumnChoice[] = [
      { name: 't', role: 'tags', tagSeparator: ';' },
      { name: 'y', role: 'target' },
    ];
    for (const split of ['by-tag', 'by-combination'] as const) {
      const dataset = datasetOf(table, columns, { split, unseenTags: 'as-published' });
      const of = setsOf((dataset.tags as TagColumn[])[0]);
      const rows = [...dataset.split.train, ...dataset.split.validation];
      const known = new Set(split === 'by-tag' ? rows.flatMap((row) => of[row]) : rows.map((row) => of[row].join()));
      for (const row of dataset.split.test)
        expect(split === 'by-tag' ? of[row].every((tag) => known.has(tag)) : known.has(of[row].join())).toBe(false);
      expect(dataset.split.test.length).toBeGreaterThan(0);
    }
    const folds = { split: 'by-tag', fold: { index: 1, of: 5 } } as const;
    expect(() => datasetOf(table, columns, folds)).toThrow('The rows cannot be cut in folds by tag');
    expect(datasetOf(table, columns, { ...folds, split: 'by-combination' }).split.test.length).toBeGreaterThan(0);
  });

  it('as text and as a block of 0/1 columns are the same sets', async () => {
    const labels = ['a', 'b', 'c', 'd'];
    const rows = fc.array(fc.subarray(labels), { minLength: 30, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        // All labels in the first rows, in their order, so that both vocabularies are alike.
        const all = [labels, [], ...drawn];
        const table = await tableOf(
          {
            t: (row) => writeTags(all[row], ';'),
            ...Object.fromEntries(labels.map((label) => [`t_${label}`, (row: number) => (all[row].includes(label) ? 1 : 0)])),
            y: (row) => row,
          },
          all.length,
        );
        const block = labels.map((label): ColumnChoice => ({ name: `t_${label}`, role: 'tags', block: 't_' }));
        const dataset = datasetOf(table, [{ name: 't', role: 'tags', tagSeparator: ';' }, ...block, { name: 'y', role: 'target' }], {
          unseenTags: 'as-published',
        });
        const [text, ones] = dataset.tags as TagColumn[];
        expectSets(text, all.length);
        expect([ones.labels, ones.offsets, ones.ids]).toEqual([text.labels, text.offsets, text.ids]);
        expect(setsOf(text)).toEqual(all);
      }),
      { numRuns: 20 },
    );
  });
});

describe('tags that cannot be as they are', () => {
  const choice = (extra: Partial<ColumnChoice> = {}): ColumnChoice[] => [
    { name: 't', role: 'tags', tagSeparator: ';', ...extra },
    { name: 'y', role: 'target' },
  ];

  it('65 in a cell: 64 count, and the row is told', async () => {
    const many = Array.from({ length: 65 }, (_, i) => `t${i}`).join(';');
    const table = await tableOf({ t: (row) => (row === 5 ? many : 'a;b'), y: (row) => row });
    const check = checkRoles(table, choice(), MISSING_POLICY, 0.2);
    expect(check.tags?.[0]).toMatchObject({ tags: 66, most: 64, cut: 1 });
    expect(check.warnings.map(({ message }) => message)).toEqual(['1 row has more than 64 tags in "t": only the first 64 count.']);
    const [column] = datasetOf(table, choice(), { unseenTags: 'as-published' }).tags ?? [];
    expect(setsOf(column)[5]).toHaveLength(64);
    expect(column.labels).not.toContain('t64');
  });

  it('none in any cell', async () => {
    const table = await tableOf({ t: (row) => (row % 2 === 0 ? '' : ';'), x: (row) => row % 7, y: (row) => row });
    expect(checkRoles(table, choice(), MISSING_POLICY, 0.2).error).toMatchObject({ code: 'no-tag', message: 'The column of tags "t" has no tag.' });
  });

  it('none in the rows that are used', async () => {
    const table = await tableOf({ t: (row) => (row < 30 ? 'a;b' : null), y: (row) => (row < 30 ? null : row) });
    expect(checkRoles(table, choice(), MISSING_POLICY, 0.2).error?.message).toBe('The column of tags "t" has no tag in the rows that are used.');
  });

  it('a hierarchy that goes in a circle, by name', async () => {
    const table = await tableOf({ t: (row) => ['a;b', 'b;c'][row % 2], y: (row) => row });
    const hierarchy: [string, string][] = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ];
    expect(checkRoles(table, choice({ hierarchy }), MISSING_POLICY, 0.2).error).toMatchObject({
      code: 'tag-cycle',
      message: 'The hierarchy of tags of the column "t" goes in a circle: "a" → "b" → "c" → "a".',
    });
    expect(datasetOf(table, choice({ hierarchy: hierarchy.slice(0, 2) })).tags?.[0].parents).toEqual(Int32Array.of(1, 2, -1));
  });

  it('a block with another value, or with two 1s where it is to be a category', async () => {
    const table = await tableOf({
      g_a: (row) => (row === 9 ? 2 : row % 2),
      g_b: (row) => 1 - (row % 2),
      g_c: (row) => (row === 4 ? 1 : 0),
      y: (row) => row,
    });
    const columns = (role: 'tags' | 'categorical', names: string[]): ColumnChoice[] => [
      ...names.map((name): ColumnChoice => ({ name, role, block: 'g_' })),
      { name: 'y', role: 'target' },
    ];
    expect(checkRoles(table, columns('tags', ['g_a', 'g_b']), MISSING_POLICY, 0.2).error?.message).toBe(
      'The column "g_a" of the block "g_" holds "2" on line 11, which is neither 0 nor 1.',
    );
    expect(checkRoles(table, columns('categorical', ['g_b', 'g_c']), MISSING_POLICY, 0.2).error?.message).toBe(
      'The block "g_" has no 1 on line 3, so its columns are no levels of one feature.',
    );
  });
});

describe('the guess', () => {
  const roleOf = async (name: string, cell: (row: number) => string) => {
    const table = await tableOf({ [name]: cell, y: (row) => row * 1.5 }, 120);
    return previewTable(table).columns[0].role;
  };
  const some = (row: number, labels: string[], most: number) => labels.filter((_, i) => (row * 13 + i * 7) % labels.length < most);

  it('takes labels that come back, and no free text, names or numbers', async () => {
    const six = ['red', 'green', 'blue', 'grey', 'pink', 'black'];
    expect(await roleOf('colours', (row) => some(row, six, 1 + (row % 3)).join('|'))).toBe('tags');
    // Of words, many sets of few: a few sets could as well be phrases.
    const sets = (row: number) => six.filter((_, i) => ((1 + ((row * 37) % 63)) >> i) & 1);
    expect(await roleOf('colours', (row) => sets(row).join(' '))).toBe('tags');
    expect(await roleOf('person', (row) => `Miller${row}, Ann${row}`)).not.toBe('tags');
    expect(await roleOf('note', (row) => `word${row} and many other words that say what a person thinks of number ${row % 7}`)).not.toBe('tags');
    expect(await roleOf('when', (row) => `2024-01-${String(1 + (row % 28)).padStart(2, '0')} 10:00`)).not.toBe('tags');
    expect(await roleOf('amount', (row) => `${row},5`)).not.toBe('tags');
    expect(await roleOf('kind', (row) => six[row % 6])).toBe('categorical');
  });

  it.each([
    [['Fair', 'Good', 'Very Good', 'Premium', 'Ideal']],
    [['strongly disagree', 'disagree', 'neutral', 'agree', 'strongly agree']],
    [['very low', 'low', 'medium', 'high', 'very high']],
    [['sehr gut', 'gut', 'weder noch', 'schlecht', 'sehr schlecht']],
    [['light blue', 'dark blue', 'light green', 'dark green']],
  ])('takes no answers or grades for tags: %j', async (answers) => {
    expect(await roleOf('cut', (row) => answers[row % answers.length])).toBe('categorical');
  });

  it('asks half as many cells of a separator where the name tells', async () => {
    const seldom = (row: number) => (row % 7 === 0 ? 'red;green;blue' : ['red', 'green', 'blue'][row % 3]);
    expect(await roleOf('skills', seldom)).toBe('tags');
    expect(await roleOf('colour', seldom)).toBe('categorical');
  });
});
