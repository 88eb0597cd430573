import { describe, expect, it } from 'vitest';
import { resultWith } from '../../workers/papers/testing';
import type { MethodResult, MetricComparison, ScoreKey } from '../../workers/protocol';
import { aboutMethod } from '../../workers/spec/methods';
import { winnerSentence } from './winner';

const compared = (
  metric: ScoreKey,
  best: string,
  differences: [method: string, difference: number, error: number, byLevel?: number][],
): MetricComparison => ({
  metric,
  best,
  differences: differences.map(([method, difference, standardError, byLevel]) => ({ method, difference, standardError, byLevel: byLevel ?? null })),
});
const say = (results: MethodResult[], comparison: MetricComparison[] | null = null, decimals = 2) =>
  winnerSentence({ results, comparison, labelOf: (id) => aboutMethod(id).label, decimals });

describe('the winner', () => {
  const results = [resultWith('ignore', { mse: 4.9 }), resultWith('embeddings-l2', { mse: 3.74 }), resultWith('mmbeddings', { mse: 3.29 })];

  it('is one where it is ahead of every other beyond noise', () => {
    const clear = [
      compared('mse', 'mmbeddings', [
        ['ignore', 1.61, 0.1],
        ['embeddings-l2', 0.45, 0.1],
      ]),
    ];
    expect(say(results, clear)).toBe('MMbeddings have the lowest test MSE, 3.29, 12 % below the next best.');
  });

  it('has no error of 0 where the response is in small units', () => {
    const small = [resultWith('embeddings', { mse: 4.1e-12 }), resultWith('mmbeddings', { mse: 2.3e-12 })];
    expect(say(small, [compared('mse', 'mmbeddings', [['embeddings', 1.8e-12, 2e-13]])], 8)).toBe(
      'MMbeddings have the lowest test MSE, 2.30 × 10⁻¹², 44 % below the next best.',
    );
    expect(say(small, [compared('mse', 'mmbeddings', [['embeddings', 1.8e-12, 2e-12]])], 8)).toContain('but Embeddings (4.10 × 10⁻¹²) are within');
    // Two that read the same with eight decimals are no tie.
    expect(say(small, null, 8)).toMatch(/^MMbeddings have the lowest test MSE, 2\.30 × 10⁻¹²;/);
  });

  it('is none where a single other one is within 1.96 standard errors, over rows or over levels', () => {
    const close = (error: number, byLevel?: number) => [
      compared('mse', 'mmbeddings', [
        ['ignore', 1.61, 0.1],
        ['embeddings-l2', 0.45, error, byLevel],
      ]),
    ];
    const none = 'No clear winner: MMbeddings have the lowest test MSE, 3.29, but Embeddings-L2 (3.74) are within the noise of the test rows.';
    expect(say(results, close(0.23))).toBe(none);
    expect(say(results, close(0.1, 0.23))).toBe(none);
    expect(say(results, close(0.22))).not.toContain('No clear winner');
  });

  it('is none that leaks, however small its error, and says so', () => {
    const leaking: MethodResult = { ...resultWith('target-encoding', { mse: 0.1 }), leaks: true };
    const said = 'Target encoding leaks, for teaching: no winner, because answers were seen.';
    expect(say([...results, leaking], [compared('mse', 'mmbeddings', [['ignore', 1.61, 0.1]])])).toBe(
      `MMbeddings have the lowest test MSE, 3.29, 12 % below the next best. ${said}`,
    );
    expect(say([leaking])).toBe(said);
  });

  it('is none that has read the answer from its windows, and one that has not', () => {
    const scores = (mean: number): MethodResult['series'] => {
      const score = { value: mean, standardError: 0.005 };
      const groups = [{ known: true, series: 63, windows: 700, mean: score, first: score, last: score, bySteps: [mean, mean] }];
      return { task: 'next-step', steps: 2, innovationVariance: 0.25, groups };
    };
    const of = (method: string, mse: number): MethodResult => ({ ...resultWith(method, { mse }), series: scores(mse) });
    const difference = (best: string, other: string) => [compared('mse', best, [[other, 0.2, 0.01]])];
    const told = [of('sequence-transformer', 0.36), of('sequence-transformer-published', 0.09)];
    expect(say(told, difference('sequence-transformer-published', 'sequence-transformer'))).toBe(
      'No winner: Sequence transformer, as published has a test MSE of 0.09, below what any past can tell, and so read the answer. Of the others Sequence transformer has the lowest, 0.36.',
    );
    const honest = [of('sequence-transformer', 0.36), of('sequence-transformer-published', 0.62)];
    expect(say(honest, difference('sequence-transformer', 'sequence-transformer-published'))).toContain(
      'Sequence transformer has the lowest test MSE, 0.36',
    );
  });

  it('goes by the log loss of a binary response, whichever AUC is the higher, and by its difference', () => {
    const binary = [
      resultWith('ignore', { auc: 0.71, logLoss: 0.66, accuracy: 0.6 }),
      resultWith('embeddings', { auc: 0.655, logLoss: 0.64, accuracy: 0.6 }),
    ];
    expect(
      say(binary, [compared('auc', 'ignore', [['embeddings', -0.055, 0.001]]), compared('logLoss', 'embeddings', [['ignore', 0.02, 0.001]])], 3),
    ).toBe('Embeddings have the lowest test log loss, 0.640, 0.020 below the next best.');
  });

  it('is not claimed where no noise is known', () => {
    expect(say(results)).toBe('MMbeddings have the lowest test MSE, 3.29; how much of the lead is noise is not known.');
    expect(say([resultWith('embeddings', { mse: 3.951 }), resultWith('embeddings-l2', { mse: 3.953 })])).toBe(
      'No clear winner: Embeddings and Embeddings-L2 share the lowest test MSE, 3.95.',
    );
  });

  it('says small leads as small, one method as one, and nothing of no number', () => {
    const near = [resultWith('tabnet', { mse: 3.951 }), resultWith('embeddings', { mse: 3.953 })];
    expect(say(near, [compared('mse', 'tabnet', [['embeddings', 0.002, 0.0001]])], 3)).toBe(
      'TabNet has the lowest test MSE, 3.951, less than 1 % below the next best.',
    );
    expect(say([resultWith('mmbeddings', { mse: 3.36 })])).toBe('MMbeddings have a test MSE of 3.36.');
    expect(say([resultWith('mmbeddings', { mse: Number.NaN })])).toBeNull();
  });
});
