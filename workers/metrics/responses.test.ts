import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concordanceInfluence, concordantPairs, pairing } from './concordance';
import { logFactorial, logScore, poissonDeviance } from './counts';
import { rowInfluence, standardError } from './score-errors';

/** By scipy, and by lifelines' rules pair by pair. */
const { poisson, survival } = JSON.parse(readFileSync(new URL('../../golden/metrics2.json', import.meta.url), 'utf8')) as {
  poisson: { y: number[]; mean: number[]; deviance: number; logLikelihood: number };
  survival: { time: number[]; event: number[]; risk: number[]; comparablePairs: number; concordance: number };
};
const { time, event, risk } = survival;
const predicted = risk.map((value) => -value);

describe('counts', () => {
  it('have the deviance and the log score of the reference', () => {
    expect(poissonDeviance(poisson.y, poisson.mean)).toBeCloseTo(poisson.deviance, 7);
    expect(logScore(poisson.y, poisson.mean)).toBeCloseTo(poisson.logLikelihood, 7);
  });

  it('have none where a prediction is no mean', () => {
    expect(logScore([0, 1], [0.5, 0])).toBe(Number.NEGATIVE_INFINITY);
    expect(logScore([0, 1], [-0.5, 1])).toBeNaN();
    expect(rowInfluence('logScore', [0, 1], [0.5, -1])).toBeNull();
  });

  it('have factorials on both sides of where the series begins', () => {
    expect(logFactorial(0)).toBe(0);
    expect(logFactorial(33) - logFactorial(32)).toBeCloseTo(Math.log(33), 8);
    expect(logFactorial(32) - logFactorial(31)).toBeCloseTo(Math.log(32), 8);
  });
});

describe('concordance', () => {
  it('is that of the reference, pair by pair', () => {
    const found = concordantPairs(time, event, predicted);
    expect(found.total).toBe(survival.comparablePairs);
    expect(found.concordance).toBeCloseTo(survival.concordance, 12);
    // Each pair is one of two rows.
    expect(found.pairs.reduce((sum, pairs) => sum + pairs, 0)).toBe(2 * survival.comparablePairs);
    expect(concordantPairs(time, event, risk).concordance).toBeCloseTo(1 - survival.concordance, 12);
  });

  it('is not defined without a pair, and 1 and 0 at the ends', () => {
    expect(concordantPairs([1, 2], [0, 0], [1, 2]).concordance).toBeNaN();
    expect(concordanceInfluence(concordantPairs([1, 2], [0, 0], [1, 2]))).toBeNull();
    expect(concordantPairs([1, 2, 3], [1, 1, 0], [4, 5, 6]).concordance).toBe(1);
    expect(concordantPairs([1, 2, 3], [1, 1, 0], [6, 5, 4]).concordance).toBe(0);
    // The censored one of two equal times is the longer one; of two events nothing is known.
    expect(concordantPairs([1, 1, 1], [1, 0, 1], [1, 2, 1]).total).toBe(2);
  });

  it('rests between pieces of many rows, ties among them', () => {
    const n = 140_000;
    const work = pairing(
      Float64Array.from({ length: n }, (_, i) => i % 1000),
      new Uint8Array(n).fill(1),
      Float64Array.from({ length: n }, (_, i) => -(i % 1000)),
    );
    let rests = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) rests++;
    // Three while sorting; twice through the rows, each 65,536 of them.
    expect(rests).toBe(3 + 2 * 3);
    expect(step.value.concordance).toBe(0);
  });

  it('has an error near that of leaving out one row at a time', () => {
    const influence = rowInfluence('concordance', time, predicted, event) as Float64Array;
    const n = time.length;
    const without = time.map((_, left) => {
      const rest = (values: number[]) => values.filter((_, i) => i !== left);
      return concordantPairs(rest(time), rest(event), rest(predicted)).concordance;
    });
    const mean = without.reduce((sum, value) => sum + value, 0) / n;
    const jackknife = Math.sqrt(((n - 1) / n) * without.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    expect(standardError(influence) / jackknife).toBeGreaterThan(0.9);
    expect(standardError(influence) / jackknife).toBeLessThan(1.1);
    expect(influence.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
  });
});

it('errors of times are those of the rows whose event was seen', () => {
  const influence = rowInfluence('mse', time, predicted, event) as Float64Array;
  const seen = time.flatMap((value, i) => (event[i] ? [(value - predicted[i]) ** 2] : []));
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seen.length - 1);
  expect(standardError(influence)).toBeCloseTo(Math.sqrt(variance / seen.length), 12);
});
