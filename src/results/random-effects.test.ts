import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddingView, Estimate, MethodResult } from '../../workers/protocol';
import { intervalOf } from '../../workers/spec/estimates';
import { ownWeights } from '../../workers/spec/level-weights';
import { estimateGroups, groupRange, levelMethods, truthOf, truthScale } from './random-effects';

const variance = (feature: number | null, value: number, standardError: number | null = null): Estimate => ({
  name: feature === null ? 'Residual variance' : `Variance of z${feature + 1}`,
  symbol: '\\sigma^2',
  kind: 'variance',
  feature,
  value,
  standardError,
});
const fixed = (name: string, value: number): Estimate => ({ name, symbol: name, kind: 'fixed effect', feature: null, value, standardError: 0.5 });
const result = (method: string, estimates: Estimate[]): Pick<MethodResult, 'method' | 'estimates'> => ({ method, estimates });

const INTERCEPTS = { noiseVariance: 1, effectVariances: [[2], [0.5]], fixed: [] };
const GROWTH = { noiseVariance: 4, effectVariances: [[1, 2, 3]], fixed: [{ name: 'Asym', value: 10 }] };

describe('estimates next to the truth', () => {
  it('stand together by quantity, whichever method names it first', () => {
    const groups = estimateGroups(
      [result('lmmnn', [variance(null, 1.1, 0.1), variance(0, 2.2), variance(1, 0.4)]), result('mmbeddings', [variance(0, 0.3)])],
      INTERCEPTS,
      (method) => (method === 'mmbeddings' ? 10 : 1),
    );
    expect(groups.map(({ name, rows }) => [name, rows.map(({ method, truth }) => [method, truth])])).toEqual([
      ['Residual variance', [['lmmnn', 1]]],
      [
        'Variance of z1',
        [
          ['lmmnn', 2],
          // Ten numbers a level against one true effect: their scale is the decoder's.
          ['mmbeddings', null],
        ],
      ],
      ['Variance of z2', [['lmmnn', 0.5]]],
    ]);
  });

  it('are of a growth curve by name, and its first effect is that on the asymptote', () => {
    expect(truthOf(fixed('Asym', 9), 0, GROWTH, 1)).toBe(10);
    expect(truthOf(fixed('x3', 9), 0, GROWTH, 1)).toBeNull();
    expect(truthOf(variance(0, 9), 0, GROWTH, 1)).toBe(1);
    expect(truthOf(variance(0, 9), 2, GROWTH, 3)).toBe(3);
    expect(truthOf(variance(null, 9), 0, GROWTH, 3)).toBe(4);
    expect(truthOf(variance(null, 9), 0, null, 3)).toBeNull();
    // Ten true dimensions and one estimate: nothing is to be compared.
    expect(truthOf(variance(0, 9), 0, { noiseVariance: 1, effectVariances: [Array.from({ length: 10 }, () => 1)], fixed: [] }, 10)).toBeNull();
  });

  it('lie within the scale they are drawn on, with their intervals and the truth, and variances on one from 0', () => {
    // From very small responses to very large ones.
    const size = fc.double({ min: -18, max: 18, noNaN: true }).map((power) => 10 ** power);
    fc.assert(
      fc.property(size, fc.double({ min: 0, max: 2, noNaN: true }), (value, share) => {
        for (const kind of ['fixed effect', 'variance'] as const) {
          const interval = intervalOf(kind, value, share * value) as [number, number];
          const row = { value, interval, truth: value / 2 };
          const [low, high] = groupRange({ kind, rows: [row] });
          expect(low).toBeLessThan(Math.min(interval[0], value / 2));
          expect(high).toBeGreaterThan(interval[1]);
          if (kind === 'variance') expect(low).toBe(0);
        }
      }),
    );
  });

  it('of variances have intervals of their logarithm, never negative; the same as those of the value where they are narrow', () => {
    const [low, high] = intervalOf('variance', 1.5, 1) as [number, number];
    // exp(log 1.5 ± 1.96 / 1.5)
    expect(low).toBeCloseTo(0.4061, 4);
    expect(high).toBeCloseTo(5.54076, 4);
    const narrow = intervalOf('variance', 2, 0.002) as [number, number];
    for (const [i, end] of [2 - 1.96 * 0.002, 2 + 1.96 * 0.002].entries()) expect(narrow[i]).toBeCloseTo(end, 5);
    expect(intervalOf('fixed effect', -1, 1)).toEqual([-2.96, 0.96]);
    expect(intervalOf('variance', 0, null)).toBeNull();
    expect(intervalOf('variance', null, 1)).toBeNull();
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true }), (value, share) => {
        const [least, most] = intervalOf('variance', value, share * value) as [number, number];
        expect(least).toBeGreaterThan(0);
        expect(least * most).toBeCloseTo(value ** 2, -Math.ceil(Math.log10(value ** 2)) + 6);
      }),
    );
  });

  it('of level vectors are on an axis of their method', () => {
    const own = { ...variance(0, 0.3), ofVectors: true as const };
    const recorded = { ...variance(0, 0.4), symbol: String.raw`\hat\sigma_{b}^2`, ownUnit: true as const };
    const groups = estimateGroups(
      [
        result('linear-mixed-model', [variance(0, 2)]),
        result('mmbeddings', [own]),
        result('regbeddings', [recorded]),
        result('lmmnn', [variance(0, 1.9)]),
      ],
      INTERCEPTS,
      () => 1,
    );
    expect(groups.map(({ rows }) => rows.map(({ method, truth }) => [method, truth]))).toEqual([
      [
        ['linear-mixed-model', 2],
        ['lmmnn', 2],
      ],
      [['mmbeddings', null]],
      [['regbeddings', null]],
    ]);
  });

  it('of counts are apart from those in the unit of the response, which nothing was drawn with', () => {
    const log = { ...variance(0, 0.4), ownUnit: true as const, scale: 'log' as const, note: 'from five nodes' };
    const factor = { ...variance(0, 0.5), ownUnit: true as const, scale: 'factor' as const };
    const results = [result('linear-mixed-model', [variance(0, 90)]), result('lmmnn-poisson', [log]), result('lmmnn-survival', [factor])];
    const groups = estimateGroups(results, INTERCEPTS, () => 1, truthScale({ counts: true }));
    expect(groups.map(({ rows }) => rows.map(({ method, truth, note }) => [method, truth, note]))).toEqual([
      [['linear-mixed-model', null, null]],
      [['lmmnn-poisson', 2, 'on the scale of the logarithm of the mean; from five nodes']],
      [['lmmnn-survival', null, 'of the factor of each level, which is 1 on average and has no unit']],
    ]);
  });

  it('without a value say why, also once recorded', () => {
    const note = 'left out: a combination of x and z';
    const lost = { ...fixed('Slope of total', Number.NaN), standardError: null, note };
    for (const estimate of [lost, JSON.parse(JSON.stringify(lost)) as Estimate]) {
      const [group] = estimateGroups([result('linear-mixed-model', [estimate])], null, () => null);
      expect(group.rows).toEqual([{ method: 'linear-mixed-model', value: null, standardError: null, interval: null, truth: null, note }]);
      expect(groupRange(group)).toEqual([0, 1]);
    }
  });
});

describe('single levels', () => {
  const view = (more: Partial<EmbeddingView>): EmbeddingView => ({ width: 2, drawn: 2, posterior: null, ...more }) as EmbeddingView;
  const posterior = { means: new Float32Array(4), variances: Float32Array.of(1, 2, 0, 0), prior: [2, 4], noise: null };

  it('weigh their own rows by how far the posterior is below the prior', () => {
    expect(Array.from(ownWeights(view({ posterior })) as Float32Array)).toEqual([0.5, 1]);
    expect(ownWeights(view({ posterior: { ...posterior, prior: null } }))).toBeNull();
    expect(ownWeights(view({}))).toBeNull();
  });

  it('are shown of finished methods with a posterior, or with effects of one number', () => {
    const embeddings = { a: view({}), b: view({ posterior }), c: view({ width: 1 }), d: view({ posterior }) };
    expect(levelMethods(['a', 'b', 'c', 'd', 'e'], embeddings, { a: 1, b: 1, c: 1 })).toEqual(['b', 'c']);
  });
});
