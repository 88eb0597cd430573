import { beforeAll, describe, expect, it } from 'vitest';
import { prepareDataset } from '../data/prepare';
import { lmmnnSchema } from '../data/schema';
import { startCpu } from '../engine/backends/cpu';
import { SMALL_TAGS } from '../methods/testing/every-method';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { regressionMetrics } from '../metrics/regression';
import { withOtherLevels } from './level-shares';
import { Run } from './run';
import { trainingSchema } from './schema';
import { testResponse } from './test-metrics';

beforeAll(startCpu);

describe('what methods explain without and with levels', () => {
  it('a mixed model without levels explains what its fixed effects do; a method that looks at none loses nothing', async () => {
    const spec = lmmnnSchema.parse({
      kind: 'lmmnn',
      task: 'regression',
      levels: [30],
      interceptVariances: [3],
      trainRows: 1200,
      testRows: 600,
      p: 3,
    });
    const dataset = await prepareDataset({ dataset: spec, seeds: { data: 3, split: 4 } }, new Map());
    const training = trainingSchema.parse({ batchSize: 100, epochs: 3, drawPastStop: false });
    const methods = ['linear-mixed-model', 'ignore', 'target-encoding'].map((id) => ({ id, settings: testSettings(id, { decoder: [4] }) }));
    const run = new Run(dataset, { methods, training, seeds: { data: 3, split: 4, weights: 5 } }, () => {});
    await run.train();
    const sharesOf = (id: string) => run.finished.get(id)?.result.levelShares;
    const { predictions = new Float64Array(0), vectors = [] } = run.finished.get('linear-mixed-model') ?? {};
    const [{ codes }] = dataset.categorical;
    const fixed = predictions.map((value, i) => value - vectors[0].values[codes[dataset.split.test[i]]]);
    const y = testResponse(dataset);
    const mixed = sharesOf('linear-mixed-model');
    expect(mixed?.with).toBeCloseTo(regressionMetrics(y, predictions).r2, 10);
    expect(Math.abs((mixed?.without ?? 9) - regressionMetrics(y, fixed).r2)).toBeLessThan(0.05);
    expect(mixed?.with).toBeGreaterThan((mixed?.without ?? 9) + 0.2);
    const ignored = sharesOf('ignore');
    expect(ignored?.without).toBeCloseTo(ignored?.with ?? 9, 5);
    const encoded = sharesOf('target-encoding');
    expect(encoded?.with).toBeGreaterThan((encoded?.without ?? 9) + 0.02);
  });

  it('rows keep their numbers and get levels, encodings and sets of tags of the rows given', () => {
    const data = testDataset('regression', 2, [4, 3], 60, 3, SMALL_TAGS.slice(1));
    // Two numbers a level of the first column, one of the second.
    const byLevel = [
      { values: Float32Array.from({ length: 2 * 5 }, (_, at) => 10 + at), width: 2 },
      { values: Float32Array.from({ length: 4 }, (_, level) => 50 + level), width: 1 },
    ];
    const p = data.p + 3;
    const x = Float32Array.from({ length: data.rows * p }, (_, at) => (at % p < data.p ? data.x[Math.floor(at / p) * data.p + (at % p)] : -1));
    const donors = Uint32Array.from(data.split.test, (_, i) => data.split.train[i % 7]);
    // What an encoding says of levels is not taken over from other donors.
    const before = withOtherLevels({ ...data, x, p }, byLevel, donors.toReversed());
    const probe = withOtherLevels({ ...data, x, p }, byLevel, donors, before);
    for (const [i, row] of data.split.test.entries()) {
      const [first, second] = data.categorical.map(({ codes }) => codes[donors[i]]);
      const numbers = [...data.x.subarray(row * data.p, (row + 1) * data.p), 10 + 2 * first, 11 + 2 * first, 50 + second];
      expect([...probe.x.subarray(i * p, (i + 1) * p)]).toEqual(numbers);
      expect(probe.categorical.map(({ codes }) => codes[i])).toEqual([first, second]);
      const [own, given] = [data.tags?.[0], probe.tags?.[0]];
      const set = (column: typeof own, at: number) => [...(column?.ids.subarray(column.offsets[at], column.offsets[at + 1]) ?? [])];
      expect(set(given, i)).toEqual(set(own, donors[i]));
    }
  });

  it('of classes a sure method explains nothing without levels, not less: its draws are many', async () => {
    const data = testDataset('binary', 1, [30], 240, 3);
    // Each level is of one class, drawn with equal chances, and the numbers say nothing.
    for (const row of data.y.keys()) data.y[row] = (data.categorical[0].codes[row] * 7) % 30 < 15 ? 1 : 0;
    const training = trainingSchema.parse({ batchSize: 20, epochs: 60, patience: null, learningRate: 0.05, drawPastStop: false });
    const methods = [{ id: 'embeddings', settings: testSettings('embeddings', { d: 3, decoder: [6] }) }];
    const run = new Run(data, { methods, training, seeds: { data: 3, split: 4, weights: 5 } }, () => {});
    await run.train();
    const shares = run.finished.get('embeddings')?.result.levelShares;
    expect(shares?.draws).toBe(64);
    // Four draws of sure predictions miss a row's class one time in sixteen, and cost it nine nats.
    expect(shares?.without).toBeGreaterThan(-0.1);
    expect(shares?.without).toBeLessThan(0.1);
  });

  it('rows of several draws stand one draw after another', () => {
    const data = testDataset('regression', 2, [4], 60, 3);
    const { test, train } = data.split;
    const donors = Uint32Array.from({ length: 2 * test.length }, (_, i) => train[i % 5]);
    const before = withOtherLevels(data, undefined, donors.toReversed());
    const probe = withOtherLevels(data, undefined, donors, before);
    expect(probe.x).toBe(before.x);
    expect(probe.rows).toBe(donors.length);
    // The last round may have fewer draws.
    expect(withOtherLevels(data, undefined, donors.subarray(0, test.length), before).x).toHaveLength(test.length * data.p);
    for (const i of donors.keys()) {
      const row = test[i % test.length];
      expect([...probe.x.subarray(i * data.p, (i + 1) * data.p)]).toEqual([...data.x.subarray(row * data.p, (row + 1) * data.p)]);
      expect(probe.y[i]).toBe(data.y[row]);
      expect(probe.categorical[0].codes[i]).toBe(data.categorical[0].codes[donors[i]]);
    }
  });
});
