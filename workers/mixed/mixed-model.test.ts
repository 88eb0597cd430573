import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { choleskyInPlace, inOneGo, inverseWithLogDeterminant } from './dense';
import { predictEffects } from './effects';
import { evaluate } from './likelihood';
import { MixedModel } from './mixed-model';
import { type MixedData, sumRows } from './sums';
import { sweep } from './sweep';
import { designOf, invertPlainly, marginalCovariance, multiply, simulateMixed, simulateSets, transpose } from './testing';

const atOnce = async (): Promise<void> => {};

/** Everything by dense n × n algebra: −2 log likelihood, β, σ²_e, effects and their conditional variances. */
function brute(data: MixedData, ratios: readonly number[], reml: boolean) {
  const { rows, p, x, y, factors } = data;
  const { inverse, logDeterminant } = invertPlainly(marginalCovariance(data, ratios));
  const X = Array.from({ length: rows }, (_, i) => [...x.subarray(i * p, (i + 1) * p)]);
  const Y = Array.from(y, (value) => [value]);
  const xv = multiply(transpose(X), inverse);
  const information = invertPlainly(multiply(xv, X));
  const beta = multiply(information.inverse, multiply(xv, Y));
  const fitted = multiply(X, beta);
  const r = Y.map(([value], i) => [value - fitted[i][0]]);
  const vr = multiply(inverse, r);
  const square = r.reduce((sum, [value], i) => sum + value * vr[i][0], 0);
  const freedom = reml ? rows - p : rows;
  const variance = square / freedom;
  // b = γ Z'V⁻¹r, and its variance given y: σ² (γ I − γ² Z'V⁻¹Z).
  const designs = factors.map((factor) => transpose(designOf(factor, rows)));
  const effects = designs.map((zt, k) => multiply(zt, vr).map(([value]) => ratios[k] * value));
  const conditional = designs.map((zt, k) =>
    zt.map((z) => variance * (ratios[k] - ratios[k] ** 2 * multiply(multiply([z], inverse), transpose([z]))[0][0])),
  );
  const deviance = logDeterminant + (reml ? information.logDeterminant : 0) + freedom * (Math.log(2 * Math.PI * variance) + 1);
  return { deviance, beta: beta.map(([value]) => value), variance, effects, conditional };
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits);
};

const cases = fc.record({
  rows: fc.integer({ min: 8, max: 40 }),
  levels: fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 3 }),
  /** Which of the factors are sets. */
  sets: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  logRatios: fc.array(fc.double({ min: -4, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
  reml: fc.boolean(),
});

describe('the likelihood of crossed random intercepts, of levels or of sets', () => {
  it('equals dense n × n algebra, in value, β, σ², effects and conditional variances; its gradient equals differences', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, levels, sets, seed, logRatios, reml }) => {
        const simulated = simulateMixed(rows, levels, seed);
        const factors = simulated.factors.map((factor, k) => (sets[k] ? simulateSets(rows, levels[k], seed + k) : factor));
        const data = { ...simulated, factors };
        const ratios = levels.map((_, k) => Math.exp(logRatios[k]));
        const sums = inOneGo(sumRows(data));
        const options = { reml, residualVariance: null };
        const actual = await evaluate(sums, ratios, options, atOnce);
        const expected = brute(data, ratios, reml);
        expect(actual.deviance).toBeCloseTo(expected.deviance, 6);
        expect(actual.residualVariance).toBeCloseTo(expected.variance, 7);
        close(actual.beta, expected.beta, 7);
        for (const k of levels.keys()) {
          close(actual.effects[k], expected.effects[k], 7);
          close(actual.conditionalVariances[k], expected.conditional[k], 7);
          const moved = async (h: number): Promise<number> =>
            (
              await evaluate(
                sums,
                ratios.map((ratio, l) => (l === k ? ratio * Math.exp(h) : ratio)),
                options,
                atOnce,
              )
            ).deviance;
          expect(actual.gradient[k]).toBeCloseTo(((await moved(1e-4)) - (await moved(-1e-4))) / 2e-4, 4);
        }
        const r = data.y.map((value, i) => value - actual.beta.reduce((sum, b, j) => sum + b * data.x[3 * i + j], 0));
        const effects = await predictEffects(r, data.factors, ratios, atOnce);
        for (const k of levels.keys()) close(effects[k], expected.effects[k], 7);
      }),
      { numRuns: 40 },
    );
  });

  it('takes row weights as repeated rows', async () => {
    const data = simulateMixed(30, [5, 3], 4);
    const weights = Float64Array.from({ length: 30 }, (_, i) => 1 + (i % 3));
    const repeat = [...weights.keys()].flatMap((i) => new Array<number>(weights[i]).fill(i));
    const repeated: MixedData = {
      rows: repeat.length,
      p: 3,
      x: Float64Array.from(repeat.flatMap((i) => [...data.x.subarray(3 * i, 3 * i + 3)])),
      y: Float64Array.from(repeat, (i) => data.y[i]),
      factors: data.factors.map(({ codes, levels }) => ({ codes: Int32Array.from(repeat, (i) => codes[i]), levels })),
    };
    const options = { reml: false, residualVariance: 1 };
    const once = await evaluate(inOneGo(sumRows({ ...data, weights })), [0.7, 0.2], options, atOnce);
    const often = await evaluate(inOneGo(sumRows(repeated)), [0.7, 0.2], options, atOnce);
    close(once.gradient, often.gradient, 8);
    close(once.beta, often.beta, 8);
  });

  it('refuses levels that meet so often that a step would take more than a minute, and lets others run before it knows', async () => {
    const random = new RandomStream(9, 'crossed');
    const [rows, levels] = [60_000, 8000];
    const factors = [0, 1].map(() => ({ codes: Int32Array.from({ length: rows }, () => random.integer(levels)), levels }));
    let breaths = 0;
    const breathe = async (): Promise<void> => {
      breaths++;
    };
    await expect(new MixedModel({ rows, x: new Float64Array(0), p: 0, y: new Float64Array(rows), factors }).iterate(breathe)).rejects.toThrow(
      /8,000 × 8,000 levels would take more than a minute at each step .* the limits are 1 minute and 1 GB/,
    );
    expect(breaths).toBeGreaterThan(5);
  });

  it('takes as many levels as there are, where few of them meet', async () => {
    // Pupils in schools: the dense matrix of the schools alone would have 36 million entries.
    const [rows, schools] = [30_000, 6000];
    const pupils = { codes: Int32Array.from({ length: rows }, (_, i) => i % 15_000), levels: 15_000 };
    const factors = [pupils, { codes: pupils.codes.map((pupil) => pupil % schools), levels: schools }];
    const random = new RandomStream(4, 'nested');
    const effects = Float64Array.from({ length: schools }, () => 0.5 * random.normal());
    const own = Float64Array.from({ length: 15_000 }, () => 0.8 * random.normal());
    const y = Float64Array.from(pupils.codes, (pupil) => effects[pupil % schools] + own[pupil] + random.normal());
    const fit = await new MixedModel({ rows, x: new Float64Array(rows).fill(1), p: 1, y, factors }).fit(atOnce);
    for (const [k, variance] of [0.64, 0.25].entries())
      expect(Math.abs(fit.variances[k] - variance)).toBeLessThan(4 * (fit.varianceStandardErrors[k] as number));
  });
});

describe('maximum likelihood', () => {
  it('one way, balanced: the closed form, with its standard errors', async () => {
    const random = new RandomStream(3, 'balanced');
    const [groups, size] = [25, 6];
    const rows = groups * size;
    const codes = Int32Array.from({ length: rows }, (_, i) => i % groups);
    const effects = Array.from({ length: groups }, () => 1.5 * random.normal());
    const y = Float64Array.from(codes, (level) => 10 + effects[level] + random.normal());
    const fit = await new MixedModel({ rows, x: new Float64Array(rows).fill(1), p: 1, y, factors: [{ codes, levels: groups }] }).fit(atOnce);
    const mean = y.reduce((sum, value) => sum + value, 0) / rows;
    const means = Array.from({ length: groups }, (_, g) => codes.reduce((sum, level, i) => sum + (level === g ? y[i] : 0), 0) / size);
    const within = y.reduce((sum, value, i) => sum + (value - means[codes[i]]) ** 2, 0);
    const between = size * means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const residual = within / (rows - groups);
    const level = between / groups;
    const variance = (level - residual) / size;
    expect(fit.beta[0]).toBeCloseTo(mean, 8);
    expect(fit.residualVariance).toBeCloseTo(residual, 5);
    expect(fit.variances[0]).toBeCloseTo(variance, 5);
    expect(fit.residualStandardError).toBeCloseTo(residual * Math.sqrt(2 / (rows - groups)), 4);
    expect(fit.varianceStandardErrors[0]).toBeCloseTo(Math.sqrt((2 / size ** 2) * (level ** 2 / groups + residual ** 2 / (rows - groups))), 3);
    means.forEach((value, g) => {
      expect(fit.effects[0][g]).toBeCloseTo((size * variance * (value - mean)) / (residual + size * variance), 4);
      expect(fit.conditionalVariances[0][g]).toBeCloseTo((variance * residual) / (residual + size * variance), 5);
    });
  });

  it('REML, balanced: the analysis of variance estimates', async () => {
    const random = new RandomStream(8, 'balanced');
    const [groups, size] = [12, 5];
    const rows = groups * size;
    const codes = Int32Array.from({ length: rows }, (_, i) => i % groups);
    const effects = Array.from({ length: groups }, () => random.normal());
    const y = Float64Array.from(codes, (level) => effects[level] + random.normal());
    const data = { rows, x: new Float64Array(rows).fill(1), p: 1, y, factors: [{ codes, levels: groups }] };
    const fit = await new MixedModel(data, { reml: true }).fit(atOnce);
    const mean = y.reduce((sum, value) => sum + value, 0) / rows;
    const means = Array.from({ length: groups }, (_, g) => codes.reduce((sum, level, i) => sum + (level === g ? y[i] : 0), 0) / size);
    const within = y.reduce((sum, value, i) => sum + (value - means[codes[i]]) ** 2, 0) / (rows - groups);
    const between = (size * means.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / (groups - 1);
    expect(fit.residualVariance).toBeCloseTo(within, 5);
    expect(fit.variances[0]).toBeCloseTo((between - within) / size, 5);
  });

  it.each([false, true])('two crossed factors, REML %s: the standard errors are those of the inverse of dense second differences', async (reml) => {
    const data = simulateMixed(60, [9, 4], 12);
    const { residualVariance, variances, residualStandardError, varianceStandardErrors } = await new MixedModel(data, { reml }).fit(atOnce);
    const freedom = reml ? 57 : 60;
    // −2 log likelihood at log σ²_e, log σ²_1, log σ²_2, from the dense one at the best σ²_e of these ratios.
    const deviance = ([log, ...logs]: number[]): number => {
      const best = brute(
        data,
        logs.map((value) => Math.exp(value - log)),
        reml,
      );
      return best.deviance - freedom * (Math.log(best.variance) + 1) + freedom * (log + best.variance / Math.exp(log));
    };
    const at = [residualVariance, ...variances].map(Math.log);
    const step = 1e-3;
    const moved = (moves: Record<number, number>): number => deviance(at.map((value, i) => value + step * (moves[i] ?? 0)));
    const information = at.map((_, i) =>
      at.map((_, j) => {
        const second =
          i === j
            ? moved({ [i]: 1 }) - 2 * moved({}) + moved({ [i]: -1 })
            : (moved({ [i]: 1, [j]: 1 }) - moved({ [i]: 1, [j]: -1 }) - moved({ [i]: -1, [j]: 1 }) + moved({ [i]: -1, [j]: -1 })) / 4;
        return second / step ** 2 / 2;
      }),
    );
    const { inverse } = invertPlainly(information);
    for (const [i, error] of [residualStandardError, ...varianceStandardErrors].entries())
      expect((error as number) / (Math.exp(at[i]) * Math.sqrt(inverse[i][i]))).toBeCloseTo(1, 3);
  });

  it('recovers three variances of crossed factors within four standard errors, with zero gradient', async () => {
    const data = simulateMixed(4000, [150, 40, 90], 11, 0.5);
    const model = new MixedModel(data);
    const fit = await model.fit(atOnce);
    const at = await model.iterate(atOnce);
    for (const g of at.gradient) expect(Math.abs(g)).toBeLessThan(0.05);
    [0.25, 1, 1].forEach((variance, k) => {
      expect(Math.abs(fit.variances[k] - variance)).toBeLessThan(4 * (fit.varianceStandardErrors[k] as number));
    });
    expect(Math.abs(fit.residualVariance - 1)).toBeLessThan(4 * (fit.residualStandardError as number));
    [2, -1, 0.5].forEach((beta, j) => {
      expect(Math.abs(fit.beta[j] - beta)).toBeLessThan(4 * Math.sqrt(fit.betaCovariance[(fit.beta.length + 1) * j]));
    });
  });

  it('a factor without any effect gets no variance and no standard error', async () => {
    const data = simulateMixed(600, [20, 8], 5, 0);
    // Residuals of the first factor's means vary less than by chance.
    const { codes } = data.factors[0];
    const sums = new Float64Array(20);
    const counts = new Float64Array(20);
    codes.forEach((level, i) => {
      sums[level] += data.y[i];
      counts[level]++;
    });
    const y = data.y.map((value, i) => value - sums[codes[i]] / counts[codes[i]]);
    const fit = await new MixedModel({ ...data, y, factors: [data.factors[0]] }).fit(atOnce);
    expect(fit.variances[0]).toBe(0);
    expect(fit.varianceStandardErrors[0]).toBe(null);
    expect([...fit.effects[0]].every((b) => b === 0)).toBe(true);
    expect(fit.residualStandardError).toBeCloseTo(fit.residualVariance * Math.sqrt(2 / 600), 6);
  });

  it('leaves out a column that others explain', async () => {
    const data = simulateMixed(200, [10], 6);
    const x = Float64Array.from({ length: 800 }, (_, i) =>
      i % 4 === 3 ? data.x[3 * Math.floor(i / 4) + 1] * 2 : data.x[3 * Math.floor(i / 4) + (i % 4)],
    );
    const fit = await new MixedModel({ ...data, x, p: 4 }).fit(atOnce);
    const without = await new MixedModel(data).fit(atOnce);
    close(fit.beta, [...without.beta, 0], 5);
    expect(fit.deviance).toBeCloseTo(without.deviance, 6);
  });
});

describe('dense algebra', () => {
  it.each([1, 5, 47, 48, 49, 131])('determinant and inverse of a matrix of %i columns equal the textbook', (n) => {
    const random = new RandomStream(n, 'dense');
    const root = Array.from({ length: n }, () => Array.from({ length: n }, () => random.normal()));
    const matrix = multiply(root, transpose(root)).map((row, i) => row.map((value, j) => value + (i === j ? n : 0)));
    const expected = invertPlainly(matrix);
    const { inverse, logDeterminant } = inverseWithLogDeterminant(Float64Array.from(matrix.flat()), n) ?? expect.fail();
    expect(logDeterminant).toBeCloseTo(expected.logDeterminant, 8);
    close(inverse, expected.inverse.flat(), 10);
  });

  it('says when a matrix is not positive definite', async () => {
    expect(await choleskyInPlace(Float64Array.from([1, 2, 2, 1]), 2, atOnce)).toBeNaN();
  });

  it('sweeps a regression', () => {
    // y = 1 + 2 x at x = 0, 1, 2, and 1 at x = 0 once more: X'X, X'y, y'y.
    const matrix = Float64Array.from([4, 3, 10, 3, 5, 13, 10, 13, 36]);
    expect(sweep(matrix, 3, 2).rank).toBe(2);
    close(matrix.subarray(6), [-1, -2, 0], 10);
    close([matrix[2], matrix[5]], [1, 2], 10);
    close([matrix[0], matrix[1], matrix[4]], [5 / 11, -3 / 11, 4 / 11], 10);
  });
});

const INSTEVAL = join(import.meta.dirname, '../../../shared/data/InstEval.csv.gz');

describe.skipIf(!existsSync(INSTEVAL))(`InstEval${existsSync(INSTEVAL) ? '' : ' (skipped: ../shared/data/InstEval.csv.gz is not there)'}`, () => {
  it('gives the standard deviations of lme4', { timeout: 120_000 }, async () => {
    const [head, ...lines] = gunzipSync(readFileSync(INSTEVAL)).toString('utf8').trim().split('\n');
    const names = head.replaceAll('"', '').split(',');
    const table = lines.map((line) => line.replaceAll('"', '').split(','));
    const factor = (name: string) => {
      const levels = new Map<string, number>();
      const codes = Int32Array.from(table, (row) => {
        const label = row[names.indexOf(name)];
        const code = levels.get(label) ?? levels.size;
        levels.set(label, code);
        return code;
      });
      return { codes, levels: levels.size };
    };
    const dummies = ['studage', 'lectage', 'service'].map(factor);
    const p = 1 + dummies.reduce((sum, { levels }) => sum + levels - 1, 0);
    const x = new Float64Array(table.length * p);
    for (let i = 0; i < table.length; i++) {
      x[i * p] = 1;
      let first = 1;
      for (const { codes, levels } of dummies) {
        if (codes[i] > 0) x[i * p + first + codes[i] - 1] = 1;
        first += levels - 1;
      }
    }
    const y = Float64Array.from(table, (row) => Number(row[names.indexOf('y')]));
    const model = new MixedModel({ rows: table.length, x, p, y, factors: ['s', 'd', 'dept'].map(factor) }, {}, [0.1, 0.2, 0.01]);
    let at = await model.iterate(atOnce);
    while (!model.converged) at = await model.iterate(atOnce);
    close(
      model.ratios.map((ratio) => Math.sqrt(ratio * at.residualVariance)),
      [0.3264, 0.5106, 0.0787],
      3,
    );
    expect(Math.sqrt(at.residualVariance)).toBeCloseTo(1.1762, 3);
    expect(at.deviance).toBeCloseTo(237_553.986, 2);
  });
});
