import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { previewTable } from './columns';
import { openTable } from './csv';
import { csvBytes } from './csv-write';
import { prepareDataset } from './prepare';
import { checkRoles, tableDataset } from './roles';
import { type ColumnChoice, type ColumnRole, type MissingPolicy, type TableDataset, tableSchema } from './schema';
import type { Table } from './table';

const ALL: MissingPolicy = { numeric: 'mean', categorical: 'own-level' };
const SHORT: Record<string, ColumnRole> = { t: 'target', n: 'numeric', c: 'categorical', i: 'ignore' };
const rolesOf = (letters: string) => [...letters].map((letter) => SHORT[letter]);
/** Roles by letter for the columns of a table. */
const choices = (table: Table, letters: string): ColumnChoice[] =>
  table.columns.map(({ name }, j) => ({ name, role: rolesOf(letters)[j] ?? 'ignore' }));

/** 40 rows by columns of a function of the row number. */
async function tableOf(columns: Record<string, (row: number) => string | number | null>, rows = 40): Promise<Table> {
  const names = Object.keys(columns);
  const bytes = csvBytes(
    names,
    Array.from({ length: rows }, (_, row) => names.map((name) => columns[name](row))),
    { guardFormulas: false },
  );
  return openTable(new File([bytes], 'mine.csv'));
}

function specOf(table: Table, letters: string, changes: Partial<TableDataset> = {}): TableDataset {
  const columns = table.columns.map(({ name }, j) => ({ name, role: rolesOf(letters)[j] }));
  return tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task: 'regression', columns, ...changes });
}

describe('refusals of roles', () => {
  const columns = {
    y: (row: number) => row * 1.5,
    same: () => 3,
    three: (row: number) => ['red', 'green', 'blue'][row % 3],
    mixed: (row: number) => (row === 17 ? 'about 3' : row),
    one: () => 'only',
    yes: (row: number) => (row % 2 === 0 ? 'no' : 'yes'),
    empty: () => null,
    grade: (row: number) => row % 3,
  };
  test.each([
    ['no target', 'ininiiii', 'no-target', 'No column is the target.'],
    ['two targets', 'tiniitii', 'several-targets', '"y", "yes"'],
    ['no features', 'tiiiiiii', 'no-features', 'nothing to predict from'],
    ['constant target', 'ntciiiii', 'target-constant', 'The target "same" is "3" in every row'],
    ['text in a numeric column', 'tiiniiii', 'numeric-text', 'The numeric column "mixed" holds "about 3" on line 19'],
    ['text in a regression target', 'nicticii', 'target-not-numeric', 'The target "mixed" is not a number on line 19: "about 3"'],
    ['one level', 'tiiiciii', 'one-level', 'The categorical column "one" has one level, "only".'],
    ['empty target', 'niiiiiti', 'target-missing-values', 'The target "empty" has no value'],
    ['empty numeric column', 'tiiiiini', 'numeric-empty', 'The numeric column "empty" has no value.'],
  ])('%s', async (_, letters, code, message) => {
    const table = await tableOf(columns);
    const check = checkRoles(table, choices(table, letters), ALL, 0.2);
    expect(check.error?.code).toBe(code);
    expect(check.error?.message).toContain(message);
    expect(() => tableDataset(table, specOf(table, letters), { split: 1 })).toThrow(expect.objectContaining({ code }));
  });

  test('three classes as text: refused as binary and as regression, fine as classes in the order of the alphabet or of the person', async () => {
    const table = await tableOf(columns);
    const check = checkRoles(table, choices(table, 'nitiiiii'), ALL, 0.2);
    expect(check).toMatchObject({ error: null, task: 'classes', classes: ['blue', 'green', 'red'] });
    expect(check.refusals.binary).toMatchObject({ code: 'target-classes', hint: 'Choose classes or ordinal.' });
    expect(check.refusals.regression).toMatchObject({
      code: 'target-not-numeric',
      hint: 'Choose classes or ordinal, or a numeric target for regression.',
    });
    const classes = tableDataset(table, specOf(table, 'nitiiiii', { task: 'classes' }), { split: 1 });
    expect([...classes.y.slice(0, 4)]).toEqual([2, 1, 0, 2]);
    expect(classes).toMatchObject({ classLabels: ['blue', 'green', 'red'], targetScale: 1, targetMean: 0 });
    // A name that the target lacks is passed over, one that is not named comes after the others.
    const ordered = tableDataset(table, specOf(table, 'nitiiiii', { task: 'ordinal', classOrder: ['red', 'violet', 'blue'] }), { split: 1 });
    expect(ordered.classLabels).toEqual(['red', 'blue', 'green']);
    expect([...ordered.y.slice(0, 4)]).toEqual([0, 2, 1, 0]);
  });

  test('classes are three to a hundred; numbers are one class however they are spelled, by size', async () => {
    const table = await tableOf(
      {
        x: (row) => row,
        stars: (row) => ['10', '2', '2.0', '9'][row % 4],
        many: (row) => `m${row % 101}`,
        yes: (row) => (row % 2 === 0 ? 'no' : 'yes'),
      },
      120,
    );
    expect(tableDataset(table, specOf(table, 'ntii', { task: 'ordinal' }), { split: 1 })).toMatchObject({ classLabels: ['2', '9', '10'] });
    const many = checkRoles(table, choices(table, 'niti'), ALL, 0.2);
    expect(many.error).toMatchObject({ code: 'target-classes', hint: 'Choose another target, or keep the rows of fewer classes.' });
    expect(many.error?.message).toBe('The target "many" has 101 classes: "m0", "m1", "m2", …. Classes need three to 100 classes.');
    expect(many.classes).toBeUndefined();
    expect(checkRoles(table, choices(table, 'niit'), ALL, 0.2).refusals.ordinal).toMatchObject({ hint: 'Choose binary.' });
  });

  test('a division in the shares of the classes has the rare ones in every part', async () => {
    const table = await tableOf({ x: (row) => row, y: (row) => (row % 20 === 0 ? 'rare' : 'abc'[row % 3]) }, 400);
    const { y, split, classLabels } = tableDataset(table, specOf(table, 'nt', { task: 'classes', stratify: true }), { split: 3 });
    const rare = classLabels?.indexOf('rare');
    const rows = (part: Uint32Array): number => part.reduce((sum, row) => sum + (y[row] === rare ? 1 : 0), 0);
    expect([split.train, split.validation, split.test].map(rows)).toEqual([14, 2, 4]);
  });

  test('three numbers as classes: refused as binary, fine as regression', async () => {
    const table = await tableOf(columns);
    const check = checkRoles(table, choices(table, 'niiiiiit'), ALL, 0.2);
    expect(check.error).toBeNull();
    expect(check.refusals.regression).toBeNull();
    expect(check.refusals.binary?.message).toContain('The target "grade" has 3 classes: "0", "1", "2". Binary needs two classes.');
    expect(() => tableDataset(table, specOf(table, 'niiiiiit', { task: 'binary' }), { split: 1 })).toThrow(
      expect.objectContaining({ code: 'target-classes' }),
    );
  });

  test.each([
    { role: 'categorical', of: 'g', missing: { ...ALL, categorical: 'drop-rows' as const } },
    { role: 'numeric', of: 'x', missing: { ...ALL, numeric: 'drop-rows' as const } },
    { role: 'tags', of: 't', missing: { ...ALL, tags: 'drop-rows' as const } },
    { role: 'event', of: 'e', missing: ALL },
  ])('too few rows, for the missing values of a column of role $role', async ({ role, of, missing }) => {
    const unless = (name: string, value: (row: number) => string | number) => (row: number) => (name === of && row < 25 ? null : value(row));
    const table = await tableOf({
      y: (row) => (row === 39 ? null : row + 1),
      x: unless('x', (row) => row / 2),
      g: unless('g', (row) => 'ab'[row % 2]),
      t: unless('t', (row) => `red|${'bg'[row % 2]}`),
      e: unless('e', (row) => row % 2),
    });
    const roles: Record<string, ColumnRole> = { y: 'target', x: 'numeric', g: 'categorical', [of]: role as ColumnRole };
    const asked = table.columns.map(({ name }) => ({ name, role: roles[name] ?? 'ignore' }));
    expect(checkRoles(table, asked, missing, 0.2).error).toMatchObject({
      code: 'too-few-rows',
      message: `14 rows can be used after 26 with missing values (column "${of}" has the most) were dropped; at least 20 are needed.`,
    });
  });

  test('a positive value that is not there', async () => {
    const table = await tableOf(columns);
    expect(() => tableDataset(table, specOf(table, 'niiiitii', { task: 'binary', positive: 'maybe' }), { split: 1 })).toThrow(
      expect.objectContaining({ code: 'positive-not-found' }),
    );
  });
});

describe('a table as dataset', () => {
  test('binary: 1 is the later value, or the chosen one', async () => {
    const table = await tableOf({ x: (row) => row, yes: (row) => (row % 4 === 0 ? 'yes' : 'no') });
    const later = tableDataset(table, specOf(table, 'nt', { task: 'binary' }), { split: 1 });
    expect([later.classLabels, later.y[0], later.y[1]]).toEqual([['no', 'yes'], 1, 0]);
    const chosen = tableDataset(table, specOf(table, 'nt', { task: 'binary', positive: 'no' }), { split: 1 });
    expect([chosen.classLabels, chosen.y[0], chosen.y[1]]).toEqual([['yes', 'no'], 0, 1]);
  });

  test.each([
    ['0.0', '1.0', '1'],
    ['-1', '+1', '1'],
    ['1.50', '2.50', '2.5'],
    ['0,0', '1,0', '1'],
    ['0%', '100%', '100'],
  ])('binary: %s and %s, of which the page asks for %s', async (zero, one, positive) => {
    const table = await openTable(
      new File([`x;y\n${Array.from({ length: 40 }, (_, row) => `${row};${row % 4 ? zero : one}`).join('\n')}\n`], 'a.csv'),
    );
    expect(previewTable(table).columns[1].values).toContain(positive);
    const { classLabels, y } = tableDataset(table, specOf(table, 'nt', { task: 'binary', positive }), { split: 1 });
    expect([classLabels, y[0], y[1]]).toEqual([[zero, one], 1, 0]);
    expect(() => tableDataset(table, specOf(table, 'nt', { task: 'binary', positive: '7' }), { split: 1 })).toThrow('has no value "7"');
  });

  test.each([
    ['nein', 'ja'],
    ['no', 'Yes'],
  ])('binary: of %s and %s, 1 is what says yes', async (no, yes) => {
    const table = await tableOf({ x: (row) => row, y: (row) => (row % 4 === 0 ? yes : no) });
    expect(tableDataset(table, specOf(table, 'nt', { task: 'binary' }), { split: 1 }).classLabels).toEqual([no, yes]);
  });

  test('missing values: own level and mean, or rows dropped; a missing target always drops', async () => {
    const table = await tableOf(
      { y: (row) => (row < 5 ? null : row ** 2), x: (row) => (row % 10 === 0 ? null : row), g: (row) => (row % 8 === 7 ? null : `g${row % 3}`) },
      100,
    );
    const kept = tableDataset(table, specOf(table, 'tnc'), { split: 1 });
    const { train, validation, test: held } = kept.split;
    expect(train.length + validation.length + held.length).toBe(95);
    expect(Math.min(...train, ...validation, ...held)).toBe(5);
    expect(kept.categorical[0]).toMatchObject({ cardinality: 4, labels: ['g0', 'g1', 'g2', '(missing)'] });
    expect([kept.categorical[0].codes[7], kept.categorical[0].codes[8], kept.x[10]]).toEqual([3, 2, 0]);

    const policy: MissingPolicy = { numeric: 'drop-rows', categorical: 'drop-rows' };
    const dropped = tableDataset(table, specOf(table, 'tnc', { missing: policy }), { split: 1 });
    const rows = [...dropped.split.train, ...dropped.split.validation, ...dropped.split.test];
    expect(rows.every((row) => row >= 5 && row % 10 !== 0 && row % 8 !== 7)).toBe(true);
    expect(dropped.categorical[0].cardinality).toBe(3);
    const check = checkRoles(table, choices(table, 'tnc'), policy, 0.2);
    expect(check.rows).toEqual({
      train: dropped.split.train.length,
      validation: dropped.split.validation.length,
      test: dropped.split.test.length,
      dropped: 100 - rows.length,
    });
    expect([check.p, check.levels]).toEqual([1, [3]]);
  });

  test('standardised by training rows; the target scales back; constants become 0', async () => {
    const table = await tableOf({ y: (row) => 1000 + row ** 2, x: (row) => Math.sin(row), k: () => 7 }, 200);
    const data = tableDataset(table, specOf(table, 'tnn'), { split: 3 });
    const training = [...data.split.train, ...data.split.validation];
    const mean = (value: (row: number) => number) => training.reduce((sum, row) => sum + value(row), 0) / training.length;
    expect(mean((row) => data.x[2 * row])).toBeCloseTo(0, 5);
    expect(mean((row) => data.x[2 * row] ** 2)).toBeCloseTo(1, 5);
    expect(mean((row) => data.y[row] ** 2)).toBeCloseTo(1, 5);
    for (let row = 0; row < 200; row++) {
      expect(data.x[2 * row + 1]).toBe(0);
      expect(data.y[row] * data.targetScale + data.targetMean).toBeCloseTo(1000 + row ** 2, 1);
    }
  });

  test('left as they are: x and y are those of the file, and a missing number is the mean of the training rows', async () => {
    const table = await tableOf({ y: (row) => 1000 + row ** 2, x: (row) => (row % 9 === 0 ? null : 5 + Math.sin(row)) }, 200);
    const data = tableDataset(table, specOf(table, 'tn', { scaling: 'as-is' }), { split: 3 });
    const seen = [...data.split.train, ...data.split.validation].filter((row) => row % 9 !== 0);
    const mean = seen.reduce((sum, row) => sum + 5 + Math.sin(row), 0) / seen.length;
    for (let row = 0; row < 200; row++) {
      expect(data.x[row]).toBeCloseTo(row % 9 === 0 ? mean : 5 + Math.sin(row), 5);
      expect(data.y[row]).toBe(1000 + row ** 2);
    }
    expect([data.xScales, data.targetMean, data.targetScale]).toEqual([[{ mean: 0, scale: 1 }], 0, 1]);
  });

  test('codes and labels give back every cell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'c', 'long level name', 'constructor'), { minLength: 30, maxLength: 60 }),
        async (levels) => {
          levels[0] = 'a';
          levels[1] = 'b';
          const table = await tableOf({ y: (row) => row, g: (row) => levels[row] }, levels.length);
          const [{ codes, labels, cardinality }] = tableDataset(table, specOf(table, 'tc'), { split: 1 }).categorical;
          expect(Array.from(codes, (code) => labels?.[code])).toEqual(levels);
          expect(cardinality).toBe(new Set(levels).size);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('guessed roles', () => {
  test('by type, cardinality and name', async () => {
    const table = await tableOf(
      {
        user_id: (row) => (row * 7) % 50,
        zip: (row) => 10_000 + (row % 4),
        age: (row) => 20 + ((row * 13) % 60),
        children: (row) => row % 5,
        price: (row) => row * 0.37,
        row: (row) => row + 1,
        city: (row) => `city ${row % 30}`,
        note: (row) => `free text ${row}`,
        fixed: () => 1,
        nothing: () => null,
        seat: (row) => 1 + ((row * 17) % 60),
      },
      300,
    );
    const { columns, task } = previewTable(table);
    expect(Object.fromEntries(columns.map(({ name, role }) => [name, role]))).toEqual({
      user_id: 'categorical',
      zip: 'categorical',
      age: 'numeric',
      children: 'numeric',
      price: 'target',
      row: 'ignore',
      city: 'categorical',
      note: 'ignore',
      fixed: 'ignore',
      nothing: 'ignore',
      seat: 'categorical',
    });
    expect(columns.filter(({ identifier }) => identifier).map(({ name }) => name)).toEqual(['row', 'note']);
    expect(task).toBe('regression');
    for (const { reason } of columns) expect(reason.length).toBeGreaterThan(5);
  });

  const user = (row: number) => `u${row % 30}`;
  test.each<[string, Record<string, (row: number) => string | number | null>, string, string, boolean]>([
    ['a telling name', { bought: (row) => ['yes', 'no'][row % 2], user, x: (row) => row / 3 }, 'bought', 'called "bought"', false],
    ['two values last', { user, x: (row) => row / 3, stayed: (row) => ['yes', 'no'][row % 2] }, 'stayed', 'the last column, with two values', true],
    ['numbers', { x: (row) => row / 3, user, plan: (row) => 'abc'[row % 3] }, 'x', 'the last column of numbers', true],
    ['a suitable word before an unsuitable name', { y: () => 5, user, 'end price': (row) => row / 3 }, 'end price', 'its name holds "price"', false],
    ['constant, by name', { x: (row) => row / 3, user, y: () => 5 }, 'y', 'called "y"', false],
    ['three classes, by name', { x: (row) => row / 3, user, class: (row) => 'abc'[row % 3] }, 'class', 'called "class"', false],
    ['three classes, last', { user, plan: (row) => 'abc'[row % 3] }, 'plan', 'the last column', true],
  ])('the target: %s', async (_, columns, name, reason, unsure) => {
    const preview = previewTable(await tableOf(columns, 90));
    expect(preview.columns.filter(({ role }) => role === 'target')).toEqual([expect.objectContaining({ name, reason, unsure })]);
  });

  test('a target that cannot be one is refused by name', async () => {
    const table = await tableOf({ user, x: (row) => row / 3, y: () => 5 }, 90);
    expect(checkRoles(table, previewTable(table).columns, ALL, 0.2).error?.message).toBe(
      'The target "y" is "5" in every row: there is nothing to predict.',
    );
  });

  test('counts are exact', async () => {
    const table = await tableOf({ g: (row) => (row % 6 === 0 ? null : `g${row % 4}`), y: (row) => row % 2, x: (row) => row / 2 }, 50);
    const [g, y, x] = previewTable(table).columns;
    expect(g).toMatchObject({ kind: 'text', levels: 4, missing: 9, min: null, values: null });
    expect(g.shape.form).toBe('levels');
    expect(y).toMatchObject({ kind: 'two values', role: 'target', values: ['0', '1'], levels: 2 });
    expect(x).toMatchObject({ kind: 'number', min: 0, max: 24.5, mean: 12.25, identifier: false });
    expect(x.shape).toMatchObject({ form: 'histogram' });
    expect(Math.max(...x.shape.heights)).toBe(1);
    expect(previewTable(table).task).toBe('binary');
    expect(previewTable(table).head[0]).toEqual([null, '0', '0']);
  });
});

const instEval = new URL('../../../shared/data/InstEval.csv.gz', import.meta.url);
const absent = !existsSync(instEval);

describe(absent ? 'InstEval (skipped: ../shared/data/InstEval.csv.gz is not next to the repository)' : 'InstEval', () => {
  test.skipIf(absent)('parses, guesses and prepares as docs/methods.md B4 counts it', async () => {
    const table = await openTable(new File([readFileSync(instEval)], 'InstEval.csv.gz'));
    const preview = previewTable(table);
    expect(table.rows).toBe(73_421);
    expect(Object.fromEntries(preview.columns.map(({ name, role, levels }) => [name, `${role} ${levels}`]))).toEqual({
      s: 'categorical 2972',
      d: 'categorical 1128',
      studage: 'numeric 4',
      lectage: 'numeric 6',
      service: 'numeric 2',
      dept: 'categorical 14',
      y: 'target 5',
    });
    const columns = preview.columns.map(({ name, role }) => ({ name, role }));
    const dataset = tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task: preview.task, columns });
    const data = await prepareDataset({ dataset, seeds: { data: 1, split: 1 } }, new Map([[table.fingerprint, table]]));
    expect([data.p, data.categorical.map(({ cardinality }) => cardinality), data.split.test.length]).toEqual([3, [2972, 1128, 14], 14_685]);
    expect(data.targetMean).toBeCloseTo(3.2, 1);
  });
});
