import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordWith } from '../workers/papers/testing';
import { gridJob, mergeGrid, storedPlans, storePlan } from './experiment-grid';

describe('the file of a grid', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grid-'));
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * 5) % 11},${'abc'[i % 3]},${'xy'[i % 2]}`);
    await writeFile(join(folder, 'table.csv'), ['y,size,place,part', ...rows].join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function job(change: object) {
    const grid = { name: 'own', file: 'table.csv', repeat: { folds: 2 }, methods: ['ignore', 'embeddings'], options: { target: 'y' }, ...change };
    await writeFile(join(folder, 'own.json'), JSON.stringify(grid));
    return gridJob(join(folder, 'own.json'));
  }

  it('finds its table next to it, and takes the options of npm run fit', async () => {
    const { plan, table } = await job({ options: { target: 'size', categorical: ['place', 'part'], numeric: ['y'] } });
    expect(table.rows).toBe(60);
    const { dataset } = plan.study.spec;
    expect(dataset.kind === 'table' && dataset.columns.map(({ role }) => role)).toEqual(['numeric', 'target', 'categorical', 'categorical']);
  });

  it('finds each of several files next to it, by name or pattern, and tells where they lie', async () => {
    const rows = await readFile(join(folder, 'table.csv'), 'utf8');
    await mkdir(join(folder, 'a, b'));
    for (const file of ['one.csv', 'two.csv']) await writeFile(join(folder, 'a, b', file), rows);
    const grid = { name: 'two-files', repeat: { folds: 2 }, methods: ['ignore'], options: { target: 'y' } };
    const path = join(folder, 'a, b', 'grid.json');
    for (const file of ['one.csv,two.csv', 'one.csv, t*.csv', '*.csv']) {
      await writeFile(path, JSON.stringify({ ...grid, file }));
      const { table, read } = await gridJob(path);
      expect(table.rows).toBe(120);
      expect(read.slice(1).sort()).toEqual(['one.csv', 'two.csv'].map((name) => join(folder, 'a, b', name)));
    }
    await writeFile(path, JSON.stringify({ ...grid, file: 'one.csv,three.csv' }));
    await expect(gridJob(path)).rejects.toThrow('There is no readable file at');
    // In place of what the grid names, a path as the command line has it.
    expect((await gridJob(path, join(folder, 'table.csv'))).table.rows).toBe(60);
  });

  it('is not called as an experiment of the papers, whose tables have the same names', async () => {
    await expect(job({ name: 'table4' })).rejects.toThrow('own.json, name: "table4" is an experiment of the papers');
  });

  it('names what it cannot take', async () => {
    await expect(job({ options: { targte: 'y' } })).rejects.toThrow('own.json, options.targte: there is no such option');
    await expect(job({ options: { target: 'y', test: '0.4' } })).rejects.toThrow('own.json, options.test: says nothing here');
    expect((await job({ repeat: { times: 2 }, options: { target: 'y', test: '0.4' } })).plan.study.spec.dataset).toMatchObject({ testFraction: 0.4 });
    const parts = { options: { target: 'y', split: 'by-column:part' } };
    await expect(job({ ...parts, repeat: { values: ['x', 'z'] } })).rejects.toThrow('own.json, repeat.values: no row of "part" is "z".');
    expect((await job({ ...parts, repeat: { values: ['x', 'y'] } })).plan.study.plan).toEqual({ kind: 'values', values: ['x', 'y'] });
    await expect(job({ options: { target: 'y', categorical: ['a,b'] } })).rejects.toThrow('own.json, options.categorical: "a,b" has a comma');
    await expect(job({ methods: ['ncf-embeddings'], options: { target: 'y', categorical: ['place'], numeric: [] } })).rejects.toThrow(
      'own.json, methods: NCF cannot use this table.',
    );
    await expect(gridJob(join(folder, 'none.json'))).rejects.toThrow('there is no readable file at');
  });

  it('is kept with its units, and not mixed with another of its name', async () => {
    const { plan } = await job({});
    await storePlan(folder, plan);
    await storePlan(folder, plan);
    const other = await job({ repeat: { folds: 3 } });
    await expect(storePlan(folder, other.plan)).rejects.toThrow('holds units of another grid called "own"');
    const [stored] = await storedPlans(folder);
    expect(stored).toEqual(plan);
    expect(await mergeGrid(folder, stored, [])).toBeNull();
    // The grid itself lies where its table would be written, as it is called like it.
    const grid = await readFile(join(folder, 'own.json'), 'utf8');
    await expect(mergeGrid(folder, stored, [recordWith('grid-own', 'spec', 1, {})])).rejects.toMatchObject({ code: 'not-own' });
    expect(await readFile(join(folder, 'own.json'), 'utf8')).toBe(grid);
    await rm(join(folder, 'own.json'));
    const told = await mergeGrid(folder, stored, [recordWith('grid-own', 'spec', 1, {})]);
    expect(await mergeGrid(folder, stored, [recordWith('grid-own', 'spec', 1, {})])).toBe(told);
    expect(await readFile(join(folder, 'own.md'), 'utf8')).toBe(told);
  });
});
