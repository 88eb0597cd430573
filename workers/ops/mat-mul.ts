import * as tf from '@tensorflow/tfjs';

/**
 * A matrix product whose backward transposes before it multiplies, because tfjs-wasm multiplies a transposed
 * operand about ten times slower than a plain one (see ops/dense.ts, which adds a bias).
 *
 * @param x [rows, inputs]
 * @param kernel [inputs, outputs]
 * @param data x has no parameters behind it: its gradient is not computed, and none may be asked for
 * @returns [rows, outputs]
 */
export function matMul(x: tf.Tensor2D, kernel: tf.Tensor2D, data = false): tf.Tensor2D {
  if (data) {
    return tf.customGrad((w, save) => {
      (save as tf.GradSaveFunc)([x]);
      return {
        value: tf.matMul(x, w as tf.Tensor2D),
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.matMul(tf.transpose(saved[0]), dy),
      };
    })(kernel) as tf.Tensor2D;
  }
  return tf.customGrad((a, w, save) => {
    (save as tf.GradSaveFunc)([a as tf.Tensor, w as tf.Tensor]);
    return {
      value: tf.matMul(a as tf.Tensor2D, w as tf.Tensor2D),
      gradFunc: (dy: tf.Tensor, [input, weights]: tf.Tensor[]) => [tf.matMul(dy, tf.transpose(weights)), tf.matMul(tf.transpose(input), dy)],
    };
  })(x, kernel) as tf.Tensor2D;
}
