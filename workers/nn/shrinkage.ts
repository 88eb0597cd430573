import * as tf from '@tensorflow/tfjs';

/**
 * How much of a level's average over n rows is kept (appendix A of the MMbeddings paper): all of it, n/(n +
 * 1), or n/(n + κ_k) with trained κ_k.
 */
export type ShrinkageKind = 'none' | 'counts' | 'learned';

/**
 * The factor that pulls the average of a level towards 0, more the fewer rows it has. A classical random
 * intercept has κ = σ²/σ_b².
 */
export class Shrinkage {
  readonly #kind: ShrinkageKind;
  readonly #logKappa: tf.Variable<tf.Rank.R0>[];

  constructor(kind: ShrinkageKind, features: number) {
    this.#kind = kind;
    this.#logKappa = kind === 'learned' ? Array.from({ length: features }, () => tf.tidy(() => tf.variable(tf.scalar(0)))) : [];
  }

  parameters(): [string, tf.Variable][] {
    return this.#logKappa.map((variable, k) => [`shrinkage/logKappa${k}`, variable]);
  }

  /** Shrunk averages [q, d] of feature k from rows a level, [q, 1]. */
  apply(k: number, averages: tf.Tensor2D, counts: tf.Tensor2D): tf.Tensor2D {
    if (this.#kind === 'none') return averages;
    return tf.mul(averages, this.factor(k, counts));
  }

  /** [q, 1]; 0 for a level without rows. */
  factor(k: number, counts: tf.Tensor2D): tf.Tensor2D {
    if (this.#kind === 'none') return tf.minimum(counts, 1);
    const kappa = this.#kind === 'learned' ? tf.exp(this.#logKappa[k]) : tf.scalar(1);
    return tf.div(counts, tf.add(counts, kappa));
  }
}
