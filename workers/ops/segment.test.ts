import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { gatherRows } from './gather-rows';
import { inverseCounts, segmentMean } from './segment-mean';
import { segmentCounts, segmentSum } from './segment-sum';

interface Case {
  q: number;
  d: number;
  ids: number[];
  x: number[];
  dy: number[];
}

const value = fc.integer({ min: -64, max: 64 }).map((n) => n / 8);

/**
 * Rows, levels and an upstream gradient. Levels without rows and one level with all rows come up by
 * themselves.
 */
const cases: fc.Arbitrary<Case> = fc
  .record({ q: fc.integer({ min: 1, max: 12 }), d: fc.integer({ min: 1, max: 5 }), rows: fc.integer({ min: 1, max: 40 }), giant: fc.boolean() })
  .chain(({ q, d, rows, giant }) =>
    fc.record({
      q: fc.constant(q),
      d: fc.constant(d),
      ids: giant
        ? fc.constant(new Array<number>(rows).fill(q - 1))
        : fc.array(fc.integer({ min: 0, max: q - 1 }), { minLength: rows, maxLength: rows }),
      x: fc.array(value, { minLength: rows * d, maxLength: rows * d }),
      dy: fc.array(value, { minLength: q * d, maxLength: q * d }),
    }),
  );

function totals({ q, d, ids, x }: Pick<Case, 'q' | 'd' | 'ids' | 'x'>): { sums: number[]; counts: number[] } {
  const sums = new Array<number>(q * d).fill(0);
  const counts = new Array<number>(q).fill(0);
  ids.forEach((id, i) => {
    counts[id]++;
    for (let j = 0; j < d; j++) sums[id * d + j] += x[i * d + j];
  });
  return { sums, counts };
}

/** Value and gradient under the upstream gradient dy. */
async function evaluate(op: (x: tf.Tensor2D) => tf.Tensor2D, x: tf.Tensor2D, dy: tf.Tensor2D): Promise<{ value: number[]; gradient: number[] }> {
  const [output, gradient] = tf.tidy(() => [op(x), tf.grad((input) => op(input as tf.Tensor2D))(x, dy)]);
  const result = { value: [...(await output.data())], gradient: [...(await gradient.data())] };
  tf.dispose([output, gradient]);
  return result;
}

function expectClose(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected[i])));
}

describe.each(NODE_BACKENDS)('segment ops on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('sums the rows of each level, and hands each row its level’s gradient', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const ids = tf.tensor1d(c.ids, 'int32');
        const x = tf.tensor2d(c.x, [c.ids.length, c.d]);
        const dy = tf.tensor2d(c.dy, [c.q, c.d]);
        const { value, gradient } = await evaluate((input) => segmentSum(input, ids, c.q), x, dy);
        expectClose(value, totals(c).sums);
        expectClose(
          gradient,
          c.ids.flatMap((id) => c.dy.slice(id * c.d, (id + 1) * c.d)),
        );
        tf.dispose([ids, x, dy]);
      }),
      { numRuns: 60 },
    );
  });

  it('averages the rows of each level, zero without rows, and hands each row its share', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const ids = tf.tensor1d(c.ids, 'int32');
        const x = tf.tensor2d(c.x, [c.ids.length, c.d]);
        const dy = tf.tensor2d(c.dy, [c.q, c.d]);
        const inverse = tf.tidy(() => inverseCounts(segmentCounts(ids, c.q)));
        const { value, gradient } = await evaluate((input) => segmentMean(input, ids, inverse), x, dy);
        const { sums, counts } = totals(c);
        expectClose(
          value,
          sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / c.d)])),
        );
        expectClose(
          gradient,
          c.ids.flatMap((id) => c.dy.slice(id * c.d, (id + 1) * c.d).map((g) => g / counts[id])),
        );
        tf.dispose([ids, x, dy, inverse]);
      }),
      { numRuns: 60 },
    );
  });

  it('looks rows up, and sums their gradients by level', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const rows = c.ids.length;
        const ids = tf.tensor1d(c.ids, 'int32');
        const table = tf.tensor2d(c.dy, [c.q, c.d]);
        const dy = tf.tensor2d(c.x, [rows, c.d]);
        const { value, gradient } = await evaluate((input) => gatherRows(input, ids), table, dy);
        expectClose(
          value,
          c.ids.flatMap((id) => c.dy.slice(id * c.d, (id + 1) * c.d)),
        );
        expectClose(gradient, totals(c).sums);
        tf.dispose([ids, table, dy]);
      }),
      { numRuns: 60 },
    );
  });

  it('counts the rows of each level', async () => {
    const ids = tf.tensor1d([3, 3, 0], 'int32');
    const counts = segmentCounts(ids, 5);
    expect([...(await counts.data())]).toEqual([1, 0, 0, 2, 0]);
    tf.dispose([ids, counts]);
  });
});
