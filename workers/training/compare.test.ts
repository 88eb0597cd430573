import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../data/csv';
import { prepareDataset } from '../data/prepare';
import { tableSchema } from '../data/schema';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { testDataset } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { byCount, compareScores, countBinOf, pairedErrors } from './compare';
import type { MetricComparison } from './method-result';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';
import { predictionMetrics, testResponse } from './test-metrics';

describe('test rows by the training rows of their level', () => {
  it('knows the bins', () => {
    expect([0, 1, 2, 3, 5, 6, 20, 21, 1000].map(countBinOf)).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('by hand: unseen, two training rows, three', () => {
    const base = testDataset('regression', 1, [3], 9, 1);
    const data = {
      ...base,
      // Rows 0 to 4 train and validate: level 0 twice, level 1 three times, level 2 never.
      categorical: [{ ...base.categorical[0], cardinality: 3, codes: Int32Array.from([0, 1, 0, 1, 1, 0, 1, 1, 2]) }],
      split: { train: Uint32Array.of(0, 1, 2), validation: Uint32Array.of(3, 4), test: Uint32Array.of(5, 6, 7, 8) },
    };
    const errors = [1, 2, 4, 3];
    const predictions = testResponse(data).map((y, i) => y + errors[i]);
    const [bins] = byCount(data, predictions);
    expect(bins.map(({ rows, levels }) => [rows, levels])).toEqual([
      [1, 1],
      [1, 1],
      [2, 1],
      [0, 0],
      [0, 0],
    ]);
    const rounded = bins.map(({ loss, standardError }) => [loss && Number(loss.toFixed(9)), standardError && Number(standardError.toFixed(9))]);
    // Squared errors 4 and 16: mean 10, and 12 apart, so √(72 / 2) = 6.
    expect(rounded).toEqual([
      [9, null],
      [1, null],
      [10, 6],
      [null, null],
      [null, null],
    ]);
    // Of times, a censored row has no error.
    const times = { ...data, events: { name: 'event', seen: Float32Array.from([1, 1, 1, 1, 1, 1, 0, 1, 1]) } };
    expect(byCount(times, predictions)[0].map(({ rows, loss }) => [rows, loss && Number(loss.toFixed(9))])).toEqual([
      [1, 9],
      [1, 1],
      [1, 16],
      [0, null],
      [0, null],
    ]);
  });
});

describe('methods against the best', () => {
  const data = testDataset('regression', 2, [12], 400, 3);
  const actual = testResponse(data);
  const wave = (i: number, size: number) => size * Math.sin(12.9898 * (i + 1));
  const finishedWith = (predictions: Float64Array) => ({ result: { metrics: predictionMetrics(data, predictions) } as never, predictions });
  const finished = new Map([
    ['ignore', finishedWith(actual.map((y, i) => y + wave(i, 1)))],
    ['embeddings', finishedWith(actual.map((y, i) => y + wave(i, 0.5)))],
    ['mmbeddings', finishedWith(actual.map((y, i) => y + wave(i, 0.5) + 0.001 * Math.cos(78.233 * i)))],
  ]);

  it('pairs the rows: the error of a difference is that of the mean of the differences', async () => {
    const comparison = await compareScores(data, finished, async () => {});
    expect(comparison.map(({ metric }) => metric)).toEqual(['mse', 'mae', 'r2']);
    const [mse] = comparison;
    const ignore = mse.differences.find(({ method }) => method === 'ignore') as MetricComparison['differences'][number];
    const n = actual.length;
    const best = finished.get(mse.best)?.predictions as Float64Array;
    const paired = actual.map((y, i) => wave(i, 1) ** 2 - (y - best[i]) ** 2);
    const mean = paired.reduce((a, b) => a + b, 0) / n;
    expect(ignore.difference).toBeCloseTo(mean, 10);
    expect(ignore.standardError).toBeCloseTo(Math.sqrt(paired.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1) / n), 10);
    expect(ignore.byLevel).toBeGreaterThan(0);
    expect(comparison.map((one) => one.best)).not.toContain('ignore');
  });

  it('leaves out a method that leaks, however good it looks', async () => {
    const exact = finishedWith(Float64Array.from(actual));
    const withExact = (leaks: boolean) =>
      new Map([...finished, ['target-encoding', { ...exact, result: { ...(exact.result as object), leaks } as never }]]);
    const [open] = await compareScores(data, withExact(false), async () => {});
    expect(open.best).toBe('target-encoding');
    const [mse] = await compareScores(data, withExact(true), async () => {});
    expect(mse).toEqual((await compareScores(data, finished, async () => {}))[0]);
  });
});

describe('two fits of the same test rows', () => {
  it('differ by an error that is the spread over samples of test rows, far below those of the two losses', () => {
    const base = testDataset('regression', 0, [300], 9000, 1);
    const test = Uint32Array.from({ length: 1000 }, (_, i) => i);
    const random = new RandomStream(1, 'two fits');
    const effects = Float32Array.from({ length: 300 }, () => random.normal());
    // Means of 4 and of 8 rows a level, pulled as a mixed model pulls them; noise of variance 4.
    const means = effects.map((effect) => effect + random.normal());
    const half = means.map((mean) => mean / 2);
    const all = means.map((mean, j) => (2 / 3) * ((mean + effects[j] + random.normal()) / 2));
    const draw = () => {
      const codes = Int32Array.from({ length: base.rows }, () => random.integer(300));
      const y = Float32Array.from(codes, (level) => effects[level] + 2 * random.normal());
      const data = { ...base, categorical: [{ ...base.categorical[0], codes }], y, split: { ...base.split, test } };
      const [before, last] = [half, all].map((fit) => Float64Array.from(test, (row) => fit[codes[row]]));
      const losses = [before, last].map((fit) => Array.from(test, (row, i) => (y[row] - fit[i]) ** 2));
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      const alone = losses.map((own) => Math.sqrt(mean(own.map((loss) => (loss - mean(own)) ** 2)) / 1000));
      return { fall: mean(losses[0]) - mean(losses[1]), errors: pairedErrors(data, last, before), alone: Math.hypot(...alone) };
    };
    const draws = Array.from({ length: 200 }, draw);
    const middle = draws.reduce((sum, { fall }) => sum + fall, 0) / draws.length;
    const spread = Math.sqrt(draws.reduce((sum, { fall }) => sum + (fall - middle) ** 2, 0) / (draws.length - 1));
    const [{ errors, alone }] = draws;
    // Three standard errors of a standard deviation from 200 draws.
    expect(Math.abs((errors?.standardError ?? 0) / spread - 1)).toBeLessThan(0.2);
    expect(errors?.byLevel).toBeGreaterThan(0);
    expect(alone / spread).toBeGreaterThan(3);
  });

  it('have none where a prediction is no number', () => {
    const data = testDataset('regression', 1, [3], 90, 1);
    const right = testResponse(data);
    expect(
      pairedErrors(
        data,
        right,
        right.map((y, i) => (i === 0 ? Number.NaN : y)),
      ),
    ).toBeNull();
    expect(pairedErrors(data, right, right)).toMatchObject({ standardError: 0 });
  });
});

describe('worse than chance', () => {
  beforeAll(() => useBackend('wasm'));

  it('is not turned into better: matched pairs, where the other row of a pair says the opposite (cases/b11-matched-pairs)', async () => {
    const name = 'b11-matched-pairs.csv';
    const table = await openTable(new File([readFileSync(new URL(`../../cases/${name}`, import.meta.url))], name));
    const columns = [
      { name: 'pair', role: 'categorical' },
      { name: 'x', role: 'numeric' },
      { name: 'case', role: 'target' },
    ];
    const dataset = await prepareDataset(
      {
        dataset: tableSchema.parse({ kind: 'table', name, fingerprint: table.fingerprint, task: 'binary', columns }),
        seeds: { data: 1, split: 1 },
      },
      new Map([[table.fingerprint, table]]),
    );
    const events: RunEvent[] = [];
    const methods = ['ignore', 'mmbeddings'].map((id) => ({ id, settings: aboutMethod(id).settings.parse({}) as Record<string, unknown> }));
    const run = new Run(
      dataset,
      { methods, training: trainingSchema.parse({ batchSize: 30, drawPastStop: false }), seeds: { data: 1, split: 1, weights: 1 } },
      (event) => events.push(event),
    );
    await run.train();
    const result = run.finished.get('mmbeddings')?.result;
    expect(result?.metrics.auc).toBeLessThan(0.2);
    expect(result?.metrics.logLoss).toBeGreaterThan(1);
    expect(result?.metrics.accuracy).toBeLessThan(0.35);
    expect(result?.mirrored?.metrics.auc).toBeCloseTo(1 - (result?.metrics.auc ?? 0), 10);
    expect(result?.mirrored?.metrics.logLoss).toBeLessThan(0.7);
    expect(result?.standardErrors?.auc).toBeLessThan(0.1);
    const comparison = events.flatMap((event) => (event.type === 'comparison' ? event.comparison : []));
    expect(comparison.map(({ metric, best }) => [metric, best])).toEqual([
      ['logLoss', 'ignore'],
      ['auc', 'ignore'],
      ['accuracy', 'ignore'],
    ]);
    expect(comparison[0].differences[0].difference).toBeCloseTo(
      (result?.metrics.logLoss ?? 0) - (run.finished.get('ignore')?.result.metrics.logLoss ?? 0),
      12,
    );
  });
});
