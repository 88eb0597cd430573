import * as tf from '@tensorflow/tfjs';

/** The columns of x that are not these two: [rows, p − 2]. */
export function withoutColumns(x: tf.Tensor2D, columns: readonly [number, number]): tf.Tensor2D {
  const p = x.shape[1];
  const [first, second] = [...columns].sort((a, b) => a - b);
  const parts = [
    [0, first],
    [first + 1, second],
    [second + 1, p],
  ].filter(([from, to]) => to > from);
  if (parts.length === 0) return tf.slice(x, [0, 0], [-1, 0]);
  const taken = parts.map(([from, to]) => tf.slice(x, [0, from], [-1, to - from]));
  return taken.length === 1 ? taken[0] : (tf.concat(taken, 1) as tf.Tensor2D);
}
