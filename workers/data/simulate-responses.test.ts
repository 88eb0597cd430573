import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import type { Dataset } from './dataset';
import { drawing } from './prepare';
import { lmmnnSchema } from './schema';
import { gammaOfMeanOne, poissonCounts } from './simulate-responses';
import { runToEnd } from './simulation-parts';
import { shapeOf } from './tag-rows';

const draw = (more: Record<string, unknown>): Dataset =>
  runToEnd(
    drawing(lmmnnSchema.parse({ kind: 'lmmnn', task: 'regression', levels: [200], trainRows: 15_000, testRows: 5_000, ...more }), {
      data: 3,
      split: 1,
    }),
  );

const moments = (values: ArrayLike<number>): { mean: number; variance: number } => {
  let [mean, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const delta = values[i] - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i] - mean);
  }
  return { mean, variance: squares / values.length };
};

describe('counts', () => {
  it.each([0.3, 4, 60, 5_000])('have mean and variance %d', (mean) => {
    const drawn = poissonCounts(new Float64Array(40_000).fill(Math.log(mean)), new RandomStream(1, 'counts'));
    const found = moments(drawn);
    expect(drawn.every(Number.isInteger)).toBe(true);
    expect(Math.abs(found.mean / mean - 1)).toBeLessThan(4 * Math.sqrt(1 / (mean * 40_000)));
    expect(found.variance / mean).toBeCloseTo(1, 1);
  });

  it('are known as such, and times and normal responses are not', () => {
    expect(shapeOf(draw({ response: 'counts' }))).toMatchObject({ counts: true });
    expect(shapeOf(draw({ response: 'times' }))).toMatchObject({ events: true });
    expect(shapeOf(draw({}))).toEqual({ task: 'regression', p: 10, levels: [200] });
    expect(draw({ response: 'normal' }).y).toEqual(draw({}).y);
  });
});

it.each([0.1, 1, 10])('gamma frailties of variance %d have mean 1', (variance) => {
  const random = new RandomStream(2, 'gamma');
  const found = moments(Float64Array.from({ length: 60_000 }, () => gammaOfMeanOne(variance, random)));
  expect(Math.abs(found.mean - 1)).toBeLessThan(5 * Math.sqrt(variance / 60_000));
  expect(found.variance / variance).toBeGreaterThan(0.8);
  expect(found.variance / variance).toBeLessThan(1.2);
});

describe('times', () => {
  const cumulative = (data: Dataset): Float64Array =>
    Float64Array.from(data.y, (time, i) => {
      let s = 0;
      for (let l = 0; l < data.p; l++) s += data.x[i * data.p + l];
      const f = s * Math.cos(s) + 2 * data.x[i * data.p] * data.x[i * data.p + 1];
      return time ** 2 * Math.exp(f) * (data.truth?.effects[0][data.categorical[0].codes[i]] ?? Number.NaN);
    });

  it('have a unit exponential as their cumulative hazard where no row is censored', () => {
    const data = draw({ response: 'times', censored: 0, fixedIntercept: false });
    expect(data.truth?.components.fixed).toEqual([{ name: 'Baseline shape', value: 2 }]);
    const found = moments(cumulative(data));
    expect(found.mean).toBeCloseTo(1, 1);
    expect(found.variance).toBeCloseTo(1, 0);
  });

  it('are shorter where they are censored, and as published are not', () => {
    const whole = draw({ response: 'times', censored: 0 });
    const honest = draw({ response: 'times', censored: 0.3 });
    const published = draw({ response: 'times', censored: 0.3, censoring: 'as-published' });
    const seen = honest.events?.seen ?? new Float32Array();
    expect(moments(seen).mean).toBeCloseTo(0.7, 1);
    expect(published.events?.seen).toEqual(seen);
    expect(published.y).toEqual(whole.y);
    expect(honest.y.every((time, i) => (seen[i] === 1 ? time === whole.y[i] : time < whole.y[i]))).toBe(true);
  });
});
