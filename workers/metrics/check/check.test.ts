import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { calibrationCheck } from './calibration';
import { predictiveCheck } from './coverage';
import { betaQuantile, normalCdf, normalQuantile, spreadOf, wilson } from './distributions';
import { normalCheck } from './normal';
import { fifthsByFitted, runningWindows } from './residuals';

const normals = (n: number, name: string): Float64Array => {
  const random = new RandomStream(11, name);
  return Float64Array.from({ length: n }, () => random.normal());
};

describe('distributions', () => {
  it('normal quantiles and probabilities as tabled', () => {
    expect([0.25, 0.75, 0.9, 0.975, 0.995].map((p) => Number(normalQuantile(p).toFixed(5)))).toEqual([-0.67449, 0.67449, 1.28155, 1.95996, 2.57583]);
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021, 6);
    expect(normalCdf(-3)).toBeCloseTo(0.0013499, 6);
    // R: pnorm
    for (const [z, p] of [
      [-3.5, 2.32629079035525e-4],
      [-8, 6.22096057427178e-16],
      [-13.96, 1.36716924631799e-44],
      [-30, 4.90671392714819e-198],
    ])
      expect(normalCdf(z) / p).toBeCloseTo(1, 9);
  });

  it('beta quantiles: the smallest and the largest of n uniform numbers have closed forms, also of very many', () => {
    for (const n of [5, 100, 10_000, 1_000_000]) {
      expect(betaQuantile(0.975, 1, n) / (1 - 0.025 ** (1 / n))).toBeCloseTo(1, 5);
      expect((1 - betaQuantile(0.025, n, 1)) / (1 - 0.025 ** (1 / n))).toBeCloseTo(1, 5);
    }
    expect(betaQuantile(0.5, 500, 500)).toBeCloseTo(0.5, 8);
  });

  it('Wilson intervals: Newcombe’s (1998) examples', () => {
    // Table I of Newcombe, Statistics in Medicine 17: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    const rounded = (hits: number, rows: number) => Object.values(wilson(hits, rows)).map((end) => Number(end.toFixed(4)));
    expect(rounded(81, 263)).toEqual([0.2553, 0.3662]);
    expect(rounded(15, 148)).toEqual([0.0624, 0.1605]);
    expect(rounded(0, 20)).toEqual([0, 0.1611]);
    expect(rounded(1, 29)).toEqual([0.0061, 0.1718]);
  });

  it('the interval of a standard deviation of normal values is about s·exp(±1.96 / √2n)', () => {
    const spread = spreadOf(normals(20_000, 'sd'));
    expect(spread?.logError).toBeCloseTo(1 / Math.sqrt(40_000), 4);
    expect(spread?.sd).toBeCloseTo(1, 1);
    expect(spreadOf([1, 1, 1, 1, 1, 1])).toBeNull();
    expect(spreadOf([1, 2, 3])).toBeNull();
  });
});

describe('residuals against fitted', () => {
  const n = 4000;
  const fitted = Float64Array.from({ length: n }, (_, i) => (i * 7919) % n);
  const noise = normals(n, 'residuals');

  it('finds spread that grows with the fitted value', () => {
    const grown = noise.map((value, i) => value * (1 + fitted[i] / n));
    const fifths = fifthsByFitted(fitted, grown);
    // Standard deviations 1.1 and 1.9 on average.
    expect((fifths?.top.sd ?? 0) / (fifths?.bottom.sd ?? 1)).toBeCloseTo(1.9 / 1.1, 0);
    const windows = runningWindows(fitted, grown);
    expect(windows).toHaveLength(24);
    expect(windows.reduce((sum, { rows }) => sum + rows, 0)).toBe(n);
    expect(windows[23].sd / windows[0].sd).toBeGreaterThan(1.6);
  });

  it('finds a bend in the medians', () => {
    const bent = noise.map((value, i) => 0.1 * value + (fitted[i] / n - 0.5) ** 2);
    const windows = runningWindows(fitted, bent);
    expect(windows[0].median).toBeCloseTo(0.23, 1);
    expect(windows[12].median).toBeCloseTo(0, 1);
  });

  it('one fitted value, or few rows, have no windows', () => {
    expect(runningWindows(new Float64Array(n), noise)).toEqual([]);
    expect(fifthsByFitted(fitted.subarray(0, 99), noise.subarray(0, 99))).toBeNull();
  });
});

describe('normal quantiles of residuals', () => {
  it('about 95 of 100 points of normal samples lie within the pointwise envelope', () => {
    let [inside, of] = [0, 0];
    for (let sample = 0; sample < 60; sample++) {
      const points = normalCheck(normals(300, `qq ${sample}`))?.points ?? [];
      // Standardised by the sample's own mean and deviation, points lie closer than the envelope of a known
      // one.
      inside += points.filter(({ sample: at, low, high }) => at >= low && at <= high).length;
      of += points.length;
    }
    expect(inside / of).toBeGreaterThan(0.95);
  });

  it('heavy tails leave it on both sides', () => {
    const random = new RandomStream(11, 'heavy');
    // Student's t with 3 degrees of freedom.
    const heavy = Float64Array.from(
      { length: 3000 },
      () => random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2) / 3),
    );
    const tails = normalCheck(heavy)?.tails;
    expect(tails?.right.sample).toBeGreaterThan(tails?.right.high as number);
    expect(tails?.left.sample).toBeLessThan(tails?.left.low as number);
    expect(tails?.share).toBeCloseTo(0.005, 5);
  });
});

describe('predictive intervals', () => {
  it('hold what they promise when the deviation is right, and less when it is too small', () => {
    const residuals = normals(20_000, 'coverage');
    const right = predictiveCheck(residuals, new Float64Array(20_000).fill(1));
    expect(right.coverage.map(({ share }) => Number(share.toFixed(2)))).toEqual([0.5, 0.8, 0.95]);
    expect(right.pit.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const narrow = predictiveCheck(residuals, new Float64Array(20_000).fill(0.8));
    // P(|Z| ≤ 0.8 · 1.2816) = 0.6948.
    expect(narrow.coverage[1].share).toBeCloseTo(0.6948, 2);
    expect(narrow.coverage[1].high).toBeLessThan(0.8);
    expect(narrow.pit[0]).toBeGreaterThan(narrow.even.high);
  });
});

describe('calibration', () => {
  const n = 20_000;
  const odds = normals(n, 'odds').map((value) => 1.5 * value);
  const random = new RandomStream(11, 'labels');
  const labels = Float64Array.from(odds, (x) => (random.uniform() < 1 / (1 + Math.exp(-x)) ? 1 : 0));
  const probabilities = (slope: number, shift = 0) => odds.map((x) => 1 / (1 + Math.exp(-slope * x - shift)));

  it('true probabilities have slope 1 and intercept 0; doubled log odds half of it; a shift comes out as the intercept', () => {
    const { slope, intercept, bins, brier, brierOfShare } = calibrationCheck(labels, probabilities(1));
    expect(Math.abs((slope?.value ?? 0) - 1)).toBeLessThan(3 * (slope?.standardError ?? 0));
    expect(Math.abs(intercept?.value ?? 9)).toBeLessThan(3 * (intercept?.standardError ?? 0));
    expect(bins.map(({ rows }) => rows)).toEqual(new Array(10).fill(2000));
    expect(bins.filter(({ predicted, low, high }) => predicted >= low && predicted <= high).length).toBeGreaterThanOrEqual(8);
    expect(brier).toBeLessThan(brierOfShare);
    expect(calibrationCheck(labels, probabilities(2)).slope?.value).toBeCloseTo((slope?.value ?? 0) / 2, 3);
    expect(calibrationCheck(labels, probabilities(1, 0.7)).intercept?.value).toBeCloseTo(-0.7, 1);
  });

  it('the standard error of the slope is that of the information matrix, by hand for two log odds', () => {
    // x = ±1 with 30 and 10 of 40 ones: the fitted log odds are ±log 3, so a = 0, b = log 3, and the
    // information of b is 80 · 3/16.
    const two = Float64Array.from({ length: 80 }, (_, i) => (i < 40 ? 1 / (1 + Math.E) : Math.E / (1 + Math.E)));
    const ones = Float64Array.from({ length: 80 }, (_, i) => (i < 10 || i >= 50 ? 1 : 0));
    const { slope, bins } = calibrationCheck(ones, two);
    expect(slope?.value).toBeCloseTo(Math.log(3), 6);
    expect(slope?.standardError).toBeCloseTo(1 / Math.sqrt(15), 6);
    expect(bins.map(({ rows, observed }) => [rows, observed])).toEqual([
      [40, 0.25],
      [40, 0.75],
    ]);
  });

  it('bins after many equal probabilities are of a tenth of the rows again', () => {
    const tied = Float64Array.from({ length: 1000 }, (_, i) => (i < 600 ? 0.1 : 0.2 + i / 2000));
    const { bins } = calibrationCheck(
      tied.map((_, i) => i % 2),
      tied,
    );
    expect(bins.map(({ rows }) => rows)).toEqual([600, 100, 100, 100, 100]);
  });

  it('probabilities that say nothing, or the opposite, have a slope about 0 or below', () => {
    const nothing = calibrationCheck(
      labels,
      normals(n, 'nothing').map((x) => 1 / (1 + Math.exp(-2 * x))),
    );
    expect(nothing.slope?.value).toBeCloseTo(0, 1);
    expect(nothing.intercept).not.toBeNull();
    const turned = calibrationCheck(labels, probabilities(-1));
    expect(Math.abs((turned.slope?.value ?? 0) + 1)).toBeLessThan(3 * (turned.slope?.standardError ?? 0));
  });

  it('there is no slope with one class, or where the classes are separated', () => {
    expect(calibrationCheck([1, 1, 1, 1], [0.2, 0.4, 0.6, 0.9])).toMatchObject({ slope: null, intercept: null });
    expect(calibrationCheck([0, 0, 1, 1], [0.2, 0.4, 0.6, 0.9]).slope).toBeNull();
  });
});
