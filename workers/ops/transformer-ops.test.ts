import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { installNodeWebGpu } from '../engine/node';
import { NODE_BACKENDS, useBackend as startBackend } from '../engine/testing';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { RandomStream } from '../random/random';
import { layerNorm } from './layer-norm';
import { matMul } from './mat-mul';
import { tokenAttention } from './token-attention';

const lack = await installNodeWebGpu();

function normals(random: RandomStream, rows: number, columns: number): tf.Tensor2D {
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  return tf.tensor2d(values, [rows, columns]);
}

/** Attention as tfjs composes it, from queries, keys and values of shape [rows, heads, K, width]. */
function plainAttention(qkv: tf.Tensor2D, keep: tf.Tensor4D, heads: number, K: number, width: number, causal: boolean): tf.Tensor2D {
  const rows = qkv.shape[0] / K;
  const [q, k, v] = tf.split(qkv, 3, 1).map((part) => tf.transpose(tf.reshape(part, [rows, K, heads, width]), [0, 2, 1, 3]));
  const later = tf.tensor2d(
    Array.from({ length: K * K }, (_, cell) => (causal && cell % K > Math.floor(cell / K) ? -1e9 : 0)),
    [K, K],
  );
  const probabilities = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width)), later));
  const attended = tf.matMul(tf.mul(probabilities, keep), v);
  return tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [rows * K, heads * width]);
}

/** Value and gradients of two functions of the same tensors, which must agree. */
async function expectAlike(
  own: (...inputs: tf.Tensor[]) => tf.Tensor,
  plain: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
): Promise<void> {
  const results = tf.tidy(() => {
    const weight = normals(new RandomStream(9, 'upstream'), ...(own(...inputs).shape as [number, number]));
    return [own, plain].map((f) => [f(...inputs), ...tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(f(...given), weight)))(inputs)]);
  });
  for (const [i, tensor] of results[0].entries()) {
    const got = await tensor.data();
    const want = await results[1][i].data();
    expect(got.length).toBe(want.length);
    for (let j = 0; j < want.length; j++)
      expect(Math.abs(got[j] - want[j]), `tensor ${i}, entry ${j}, got ${got[j]}, want ${want[j]}`).toBeLessThan(
        2e-5 * Math.max(1, Math.abs(want[j])),
      );
  }
  tf.dispose([...results[0], ...results[1]]);
}

const BACKENDS = [...NODE_BACKENDS, 'webgpu'] as const;

describe.each(BACKENDS)('ops of transformers on %s', (backend) => {
  beforeAll(async () => {
    if (backend !== 'webgpu') return startBackend(backend);
    if (!lack) await startTestWebGpu();
  });
  const test = it.skipIf(backend === 'webgpu' && Boolean(lack));

  test.each([
    [1, 1, 2, 0, false],
    [3, 2, 4, 0, false],
    [3, 2, 4, 0.4, false],
    [2, 4, 10, 0.1, false],
    [5, 2, 4, 0, true],
    [50, 2, 4, 0.3, true],
  ])(
    'attention of %i tokens, %i heads of width %i, dropout %d, causal %s: equals plain tfjs in value and gradient',
    async (K, heads, width, rate, causal) => {
      const rows = 5;
      const random = new RandomStream(3, 'attention');
      const qkv = normals(random, rows * K, 3 * heads * width);
      const uniform = tf.tensor2d(
        Float32Array.from({ length: rows * heads * K * K }, () => random.uniform()),
        [rows, heads * K * K],
      );
      const keep: tf.Tensor4D = tf.tidy(() =>
        tf.reshape(tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate)), [rows, heads, K, K]),
      );
      await expectAlike(
        (x) => tokenAttention(x as tf.Tensor2D, rate > 0 ? uniform : null, { tokens: K, heads, width, rate, causal }),
        (x) => plainAttention(x as tf.Tensor2D, keep, heads, K, width, causal),
        [qkv],
      );
      tf.dispose([qkv, uniform, keep]);
    },
  );

  test('layer norm equals plain tfjs in value and gradients', async () => {
    const random = new RandomStream(4, 'norm');
    const inputs = [
      normals(random, 7, 5),
      tf.tidy(() => tf.reshape(normals(random, 1, 5), [5])),
      tf.tidy(() => tf.reshape(normals(random, 1, 5), [5])),
    ];
    await expectAlike(
      (x, gamma, beta) => layerNorm(x as tf.Tensor2D, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-6),
      (x, gamma, beta) => {
        const { mean, variance } = tf.moments(x, 1, true);
        return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-6))), gamma), beta);
      },
      inputs,
    );
    tf.dispose(inputs);
  });

  test('a product equals plain tfjs in value and gradients', async () => {
    const random = new RandomStream(5, 'product');
    const inputs = [normals(random, 6, 4), normals(random, 4, 3)];
    const plain = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a, b);
    await expectAlike((a, b) => matMul(a as tf.Tensor2D, b as tf.Tensor2D), plain, inputs);
    await expectAlike(
      (b) => matMul(inputs[0] as tf.Tensor2D, b as tf.Tensor2D, true),
      (b) => plain(inputs[0], b),
      [inputs[1]],
    );
    tf.dispose(inputs);
  });
});
