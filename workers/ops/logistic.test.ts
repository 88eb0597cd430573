import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { logistic } from './logistic';

describe.each(NODE_BACKENDS)('the logistic function on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('keeps its derivative in both tails, and neither overflows', async () => {
    const at = [-200, -60, -20, -1, 0, 2, 17, 30, 60, 200];
    const z = tf.tensor1d(at);
    const { value, grad } = tf.tidy(() => tf.valueAndGrad((x: tf.Tensor) => tf.sum(logistic(x)) as tf.Tensor)(z));
    const derivative = await grad.data();
    for (const [i, x] of at.entries()) {
      const e = Math.exp(-Math.abs(x));
      const exact = e / (1 + e) ** 2;
      // Below the smallest normal float32 a backend may give 0.
      if (exact > 1e-37) expect(derivative[i] / exact, `at ${x}`).toBeCloseTo(1, 4);
      else expect(derivative[i]).toBeLessThan(1e-37);
    }
    const sum = at.reduce((total, x) => total + 1 / (1 + Math.exp(-x)), 0);
    expect((await value.data())[0]).toBeCloseTo(sum, 4);
    tf.dispose([z, value, grad]);
  });
});
