import * as tf from '@tensorflow/tfjs';
import { matMul } from '../ops/mat-mul';
import type { PriorRows } from './prior';
import { squaredDistances } from './random-field';

/** How alike the levels of rows are, as a part of a loss. */
export interface Likeness {
  parameters(): [string, tf.Variable][];
  /** Correlations of the levels of rows, of different ones: [rows, rows]; anything of a level with itself. */
  ofRows(rows: PriorRows): tf.Tensor2D;
  dispose(): void;
}

type Scalar = tf.Scalar | tf.Variable<tf.Rank.R0>;

const scalarOf = (value: number, learned: boolean): Scalar => (learned ? tf.tidy(() => tf.variable(tf.scalar(value))) : tf.scalar(value));

/** A number of (0, 1) as a logit, not so near the ends that its gradient is lost. */
const logitOf = (value: number): number => {
  const inner = Math.min(0.98, Math.max(0.02, value));
  return Math.log(inner / (1 - inner));
};

/**
 * Largest share of correlation: what is left keeps the matrix positive definite where levels lie together.
 */
export const LARGEST_SHARE = 0.99;

/** How alike places are: ρ exp(−|s − s′|² / 2ℓ²) of different ones. */
export interface PlaceCorrelation {
  share: number;
  squaredLength: number;
}

/** Levels that are places (docs/methods.md A29): C = I + ρ (K − I), K a squared exponential of distance. */
export class PlaceLikeness implements Likeness {
  readonly #points: (rows: PriorRows) => tf.Tensor2D;
  readonly #start: PlaceCorrelation;
  readonly #logitShare: Scalar;
  readonly #logSquaredLength: Scalar;

  /**
   * @param points coordinates of the rows' levels, [rows, 2]
   * @param start where training begins; `learned` false: what stays
   */
  constructor(
    points: (rows: PriorRows) => tf.Tensor2D,
    start: PlaceCorrelation,
    readonly learned: boolean,
  ) {
    this.#points = points;
    this.#start = start;
    this.#logitShare = scalarOf(logitOf(start.share / LARGEST_SHARE), learned);
    this.#logSquaredLength = scalarOf(Math.log(start.squaredLength), learned);
  }

  parameters(): [string, tf.Variable][] {
    if (!this.learned) return [];
    return [
      ['prior/logitShare', this.#logitShare as tf.Variable],
      ['prior/logSquaredLength', this.#logSquaredLength as tf.Variable],
    ];
  }

  ofRows(rows: PriorRows): tf.Tensor2D {
    const share = this.learned ? tf.mul(tf.sigmoid(this.#logitShare), LARGEST_SHARE) : tf.scalar(this.#start.share);
    const points = this.#points(rows);
    return tf.mul(tf.exp(tf.div(squaredDistances(points, points), tf.mul(tf.exp(this.#logSquaredLength), -2))), share);
  }

  /** What training has come to. */
  async correlation(): Promise<PlaceCorrelation> {
    if (!this.learned) return this.#start;
    const [[logit], [log]] = await Promise.all([this.#logitShare.data(), this.#logSquaredLength.data()]);
    return { share: LARGEST_SHARE / (1 + Math.exp(-logit)), squaredLength: Math.exp(log) };
  }

  dispose(): void {
    if (!this.learned) tf.dispose([this.#logitShare, this.#logSquaredLength]);
  }
}

/**
 * Levels that are joined by edges (docs/methods.md A29): correlations are held at some dependences, and go
 * straight between them and from none to the first. The place among them is what is learned.
 */
export class GraphLikeness implements Likeness {
  readonly #feature: number;
  readonly #levels: number;
  readonly #steps: number;
  /** [q², steps] */
  readonly #table: tf.Tensor2D;
  /** 1 to the number of steps, [steps, 1]. */
  readonly #places: tf.Tensor2D;
  readonly #start: number;
  readonly #logit: Scalar;

  /**
   * @param values correlations of all pairs of levels at each of some dependences, q × q × steps
   * @param start the place where training begins, from 0 (none) to steps; `learned` false: what stays
   */
  constructor(
    feature: number,
    { levels, values }: { levels: number; values: Float32Array },
    start: number,
    readonly learned: boolean,
  ) {
    this.#feature = feature;
    this.#levels = levels;
    const steps = values.length / levels ** 2;
    this.#steps = steps;
    this.#table = tf.tensor2d(values, [levels * levels, steps]);
    const places = Float32Array.from({ length: steps }, (_, step) => step + 1);
    this.#places = tf.tensor2d(places, [steps, 1]);
    this.#start = start;
    this.#logit = scalarOf(logitOf(start / steps), learned);
  }

  parameters(): [string, tf.Variable][] {
    return this.learned ? [['prior/logitDependence', this.#logit as tf.Variable]] : [];
  }

  ofRows({ z }: PriorRows): tf.Tensor2D {
    const codes = z[this.#feature];
    const [rows] = codes.shape;
    // Whole numbers below 2²⁴ are exact, and plans of steps have no arithmetic of int32.
    const numbers = tf.cast(codes, 'float32');
    const pairs = tf.add(tf.mul(tf.reshape(numbers, [rows, 1]), this.#levels), tf.reshape(numbers, [1, rows]));
    const held = tf.gather(this.#table, tf.cast(tf.reshape(pairs, [rows * rows]), 'int32'));
    const place = this.learned ? tf.mul(tf.sigmoid(this.#logit), this.#steps) : tf.scalar(this.#start);
    const shares = tf.relu(tf.sub(1, tf.abs(tf.sub(place, this.#places))));
    return tf.reshape(matMul(held as tf.Tensor2D, shares as tf.Tensor2D), [rows, rows]);
  }

  /** The place that training has come to. */
  async place(): Promise<number> {
    if (!this.learned) return this.#start;
    const [logit] = await this.#logit.data();
    return this.#steps / (1 + Math.exp(-logit));
  }

  dispose(): void {
    tf.dispose([this.#table, this.#places]);
    if (!this.learned) this.#logit.dispose();
  }
}
