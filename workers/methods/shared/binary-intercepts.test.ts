import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../../engine/testing';
import { adaptiveNll, denseLaplaceNll, laplaceNll } from '../../nn/binary-intercepts';
import { binaryNll, sharedRows } from '../../nn/random-intercepts';
import { RandomStream } from '../../random/random';
import { binaryPosteriors } from './binary-posterior';

const random = new RandomStream(4, 'binary');
const m = 40;
const column = (values: ArrayLike<number>): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [values.length, 1]);
const logits = Float64Array.from({ length: m }, () => Math.fround(random.normal()));
const y = Float64Array.from({ length: m }, () => random.integer(2));
const levelsOf = (q: number): Int32Array => Int32Array.from({ length: m }, () => random.integer(q));
const [first, second] = [levelsOf(6), levelsOf(15)];

/**
 * −log ∫ Π p(y | f + b) N(b; 0, σ²) db of some rows by the trapezium rule, and the mean and variance of b.
 */
function integral(rows: readonly number[], f: ArrayLike<number>, responses: ArrayLike<number>, variance: number) {
  let [mass, moment, square] = [0, 0, 0];
  const step = 4e-3 * Math.sqrt(variance);
  const logOf = (b: number): number =>
    rows.reduce((sum, i) => sum + responses[i] * (f[i] + b) - Math.log1p(Math.exp(f[i] + b)), -(b ** 2) / (2 * variance));
  let top = Number.NEGATIVE_INFINITY;
  for (let at = -2000; at <= 2000; at += 5) top = Math.max(top, logOf(at * step));
  for (let at = -2000; at <= 2000; at++) {
    const weight = Math.exp(logOf(at * step) - top);
    mass += weight;
    moment += weight * at * step;
    square += weight * (at * step) ** 2;
  }
  const mean = moment / mass;
  return { nll: -top - Math.log((mass * step) / Math.sqrt(2 * Math.PI * variance)), mean, variance: square / mass - mean ** 2 };
}

/** Two levels, of many rows and of few, and what the integral says of them. */
const rows = 500;
const f = Float32Array.from({ length: rows }, () => random.normal());
const codes = Int32Array.from({ length: rows }, (_, i) => (i < 480 ? 0 : 1));
const responses = Float32Array.from(f, (value, i) => (random.uniform() < 1 / (1 + Math.exp(-value - (i < 480 ? 1.1 : -1))) ? 1 : 0));
const right = [0, 1].map((level) =>
  integral(
    [...codes.keys()].filter((i) => codes[i] === level),
    f,
    responses,
    2,
  ),
);

describe.each(NODE_BACKENDS)('a binary response on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('by Laplace is the same by the sparse kernel and densely over the batch, with its gradient', async () => {
    const members = [first, second].map((codes) => tf.tensor1d(codes, 'int32'));
    const [f, responses, variances] = [column(logits), column(y), tf.tensor1d([2, 0.4])];
    const before = tf.memory().numTensors;
    const [sparse, dense] = [
      laplaceNll,
      (a: tf.Tensor2D, b: tf.Tensor2D, _: unknown, c: tf.Tensor1D) => denseLaplaceNll(a, b, members.map(sharedRows), c),
    ].map((nll) => tf.valueAndGrads((a, b) => nll(a as tf.Tensor2D, responses, members, b as tf.Tensor1D).mul(2) as tf.Scalar)([f, variances]));
    expect((await dense.value.data())[0]).toBeCloseTo((await sparse.value.data())[0], 3);
    for (const [k, grad] of sparse.grads.entries()) {
      const other = await dense.grads[k].data();
      (await grad.data()).forEach((value, i) => {
        expect(other[i]).toBeCloseTo(value, 3);
      });
    }
    tf.dispose([sparse.value, dense.value, ...sparse.grads, ...dense.grads]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([f, responses, variances, ...members]);
  });

  it('with many rows a level has the integral by adaptive nodes, which nodes under the prior miss', async () => {
    const wanted = right[0].nll + right[1].nll;
    // A third level without rows adds nothing.
    const z = tf.tensor1d(codes, 'int32');
    const inputs = [column(f), column(responses), tf.tensor1d([2])] as const;
    const [adaptive, published] = [adaptiveNll, binaryNll].map((nll) => tf.tidy(() => nll(inputs[0], inputs[1], z, 3, inputs[2])));
    expect(Math.abs((await adaptive.data())[0] - wanted)).toBeLessThan(2e-3);
    expect(Math.abs((await published.data())[0] - wanted)).toBeGreaterThan(1);
    tf.dispose([adaptive, published, z, ...inputs]);
    const { means, variances } = binaryPosteriors(f, responses, { codes, levels: 3 }, 2);
    for (const [j, { mean, variance }] of right.entries()) {
      expect(Math.abs(means[j] - mean)).toBeLessThan(1e-3);
      expect(Math.abs(variances[j] / variance - 1)).toBeLessThan(5e-3);
    }
    expect([means[2], variances[2]]).toEqual([0, 2]);
  });
});
