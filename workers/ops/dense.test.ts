import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import { type Activation, dense } from './dense';

function normals(random: RandomStream, rows: number, columns: number): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    [rows, columns],
  );
}

describe.each(NODE_BACKENDS)('dense on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each<[Activation, boolean]>([
    ['relu', false],
    ['linear', false],
    ['relu', true],
    ['linear', true],
  ])('%s (inputs are data: %s) equals plain tfjs in value and gradients', async (activation, data) => {
    const random = new RandomStream(7, 'dense');
    const x = normals(random, 9, 4);
    const kernel = normals(random, 4, 3);
    const bias = tf.tensor1d([random.normal(), random.normal(), random.normal()]);
    const weight = normals(random, 9, 3);
    const plain = (a: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const sum = tf.add(tf.matMul(a, w), b);
      return activation === 'relu' ? tf.relu(sum) : sum;
    };
    const own = (a: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      dense((data ? x : a) as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation, data);
    const expected = tf.tidy(() => [plain(x, kernel, bias), ...tf.grads((a, w, b) => tf.sum(tf.mul(plain(a, w, b), weight)))([x, kernel, bias])]);
    const actual = tf.tidy(() =>
      data
        ? [own(x, kernel, bias), ...tf.grads((w, b) => tf.sum(tf.mul(own(x, w, b), weight)))([kernel, bias])]
        : [own(x, kernel, bias), ...tf.grads((a, w, b) => tf.sum(tf.mul(own(a, w, b), weight)))([x, kernel, bias])],
    );
    const compared = data ? [expected[0], expected[2], expected[3]] : expected;
    for (const [i, tensor] of compared.entries()) {
      const want = await tensor.data();
      const got = await actual[i].data();
      expect(got.length).toBe(want.length);
      for (let j = 0; j < want.length; j++) expect(got[j]).toBeCloseTo(want[j], 4);
    }
    tf.dispose([x, kernel, bias, weight, ...expected, ...actual]);
  });
});
