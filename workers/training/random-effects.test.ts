import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { prepareDataset } from '../data/prepare';
import { lmmnnSchema } from '../data/schema';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import type { MethodResult } from './method-result';
import { Run } from './run';
import { trainingSchema } from './schema';

const seeds = { data: 3, split: 4, weights: 5 };

/** A small LMMNN simulation; the last level of the first feature has no training row. */
async function simulated(task: Dataset['task'], levels: number[]): Promise<Dataset> {
  const spec = { kind: 'lmmnn', task, levels, interceptVariances: [1, 0.5], trainRows: 1200, testRows: 300, p: 3, levelOrder: 'shuffled' };
  const dataset = await prepareDataset({ dataset: lmmnnSchema.parse(spec), seeds }, new Map());
  const [first, ...others] = dataset.categorical;
  return { ...dataset, categorical: [{ ...first, cardinality: first.cardinality + 1 }, ...others], truth: null };
}

interface Trained {
  result: MethodResult;
  training: number[];
  vectors: { values: Float32Array; d: number }[];
  predictions: Float64Array;
  stopped: string | null;
}

async function train(id: string, dataset: Dataset, settings: object = {}, training: object = {}): Promise<Trained> {
  const curves: number[] = [];
  let stopped: string | null = null;
  const run = new Run(
    dataset,
    {
      methods: [{ id, settings: aboutMethod(id).settings.parse(settings) as Record<string, unknown> }],
      training: trainingSchema.parse({ batchSize: 50, epochs: 2, patience: null, drawPastStop: false, ...training }),
      seeds,
    },
    (event) => {
      if (event.type === 'curves') curves.push(...event.curves.training);
      if (event.type === 'lanes') stopped = event.lanes[0].stopReason;
    },
  );
  await run.train();
  const finished = run.finished.get(id);
  if (!finished) throw new Error(`no result: ${stopped}`);
  return { result: finished.result, training: curves, vectors: finished.vectors, predictions: finished.predictions, stopped };
}

const CASES: [string, string, Dataset['task'], number[]][] = ['lmmnn', 'linear-mixed-model'].flatMap((id) => [
  [id, 'one feature', 'regression', [30]] as [string, string, Dataset['task'], number[]],
  [id, 'three features', 'regression', [30, 12, 8]],
  [id, 'a binary response', 'binary', [30]],
]);
CASES.push(['lmmnn', 'a binary response of two features', 'binary', [30, 12]], ['menets', 'one feature', 'regression', [30]]);

describe.each(NODE_BACKENDS)('random effects on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(CASES)('%s, %s: two epochs fall in loss, an unseen level has an intercept of 0, nothing is left', async (id, _, task, levels) => {
    const dataset = await simulated(task, levels);
    const before = tf.memory().numTensors;
    const { result, training, vectors, predictions } = await train(id, dataset);
    expect(training).toHaveLength(2);
    expect(training[1]).toBeLessThan(training[0]);
    expect(vectors.map(({ values, d }) => values.length / d)).toEqual(dataset.categorical.map(({ cardinality }) => cardinality));
    const [{ values, d }] = vectors;
    for (const value of values.subarray(levels[0] * d)) expect(Math.abs(value)).toBeLessThan(1e-6);
    expect(predictions.every((value) => Number.isFinite(value) && (task === 'regression' || (value > 0 && value < 1)))).toBe(true);
    expect(result.estimates.filter(({ kind }) => kind === 'variance')).toHaveLength(
      vectors.reduce((sum, table) => sum + table.d, task === 'binary' ? 0 : 1),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('linear mixed model: converges by itself, with standard errors, and beats no levels', async () => {
    const dataset = await simulated('regression', [30, 12]);
    const mixed = await train('linear-mixed-model', dataset, {}, { epochs: 100 });
    expect(mixed.stopped).toBe('converged');
    const [residual, first, second] = mixed.result.estimates;
    // The linear part leaves the curve of f in the residual: its variance is that of f and e.
    expect(residual.value).toBeGreaterThan(1);
    for (const [estimate, truth] of [[first, 1] as const, [second, 0.5] as const])
      expect(Math.abs(estimate.value - truth)).toBeLessThan(4 * (estimate.standardError as number));
    expect(mixed.result.estimates.filter(({ kind }) => kind === 'fixed effect').map(({ name }) => name)).toEqual([
      'Intercept',
      'Slope of x1',
      'Slope of x2',
      'Slope of x3',
    ]);
    // The same numbers in other units: slopes and intercept follow, with their errors.
    const scales = [
      { mean: 5, scale: 2 },
      { mean: 0, scale: 1 },
      { mean: -1, scale: 0.1 },
    ];
    const scaled = { ...dataset, xScales: scales, targetScale: 3, targetMean: 7 };
    const own = (await train('linear-mixed-model', scaled, {}, { epochs: 100 })).result.estimates.filter(({ kind }) => kind === 'fixed effect');
    const plain = mixed.result.estimates.filter(({ kind }) => kind === 'fixed effect');
    for (const [j, { scale }] of scales.entries()) {
      expect(own[j + 1].value).toBeCloseTo((3 * plain[j + 1].value) / scale, 5);
      expect(own[j + 1].standardError).toBeCloseTo((3 * (plain[j + 1].standardError as number)) / scale, 5);
    }
    // x = 0 in its own unit is −mean / scale here.
    const atZero = scales.reduce((sum, { mean, scale }, j) => sum - (plain[j + 1].value * mean) / scale, plain[0].value);
    expect(own[0].value).toBeCloseTo(7 + 3 * atZero, 4);
    expect(own[0].standardError as number).toBeGreaterThan(3 * (plain[0].standardError as number));
    const constant = { ...dataset, categorical: dataset.categorical.map((column) => ({ ...column, codes: new Int32Array(dataset.rows) })) };
    const without = await train('linear-mixed-model', constant, {}, { epochs: 100 });
    expect((without.result.metrics.mse as number) - (mixed.result.metrics.mse as number)).toBeGreaterThan(0.7);
  });

  it.runIf(backend === 'wasm')('MeNets learn slopes, and the published covariance is too large', async () => {
    const dataset = await simulated('regression', [30]);
    const menets = await train('menets', dataset, {}, { epochs: 8 });
    expect(menets.training[7]).toBeLessThan(0.8 * menets.training[0]);
    const variance = dataset.y.reduce((sum, value) => sum + value ** 2, 0) / dataset.rows;
    expect(menets.result.metrics.mse as number).toBeLessThan(0.8 * variance);
    const published = await train('menets', dataset, { covariance: 'as-published' }, { epochs: 8 });
    expect(published.result.estimates[1].value).toBeGreaterThan(menets.result.estimates[1].value);
  });

  it('LMMNN by level sees the rows of a level together', async () => {
    const dataset = await simulated('regression', [30]);
    const shuffled = await train('lmmnn', dataset, {}, { epochs: 1 });
    const byLevel = await train('lmmnn', dataset, { order: 'by-level' }, { epochs: 1 });
    expect(byLevel.training[0]).not.toBe(shuffled.training[0]);
    // With its level's rows in the batch a row is expected, without them it is not.
    expect(byLevel.training[0]).toBeLessThan(shuffled.training[0]);
  });
});
