import * as tf from '@tensorflow/tfjs';

/**
 * Whether the active backend knows that nothing adds up to 0: a product over an empty dimension (data without
 * a numeric column have one in every step) and a sum of no rows, in memory that holds other numbers from
 * before. Returns the largest error; NaN or infinite where what was in that memory is no number.
 */
export async function emptyDimensionError(): Promise<number> {
  const shape: [number, number] = [9, 7];
  tf.dispose([tf.fill(shape, 1e30), tf.fill([shape[0]], 1e30), tf.fill(shape, 1e30)]);
  const none = (rows: number, columns: number): tf.Tensor2D => tf.tensor2d([], [rows, columns]);
  const results = tf.tidy(() => [tf.matMul(none(shape[0], 0), none(0, shape[1])), tf.sum(none(0, shape[0]), 0)]);
  const values = await Promise.all(results.map((result) => result.data()));
  tf.dispose(results);
  return Math.max(...values.flatMap((some) => [...some].map(Math.abs)));
}
