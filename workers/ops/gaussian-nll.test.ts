import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';
import { installNodeWebGpu } from '../engine/node';
import { NODE_BACKENDS, useBackend as startBackend } from '../engine/testing';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { inverseWithLogDeterminant } from '../mixed/dense';
import { RandomStream } from '../random/random';
import { gaussianNll } from './gaussian-nll';

const lack = await installNodeWebGpu();

/** A covariance as LMMNN has it, with intercepts of two features, and residuals. */
function problem(m: number): { covariance: Float64Array; residual: Float64Array } {
  const random = new RandomStream(m, 'nll');
  const codes = [4, 7].map((q) => Int32Array.from({ length: m }, () => random.integer(q)));
  const covariance = Float64Array.from({ length: m * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    return (i === j ? 0.8 : 0) + (codes[0][i] === codes[0][j] ? 1.5 : 0) + (codes[1][i] === codes[1][j] ? 0.4 : 0);
  });
  return { covariance, residual: Float64Array.from({ length: m }, () => random.normal()) };
}

function plainly(covariance: Float64Array, residual: Float64Array) {
  const m = residual.length;
  const { inverse, logDeterminant } = inverseWithLogDeterminant(covariance.slice(), m) as NonNullable<ReturnType<typeof inverseWithLogDeterminant>>;
  const alpha = residual.map((_, i) => residual.reduce((sum, value, j) => sum + inverse[i * m + j] * value, 0));
  const quadratic = residual.reduce((sum, value, i) => sum + value * alpha[i], 0);
  return { inverse, alpha, logDeterminant, nll: 0.5 * (m * Math.log(2 * Math.PI) + logDeterminant + quadratic) };
}

const backends = [...NODE_BACKENDS, ...(lack ? [] : (['webgpu'] as const))];

describe.each(backends)(`the Gaussian likelihood on %s${lack ? ` (WebGPU left out: ${lack})` : ''}`, (backend) => {
  beforeAll(async () => {
    if (backend === 'webgpu') await startTestWebGpu();
    else await startBackend(backend);
  });

  it.each([1, 2, 16, 17, 75])('of %i rows: value and both gradients equal float64', async (m) => {
    const { covariance, residual } = problem(m);
    const expected = plainly(covariance, residual);
    const v = tf.tensor2d(Float32Array.from(covariance), [m, m]);
    const r = tf.tensor2d(Float32Array.from(residual), [m, 1]);
    const before = tf.memory().numTensors;
    const { value, grads } = tf.valueAndGrads((a, b) => gaussianNll(a as tf.Tensor2D, b as tf.Tensor2D))([v, r]);
    const close = async (tensor: tf.Tensor, numbers: ArrayLike<number>): Promise<void> => {
      const actual = await tensor.data();
      const scale = Math.max(1, ...Array.from(numbers, Math.abs));
      expect(actual.length).toBe(numbers.length);
      for (let i = 0; i < numbers.length; i++) expect(Math.abs(actual[i] - numbers[i])).toBeLessThan(2e-5 * scale);
    };
    await close(value, [expected.nll]);
    await close(
      grads[0],
      expected.inverse.map((entry, at) => 0.5 * (entry - expected.alpha[Math.floor(at / m)] * expected.alpha[at % m])),
    );
    await close(grads[1], expected.alpha);
    tf.dispose([value, ...grads]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([v, r]);
  });

  it('is not a number where the matrix is not positive definite', async () => {
    const matrix = tf.tensor2d([1, 2, 2, 1], [2, 2]);
    const result = tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: matrix }) as tf.Tensor;
    expect((await result.data())[4]).toBeNaN();
    tf.dispose([matrix, result]);
  });
});
