import * as tf from '@tensorflow/tfjs';

/**
 * log(1 + x) for x ≥ 0, any shape, with all digits also where x is small: tfjs takes log(1 + x) as it stands
 * on some backends, which is 0 below x = 6e-8. Kahan's way: log(u) x / (u − 1) with u = 1 + x as it is
 * rounded.
 */
export function log1p<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((given, save) => {
    (save as tf.GradSaveFunc)([given as tf.Tensor]);
    const above = tf.add(given as tf.Tensor, 1);
    const rounded = tf.sub(above, 1);
    // 1 where nothing is left of x: the quotient is then x itself.
    const nothing = tf.cast(tf.equal(rounded, 0), 'float32');
    const quotient = tf.div(tf.add(tf.log(above), nothing), tf.add(rounded, nothing));
    return {
      value: tf.mul(given as tf.Tensor, quotient),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.div(dy, tf.add(saved, 1)),
    };
  })(x) as T;
}
