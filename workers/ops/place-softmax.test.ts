import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { softmaxOverPlaces } from './place-softmax';

/** Two places a row, one head. */
async function weightsOf(scores: number[][], mask: number[][] | null, others?: number[]): Promise<number[][]> {
  const result = tf.tidy(() =>
    softmaxOverPlaces(
      tf.expandDims(tf.tensor2d(scores), 2) as tf.Tensor3D,
      mask && tf.tensor2d(mask),
      others ? tf.tensor2d(others, [others.length, 1]) : null,
    ),
  );
  const values = (await tf.squeeze(result, [2]).array()) as number[][];
  result.dispose();
  return values;
}

const close = (actual: number[][], expected: number[][]): void => {
  for (const [row, values] of expected.entries()) for (const [place, value] of values.entries()) expect(actual[row][place]).toBeCloseTo(value, 6);
};

describe.each(NODE_BACKENDS)('softmax over places on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('weighs the tags that are there, and gives zeros to a row without any', async () => {
    const share = 1 / (1 + Math.exp(-2));
    const scores = [
      [3, 1],
      [3, 1],
      [3, 1],
    ];
    close(
      await weightsOf(scores, [
        [1, 1],
        [1, 0],
        [0, 0],
      ]),
      [
        [share, 1 - share],
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('weighs all places where none is left out', async () => {
    const scores = [
      [1e4, -1e4],
      [-0.4, 1.3],
    ];
    const share = 1 / (1 + Math.exp(1.7));
    close(await weightsOf(scores, null), [
      [1, 0],
      [share, 1 - share],
    ]);
  });

  it('lets others take part with a score of 0', async () => {
    const total = Math.exp(3) + Math.exp(-1) + 5;
    const actual = await weightsOf(
      [
        [3, -1],
        [3, -1],
      ],
      [
        [1, 1],
        [0, 0],
      ],
      [5, 7],
    );
    close(actual, [
      [Math.exp(3) / total, Math.exp(-1) / total],
      [0, 0],
    ]);
  });

  it('stays finite for scores of any size, also where there is no tag', async () => {
    const scores = [
      [1e4, -1e4],
      [-1e4, 1e4],
      [-1e4, -1e4],
      [1e4, 1e4],
    ];
    const all = [
      [1, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    const alone = [
      [1, 0],
      [1, 0],
      [0.5, 0.5],
      [0, 0],
    ];
    close(await weightsOf(scores, all), alone);
    // Where nobody else takes part, it is the softmax alone; one other outweighs scores of −10,000.
    close(await weightsOf(scores, all, [0, 0, 0, 0]), alone);
    close(await weightsOf(scores, all, [1, 1, 1, 1]), [
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it.each([[null], [[4, 0, 2]]])('has the gradient of differences, others being %s', async (others) => {
    const given = [
      [0.3, -0.7],
      [1.2, 0.4],
      [2, -1],
    ];
    const mask = tf.tensor2d([
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
    const weight = tf.tensor3d([
      [[0.5], [-1.5]],
      [[2], [0.3]],
      [[1], [1]],
    ]);
    const count = others && tf.tensor2d(others, [3, 1]);
    const loss = (scores: tf.Tensor): tf.Scalar => tf.sum(tf.mul(weight, tf.square(softmaxOverPlaces(scores as tf.Tensor3D, mask, count))));
    const scores = tf.expandDims(tf.tensor2d(given), 2);
    const gradient = await tf.grad(loss)(scores).data();
    const h = 1e-2;
    for (let i = 0; i < 6; i++) {
      const at = (shift: number): number => {
        const moved = given.flat().map((value, j) => (i === j ? value + shift : value));
        return tf.tidy(() => loss(tf.tensor3d(moved, [3, 2, 1])).dataSync()[0]);
      };
      expect(gradient[i]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 3);
    }
    tf.dispose([mask, weight, scores, ...(count ? [count] : [])]);
  });
});
