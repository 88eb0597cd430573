import * as tf from '@tensorflow/tfjs';
import { ATTENTION, ATTENTION_GRADIENT, type AttentionShape } from '../engine/kernels/token-attention';

/**
 * Scaled dot-product attention of the K tokens of each row to each other, in several heads: softmax(q k′ /
 * √width) v, with dropout of probabilities; `shape.causal`: no token attends to a later one.
 *
 * @param qkv queries, keys and values side by side, each with its heads one after the other: [rows · K, 3 ·
 * heads · width]
 * @param uniform [rows, heads · K · K], uniform on (0, 1), for dropout: a probability is kept (over 1 − rate)
 * where its number is at least the rate; null for none
 * @returns [rows · K, heads · width]
 */
export function tokenAttention(qkv: tf.Tensor2D, uniform: tf.Tensor | null, shape: AttentionShape): tf.Tensor2D {
  const dropped: tf.NamedTensorMap = uniform && shape.rate > 0 ? { uniform } : {};
  const attributes = { ...shape, rate: uniform ? shape.rate : 0 };
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor]);
    return {
      value: tf.engine().runKernel(ATTENTION, { qkv: input as tf.Tensor, ...dropped }, attributes) as tf.Tensor2D,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) =>
        tf.engine().runKernel(ATTENTION_GRADIENT, { qkv: saved, dy, ...dropped }, attributes) as tf.Tensor,
    };
  })(qkv) as tf.Tensor2D;
}
