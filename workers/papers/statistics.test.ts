import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval, pairedDifference, pairedTest, ratioTest, ratioToBaseline, summarize, summaryTest, welchTest } from './statistics';

// Reference values of R 4 (t.test) on two of R's own data sets.
/** R: sleep$extra, group 1 and 2. */
const SLEEP = [
  [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
];

describe('tests', () => {
  it('Welch on the sleep data: t = −1.8608, df = 17.776, p = 0.07939', () => {
    const test = welchTest(SLEEP[0], SLEEP[1]);
    expect(test?.t).toBeCloseTo(-1.8608, 4);
    expect(test?.df).toBeCloseTo(17.776, 3);
    expect(test?.p).toBeCloseTo(0.07939, 5);
  });

  it('paired on the sleep data: t = −4.0621, p = 0.002833', () => {
    const test = pairedTest(SLEEP[0], SLEEP[1]);
    expect(test?.t).toBeCloseTo(-4.0621, 4);
    expect(test?.df).toBe(9);
    expect(test?.p).toBeCloseTo(0.002833, 6);
  });

  it('against a known mean and standard error: Welch’s, as if its repetitions were there', () => {
    const known = summarize(SLEEP[1]);
    expect(known && summaryTest(SLEEP[0], known)).toEqual(welchTest(SLEEP[0], SLEEP[1]));
  });

  it('against a known mean alone: its spread is the sample’s', () => {
    // Four numbers with mean 2.5 and variance 5/3, against the mean 4 of two: t = −1.5 / √(5/3 · (1/4 +
    // 1/2)).
    expect(summaryTest([1, 2, 3, 4], { n: 2, mean: 4, se: null })?.t).toBeCloseTo(-1.5 / Math.sqrt((5 / 3) * 0.75), 12);
    expect(summaryTest([1], { n: 2, mean: 4, se: null })).toBeNull();
  });

  it('leaves out repetitions without a number', () => {
    expect(pairedTest([...SLEEP[0], null, 3], [...SLEEP[1], 2, null])).toEqual(pairedTest(SLEEP[0], SLEEP[1]));
    expect(summarize([null, Number.NaN])).toBeNull();
    expect(welchTest([1], [1, 2])).toBeNull();
  });

  it('samples without spread: 1 when equal, 0 when not', () => {
    expect(welchTest([2, 2], [2, 2])?.p).toBe(1);
    expect(pairedTest([2, 2], [1, 1])?.p).toBe(0);
  });

  it('equal means: 1 and no more', () => {
    expect(welchTest([4, 6, -64, 19], [-36, -30, -87, 22, -76, -12, -84, 90, 62, 28, 29, -11])?.p).toBe(1);
  });

  it('p is symmetric and unmoved by shift and scale', () => {
    const sample = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        const p = welchTest(a, b)?.p ?? -1;
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(welchTest(b, a)?.p).toBeCloseTo(p, 10);
        expect(
          welchTest(
            a.map((value) => 2 * value + 5),
            b.map((value) => 2 * value + 5),
          )?.p,
        ).toBeCloseTo(p, 6);
      }),
    );
  });

  it('an interval of the sleep data: −0.53 … 2.03', () => {
    const [low, high] = interval(summarize(SLEEP[0]) ?? { n: 0, mean: 0, se: null }) ?? [];
    expect(low).toBeCloseTo(-0.5297804, 6);
    expect(high).toBeCloseTo(2.0297804, 6);
  });
});

describe('ratios to a baseline', () => {
  const baseline = [4, 5, 6, 7];

  it('a constant ratio has no spread when paired, and has one when not', () => {
    const values = baseline.map((value) => value * 0.5);
    expect(ratioToBaseline({ values, baseline, paired: true })?.ratio).toBeCloseTo(0.5, 12);
    const loose = ratioToBaseline({ values, baseline, paired: false });
    expect(loose?.ratio).toBeCloseTo(0.5, 12);
    expect(loose && loose.high - loose.low).toBeGreaterThan(0.1);
  });

  it('equal samples do not differ, halved ones do', () => {
    const sample = { values: [2, 2.6, 3.1, 3.3], baseline, paired: true };
    expect(ratioTest(sample, sample)?.p).toBe(1);
    expect(ratioTest(sample, { ...sample, values: sample.values.map((value) => value / 2) })?.p).toBeLessThan(0.001);
  });

  it('a ratio needs positive numbers', () => {
    expect(ratioToBaseline({ values: [0, -1], baseline: [1, 1], paired: true })).toBeNull();
  });
});

describe('paired differences', () => {
  const first = [3, 5, 7, 9, 11];
  const second = [2, 3, 4, 5, 6];
  // Differences 1 … 5: mean 3, variance 2.5. R: qt(0.975, 4) = 2.776445105.
  it('of independent data have the interval of the paired t-test: 3 ± 2.776445 · √(2.5 / 5)', () => {
    const found = pairedDifference(first, second, 0);
    expect(found).toMatchObject({ n: 5, mean: 3 });
    expect(found?.low).toBeCloseTo(3 - 1.963243, 5);
    expect(found?.high).toBeCloseTo(3 + 1.963243, 5);
    // t.test(d)$p.value: t = 3 / √0.5 = 4.242641 on 4 degrees of freedom.
    expect(pairedTest(first, second)?.t).toBeCloseTo(4.242641, 6);
  });

  it('of five folds have the wider one of Nadeau and Bengio: 3 ± 2.776445 · √(2.5 · (1/5 + 1/4))', () => {
    const found = pairedDifference(first, second, 1 / 4);
    expect(found?.se).toBeCloseTo(1.06066, 5);
    expect(found?.low).toBeCloseTo(0.055136, 5);
    expect(found?.high).toBeCloseTo(5.944864, 5);
  });

  it('agree with R: t.test(sleep$extra[1:10], sleep$extra[11:20], paired = TRUE)$conf.int', () => {
    const found = pairedDifference(SLEEP[0], SLEEP[1], 0);
    expect(found?.low).toBeCloseTo(-2.4598858, 6);
    expect(found?.high).toBeCloseTo(-0.7001142, 6);
  });

  it('take the repetitions that both have, and need two of them', () => {
    expect(pairedDifference([1, null, 4, 6], [0, 1, 2, null], 0)).toMatchObject({ n: 2, mean: 1.5 });
    expect(pairedDifference([1, null], [0, 1], 0)).toBeNull();
    expect(pairedDifference([2, 3], [1, 2], 0.25)).toMatchObject({ mean: 1, low: 1, high: 1 });
  });
});
