import { describe, expect, test } from 'vitest';
import { orangeTrees } from './orange';
import { prepareDataset, summarize } from './prepare';
import { addEffects } from './response';
import { orangeSchema, type SimulatedDataset, simulatedSchema } from './schema';
import { simulate } from './simulate';

const spec = (changes: Partial<SimulatedDataset> = {}) =>
  simulatedSchema.parse({ kind: 'simulated', task: 'regression', levels: [200], trainRows: 2000, testRows: 1000, ...changes });

function variance(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return squares / values.length - (sum / values.length) ** 2;
}

/** Mean over data seeds. */
function over(seeds: number, value: (seed: number) => number): number {
  let sum = 0;
  for (let seed = 1; seed <= seeds; seed++) sum += value(seed);
  return sum / seeds;
}

describe('the published simulator', () => {
  test('variance of y is 5.75 as published (sd 0.8 between data sets)', () => {
    const mean = over(100, (data) => variance(simulate(spec({ levels: [1000], trainRows: 3000 }), { data, split: 1 }).y));
    // 4 standard errors.
    expect(Math.abs(mean - 5.75)).toBeLessThan(0.33);
  });

  test('variance of y is 3.97 as written', () => {
    const mean = over(30, (data) =>
      variance(simulate(spec({ levels: [1000], trainRows: 3000, effectVariances: 'as-written' }), { data, split: 1 }).y),
    );
    expect(Math.abs(mean - 3.97)).toBeLessThan(0.1);
  });

  test('0.4 to 1.0 % of the levels are absent from n = 10 q training rows', () => {
    const absent = over(5, (data) => {
      const { categorical, split } = simulate(spec({ levels: [2000], trainRows: 20_000, testRows: 5000 }), { data, split: data });
      const seen = new Set<number>();
      for (const part of [split.train, split.validation]) for (const row of part) seen.add(categorical[0].codes[row]);
      return 1 - seen.size / 2000;
    });
    expect(absent).toBeGreaterThan(0.004);
    expect(absent).toBeLessThan(0.01);
  });

  test('variances of the dimensions are whole numbers ≥ 1 as published, and scaled below one', () => {
    const { truth } = simulate(spec({ levels: [20_000], trainRows: 100, testRows: 10, effectVariance: 0.3 }), { data: 2, split: 1 });
    const effects = truth?.effects[0] as Float32Array;
    for (let m = 0; m < 10; m++) {
      const column = variance(effects.filter((_, i) => i % 10 === m));
      const steps = column / 0.3;
      expect(Math.round(steps)).toBeGreaterThan(0);
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.06 * steps);
    }
  });

  test('the response is the formula of the paper', () => {
    const x = Float32Array.of(0.5, -0.3, 0.2, 0.9, -0.7, 0.4, -0.1, 0.6, 0.8, -0.5);
    const b = Float32Array.of(0.1, -0.4, 0.7, 1.2, -0.9, 0.3, 2, -1.5, 0.6, -0.2);
    const y = new Float64Array(1).fill(100);
    addEffects(y, x, 10, b, 10, Int32Array.of(0), 0, 1);
    const expected =
      0.1 * Math.exp(-1.1 * 0.25) +
      (0.6 * -0.3) / (1 + 1.7 * 0.04) +
      Math.sin(2.2 * 0.9) +
      0.1 * -0.7 +
      (1.3 * 0.4) / (1 + Math.exp(-3 * -0.1)) +
      Math.atan(-0.5 * 0.6) +
      1.6 * Math.cos(0.8) +
      0.8 * Math.log(1.25);
    expect(y[0] - 100).toBeCloseTo(expected, 5);
  });

  test('a singular denominator is clipped to ±5', () => {
    const y = new Float64Array(2);
    const effects = Float32Array.of(0, 0, -2, 0, 0, -2);
    addEffects(y, Float32Array.of(0, 1, 1, 0, -1, 1), 3, effects, 3, Int32Array.of(0, 1), 0, 2);
    expect([...y]).toEqual([5.1, -4.9]);
  });

  test('a binary response has no noise and is balanced over all rows', () => {
    const { y, classLabels } = simulate(spec({ task: 'binary', noiseVariance: 50 }), { data: 1, split: 1 });
    expect(y.reduce((sum, value) => sum + value)).toBe(1500);
    expect(classLabels).toEqual(['0', '1']);
    expect(simulate(spec({ task: 'binary', noiseVariance: 0 }), { data: 1, split: 1 }).y).toEqual(y);
  });

  test('downstream labels are balanced and follow the effects', () => {
    const { truth } = simulate(spec(), { data: 1, split: 1 });
    expect(truth?.labels[0].reduce((sum, label) => sum + label)).toBe(100);
  });

  test('same seeds, same data; the split seed leaves the rows alone; another data seed does not', () => {
    const base = simulate(spec({ levels: [50, 60, 70] }), { data: 1, split: 1 });
    expect(simulate(spec({ levels: [50, 60, 70] }), { data: 1, split: 1 })).toEqual(base);
    const resplit = simulate(spec({ levels: [50, 60, 70] }), { data: 1, split: 2 });
    expect(resplit.y).toEqual(base.y);
    expect(resplit.split).not.toEqual(base.split);
    const other = simulate(spec({ levels: [50, 60, 70] }), { data: 2, split: 1 });
    expect(other.y).not.toEqual(base.y);
    expect(other.fingerprint).not.toBe(base.fingerprint);
    expect(base.categorical.map(({ name, cardinality }) => [name, cardinality])).toEqual([
      ['z1', 50],
      ['z2', 60],
      ['z3', 70],
    ]);
  });

  test('skew makes few levels frequent', () => {
    const share = (skew: number) => {
      const { codes } = simulate(spec({ levels: [1000], skew }), { data: 1, split: 1 }).categorical[0];
      return codes.filter((code) => code < 10).length / codes.length;
    };
    expect(share(0)).toBeLessThan(0.03);
    expect(share(1)).toBeGreaterThan(0.25);
  });

  test('progress rises to 1 and may cancel', () => {
    const heard: number[] = [];
    simulate(spec({ testRows: 300_000 }), { data: 1, split: 1 }, (fraction) => heard.push(fraction));
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect([heard[0], heard[heard.length - 1]]).toEqual([0, 1]);
    const stop = () => {
      throw new Error('enough');
    };
    expect(() => simulate(spec(), { data: 1, split: 1 }, stop)).toThrow('enough');
  });

  test('too large is refused with its size', () => {
    const large = spec({ trainRows: 10_000_000, testRows: 10_000_000, p: 100 });
    expect(() => simulate(large, { data: 1, split: 1 })).toThrow('needs about 7.8 GiB; at most 6.0 GiB');
  });
});

test('orange trees: 35 rows, standardised by the training rows', () => {
  const data = orangeTrees(orangeSchema.parse({ kind: 'orange' }), { split: 1 });
  expect(summarize(data)).toMatchObject({
    trainRows: 25,
    validationRows: 3,
    testRows: 7,
    p: 1,
    features: [{ name: 'tree', levels: 5 }],
    hasTruth: false,
  });
  const training = [...data.split.train, ...data.split.validation];
  expect(training.reduce((sum, row) => sum + data.y[row], 0)).toBeCloseTo(0, 4);
  expect(training.reduce((sum, row) => sum + data.x[row] ** 2, 0)).toBeCloseTo(28, 4);
  expect(data.y[34] * data.targetScale + data.targetMean).toBeCloseTo(177, 3);
});

test('a table that is not open is asked for', async () => {
  const dataset = { kind: 'table', name: 'mine.csv', fingerprint: '0'.repeat(16) } as never;
  await expect(prepareDataset({ dataset, seeds: { data: 1, split: 1 } }, new Map())).rejects.toThrow(
    expect.objectContaining({ code: 'table-missing', hint: 'Choose mine.csv again.' }),
  );
});
