import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EmbeddingView, Estimate, MethodResult } from '../../workers/protocol';
import { estimateGroups, groupRange, INTERVAL, levelMethods, ownWeights, truthOf } from './random-effects';

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

describe('estimates beside the truth', () => {
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
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e3, noNaN: true }), (value, standardError) => {
        const row = { method: 'a', value, standardError, truth: value / 2 };
        const [low, high] = groupRange({ kind: 'fixed effect', rows: [row] });
        expect(low).toBeLessThan(value - INTERVAL * standardError);
        expect(low).toBeLessThan(value / 2);
        expect(high).toBeGreaterThan(value + INTERVAL * standardError);
        expect(groupRange({ kind: 'variance', rows: [row] })[0]).toBe(0);
      }),
    );
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
