import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random';
import { clusteredError, rowInfluence, standardError } from './score-errors';

const errorOf = (...call: Parameters<typeof rowInfluence>): number => standardError(rowInfluence(...call) as Float64Array);

describe('standard errors over test rows', () => {
  test('of means of losses, by hand', () => {
    // Squared errors 0, 1, 4, 9: mean 3.5, variance (12.25 + 6.25 + 0.25 + 30.25) / 3 = 49/3, over four rows.
    expect(errorOf('mse', [0, 0, 0, 0], [0, 1, 2, 3])).toBeCloseTo(Math.sqrt(49 / 3 / 4), 12);
    // Absolute errors 0, 1, 2, 3: variance 5/3.
    expect(errorOf('mae', [0, 0, 0, 0], [0, -1, 2, -3])).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
    // Three of four right: variance 4 · ¾ · ¼ / 3 = ¼.
    expect(errorOf('accuracy', [1, 1, 0, 0], [0.9, 0.8, 0.1, 0.7])).toBeCloseTo(Math.sqrt(1 / 4 / 4), 12);
    // −log ½ and −log ¼, log 2 apart: variance (log 2)² / 2 over two rows.
    expect(errorOf('logLoss', [1, 0], [0.5, 0.75])).toBeCloseTo(Math.log(2) / 2, 12);
  });

  test('of R²: each influence is the derivative of R² by the weight of its row', () => {
    const random = new RandomStream(3, 'r2');
    const y = Array.from({ length: 12 }, () => random.normal());
    const f = y.map((value) => 0.6 * value + 0.5 * random.normal());
    const weighted = (weights: number[]) => {
      const total = weights.reduce((a, b) => a + b, 0);
      const mean = y.reduce((sum, value, i) => sum + weights[i] * value, 0) / total;
      const squares = (of: (i: number) => number) => weights.reduce((sum, weight, i) => sum + weight * of(i) ** 2, 0);
      return 1 - squares((i) => y[i] - f[i]) / squares((i) => y[i] - mean);
    };
    const found = rowInfluence('r2', y, f) as Float64Array;
    const step = 1e-5;
    for (let row = 0; row < y.length; row++) {
      const slope = (weighted(y.map((_, i) => (i === row ? 1 + step : 1))) - weighted(y.map((_, i) => (i === row ? 1 - step : 1)))) / (2 * step);
      expect(found[row]).toBeCloseTo(slope * 12 * Math.sqrt(12 / 11), 6);
    }
  });

  test('of AUC and of a difference of two: DeLong’s structural components over all pairs, with ties', () => {
    const y = [1, 1, 1, 1, 0, 0, 0, 0, 0];
    const a = [0.9, 0.8, 0.4, 0.3, 0.7, 0.4, 0.3, 0.2, 0.1];
    const b = [0.6, 0.9, 0.5, 0.5, 0.6, 0.5, 0.4, 0.4, 0.3];
    const wins = (score: number[], i: number, j: number) => (score[i] > score[j] ? 1 : score[i] === score[j] ? 0.5 : 0);
    const [positive, negative] = [
      [0, 1, 2, 3],
      [4, 5, 6, 7, 8],
    ];
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: number[]) => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
    const parts = (score: number[]) => ({
      v10: positive.map((i) => mean(negative.map((j) => wins(score, i, j)))),
      v01: negative.map((j) => mean(positive.map((i) => wins(score, i, j)))),
    });
    const [pa, pb] = [parts(a), parts(b)];
    expect(errorOf('auc', y, a)).toBeCloseTo(Math.sqrt(variance(pa.v10) / 4 + variance(pa.v01) / 5), 12);
    const difference = (rowInfluence('auc', y, a) as Float64Array).map((u, i) => u - (rowInfluence('auc', y, b) as Float64Array)[i]);
    const expected = variance(pa.v10.map((v, i) => v - pb.v10[i])) / 4 + variance(pa.v01.map((v, j) => v - pb.v01[j])) / 5;
    expect(standardError(difference)).toBeCloseTo(Math.sqrt(expected), 12);
  });

  test('there is none where the score has none', () => {
    expect(rowInfluence('auc', [1, 1, 1], [0.2, 0.4, 0.5])).toBeNull();
    expect(rowInfluence('r2', [2, 2, 2], [1, 2, 3])).toBeNull();
    expect(rowInfluence('mse', [1], [2])).toBeNull();
    expect(rowInfluence('mse', [1, 2], [2, Number.NaN])).toBeNull();
  });
});

describe('clustered standard errors', () => {
  const random = new RandomStream(5, 'clusters');
  const losses = Float64Array.from({ length: 40 }, () => random.normal());
  const influence = rowInfluence('mse', new Float64Array(40), losses) as Float64Array;

  test('rows said four times over carry no more than once', () => {
    const four = Float64Array.from({ length: 160 }, (_, i) => losses[i >> 2]);
    const repeated = rowInfluence('mse', new Float64Array(160), four) as Float64Array;
    expect(standardError(repeated)).toBeLessThan(0.52 * standardError(influence));
    const clusters = Int32Array.from({ length: 160 }, (_, i) => i >> 2);
    expect(clusteredError(repeated, clusters, 40)).toBeCloseTo(standardError(influence), 12);
  });

  test('there is none when every row is its own cluster, or with nine clusters', () => {
    expect(
      clusteredError(
        influence,
        Int32Array.from({ length: 40 }, (_, i) => i),
        40,
      ),
    ).toBeNull();
    expect(
      clusteredError(
        influence,
        Int32Array.from({ length: 40 }, (_, i) => i % 9),
        9,
      ),
    ).toBeNull();
    expect(
      clusteredError(
        influence,
        Int32Array.from({ length: 40 }, (_, i) => i % 10),
        10,
      ),
    ).toBeGreaterThan(0);
  });

  test('are exactly 0 where every row has the same loss: a probability of one half for all', () => {
    const labels = Float64Array.from({ length: 60 }, (_, i) => i % 2);
    expect(errorOf('logLoss', labels, new Float64Array(60).fill(0.5))).toBe(0);
    expect(errorOf('mse', new Float64Array(30).fill(3.1), new Float64Array(30).fill(2.9))).toBe(0);
    // A spread of one part in ten thousand millions is one, and not rounding.
    const responses = Float64Array.from({ length: 40 }, (_, i) => 1 + (i % 2) * 1e-10);
    expect(errorOf('mae', responses, new Float64Array(40))).toBeGreaterThan(0);
  });
});
