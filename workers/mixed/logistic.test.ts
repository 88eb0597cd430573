import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { conditionalModes, LogisticMixedModel } from './logistic';
import { simulateMixed } from './testing';

const atOnce = async (): Promise<void> => {};

/** 0/1 responses with logit −0.5 + x₁ + the intercepts, with standard deviations by factor. */
function simulateBinary(rows: number, levels: readonly number[], deviations: readonly number[], seed: number): ReturnType<typeof simulateMixed> {
  const data = simulateMixed(rows, levels, seed);
  const random = new RandomStream(seed, 'binary');
  const effects = levels.map((q, k) => Float64Array.from({ length: q }, () => deviations[k] * random.normal()));
  const y = data.y.map((_, i) => {
    const eta = data.factors.reduce((sum, { codes }, k) => sum + effects[k][codes[i]], -0.5 + data.x[3 * i + 1]);
    return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  return { ...data, y };
}

describe('the logistic mixed model', () => {
  it('recovers variances and coefficients with many rows a level', async () => {
    const fit = await new LogisticMixedModel(simulateBinary(12_000, [60, 40], [1, 0.5], 2)).fit(atOnce);
    [1, 0.25].forEach((variance, k) => {
      expect(Math.abs(fit.variances[k] - variance)).toBeLessThan(4 * (fit.varianceStandardErrors[k] as number));
    });
    // The intercept's standard error knows of the levels drawn.
    [-0.5, 1, 0].forEach((beta, j) => {
      expect(Math.abs(fit.beta[j] - beta)).toBeLessThan(4 * Math.sqrt(fit.betaCovariance[(fit.beta.length + 1) * j]));
    });
    expect(fit.residualStandardError).toBeNull();
  });

  it('without variances is logistic regression: the score is zero', async () => {
    const data = simulateBinary(800, [6], [0], 3);
    const model = new LogisticMixedModel({ ...data, factors: [{ codes: new Int32Array(800), levels: 1 }] });
    const fit = await model.fit(atOnce);
    const score = [0, 0, 0];
    for (let i = 0; i < 800; i++) {
      const eta = fit.beta.reduce((sum, b, j) => sum + b * data.x[3 * i + j], fit.effects[0][0]);
      for (let j = 0; j < 3; j++) score[j] += data.x[3 * i + j] * (data.y[i] - 1 / (1 + Math.exp(-eta)));
    }
    for (const value of score) expect(Math.abs(value)).toBeLessThan(0.05);
  });

  it('its deviance is about −2 log of the integral over the intercepts', async () => {
    const data = simulateBinary(1500, [25], [1], 7);
    const fit = await new LogisticMixedModel(data).fit(atOnce);
    const deviation = Math.sqrt(fit.variances[0]);
    // The integral of each level by the trapezoidal rule over ±8 standard deviations.
    const nodes = Array.from({ length: 801 }, (_, i) => -8 + i / 50);
    const logs = Array.from({ length: 25 }, () => nodes.map((t) => -0.5 * t * t - 0.5 * Math.log(2 * Math.PI) - Math.log(50)));
    for (let i = 0; i < 1500; i++) {
      const fixed = fit.beta.reduce((sum, b, j) => sum + b * data.x[3 * i + j], 0);
      nodes.forEach((t, at) => {
        const eta = fixed + deviation * t;
        logs[data.factors[0].codes[i]][at] += data.y[i] * eta - Math.log1p(Math.exp(eta));
      });
    }
    const likelihood = logs.reduce((sum, level) => {
      const largest = Math.max(...level);
      return sum + largest + Math.log(level.reduce((total, value) => total + Math.exp(value - largest), 0));
    }, 0);
    expect(Math.abs(fit.deviance + 2 * likelihood)).toBeLessThan(0.5);
  });

  it.each([
    // σ², f, rows, ones; the root of ones − rows / (1 + exp(−f − b)) = b / σ² by bisection in Python.
    [1, -3, 20, 18, 3.876805188861],
    [3, -2, 20, 18, 3.65181641551],
    [10, -2, 200, 180, 4.174246446462],
  ])('a level of many events that the fixed part does not expect has its mode: σ² %d, f %d', async (variance, f, rows, ones, mode) => {
    const factor = { codes: new Int32Array(rows), levels: 1 };
    const y = Float64Array.from({ length: rows }, (_, i) => Number(i < ones));
    const { effects } = await conditionalModes(new Float64Array(rows).fill(f), y, [factor], [variance], atOnce);
    expect(effects[0][0]).toBeCloseTo(mode, 8);
  });

  it.each([
    [-0.5, [0.8, 1.3]],
    // Rare events: one row in twenty, of levels that differ widely.
    [-5, [4, 2]],
  ])('modes are where the penalised likelihood is flat, around a logit of %d', async (intercept, variances) => {
    const data = simulateBinary(500, [20, 9], [1, 1], 4);
    const fixed = Float64Array.from({ length: 500 }, (_, i) => intercept + data.x[3 * i + 1]);
    const { effects } = await conditionalModes(fixed, data.y, data.factors, variances, atOnce);
    const slope = effects.map((b, k) => b.map((value) => -value / variances[k]));
    for (let i = 0; i < 500; i++) {
      const eta = data.factors.reduce((sum, { codes }, k) => sum + effects[k][codes[i]], fixed[i]);
      for (const [k, { codes }] of data.factors.entries()) slope[k][codes[i]] += data.y[i] - 1 / (1 + Math.exp(-eta));
    }
    for (const values of slope) for (const value of values) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});
