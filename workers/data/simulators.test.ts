import { describe, expect, test } from 'vitest';
import type { Dataset } from './dataset';
import { drawing, summarize } from './prepare';
import { collaborativeSchema, type DrawnDataset, growthSchema, lmmnnSchema, simulatedSchema } from './schema';
import { runToEnd } from './simulation-parts';

const draw = (spec: DrawnDataset, seeds = { data: 1, split: 1 }, report?: (fraction: number) => void): Dataset =>
  runToEnd(drawing(spec, seeds), report);

const growth = (changes: object = {}) => growthSchema.parse({ kind: 'growth', levels: [100], trainRows: 1600, testRows: 400, ...changes });
const collaborative = (changes: object = {}) =>
  collaborativeSchema.parse({ kind: 'collaborative', task: 'regression', levels: [60, 40], trainRows: 1600, testRows: 400, ...changes });
const lmmnn = (changes: object = {}) =>
  lmmnnSchema.parse({ kind: 'lmmnn', task: 'regression', levels: [100], trainRows: 1600, testRows: 400, ...changes });
const simulated = (changes: object = {}) =>
  simulatedSchema.parse({ kind: 'simulated', task: 'regression', levels: [100], trainRows: 1600, testRows: 400, ...changes });

/** Mean, variance (ddof 0) and the standard error of that variance, from the fourth moment. */
function moments(values: ArrayLike<number>): { mean: number; variance: number; se: number; seMean: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i] / n;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    second += (values[i] - mean) ** 2 / n;
    fourth += (values[i] - mean) ** 4 / n;
  }
  return { mean, variance: second, se: Math.sqrt((fourth - second ** 2) / n), seMean: Math.sqrt(second / n) };
}

/** Within four standard errors. */
const near = (actual: number, expected: number, se: number) => expect(Math.abs(actual - expected)).toBeLessThan(4 * se);

const effectsOf = (data: Dataset, feature: number, dimension: number): Float32Array => {
  const { effects, d } = data.truth as NonNullable<Dataset['truth']>;
  return effects[feature].filter((_, i) => i % d === dimension);
};

describe.each<[string, (changes?: object) => DrawnDataset]>([
  ['simulated', simulated],
  ['growth', growth],
  ['collaborative', collaborative],
  ['lmmnn', lmmnn],
])('%s', (_, make) => {
  test('same seeds, same data; the split seed and the kind of split leave the rows alone; another data seed does not', () => {
    const small = { trainRows: 160, testRows: 40 };
    const base = draw(make(small));
    expect(draw(make(small))).toEqual(base);
    const resplit = draw(make({ ...small, split: 'by-level' }), { data: 1, split: 2 });
    expect([resplit.y, resplit.x, resplit.fingerprint]).toEqual([base.y, base.x, base.fingerprint]);
    expect(resplit.split).not.toEqual(base.split);
    const other = draw(make(small), { data: 2, split: 1 });
    expect(other.y).not.toEqual(base.y);
    expect(other.fingerprint).not.toBe(base.fingerprint);
    expect(draw(make({ ...small, levelWeightMean: 2 })).fingerprint).not.toBe(base.fingerprint);
  });

  test('effects stay when only the number of rows changes', () => {
    expect(draw(make({ trainRows: 300 })).truth).toEqual(draw(make()).truth);
  });

  test('progress rises to 1 and may cancel', () => {
    const heard: number[] = [];
    draw(make({ testRows: 150_000 }), undefined, (fraction) => heard.push(fraction));
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect([heard[0], heard[heard.length - 1]]).toEqual([0, 1]);
    expect(heard.length).toBeGreaterThan(4);
    const stop = () => {
      throw new Error('enough');
    };
    expect(() => draw(make(), undefined, stop)).toThrow('enough');
  });

  test('the summary tells the truth and, split by level, that every test row is unseen', () => {
    const byRows = summarize(draw(make()));
    expect(byRows.unseen.testRows).toBeLessThan(20);
    expect(byRows.hasTruth && byRows.truth?.effectVariances.length).toBe(byRows.features.length);
    const byLevel = summarize(draw(make({ split: 'by-level' })));
    expect(byLevel.unseen.testRows).toBe(byLevel.testRows);
    expect(byLevel.features[0].unseenTestRows).toBe(byLevel.testRows);
    expect(byLevel.unseen.validationRows).toBeLessThan(20);
    const both = summarize(draw(make({ split: 'by-level', validation: 'by-level' })));
    expect(both.unseen.validationRows).toBe(both.validationRows);
  });
});

test.each([
  ['collaborative', collaborative({ trainRows: 10_000_000, testRows: 10_000_000, p: 100 })],
  ['lmmnn', lmmnn({ trainRows: 10_000_000, testRows: 10_000_000, p: 100 })],
])('%s: too large is refused with its size', (_, large) => {
  expect(() => draw(large)).toThrow(/needs about \d\.\d GiB; at most 6\.0 GiB/);
});

describe('growth curves', () => {
  test('follow the formula of their level', () => {
    const data = draw(growth({ noiseVariance: 0, curve: [12, 6, 4], curveVariances: [2, 1, 0.5] }));
    const b = data.truth?.effects[0] as Float32Array;
    for (let i = 0; i < 200; i++) {
      const at = 3 * data.categorical[0].codes[i];
      const y = (12 + b[at]) / (1 + Math.exp(-(data.x[i] - 6 - b[at + 1]) / Math.max(4 + b[at + 2], 0.1)));
      expect(data.y[i]).toBeCloseTo(y, 4);
    }
    expect(data.truth?.components).toEqual({
      noiseVariance: 0,
      effectVariances: [[2, 1, 0.5]],
      fixed: [
        { name: 'Asym', value: 12 },
        { name: 'xmid', value: 6 },
        { name: 'scal', value: 4 },
      ],
    });
  });

  test('effects have the stated variances, x is uniform, the noise has its variance', () => {
    const spec = growth({ levels: [20_000], trainRows: 30_000, testRows: 10_000, curveVariances: [4, 1, 0.25], noiseVariance: 2 });
    const data = draw(spec);
    for (const [m, variance] of spec.curveVariances.entries()) {
      const { mean, variance: drawn, se, seMean } = moments(effectsOf(data, 0, m));
      near(mean, 0, seMean);
      near(drawn, variance, se);
    }
    const x = moments(data.x);
    near(x.mean, 10, x.seMean);
    near(x.variance, 400 / 12, x.se);
    const quiet = draw({ ...spec, noiseVariance: 0 });
    const noise = moments(data.y.map((y, i) => y - quiet.y[i]));
    near(noise.mean, 0, noise.seMean);
    near(noise.variance, 2, noise.se);
  });

  test('a floor raises small responses, and no scale falls below 0.1', () => {
    const data = draw(growth({ floor: true, curve: [1, 5, 0.2], curveVariances: [1, 1, 9] }));
    expect(Math.min(...data.y)).toBeCloseTo(0.01, 6);
    expect(draw(growth({ curve: [1, 5, 0.2], curveVariances: [1, 1, 9] })).y.every(Number.isFinite)).toBe(true);
  });
});

describe('users × items', () => {
  test('variance of y: that of the inner product, of xw and of the noise', () => {
    // Conditional on the draws: E y² needs the Gram matrices of users and items, |w|²/3, σ².
    const spec = collaborative({ levels: [400, 300], trainRows: 30_000, testRows: 10_000, effectVariance: 1, effectVariances: 'as-written' });
    const data = draw(spec);
    const { effects, d, components } = data.truth as NonNullable<Dataset['truth']>;
    expect(components).toMatchObject({ noiseVariance: 1, effectVariances: [Array(10).fill(1), Array(10).fill(1)] });
    const [users, items] = data.categorical;
    const product = Float64Array.from({ length: data.rows }, (_, i) => {
      let sum = 0;
      for (let m = 0; m < d; m++) sum += effects[0][users.codes[i] * d + m] * effects[1][items.codes[i] * d + m];
      return sum;
    });
    // Σ_m of products of sample variances: 10, each with a relative error of √(2/400 + 2/300).
    near(moments(product).variance, 10, Math.sqrt(10 * (2 / 400 + 2 / 300)));
    // What is left after the product is linear in x with the noise: least squares gives w, and σ² within its
    // error.
    const left = Float64Array.from(product, (value, i) => data.y[i] - value);
    const weights = Array.from({ length: 10 }, (_, l) => 3 * left.reduce((sum, value, i) => sum + (value * data.x[i * 10 + l]) / data.rows, 0));
    const noise = moments(left.map((value, i) => value - weights.reduce((sum, w, l) => sum + w * data.x[i * 10 + l], 0)));
    near(noise.variance, 1, noise.se + 0.005);
    expect(data.categorical.map(({ name }) => name)).toEqual(['user', 'item']);
  });

  test.each(['relu', 'sigmoid', 'tanh'] as const)('link %s bends the inner product alone', (link) => {
    const spec = collaborative({ noiseVariance: 0 });
    const [straight, bent] = [draw(spec), draw({ ...spec, link })];
    const { effects, d } = straight.truth as NonNullable<Dataset['truth']>;
    const f = { relu: (v: number) => Math.max(v, 0), sigmoid: (v: number) => 1 / (1 + Math.exp(-v)), tanh: Math.tanh }[link];
    for (let i = 0; i < 100; i++) {
      let product = 0;
      for (let m = 0; m < d; m++)
        product += effects[0][straight.categorical[0].codes[i] * d + m] * effects[1][straight.categorical[1].codes[i] * d + m];
      expect(bent.y[i] - straight.y[i]).toBeCloseTo(f(product) - product, 4);
    }
  });

  test('binary: half above the median as published, or drawn with its probability', () => {
    expect(draw(collaborative({ task: 'binary' })).y.reduce((sum, y) => sum + y)).toBe(1000);
    const drawn = draw(collaborative({ task: 'binary', binaryResponse: 'bernoulli' }));
    expect(drawn.y.reduce((sum, y) => sum + y)).not.toBe(1000);
    expect(drawn.truth?.components.noiseVariance).toBeNull();
  });
});

describe('the LMMNN simulation', () => {
  test('follows the formula, with the intercept of the code or without (DIS-18)', () => {
    for (const fixedIntercept of [true, false]) {
      const data = draw(lmmnn({ noiseVariance: 0, fixedIntercept, levels: [30, 20], interceptVariances: [0.5, 5] }));
      for (let i = 0; i < 100; i++) {
        const row = data.x.subarray(i * 10, i * 10 + 10);
        const s = row.reduce((sum, value) => sum + value, fixedIntercept ? 1 : 0);
        const b = data.truth?.effects.reduce((sum, effects, k) => sum + effects[data.categorical[k].codes[i]], 0) as number;
        expect(data.y[i]).toBeCloseTo(s * Math.cos(s) + 2 * row[0] * row[1] + b, 4);
      }
    }
  });

  test('intercepts and noise have the stated variances; the last one counts for the features after it', () => {
    const spec = lmmnn({ levels: [20_000, 10_000, 5_000], interceptVariances: [0.3, 3], noiseVariance: 1, trainRows: 30_000, testRows: 10_000 });
    const data = draw(spec);
    expect(data.truth?.components).toEqual({ noiseVariance: 1, effectVariances: [[0.3], [3], [3]], fixed: [] });
    for (const [k, variance] of [0.3, 3, 3].entries()) {
      const drawn = moments(effectsOf(data, k, 0));
      near(drawn.mean, 0, drawn.seMean);
      near(drawn.variance, variance, drawn.se);
    }
    const quiet = draw({ ...spec, noiseVariance: 0 });
    const noise = moments(data.y.map((y, i) => y - quiet.y[i]));
    near(noise.variance, 1, noise.se);
  });

  test('aligned levels are sorted over the same rows, shuffled ones are not', () => {
    const aligned = draw(lmmnn({ levels: [20, 30] }));
    for (const { codes } of aligned.categorical) expect([...codes]).toEqual([...codes].sort((a, b) => a - b));
    const correlation = ({ categorical: [a, b] }: Dataset) => {
      const [ma, mb] = [moments(a.codes), moments(b.codes)];
      return (
        a.codes.reduce((sum, code, i) => sum + (code - ma.mean) * (b.codes[i] - mb.mean), 0) / a.codes.length / Math.sqrt(ma.variance * mb.variance)
      );
    };
    expect(correlation(aligned)).toBeGreaterThan(0.95);
    expect(Math.abs(correlation(draw(lmmnn({ levels: [20, 30], levelOrder: 'shuffled' }))))).toBeLessThan(0.1);
  });

  test('a binary response is drawn with its probability', () => {
    const spec = lmmnn({ task: 'binary', trainRows: 30_000, testRows: 10_000 });
    const data = draw(spec);
    const mean = draw({ ...spec, task: 'regression', noiseVariance: 0 }).y;
    const residual = moments(data.y.map((y, i) => y - 1 / (1 + Math.exp(-mean[i]))));
    near(residual.mean, 0, residual.seMean);
  });
});
