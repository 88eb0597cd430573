import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { columnAs } from './as-role';
import { openTable } from './csv';
import { csvBytes } from './csv-write';
import { checkRoles, tableDataset } from './roles';
import { type ColumnChoice, tableSchema } from './schema';
import type { Table } from './table';

const NO_GAPS = { numeric: 'mean', categorical: 'own-level' } as const;

async function tableOf(columns: Record<string, readonly (string | number | null)[]>): Promise<Table> {
  const names = Object.keys(columns);
  const rows = columns[names[0]].map((_, row) => names.map((name) => columns[name][row]));
  return openTable(new File([csvBytes(names, rows, { guardFormulas: false })], 'mine.csv'));
}

const caseTable = (name: string, options = {}) => openTable(new File([readFileSync(new URL(`../../cases/${name}`, import.meta.url))], name), options);

const dataOf = (table: Table, columns: ColumnChoice[], task: 'regression' | 'binary' = 'regression') =>
  tableDataset(table, tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task, columns }), { split: 1 });

const many = (values: readonly (string | number | null)[], times = 10) => Array.from({ length: times }, () => values).flat();

const cells = (table: Table, choice: ColumnChoice, choices: ColumnChoice[] = [choice]) => {
  const { codes, dictionary, numbers } = columnAs(table, choice, choices);
  return Array.from(codes, (code) => (code < 0 ? null : choice.role === 'numeric' ? numbers[code] : dictionary[code]));
};

test('nested: a level is outer:inner, missing where either is, through several columns', async () => {
  const table = await tableOf({ school: ['s1', 's1', 's2', null], class: ['a', 'b', 'a', 'a'], pupil: [1, 1, 1, 2], y: [1, 2, 3, 4] });
  const klass: ColumnChoice = { name: 'class', role: 'categorical', nestedIn: 'school' };
  const pupil: ColumnChoice = { name: 'pupil', role: 'categorical', nestedIn: 'class' };
  expect(cells(table, klass)).toEqual(['s1:a', 's1:b', 's2:a', null]);
  expect(cells(table, pupil, [klass, pupil])).toEqual(['s1:a:1', 's1:b:1', 's2:a:1', null]);
  expect(cells(table, pupil, [{ ...klass, nestedIn: undefined }, pupil])).toEqual(['a:1', 'b:1', 'a:1', 'a:2']);
  const circle: ColumnChoice[] = [
    { name: 'class', role: 'categorical', nestedIn: 'pupil' },
    { name: 'pupil', role: 'categorical', nestedIn: 'class' },
  ];
  expect(() => columnAs(table, circle[0], circle)).toThrow('"class" is nested in itself: "class" in "pupil" in "class".');
  expect(() => columnAs(table, { ...klass, nestedIn: 'shool' }, [])).toThrow('mine.csv has no column "shool".');
});

test('nested: the levels of reused labels are those of unique ones (cases/m03-nested-reused, m03b-nested-unique)', async () => {
  const [reused, unique] = [await caseTable('m03-nested-reused.csv'), await caseTable('m03b-nested-unique.csv')];
  const roles: ColumnChoice[] = [
    { name: 'batch', role: 'categorical' },
    { name: 'cask', role: 'categorical' },
    { name: 'x', role: 'numeric' },
    { name: 'y', role: 'target' },
  ];
  const nested = dataOf(
    reused,
    roles.map((choice) => (choice.name === 'cask' ? { ...choice, nestedIn: 'batch' } : choice)),
  );
  const right = dataOf(unique, roles);
  expect(nested.categorical).toEqual(right.categorical);
  expect(nested.split).toEqual(right.split);
  expect(dataOf(reused, roles).categorical[1].cardinality).toBeLessThan(right.categorical[1].cardinality);
});

test('yes and no are 1 and 0 in a numeric column, and stay labels in a categorical one', async () => {
  const table = await tableOf({ smoker: many(['Yes', 'no', 'NO', null]), y: many([1, 2, 3, 4]) });
  expect(cells(table, { name: 'smoker', role: 'numeric' }).slice(0, 4)).toEqual([1, 0, 0, null]);
  expect(cells(table, { name: 'smoker', role: 'categorical' }).slice(0, 4)).toEqual(['Yes', 'no', 'NO', null]);
  const sexes = await tableOf({ sex: many(['m', 'f']), y: many([1, 2]) });
  const roles: ColumnChoice[] = [
    { name: 'sex', role: 'numeric' },
    { name: 'y', role: 'target' },
  ];
  expect(checkRoles(sexes, roles, NO_GAPS, 0.2).error).toMatchObject({ code: 'numeric-text' });
});

test('0, 0.0, 1 and 1.0 are two values of a target (cases/b04-mixed-0-0.0)', async () => {
  // Without the reader's own step, which would merge them.
  const table = await caseTable('b04-mixed-0-0.0.csv', { steps: [] });
  const roles: ColumnChoice[] = [
    { name: 'clinic', role: 'categorical' },
    { name: 'x', role: 'numeric' },
    { name: 'y', role: 'target' },
  ];
  expect(table.columns[2].dictionary.length).toBeGreaterThan(2);
  expect(checkRoles(table, roles, NO_GAPS, 0.2)).toMatchObject({ error: null, task: 'binary', refusals: { binary: null } });
  const data = dataOf(table, roles, 'binary');
  expect(data.classLabels).toEqual(['0', '1']);
  const { codes, numbers } = table.columns[2];
  expect(Array.from(data.y)).toEqual(Array.from(codes, (code) => numbers[code]));
});

test('levels that occur only where the target is missing do not count (cases/s10-levels-without-target)', async () => {
  const table = await caseTable('s10-levels-without-target.csv');
  const roles: ColumnChoice[] = [
    { name: 'shop', role: 'categorical' },
    { name: 'x', role: 'numeric' },
    { name: 'y', role: 'target' },
  ];
  expect(table.columns[0].dictionary.length).toBeGreaterThan(8);
  expect(checkRoles(table, roles, NO_GAPS, 0.2).levels).toEqual([8]);
  const [shop] = dataOf(table, roles).categorical;
  expect(shop.cardinality).toBe(8);
  // Every row that has a target keeps its label.
  for (let row = 0; row < table.rows; row++) {
    if (table.columns[2].codes[row] >= 0) expect(shop.labels?.[shop.codes[row]]).toBe(table.columns[0].dictionary[table.columns[0].codes[row]]);
  }
  expect(Math.max(...shop.codes)).toBeLessThan(8);
});

test('a category that is missing only where rows are left out is no level, and one level in the rows that are used is refused', async () => {
  const table = await tableOf({ g: many(['a', 'b', null]), h: many(['u', 'u', 'v']), y: many([1, 2, null]), x: many([1, 2, 3]) });
  const roles: ColumnChoice[] = [
    { name: 'g', role: 'categorical' },
    { name: 'x', role: 'numeric' },
    { name: 'y', role: 'target' },
  ];
  expect(checkRoles(table, roles, NO_GAPS, 0.2).levels).toEqual([2]);
  expect(checkRoles(table, [{ name: 'h', role: 'categorical' }, ...roles], NO_GAPS, 0.2).error).toMatchObject({
    code: 'one-level',
    message: 'The categorical column "h" has one level in the rows that are used, "u".',
  });
});
