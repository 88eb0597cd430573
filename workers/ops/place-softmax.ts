import * as tf from '@tensorflow/tfjs';

/** Lower than any score: what the largest of no scores is. */
const NOTHING = 1e30;

/**
 * Softmax over the places of each row: tags of a set, or whatever a token attends to. Zeros where there is
 * nothing and for a row without anything. A row may have others take part, each with a score of 0 and without
 * a place: then the weights of its places add up to less than 1 (docs/methods.md F2, attention "listing").
 *
 * @param scores [rows, places, heads]; numbers of any size, finite also where there is nothing
 * @param mask [rows, places]: 1 where there is something, else 0; null where every place is taken
 * @param others how many others take part in each row, [rows, 1]; null for none
 * @returns weights [rows, places, heads]; differentiable in the scores
 */
export function softmaxOverPlaces(scores: tf.Tensor3D, mask: tf.Tensor2D | null, others: tf.Tensor2D | null = null): tf.Tensor3D {
  return tf.customGrad((given, save) => {
    const weights = tf.tidy(() => (mask ? masked(given as tf.Tensor3D, mask, others) : whole(given as tf.Tensor3D)));
    (save as tf.GradSaveFunc)([weights]);
    return {
      value: weights,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(saved, tf.sub(dy, tf.sum(tf.mul(saved, dy), 1, true))),
    };
  })(scores) as tf.Tensor3D;
}

function whole(scores: tf.Tensor3D): tf.Tensor3D {
  const powers = tf.exp(tf.sub(scores, tf.max(scores, 1, true)));
  return tf.div(powers, tf.sum(powers, 1, true));
}

function masked(scores: tf.Tensor3D, mask: tf.Tensor2D, others: tf.Tensor2D | null): tf.Tensor3D {
  const there = tf.expandDims(mask, 2) as tf.Tensor3D;
  const largest = tf.max(tf.add(tf.mul(scores, there), tf.mul(tf.sub(there, 1), NOTHING)), 1, true);
  const more = others && tf.expandDims(others, 2);
  // Scores of others are 0. No branch: one formula for every row.
  const top = more ? tf.add(largest, tf.mul(tf.minimum(more, 1), tf.sub(tf.relu(largest), largest))) : largest;
  // Times the mask before the exponential: where there is no tag it must not overflow.
  const powers = tf.mul(tf.exp(tf.mul(tf.sub(scores, top), there)), there);
  const own = tf.sum(powers, 1, true);
  // A row without tags is divided by 1 instead of 0.
  const none = tf.sub(1, tf.max(there, 1, true));
  const total = tf.add(own, more ? tf.add(none, tf.mul(more, tf.exp(tf.neg(tf.relu(top))))) : none);
  return tf.div(powers, total);
}
