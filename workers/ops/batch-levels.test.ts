import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { batchLevels } from './batch-levels';

describe.each(NODE_BACKENDS)('the levels of a batch on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // Five rows of levels 2, 0 and 6: Σ_j log(1 + s_j²) and its gradient 2 s_j / (1 + s_j²), by hand.
  const codes = [2, 0, 2, 6, 2];
  const x = [1, -2, 0.5, 3, 0.25];
  const sums = new Map([
    [0, -2],
    [2, 1.75],
    [6, 3],
  ]);
  const expected = [...sums.values()].reduce((sum, s) => sum + Math.log(1 + s ** 2), 0);
  const slopes = codes.map((level) => {
    const s = sums.get(level) as number;
    return (2 * s) / (1 + s ** 2);
  });

  it.each([
    ['at most as many levels as rows', 5, 5],
    ['more levels than rows', 40, 5],
  ])('%s: sums, counts, and a sum over levels with its gradient', async (_, q, units) => {
    const z = tf.tensor1d(q === 5 ? codes.map((level) => Math.min(level, 4)) : codes, 'int32');
    const of = (rows: tf.Tensor): tf.Scalar => {
      const levels = batchLevels(z, q, 5);
      return levels.total(tf.log1p(tf.square(levels.sums(rows as tf.Tensor2D))));
    };
    const rows = tf.tensor2d(x, [5, 1]);
    const { value, grad } = tf.valueAndGrad(of)(rows);
    expect((await value.data())[0]).toBeCloseTo(expected, 5);
    for (const [i, slope] of (await grad.data()).entries()) expect(slope).toBeCloseTo(slopes[i], 5);
    const levels = batchLevels(z, q, 5, 'left out');
    expect(levels.units).toBe(units);
    // Three levels have rows, whatever those without are worth.
    expect((await levels.total(tf.ones([units, 1])).data())[0]).toBeCloseTo(3, 6);
    const counts = [...(await levels.counts().data())];
    expect(counts).toEqual(q === 5 ? [1, 0, 3, 0, 1] : [3, 1, 3, 1, 3]);
    tf.dispose([z, rows, value, grad]);
  });
});
