import * as tf from '@tensorflow/tfjs';
import { fillCounterNormals } from '../random/random';

/**
 * Shape of a noise tensor: standard normals, or numbers uniform on (0, 1) (dropout keeps an entry when its number is at least the rate). A tensor
 * takes the columns of the counter that follow those of the one before.
 */
export type NoiseShape = readonly [rows: number, columns: number] | readonly [rows: number, columns: number, kind: 'uniform'];

/**
 * Standard normals of training step `step`, a tensor per shape [rows, columns]. Feature k takes the columns that follow those of feature k−1,
 * so that the numbers depend only on (seed, step, row, column) and not on the backend. The caller disposes of them.
 */
export function drawNoise(shapes: readonly NoiseShape[], seed: number, step: number): tf.Tensor2D[] {
  let firstColumn = 0;
  return shapes.map(([rows, columns]) => {
    const values = new Float32Array(rows * columns);
    fillCounterNormals(values, columns, seed, step, firstColumn);
    firstColumn += columns;
    return tf.tensor2d(values, [rows, columns]);
  });
}
