import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { logRising } from './log-rising';
import { log1p } from './log1p';

/** log Γ(k + y) − log Γ(k) − y log k of a whole y, in double precision. */
function exactly(y: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < y; i++) sum += Math.log1p(i / k);
  return sum;
}

/** Its derivative by k. */
function slope(y: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < y; i++) sum -= i / (k * (k + i));
  return sum;
}

describe.each(NODE_BACKENDS)('log rising factorials on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('are of a log(1 + x) with all digits, and with its derivative', async () => {
    for (const x of [0, 1e-12, 3e-8, 1e-4, 0.5, 20, 1e6]) {
      const [value] = await log1p(tf.scalar(x)).data();
      expect(Math.abs(value - Math.log1p(x)), `${x}`).toBeLessThanOrEqual(4e-7 * Math.log1p(x));
      expect((await tf.grad(log1p)(tf.scalar(x)).data())[0] * (1 + x)).toBeCloseTo(1, 5);
    }
  });

  it('are right for few and many, and for shapes from a thousandth to a million', async () => {
    const cases = [0, 1, 3, 40, 2_000].flatMap((y) => [1e-3, 0.1, 1, 7.5, 1e3, 1e6].map((k) => [y, k]));
    for (const [count, shape] of cases) {
      const [found] = await logRising(tf.tensor2d([[count]]), tf.scalar(shape)).data();
      const right = exactly(count, shape);
      expect(Math.abs(found - right), `${count} and ${shape}`).toBeLessThan(2e-6 * Math.max(1, right, count));
    }
  });

  it('are log y! at shape 1, and 0 where the shape is endless', async () => {
    const found = await logRising(tf.tensor2d([[0], [5], [170]]), tf.scalar(1)).data();
    expect(found[0]).toBe(0);
    expect(found[1]).toBeCloseTo(Math.log(120), 5);
    expect(found[2] / 706.5730622457874).toBeCloseTo(1, 6);
    expect((await logRising(tf.tensor2d([[7]]), tf.scalar(1e18)).data())[0]).toBeCloseTo(0, 6);
  });

  it('have the derivative by the shape', async () => {
    for (const [y, k] of [
      [3, 0.2],
      [12, 1.5],
      [200, 30],
    ]) {
      const [found] = await tf
        .grad((shape: tf.Tensor) => tf.sum(logRising(tf.tensor2d([[y]]), shape)))(tf.scalar(k))
        .data();
      expect(found / slope(y, k), `${y} and ${k}`).toBeCloseTo(1, 3);
    }
  });
});
