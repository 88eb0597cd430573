import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LabFailure } from '../data/failure';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { setPlanThreads } from '../engine/wasm/threads';
import { EXPERIMENTS } from '../papers/catalog';
import { toCsv } from '../papers/formats';
import { readRecord } from '../papers/record';
import { shardOf } from '../papers/shard';
import { makeTable } from '../papers/table';
import type { Experiment, UnitRecord } from '../papers/types';
import { Run, RunCancelled } from '../training/run';
import { type Unit, UnitRun, unitKey } from './unit';

/** Table 1 made small: 12 levels, 4 epochs. */
const SMALL: Experiment = {
  ...(EXPERIMENTS.find(({ id }) => id === 'table1-regression') as Experiment),
  cells: [8, 12].map((q) => ({
    id: `q=${q}`,
    label: `q = ${q}`,
    publishedRepetitions: 0,
    difference: null,
    input: (repetition) => ({
      dataset: { kind: 'simulated', task: 'regression', levels: [q], trainRows: 10 * q, testRows: 50 },
      training: { batchSize: 'q', epochs: 4, patience: null, drawPastStop: false, order: 'sequential' },
      seeds: { data: repetition, split: repetition, weights: repetition },
    }),
  })),
  columns: [
    { id: 'ignore', label: 'Ignore', method: 'ignore', settings: {}, published: null, paired: true },
    { id: 'narrow', label: 'd = 2', method: 'mmbeddings', settings: { d: 2, encoder: [8] }, published: null, paired: true },
    { id: 'wide', label: 'd = 4', method: 'mmbeddings', settings: { d: 4, encoder: [8] }, published: null, paired: true },
  ],
};

const engine = { backend: 'wasm' as const, threads: 1 };
const options = { engine, lab: '0.0.0', tables: new Map() };

const unit = (cell: number, repetition: number, columns = SMALL.columns): Unit => ({
  experiment: SMALL,
  cell: SMALL.cells[cell],
  repetition,
  columns,
});

/** A record without what depends on the clock. */
function timeless(record: UnitRecord): unknown {
  return JSON.parse(JSON.stringify(record, (key, value: unknown) => (key === 'seconds' || key === 'finished' ? undefined : value)));
}

beforeAll(async () => {
  setPlanThreads(1);
  await startWasm(nodeWasmPath());
});

describe('a unit', () => {
  it('has no record where a thread is lost, which says nothing of the method; its own failures are kept', async () => {
    const train = vi.spyOn(Run.prototype, 'train');
    train.mockRejectedValueOnce(new LabFailure('thread-lost', 'A thread of the engine is lost.', 'Train again.'));
    await expect(new UnitRun(unit(0, 1), options).train()).rejects.toMatchObject({ code: 'thread-lost' });
    train.mockRejectedValueOnce(new LabFailure('method-refused', 'It cannot be.', 'Leave it out.'));
    const { outcomes } = await new UnitRun(unit(0, 1), options).train();
    expect(outcomes.ignore).toEqual({ failure: 'It cannot be.' });
    expect(outcomes.wide).toHaveProperty('result');
    train.mockRestore();
  });

  it('keeps how well effects of tags are recovered, not each of them', async () => {
    const experiment: Experiment = {
      ...SMALL,
      metrics: [{ key: 'tagEffects', label: 'r', better: 'higher', digits: 2 }],
      cells: [
        {
          ...SMALL.cells[0],
          input: (repetition) => ({
            dataset: { kind: 'tags', task: 'regression', groups: [2, 2], trainRows: 200, testRows: 50 },
            training: { batchSize: 50, epochs: 3, patience: null, drawPastStop: false, order: 'sequential' },
            seeds: { data: repetition, split: repetition, weights: repetition },
          }),
        },
      ],
      columns: [{ id: 'sum', label: 'Sum', method: 'tag-sum', settings: {}, published: null, paired: false }],
    };
    const record = await new UnitRun({ experiment, cell: experiment.cells[0], repetition: 1, columns: experiment.columns }, options).train();
    const { sum } = record.outcomes;
    const result = 'result' in sum ? sum.result : null;
    expect(result?.tagEffects?.[0].r).toEqual(expect.closeTo(0.5, 0));
    expect(result?.tagEffects?.[0].tags).toEqual([]);
    // Nobody looks at it in a table, and it takes two to four predictions of all test rows.
    expect(result?.levelShares).toBeUndefined();
    expect(result && 'tagErrors' in result).toBe(false);
    const table = makeTable(experiment, { source: '', cells: {} }, [record]);
    expect(table.entries.find(({ metric }) => metric === 'tagEffects')?.ours?.mean).toBe(result?.tagEffects?.[0].r);
  });

  it('fits every column on the same data, the same method in two columns too', async () => {
    const record = await new UnitRun(unit(1, 1), options).train();
    expect(Object.keys(record.outcomes)).toEqual(['ignore', 'narrow', 'wide']);
    for (const outcome of Object.values(record.outcomes)) expect('result' in outcome && Number.isFinite(outcome.result.metrics.mse)).toBe(true);
    expect(record.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(readRecord(JSON.stringify(record), 'it')).toEqual(JSON.parse(JSON.stringify(record)));
  });

  it('keeps what a stored record has and fits only what it lacks', async () => {
    const first = await new UnitRun(unit(1, 1, SMALL.columns.slice(0, 1)), options).train();
    const trained: string[] = [];
    const report = ({ id }: { id: string }): void => {
      if (trained.at(-1) !== id) trained.push(id);
    };
    const whole = await new UnitRun(unit(1, 1), { ...options, before: first, report }).train();
    expect(trained).toEqual(['narrow', 'wide']);
    expect(whole.outcomes.ignore).toBe(first.outcomes.ignore);
    const { fittedBy, ...rest } = whole;
    expect(timeless(rest as UnitRecord)).toEqual(timeless(await new UnitRun(unit(1, 1), options).train()));
    expect(fittedBy).toEqual({ ignore: { lab: '0.0.0', backend: 'wasm', threads: 1, finished: first.finished } });
    // Nothing to fit: it stays as it is.
    expect(await new UnitRun(unit(1, 1), { ...options, before: whole }).train()).toBe(whole);
  });

  it('a stored record of other data is refused', async () => {
    const first = await new UnitRun(unit(1, 1, SMALL.columns.slice(0, 1)), options).train();
    const other = { ...first, fingerprint: 'ffffffffffffffff' };
    await expect(new UnitRun(unit(1, 1), { ...options, before: other }).train()).rejects.toThrow('fitted on other data');
  });

  it('trains a column as the cell says, unless the column says otherwise, for this cell before all', async () => {
    const [ignore] = SMALL.columns;
    const columns = [
      ignore,
      { ...ignore, id: 'three', training: { epochs: 3 } },
      { ...ignore, id: 'two', training: { epochs: 3 }, trainingIn: { 'q=12': { epochs: 2 } } },
    ];
    const epochs = async (cell: number): Promise<(number | null)[]> =>
      Object.values((await new UnitRun(unit(cell, 1, columns), options).train()).outcomes).map((outcome) =>
        'result' in outcome ? outcome.result.epochs : null,
      );
    expect(await epochs(0)).toEqual([4, 3, 3]);
    expect(await epochs(1)).toEqual([4, 3, 2]);
  });

  it('keeps a failure as one', async () => {
    const columns = [
      SMALL.columns[0],
      { ...SMALL.columns[1], training: { learningRate: 10, epochs: 40 }, settings: { d: 2, encoder: [8], beta: 1000 } },
    ];
    const record = await new UnitRun(unit(1, 1, columns), options).train();
    expect(record.outcomes.ignore).toHaveProperty('result');
    expect(record.outcomes.narrow).toHaveProperty('failure');
  });

  it('cancelled it ends without a record', async () => {
    const run = new UnitRun(unit(1, 1), { ...options, report: () => run.cancel() });
    await expect(run.train()).rejects.toBeInstanceOf(RunCancelled);
  });

  it.each(['before it begins', 'while its data are prepared'])('waits while paused and goes on: paused %s', async (when) => {
    const told: string[] = [];
    const run = new UnitRun(unit(1, 1), { ...options, report: ({ id }) => told.push(id) });
    if (when === 'before it begins') run.pause();
    let ended = false;
    const end = run.train().then((record) => {
      ended = true;
      return record;
    });
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([ended, told]).toEqual([false, []]);
    run.resume();
    expect(timeless(await end)).toEqual(timeless(await new UnitRun(unit(1, 1), options).train()));
  });
});

describe('shards', () => {
  it('four of them make the table of one run, bit for bit', async () => {
    const all = [0, 1].flatMap((cell) => [1, 2, 3].map((repetition) => unit(cell, repetition)));
    const fitAll = async (units: Unit[]): Promise<UnitRecord[]> => {
      const records: UnitRecord[] = [];
      for (const one of units) records.push(await new UnitRun(one, options).train());
      return records;
    };
    const once = await fitAll(all);
    const shards: UnitRecord[] = [];
    for (const option of ['3/4', '1/4', '4/4', '2/4']) {
      const { index, of } = shardOf(option, {});
      shards.push(...(await fitAll(all.filter((_, i) => i % of === index))));
    }
    const table = (records: UnitRecord[]): string => {
      const ours = records.map((record) => timeless(record) as UnitRecord);
      return toCsv(makeTable({ ...SMALL, metrics: SMALL.metrics.filter(({ key }) => key !== 'seconds') }, { source: '', cells: {} }, ours));
    };
    expect(table(shards)).toBe(table(once));
    expect(new Set(all.map(unitKey)).size).toBe(6);
  });
});
