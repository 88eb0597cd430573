import * as tf from '@tensorflow/tfjs';
import { matMul } from '../ops/mat-mul';
import { vectorsOfRows } from '../ops/members';
import type { RandomStream } from '../random/random';
import { glorotUniform, uniformTable } from './initialisers';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';
import { Tables } from './tables';

/**
 * Σ_{i<j} ⟨v_i, v_j⟩ over the vectors of all columns, x_i times its factors for a numeric one, as ½ Σ_f [(Σ
 * v_if)² − Σ v_if²].
 *
 * @param x [rows, p]; has no parameters behind it
 * @param vectors of categorical columns, K × [rows, d]
 * @param factors [p, d], or null without numeric columns
 * @returns [rows, 1]
 */
export function pairSum(x: tf.Tensor2D, vectors: readonly tf.Tensor2D[], factors: tf.Tensor2D | null): tf.Tensor2D {
  return tf.mul(tf.sum(doubledPairs(x, vectors, factors), 1, true), 0.5);
}

/** Twice the same before the sum over f: [rows, d]. */
function doubledPairs(x: tf.Tensor2D, vectors: readonly tf.Tensor2D[], factors: tf.Tensor2D | null): tf.Tensor2D {
  const sums = [...vectors, ...(factors ? [matMul(x, factors, true)] : [])];
  const squares = [...vectors.map((vector): tf.Tensor2D => tf.square(vector)), ...(factors ? [matMul(tf.square(x), tf.square(factors), true)] : [])];
  return tf.sub(tf.square(tf.addN(sums)), tf.addN(squares));
}

/**
 * Factorization machine over the row of numbers and one-hot levels: w₀ + Σ w_i x_i + Σ_{i<j} ⟨v_i, v_j⟩ x_i
 * x_j, with the pairs as ½ Σ_f [(Σ v_if x_i)² − Σ v_if² x_i²] (docs/methods.md A16). The factors of levels
 * are their level vectors. A deep one adds an MLP on all v_i x_i (DeepFM). For several classes w₀, w and the
 * levels' weights are one for each, and u_cf says how much factor f of a pair counts for class c.
 */
export class FactorizationMachine implements Network {
  readonly tables: readonly string[];
  readonly #factors: tf.Variable<tf.Rank.R2>;
  readonly #weights: tf.Variable<tf.Rank.R2>;
  readonly #intercept: tf.Variable<tf.Rank.R1>;
  readonly #biases: Tables;
  readonly #deep: Decoder | null;
  /** u [d, classes]; null for one output. */
  readonly #ofClasses: tf.Variable<tf.Rank.R2> | null;

  /** `deep`: widths of the MLP of DeepFM, or null. `outputs`: one, or a logit for each of several classes. */
  constructor(p: number, levels: readonly number[], d: number, deep: readonly number[] | null, random: RandomStream, outputs = 1) {
    this.#biases = new Tables(levels, outputs, random);
    this.tables = levels.map((_, k) => `embedding${k}/bias`);
    this.#factors = tf.tidy(() => tf.variable(tf.tensor2d(uniformTable(random, p, d), [p, d])));
    this.#weights = tf.tidy(() => tf.variable(tf.tensor2d(glorotUniform(random, p, outputs), [p, outputs])));
    this.#intercept = tf.tidy(() => tf.variable(tf.zeros([outputs]) as tf.Tensor1D));
    this.#deep = deep && new Decoder((p + levels.length) * d, deep, random, outputs);
    this.#ofClasses = outputs === 1 ? null : tf.tidy(() => tf.variable(tf.tensor2d(glorotUniform(random, d, outputs), [d, outputs])));
  }

  parameters(): [string, tf.Variable][] {
    return [
      ...this.#biases.variables.map((variable, k): [string, tf.Variable] => [`embedding${k}/bias`, variable]),
      ['fm/factors', this.#factors],
      ['fm/weights', this.#weights],
      ['fm/intercept', this.#intercept],
      ...(this.#ofClasses ? [['fm/classes', this.#ofClasses] as [string, tf.Variable]] : []),
      ...(this.#deep?.parameters() ?? []),
    ];
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, members, vectors }: NetworkInput): NetworkOutput {
    const numeric = x.shape[1] > 0;
    const biases = this.#biases.variables.map((table, k) => vectorsOfRows(table, members[k]));
    const linear = [...biases, ...(numeric ? [matMul(x, this.#weights, true)] : [])];
    const factors = numeric ? this.#factors : null;
    const pairs = this.#ofClasses ? tf.mul(matMul(doubledPairs(x, vectors, factors), this.#ofClasses), 0.5) : pairSum(x, vectors, factors);
    const shallow: tf.Tensor2D = tf.add(tf.addN([...linear, pairs]), this.#intercept);
    return { decoded: this.#deep ? tf.add(shallow, this.#deep.apply(this.#fields(x, vectors))) : shallow };
  }

  /**
   * The vectors of all fields side by side, v_i x_i of the numbers and those of the levels: [rows, (p + K) ·
   * d].
   */
  #fields(x: tf.Tensor2D, vectors: readonly tf.Tensor2D[]): tf.Tensor2D {
    const [p, d] = this.#factors.shape;
    if (p === 0) return tf.concat([...vectors], 1);
    const numbers = tf.mul(tf.reshape(x, [x.shape[0], p, 1]), tf.reshape(this.#factors, [1, p, d]));
    return tf.concat([tf.reshape(numbers, [x.shape[0], p * d]), ...vectors], 1);
  }
}
