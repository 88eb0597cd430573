import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { expectedRanks } from './rank';

interface Numbers {
  values: number[];
}
const { ranks } = JSON.parse(readFileSync(new URL('../../golden/levels.json', import.meta.url), 'utf8')) as {
  ranks: Record<'mu' | 'sd' | 'expected' | 'low' | 'high', Numbers>;
};

/** Levels of unequal certainty, as rows of unequal number give them. */
function levels(n: number, seed: number) {
  const random = new RandomStream(seed, 'rank test');
  const deviations = Float64Array.from({ length: n }, () => 0.02 + random.uniform() ** 3);
  const means = deviations.map((s) => random.normal() * Math.sqrt(Math.max(0, 1 - s * s)));
  return { means, deviations };
}

/** The formula itself, with the probabilities of a polynomial (Abramowitz & Stegun 26.2.17). */
const cdf = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
};

describe('expected ranks', () => {
  it('are those of the formula, and their intervals those of 200,000 simulated rankings', () => {
    const found = expectedRanks(ranks.mu.values, ranks.sd.values);
    for (let i = 0; i < 60; i++) {
      expect(found.expected[i]).toBeCloseTo(ranks.expected.values[i], 4);
      expect(Math.abs(found.low[i] - ranks.low.values[i])).toBeLessThanOrEqual(2.5);
      expect(Math.abs(found.high[i] - ranks.high.values[i])).toBeLessThanOrEqual(2.5);
    }
  });

  it('of more than 2,000 levels are within 0.2 % of their number of the exact ones, and sum to what ranks do', () => {
    const n = 4000;
    const { means, deviations } = levels(n, 1);
    const { expected } = expectedRanks(means, deviations);
    let worst = 0;
    for (let i = 0; i < n; i += 7) {
      let exact = 0.5;
      for (let j = 0; j < n; j++) exact += cdf((means[i] - means[j]) / Math.hypot(deviations[i], deviations[j]));
      worst = Math.max(worst, Math.abs(expected[i] - exact));
    }
    expect(worst).toBeLessThan(0.002 * n);
    expect(expected.reduce((sum, rank) => sum + rank, 0) / n).toBeCloseTo((n + 1) / 2, -1);
  });

  it('are as near where a few levels have thousands of rows and most one', () => {
    // Posterior means and deviations of a random intercept with variance 0.1 and residual 1.
    const n = 6000;
    const random = new RandomStream(4, 'ranks of words');
    const [means, deviations] = [new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) {
      const rows = Math.floor(Math.min(5000, (1 - random.uniform()) ** (-1 / 1.1)));
      const weight = 0.1 / (0.1 + 1 / rows);
      means[i] = weight * (Math.sqrt(0.1) * random.normal() + Math.sqrt(1 / rows) * random.normal());
      deviations[i] = Math.sqrt(0.1 * (1 - weight));
    }
    const { expected } = expectedRanks(means, deviations);
    const looked = Array.from(deviations.keys()).sort((a, b) => deviations[a] - deviations[b]);
    for (const i of [...looked.slice(0, 40), ...looked.filter((_, place) => place % 61 === 0)]) {
      let exact = 0.5;
      for (let j = 0; j < n; j++) exact += cdf((means[i] - means[j]) / Math.hypot(deviations[i], deviations[j]));
      expect(Math.abs(expected[i] - exact)).toBeLessThan(0.002 * n);
    }
  });

  it('of many levels without uncertainty, most of them equal, are counted', () => {
    const means = Float64Array.from({ length: 3000 }, (_, i) => (i % 10 === 0 ? i - 1500 : 0));
    const { expected } = expectedRanks(means, new Float64Array(3000));
    // 150 are below the 2,701 that are 0, 149 above.
    expect([expected[0], expected[1], expected[1500], expected[2990]]).toEqual([1, 1501, 1501, 3000]);
  });

  it.each([400, 5000])('of %i levels have intervals that hold the rank 95 times of a hundred', (n) => {
    const { means, deviations } = levels(n, 2);
    const { low, high } = expectedRanks(means, deviations);
    const random = new RandomStream(3, 'rank coverage');
    let [held, all] = [0, 0];
    for (let draw = 0; draw < 40; draw++) {
      const effects = means.map((mean, i) => mean + deviations[i] * random.normal());
      const order = Array.from(effects.keys()).sort((i, j) => effects[i] - effects[j]);
      order.forEach((level, place) => {
        all++;
        if (place + 1 >= low[level] - 0.5 && place + 1 <= high[level] + 0.5) held++;
      });
    }
    expect(held / all).toBeGreaterThan(0.935);
    expect(held / all).toBeLessThan(0.97);
  });

  it('without uncertainty are the ranks, shared where effects are equal', () => {
    expect([...expectedRanks([3, 1, 2, 2], [0, 0, 0, 0]).expected]).toEqual([4, 1, 2.5, 2.5]);
    const many = Float64Array.from({ length: 3000 }, (_, i) => (i * 7919) % 3000);
    const { expected, low, high } = expectedRanks(many, new Float64Array(3000));
    for (let i = 0; i < 3000; i++) {
      expect(Math.abs(expected[i] - (many[i] + 1))).toBeLessThanOrEqual(6);
      expect(low[i]).toBeLessThanOrEqual(expected[i]);
      expect(high[i]).toBeGreaterThanOrEqual(expected[i]);
    }
  });
});
