import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('names what it cannot take', async () => {
    await expect(job({ options: { targte: 'y' } })).rejects.toThrow('own.json, options.targte: there is no such option');
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
  });
});
