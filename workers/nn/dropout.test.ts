import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawNoise } from '../engine/noise';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { dropout } from './dropout';

describe.each(NODE_BACKENDS)('dropout on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('keeps and scales an entry when its number is at least the rate, and passes gradients only there', async () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const uniform = tf.tensor2d([0.1, 0.25, 0.3, 0.2], [2, 2]);
    const [value, gradient] = tf.tidy(() => {
      const both = tf.valueAndGrad((input: tf.Tensor) => tf.sum(dropout(input, uniform, 0.25)))(x);
      return [dropout(x, uniform, 0.25), both.grad];
    });
    expect([...(await value.data())].map((entry) => Math.round(entry * 3000))).toEqual([0, 8000, 12000, 0]);
    expect([...(await gradient.data())].map((entry) => Math.round(entry * 3000))).toEqual([0, 4000, 4000, 0]);
    tf.dispose([x, uniform, value, gradient]);
  });

  it('drops about its rate of the entries and keeps their mean', async () => {
    const [uniform] = drawNoise([[500, 20, 'uniform']], 3, 1);
    const ones = tf.ones([500, 20]);
    const dropped = tf.tidy(() => dropout(ones, uniform, 0.3));
    const values = [...(await dropped.data())];
    expect(Math.abs(values.filter((value) => value === 0).length / values.length - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 1)).toBeLessThan(0.03);
    tf.dispose([uniform, ones, dropped]);
  });

  it('is the identity at rate 0', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1]);
      expect(dropout(x, tf.tensor1d([0.5]), 0)).toBe(x);
    });
  });
});
