import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../ops/gather-rows';
import { matMul } from '../ops/mat-mul';
import { gaussianKl } from './losses';

/** What the prior of level vectors is: N(0, s²I) given, N(0, diag σ²) or N(0, D) learned with the model. */
export type PriorKind = 'fixed' | 'learned' | 'full-covariance';

/**
 * What a prior may ask of the rows of a batch: numbers [rows, p], and codes of levels [rows] of each feature.
 */
export interface PriorRows {
  x: tf.Tensor2D;
  z: readonly tf.Tensor1D[];
}

/** The prior of the level vectors of each feature. */
export interface Prior {
  parameters(): [string, tf.Variable][];
  /**
   * Kullback–Leibler divergence of the levels' N(mean, diag exp(logVar)) from the prior of feature k, summed:
   * a scalar.
   *
   * @param mean [q, d]
   * @param logVar [q, d]
   * @param present [q, 1], 1 for a level with rows in the batch, else 0
   */
  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D, rows: PriorRows): tf.Scalar;
  /** Prior variance of each dimension of feature k (d). */
  variances(k: number): Promise<Float32Array>;
}

/** A prior of levels, and dimensions, that are independent of each other. */
export interface IndependentPrior extends Prior {
  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D): tf.Scalar;
  /** Log of the prior variance of each dimension of feature k, [d]. */
  logVariances(k: number): tf.Tensor1D;
}

/**
 * N(0, s²I), the same for all features. Levels without rows count too, as published: with mean 0 and variance
 * 1 they add nothing when s² = 1.
 */
class FixedPrior implements IndependentPrior {
  constructor(
    readonly variance: number,
    readonly d: number,
  ) {}

  parameters(): [string, tf.Variable][] {
    return [];
  }

  kl(_k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D): tf.Scalar {
    return gaussianKl(mean, logVar, this.variance);
  }

  logVariances(): tf.Tensor1D {
    return tf.fill([this.d], Math.log(this.variance));
  }

  async variances(): Promise<Float32Array> {
    return new Float32Array(this.d).fill(this.variance);
  }
}

/**
 * N(0, diag σ²_k1 … σ²_kd) with trained log σ²: ½ Σ [(τ² + μ²)/σ² − 1 − log τ² + log σ²]. Only over levels
 * with rows in the batch: the others, at variance 1, would pull σ² towards 1.
 */
class LearnedPrior implements IndependentPrior {
  readonly #logVars: tf.Variable<tf.Rank.R1>[];

  constructor(features: number, d: number, initial: number) {
    this.#logVars = Array.from({ length: features }, () => tf.tidy(() => tf.variable(tf.fill([d], Math.log(initial)) as tf.Tensor1D)));
  }

  parameters(): [string, tf.Variable][] {
    return this.#logVars.map((variable, k) => [`prior/logVar${k}`, variable]);
  }

  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D): tf.Scalar {
    const u = tf.sub(logVar, this.#logVars[k]);
    const squared = tf.mul(tf.square(mean), tf.exp(tf.neg(this.#logVars[k])));
    return tf.mul(tf.sum(tf.mul(tf.add(tf.sub(tf.expm1(u), u), squared), present)), 0.5);
  }

  logVariances(k: number): tf.Tensor1D {
    return this.#logVars[k];
  }

  async variances(k: number): Promise<Float32Array> {
    return (await this.#logVars[k].data<'float32'>()).map(Math.exp);
  }
}

/**
 * For each entry of a d × d matrix its place in the list of entries below the diagonal, or the place after
 * the last for the others.
 */
function placesBelow(d: number): Int32Array {
  const count = (d * (d - 1)) / 2;
  return Int32Array.from({ length: d * d }, (_, at) => {
    const row = Math.floor(at / d);
    const column = at % d;
    return column < row ? (row * (row - 1)) / 2 + column : count;
  });
}

/**
 * N(0, D_k) with a trained factor W_k of its inverse, D⁻¹ = W′W, W lower triangular with diagonal exp(a). (W
 * is the inverse of D's Cholesky factor, so no system is solved.) KL = ½ Σ_j [|Wμ_j|² + Σ_m τ²_jm (W′W)_mm −
 * d − 2 Σ a − Σ_m log τ²_jm], over levels with rows in the batch.
 */
class FullPrior implements Prior {
  readonly #features: { logDiagonal: tf.Variable<tf.Rank.R1>; below: tf.Variable<tf.Rank.R2> | null }[];
  readonly #places: Int32Array;
  readonly #d: number;

  constructor(features: number, d: number, initial: number) {
    this.#d = d;
    this.#places = placesBelow(d);
    this.#features = Array.from({ length: features }, () => ({
      logDiagonal: tf.tidy(() => tf.variable(tf.fill([d], -0.5 * Math.log(initial)) as tf.Tensor1D)),
      // With d = 1 there is nothing below the diagonal.
      below: d > 1 ? tf.tidy(() => tf.variable(tf.zeros([(d * (d - 1)) / 2, 1]) as tf.Tensor2D)) : null,
    }));
  }

  parameters(): [string, tf.Variable][] {
    return this.#features.flatMap(({ logDiagonal, below }, k): [string, tf.Variable][] => [
      [`prior/logDiagonal${k}`, logDiagonal],
      ...(below ? [[`prior/below${k}`, below] as [string, tf.Variable]] : []),
    ]);
  }

  /** W, [d, d]. */
  #factor(k: number): tf.Tensor2D {
    const { logDiagonal, below } = this.#features[k];
    const d = this.#d;
    const diagonal: tf.Tensor2D = tf.mul(tf.eye(d), tf.exp(logDiagonal));
    if (!below) return diagonal;
    const entries = gatherRows(tf.concat([below, tf.zeros([1, 1])], 0) as tf.Tensor2D, tf.tensor1d(this.#places, 'int32'));
    return tf.add(tf.reshape(entries, [d, d]), diagonal);
  }

  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D): tf.Scalar {
    const factor = this.#factor(k);
    const distance = tf.square(matMul(mean, tf.transpose(factor)));
    const spread = tf.mul(tf.exp(logVar), tf.sum(tf.square(factor), 0));
    const rest = tf.add(tf.add(logVar, 1), tf.mul(this.#features[k].logDiagonal, 2));
    return tf.mul(tf.sum(tf.mul(tf.sub(tf.add(distance, spread), rest), present)), 0.5);
  }

  async variances(k: number): Promise<Float32Array> {
    // D = W⁻¹ W⁻ᵀ: the squared lengths of the rows of W⁻¹, found by forward substitution on the identity.
    const d = this.#d;
    const matrix = tf.tidy(() => this.#factor(k));
    const factor = await matrix.array();
    matrix.dispose();
    const inverse = Array.from({ length: d }, () => new Float64Array(d));
    for (let column = 0; column < d; column++) {
      for (let row = column; row < d; row++) {
        let sum = row === column ? 1 : 0;
        for (let j = column; j < row; j++) sum -= factor[row][j] * inverse[j][column];
        inverse[row][column] = sum / factor[row][row];
      }
    }
    return Float32Array.from(inverse, (row) => row.reduce((sum, value) => sum + value * value, 0));
  }
}

/** `variance` is the prior's variance, or where a learned one begins. */
export function makePrior(kind: PriorKind, features: number, d: number, variance: number): Prior {
  return kind === 'full-covariance' ? new FullPrior(features, d, variance) : makeIndependentPrior(kind, features, d, variance);
}

/** The same of priors under which the dimensions are independent. */
export const makeIndependentPrior = (kind: 'fixed' | 'learned', features: number, d: number, variance: number): IndependentPrior =>
  kind === 'learned' ? new LearnedPrior(features, d, variance) : new FixedPrior(variance, d);

/** Trainable numbers of the prior. */
export function priorCount(kind: PriorKind, features: number, d: number): number {
  if (kind === 'learned') return features * d;
  if (kind === 'full-covariance') return (features * d * (d + 1)) / 2;
  return 0;
}
