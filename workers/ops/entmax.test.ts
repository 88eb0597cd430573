import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { entmaxRows } from '../engine/kernels/entmax';
import { installNodeWebGpu } from '../engine/node';
import { NODE_BACKENDS, useBackend as startBackend } from '../engine/testing';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { entmax15 } from './entmax';

const lack = await installNodeWebGpu();

/** By sorting, as docs/methods.md A14 says. */
function bySorting(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const z = x.map((value) => (value - largest) / 2);
  const order = [...z].sort((a, b) => b - a);
  let threshold = Number.NaN;
  for (let r = 1, sum = 0, squares = 0; r <= order.length; r++) {
    sum += order[r - 1];
    squares += order[r - 1] ** 2;
    const mean = sum / r;
    const tau = mean - Math.sqrt(Math.max((1 - r * (squares / r - mean ** 2)) / r, 0));
    if (tau <= order[r - 1]) threshold = tau;
  }
  return z.map((value) => Math.max(value - threshold, 0) ** 2);
}

describe('entmax of a row', () => {
  it('is what sorting finds, for any row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 1, maxLength: 300 }), (integers) => {
        const x = integers.map((value) => value / 64);
        const out = new Float32Array(x.length);
        entmaxRows(Float32Array.from(x), x.length, out);
        const expected = bySorting(x);
        for (let i = 0; i < x.length; i++) expect(Math.abs(out[i] - expected[i])).toBeLessThan(2e-6);
      }),
      { numRuns: 200 },
    );
  });
});

describe.each([...NODE_BACKENDS, 'webgpu'] as const)('entmax on %s', (backend) => {
  beforeAll(async () => {
    if (backend !== 'webgpu') return startBackend(backend);
    if (!lack) await startTestWebGpu();
  });

  it.skipIf(backend === 'webgpu' && Boolean(lack))('equals sorting, and its gradient finite differences', async () => {
    const rows = [
      [0.3, -0.2, 1.1, 0.9, -3],
      [0, 0, 0, 0, 0],
      [-0.1, 2.5, 0.4, 0.45, 0.2],
    ];
    const weights = rows.map((row, i) => row.map((_, j) => Math.sin(1 + 5 * i + j)));
    const x = tf.tensor2d(rows);
    const weight = tf.tensor2d(weights);
    const [value, gradient] = tf.tidy(() => [entmax15(x), tf.grad((input) => tf.sum(tf.mul(entmax15(input as tf.Tensor2D), weight)))(x)]);
    const actual = (await value.array()) as number[][];
    const slopes = (await gradient.array()) as number[][];
    for (const [i, row] of rows.entries()) {
      const expected = bySorting(row);
      for (const j of row.keys()) {
        expect(actual[i][j]).toBeCloseTo(expected[j], 6);
        const at = (step: number): number =>
          bySorting(row.map((entry, k) => entry + (k === j ? step : 0))).reduce((sum, entry, k) => sum + entry * weights[i][k], 0);
        expect(slopes[i][j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4);
      }
    }
    tf.dispose([x, weight, value, gradient]);
  });
});
