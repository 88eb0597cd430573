import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { prepareDataset } from '../data/prepare';
import { lmmnnSchema } from '../data/schema';
import type { Estimate } from '../methods/method';
import { eventBuffers } from '../session/transfer';
import { estimateInOwnUnit } from './evaluate';
import { featurePosterior, snapshotView } from './views';

const variance = (feature: number | null, value: number): Estimate => ({
  name: feature === null ? 'Residual variance' : `Variance of ${feature}`,
  symbol: '\\sigma^2',
  kind: 'variance',
  feature,
  value,
  standardError: 0.1,
});

describe('posteriors and estimates as the page gets them', () => {
  it('takes the prior variance from the settings, else from the estimate of the feature', () => {
    const posterior = { means: [{ values: new Float32Array(6), d: 2 }], variances: [{ values: new Float32Array(6).fill(0.5), d: 2 }] };
    const finished = { posterior, estimates: [variance(null, 3), variance(0, 2)] };
    expect(featurePosterior(finished, {}, 0)).toMatchObject({ prior: [2, 2], noise: 3 });
    expect(featurePosterior(finished, { priorVariance: 4 }, 0)?.prior).toEqual([4, 4]);
    // A learned prior is not where the settings had it begin.
    const learned = { ...finished, posterior: { ...posterior, priorVariances: [Float32Array.of(0.5, 6)] } };
    expect(featurePosterior(learned, { priorVariance: 4 }, 0)?.prior).toEqual([0.5, 6]);
    expect(featurePosterior({ ...finished, estimates: [] }, {}, 0)).toMatchObject({ prior: null, noise: null });
    expect(featurePosterior({ posterior: null, estimates: [] }, {}, 0)).toBeNull();
    expect(featurePosterior(finished, {}, 1)).toBeNull();
  });

  it('draws the same levels of vectors, posterior and true effects, and gives every array away', async () => {
    const spec = lmmnnSchema.parse({ kind: 'lmmnn', task: 'regression', levels: [600], trainRows: 2_000, testRows: 50 });
    const dataset = await prepareDataset({ dataset: spec, seeds: { data: 1, split: 1 } }, new Map());
    const effects = dataset.truth?.effects[0] as Float32Array;
    const table = { values: effects.map((value) => 2 * value), d: 1 };
    const posterior = { means: table, variances: { values: effects.map((value) => value * value), d: 1 }, prior: [1], noise: null };
    const view = snapshotView(dataset, 'lmm', 3, 0, table, [new Float32Array(600)], 7, posterior);
    expect(view).toMatchObject({ width: 1, drawn: 400 });
    const own = view.effects as Float32Array;
    expect(Array.from(view.values as Float32Array)).toEqual(Array.from(own, (value) => 2 * value));
    expect(Array.from(view.posterior?.means as Float32Array)).toEqual(Array.from(view.values as Float32Array));
    expect(Array.from(view.posterior?.variances as Float32Array)).toEqual(Array.from(own, (value) => Math.fround(value * value)));
    expect(eventBuffers({ type: 'embedding', run: 1, view })).toHaveLength(9);
  });

  it('gives estimates in the unit of the response', () => {
    const dataset = { task: 'regression', targetScale: 2, targetMean: 10 } as Dataset;
    expect(estimateInOwnUnit(dataset, variance(0, 3))).toMatchObject({ value: 12, standardError: 0.4 });
    const fixed = { ...variance(null, 3), kind: 'fixed effect' as const };
    expect(estimateInOwnUnit(dataset, { ...fixed, name: 'x1' })).toMatchObject({ value: 6, standardError: 0.2 });
    expect(estimateInOwnUnit(dataset, { ...fixed, name: 'Intercept', standardError: null })).toMatchObject({ value: 16, standardError: null });
    expect(estimateInOwnUnit(dataset, { ...variance(0, 3), ownUnit: true }).value).toBe(3);
    expect(estimateInOwnUnit({ ...dataset, task: 'binary' }, variance(0, 3)).value).toBe(3);
  });
});
