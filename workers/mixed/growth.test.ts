import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orangeTrees } from '../data/orange';
import { drawing } from '../data/prepare';
import { growthSchema, orangeSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { type GrowthRows, logistic, pooledCurve } from './growth-curve';
import type { GrowthFit } from './growth-fit';
import { growthRows } from './growth-rows';
import { LindstromBates } from './lindstrom-bates';
import { inverseOf, newtonMinimum } from './newton';
import { RandomAsymptote } from './random-asymptote';

const atOnce = async (): Promise<void> => {};

async function settled<Fit extends GrowthFit>(fit: Fit, most = 200): Promise<Fit> {
  for (let count = 0; count < most && !fit.converged; count++) await fit.iterate(atOnce);
  expect(fit.converged).toBe(true);
  return fit;
}

/** Fits by dense algebra (golden/make/lindstrom_bates.py). */
interface Reference {
  beta: number[];
  betaErrors: number[];
  variances: number[];
  varianceErrors?: number[];
  residualVariance: number;
  residualError?: number;
  logLikelihood: number;
  effects: number[][];
  posteriorVariances: number[][];
}
type Set = { x: number[]; y: number[]; codes: number[]; levels: number } & Record<'asymptote' | 'all' | 'exactAsymptote', Reference>;
const { sets } = JSON.parse(readFileSync(new URL('../../golden/lindstrom-bates.json', import.meta.url), 'utf8')) as { sets: Record<string, Set> };

const rowsOf = ({ x, y, codes, levels }: Set): GrowthRows => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
  codes: Int32Array.from(codes),
  levels,
});

/** Largest difference, relative to the largest expected entry. */
function off(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(actual[i] - value))) / Math.max(...expected.map(Math.abs));
}

describe.each(['orange', 'simulated'])('growth curves against dense algebra: %s', (name) => {
  const set = sets[name];
  it.each<['asymptote' | 'all' | 'exactAsymptote', (rows: GrowthRows) => GrowthFit]>([
    ['asymptote', (rows) => new LindstromBates(rows, 1)],
    ['all', (rows) => new LindstromBates(rows, 3)],
    ['exactAsymptote', (rows) => new RandomAsymptote(rows)],
  ])('%s', async (kind, make) => {
    const expected = set[kind];
    const fit = await settled(make(rowsOf(set)));
    expect(fit.logLikelihood).toBeCloseTo(expected.logLikelihood, 5);
    expect(off(fit.beta, expected.beta)).toBeLessThan(1e-5);
    expect(off([fit.residualVariance], [expected.residualVariance])).toBeLessThan(1e-5);
    const variances = await fit.variances(atOnce);
    const errors = [0, 4, 8].map((i) => Math.sqrt(fit.betaCovariance[i]));
    expect(off(errors, expected.betaErrors)).toBeLessThan(1e-4);
    expect(
      off(
        variances.effects.map(({ value }) => value),
        expected.variances,
      ),
    ).toBeLessThan(3e-4);
    // The flat optimum of three variances on five trees moves single effects a little.
    expect(off(fit.effects, expected.effects.flat())).toBeLessThan(1e-4);
    expect(off(await fit.posteriorVariances(atOnce), expected.posteriorVariances.flat())).toBeLessThan(3e-4);
    if (expected.varianceErrors && expected.residualError) {
      expect(off([variances.effects[0].error ?? Number.NaN], expected.varianceErrors)).toBeLessThan(1e-4);
      expect(off([variances.residual.error ?? Number.NaN], [expected.residualError])).toBeLessThan(1e-4);
    }
  });
});

describe('Orange trees, all 35 rows (docs/methods.md A15)', () => {
  const data = orangeTrees(orangeSchema.parse({ kind: 'orange' }), { split: 1 });
  const all = growthRows(
    data,
    Uint32Array.from({ length: 35 }, (_, row) => row),
  );
  const within = (actual: number, expected: number, share = 0.005) =>
    expect(Math.abs(actual / expected - 1), `${actual} for ${expected}`).toBeLessThan(share);

  it('comes back in days and millimetres', () => {
    expect([all.x[0], all.x[6], all.y[0], all.y[34]].map((value) => Math.round(value * 1e3) / 1e3)).toEqual([118, 1582, 30, 177]);
  });

  it('pooled least squares', () => {
    const { beta, variance } = pooledCurve(all);
    [192.688, 728.756, 353.534].forEach((value, a) => void within(beta[a], value, 1e-5));
    within(Math.sqrt((variance * 35) / 32), 23.372, 1e-4);
  });

  it('random asymptote: the estimates, log likelihood and effects of the exact fit', async () => {
    const fit = await settled(new RandomAsymptote(all));
    [192.05, 727.91, 348.07].forEach((value, a) => void within(fit.beta[a], value));
    const { effects, residual } = await fit.variances(atOnce);
    within(effects[0].value, 1001.5);
    within(residual.value, 61.5);
    expect(fit.logLikelihood).toBeCloseTo(-131.572, 3);
    [-29.56, 31.73, -37.19, 40.22, -5.2].forEach((value, j) => void within(fit.effects[j], value));
  });

  it('random asymptote: Lindstrom–Bates ends where nlme does, about 1 % off the exact maximum', async () => {
    const fit = await settled(new LindstromBates(all, 1));
    [191.05, 722.56, 344.16].forEach((value, a) => void within(fit.beta[a], value, 1e-4));
    expect(fit.logLikelihood).toBeCloseTo(-131.5846, 4);
    [192.05, 727.91, 348.07].forEach((value, a) => void within(fit.beta[a], value, 0.012));
  });

  it('all three random', async () => {
    const fit = await settled(new LindstromBates(all, 3));
    const ranges = [
      [191.1, 191.2],
      [722.7, 722.9],
      [345.25, 345.5],
    ];
    ranges.forEach(([low, high], a) => {
      expect(fit.beta[a]).toBeGreaterThan(low);
      expect(fit.beta[a]).toBeLessThan(high);
    });
    const deviations = [...fit.ratios].map((ratio) => Math.sqrt(ratio * fit.residualVariance));
    within(deviations[0], 31.1);
    expect(deviations[1]).toBeGreaterThan(10.9);
    expect(deviations[1]).toBeLessThan(12.1);
    within(deviations[2], 16, 0.03);
    within(Math.sqrt(fit.residualVariance), 7.71, 1e-3);
    expect(fit.logLikelihood).toBeCloseTo(-131.55, 2);
  });
});

describe('simulated growth curves', () => {
  const spec = growthSchema.parse({
    kind: 'growth',
    levels: [300],
    trainRows: 3000,
    testRows: 600,
    curve: [10, 7, 3],
    curveVariances: [2, 1, 0.3],
    noiseVariance: 0.25,
  });
  const data = runToEnd(drawing(spec, { data: 3, split: 1 }));
  const rows = growthRows(data, Uint32Array.from([...data.split.train, ...data.split.validation]));

  it('give back the curve, the variances and the effects they were drawn with', async () => {
    const fit = await settled(new LindstromBates(rows, 3));
    spec.curve.forEach((value, a) => void expect(Math.abs(fit.beta[a] - value)).toBeLessThan(4 * Math.sqrt(fit.betaCovariance[4 * a])));
    const { effects, residual } = await fit.variances(atOnce);
    for (const [m, { value, error }] of effects.entries()) expect(Math.abs(value - spec.curveVariances[m])).toBeLessThan(4 * (error as number));
    expect(Math.abs(residual.value - 0.25)).toBeLessThan(4 * (residual.error as number));
    // Effects lie about the truth as their posterior variances say.
    const truth = data.truth?.effects[0] as Float32Array;
    const posterior = await fit.posteriorVariances(atOnce);
    const ratio = fit.effects.reduce((sum, b, i) => sum + (b - truth[i]) ** 2 / posterior[i], 0) / fit.effects.length;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.3);
  });

  it('a level without rows keeps the prior', async () => {
    for (const fit of [new LindstromBates({ ...rows, levels: 301 }, 3), new RandomAsymptote({ ...rows, levels: 301 })]) {
      await settled(fit);
      const r = fit.ratios.length;
      expect([...fit.effects.slice(300 * r)].map(Math.abs)).toEqual(Array(r).fill(0));
      const posterior = (await fit.posteriorVariances(atOnce)).slice(300 * r);
      fit.ratios.forEach((ratio, m) => void expect(posterior[m]).toBeCloseTo(ratio * fit.residualVariance, 10));
    }
  });

  it('curves that do not differ have no variance, and then no standard error', async () => {
    const flat = runToEnd(drawing({ ...spec, curveVariances: [0, 0, 0], noiseVariance: 1 }, { data: 4, split: 1 }));
    for (const fit of [new LindstromBates(growthRows(flat, flat.split.train), 1), new RandomAsymptote(growthRows(flat, flat.split.train))]) {
      await settled(fit);
      const { effects } = await fit.variances(atOnce);
      expect(effects[0]).toEqual({ value: 0, error: null });
      expect([...fit.effects].every((b) => b === 0)).toBe(true);
    }
  });
});

describe('the curve', () => {
  it('has the derivatives it says', () => {
    const gradient = new Float64Array(3);
    const at = [9, 4, -1.7];
    logistic(5, at[0], at[1], at[2], gradient);
    const exact = gradient.slice();
    exact.forEach((value, a) => {
      const value2 = (step: number) =>
        logistic(5, at[0] + (a === 0 ? step : 0), at[1] + (a === 1 ? step : 0), at[2] + (a === 2 ? step : 0), gradient);
      expect((value2(1e-5) - value2(-1e-5)) / 2e-5).toBeCloseTo(value, 7);
    });
  });

  it('refuses rows that no growth curve goes through', () => {
    const x = Float64Array.from({ length: 30 }, (_, i) => i);
    const refusal = expect.objectContaining({ code: 'no-growth-curve' });
    for (const y of [x.map(() => -1), x.map(() => 0)]) expect(() => pooledCurve({ x, y })).toThrow(refusal);
    expect(() => pooledCurve({ x: x.map(() => 3), y: x.map((value) => value + 1) })).toThrow(refusal);
  });
});

describe("Newton's method by differences", () => {
  it('finds the minimum of a valley and the curvature there', async () => {
    const valley = async ([a, b]: Float64Array) => 10 * (b - a * a) ** 2 + (1 - a) ** 2;
    const { point, hessian, converged } = await newtonMinimum([-1, 1], valley);
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(1, 4);
    expect(point[1]).toBeCloseTo(1, 4);
    [82, -40, -40, 20].forEach((value, i) => void expect(hessian[i] / value).toBeCloseTo(1, 3));
    const inverse = inverseOf(Float64Array.of(82, -40, -40, 20), 2);
    [0.5, 1, 1, 2.05].forEach((value, i) => void expect(inverse?.[i]).toBeCloseTo(value, 8));
    expect(inverseOf(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  });
});
