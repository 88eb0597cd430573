import { expect, it } from 'vitest';
import type { Estimate } from '../methods/method';
import { testDataset } from '../methods/testing/test-model';
import { survivalCurves } from './survival-curves';
import { testPredictionView } from './views';

const estimate = (name: string, kind: Estimate['kind'], value: number): Estimate => ({
  ...{ name, kind, value, symbol: '', feature: null, standardError: null },
});
const ESTIMATES = [
  estimate('Variance of z1', 'variance', 1),
  estimate('Baseline rate', 'fixed effect', 1),
  estimate('Baseline shape', 'fixed effect', 2),
];

it('curves begin at 1 and fall, and a higher frailty leaves fewer rows; the middle one leaves half at the middle prediction', async () => {
  const data = testDataset('regression', 2, [6], 270, 3, undefined, { events: true });
  const predictions = data.split.test.length;
  const median = 0.4;
  const curves = await survivalCurves(data, new Float64Array(predictions).fill(median), ESTIMATES, async () => undefined);
  if (!curves) throw new Error('no curves');
  for (const shares of [curves.observed, curves.mean, ...curves.frailties.map(({ survival }) => survival)]) {
    expect(shares[0]).toBe(1);
    for (let i = 1; i < shares.length; i++) expect(shares[i]).toBeLessThanOrEqual(shares[i - 1]);
  }
  const [low, middle, high] = curves.frailties;
  // Of an exponential variable, as a gamma of variance 1 is.
  expect([low, middle, high].map(({ frailty }) => frailty)).toEqual(
    [-Math.log(0.9), Math.LN2, -Math.log(0.1)].map((value) => expect.closeTo(value, 6)),
  );
  curves.times.forEach((time, i) => {
    expect(middle.survival[i]).toBeCloseTo(0.5 ** ((time / median) ** 2), 9);
    expect(curves.mean[i]).toBeCloseTo(middle.survival[i], 9);
    if (i > 0) expect(low.survival[i]).toBeGreaterThan(high.survival[i]);
  });
});

it('the picture of predictions has the rows alone whose event was seen', () => {
  const data = testDataset('regression', 2, [6], 2700, 3, undefined, { events: true });
  const { test } = data.split;
  const seenIn = (row: number) => data.events?.seen[row] === 1;
  const known = [...test].filter(seenIn).length;
  const view = testPredictionView(
    'lmmnn-survival',
    data,
    Float64Array.from(test, (_, i) => i),
    4,
  );
  expect(view).toMatchObject({ testRows: test.length, seenRows: known });
  expect(known).toBeLessThan(test.length);
  const rows = [...(view.rows ?? [])];
  expect(rows).toHaveLength(Math.min(400, known));
  expect(rows.every(seenIn)).toBe(true);
  expect([...view.predicted].map((i) => test[i])).toEqual(rows);
  const { events: _, ...others } = data;
  expect(testPredictionView('ignore', others, new Float64Array(test.length), 4)).not.toHaveProperty('seenRows');
});

it('rest between pieces, and end with what ends the run', async () => {
  const data = testDataset('regression', 2, [6], 270, 3, undefined, { events: true });
  const predictions = new Float64Array(data.split.test.length).fill(1);
  let rests = 0;
  await survivalCurves(data, predictions, ESTIMATES, async () => void rests++);
  // A time of the mean curve each, and between the others.
  expect(rests).toBe(61 + 2);
  const cancelled = async () => {
    if (++rests > 70) throw new Error('cancelled');
  };
  await expect(survivalCurves(data, predictions, ESTIMATES, cancelled)).rejects.toThrow('cancelled');
  expect(rests).toBe(71);
});

it('are none without times, and of a method without a Weibull curve', async () => {
  const times = testDataset('regression', 2, [6], 270, 3, undefined, { events: true });
  const ones = new Float64Array(times.split.test.length).fill(1);
  expect(await survivalCurves(times, ones, [], async () => undefined)).toBeUndefined();
  expect(await survivalCurves(testDataset('regression', 2, [6], 270, 3), ones, ESTIMATES, async () => undefined)).toBeUndefined();
});
