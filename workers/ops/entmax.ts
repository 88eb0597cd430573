import * as tf from '@tensorflow/tfjs';
import { ENTMAX } from '../engine/kernels/entmax';

/**
 * Entmax-1.5 of each row: between softmax and sparsemax, it adds up to 1 and is zero for what is far from the
 * largest (docs/methods.md A14). Its gradient, with s = √output: dx = g s − s Σ(g s)/Σ s.
 *
 * @param x [rows, width]
 * @returns [rows, width]
 */
export function entmax15(x: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((input, save) => {
    const value = tf.engine().runKernel(ENTMAX, { x: input as tf.Tensor }) as tf.Tensor2D;
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [output]: tf.Tensor[]) => {
        const root = tf.sqrt(output);
        const weighted = tf.mul(dy, root);
        return tf.sub(weighted, tf.mul(root, tf.div(tf.sum(weighted, 1, true), tf.sum(root, 1, true))));
      },
    };
  })(x) as tf.Tensor2D;
}
