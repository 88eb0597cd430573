import * as tf from '@tensorflow/tfjs';

/** The numbers of C classes beside one another, [1, C], to make indicators of responses. */
export class ClassIndicators {
  readonly #numbers: tf.Tensor2D;

  constructor(classes: number) {
    this.#numbers = tf.tensor2d(
      Float32Array.from({ length: classes }, (_, c) => c),
      [1, classes],
    );
  }

  /** Numbers of classes [rows, 1] → 1 in the column of the row's class, else 0: [rows, C]. */
  of(y: tf.Tensor2D): tf.Tensor2D {
    return tf.cast(tf.equal(y, this.#numbers), 'float32');
  }

  dispose(): void {
    this.#numbers.dispose();
  }
}

/**
 * Classes without order: a logit for each, softmax, and the mean cross-entropy −mean log p_y (docs/methods.md
 * A25). Two classes would be a logistic regression with one logit too many.
 */
export class Classes {
  readonly #indicators: ClassIndicators;

  constructor(classes: number) {
    this.#indicators = new ClassIndicators(classes);
  }

  parameters(): [] {
    return [];
  }

  read(y: tf.Tensor2D): tf.Tensor2D {
    return this.#indicators.of(y);
  }

  onScale(logits: tf.Tensor2D): tf.Tensor2D {
    return tf.softmax(logits);
  }

  loss(y: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
    return tf.neg(tf.mean(tf.sum(tf.mul(this.#indicators.of(y), tf.logSoftmax(logits)), 1)));
  }

  dispose(): void {
    this.#indicators.dispose();
  }
}
