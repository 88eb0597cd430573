import * as tf from '@tensorflow/tfjs';
import { fillCounterNormals, fillCounterUniforms } from '../random/random';

/**
 * Shape of a noise tensor: standard normals, or numbers uniform on (0, 1) (dropout keeps an entry when its
 * number is at least the rate). A tensor takes the columns of the counter that follow those of the one
 * before.
 */
export type NoiseShape = readonly [rows: number, columns: number] | readonly [rows: number, columns: number, kind: 'uniform'];

/**
 * The noise of training step `step`, a tensor per shape [rows, columns]. A tensor takes the columns that
 * follow those of the one before, so that the numbers depend only on (seed, step, row, column) and not on the
 * backend. The caller disposes of them.
 */
export function drawNoise(shapes: readonly NoiseShape[], seed: number, step: number): tf.Tensor2D[] {
  let firstColumn = 0;
  return shapes.map(([rows, columns, kind]) => {
    const values = new Float32Array(rows * columns);
    const fill = kind === 'uniform' ? fillCounterUniforms : fillCounterNormals;
    fill(values, columns, seed, step, firstColumn);
    firstColumn += columns;
    return tf.tensor2d(values, [rows, columns]);
  });
}
