import * as tf from '@tensorflow/tfjs';
import { ClassIndicators } from './classes';

/**
 * Classes in an order, by cumulative logits (docs/methods.md A25): one score s a row and C − 1 rising cuts,
 * P(y ≤ c) = σ(cut_c − s). The first cut is a free number, the others follow it by gaps e^γ, so that they
 * rise whatever is learned. At first all classes have the same probability at s = 0.
 *
 * With a = cut_c − s and b = cut_{c−1} − s the probability of a class between two cuts is σ(a) − σ(b) = σ(a)
 * σ(−b) (1 − e^{b−a}), and its logarithm is summed in this form: no difference of two numbers near 1 is
 * taken.
 */
export class OrderedClasses {
  readonly #classes: number;
  readonly #indicators: ClassIndicators;
  readonly #first: tf.Variable<tf.Rank.R2>;
  readonly #logGaps: tf.Variable<tf.Rank.R2>;
  /** [C − 2, C − 1]: which gaps lie below each cut. */
  readonly #below: tf.Tensor2D;

  constructor(classes: number) {
    this.#classes = classes;
    this.#indicators = new ClassIndicators(classes);
    const cuts = Array.from({ length: classes - 1 }, (_, c) => Math.log((c + 1) / (classes - c - 1)));
    const gaps = classes - 2;
    const variable = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor2d(values, [1, values.length])));
    this.#first = variable([cuts[0]]);
    this.#logGaps = variable(cuts.slice(1).map((cut, c) => Math.log(cut - cuts[c])));
    const below = new Float32Array(gaps * (classes - 1));
    for (let gap = 0; gap < gaps; gap++) for (let cut = gap + 1; cut < classes - 1; cut++) below[gap * (classes - 1) + cut] = 1;
    this.#below = tf.tensor2d(below, [gaps, classes - 1]);
  }

  parameters(): [string, tf.Variable][] {
    return [
      ['response/firstCut', this.#first],
      ['response/logGaps', this.#logGaps],
    ];
  }

  read(y: tf.Tensor2D): tf.Tensor2D {
    return this.#indicators.of(y);
  }

  /** [1, C − 1], rising. */
  #cuts(): tf.Tensor2D {
    return tf.add(this.#first, tf.matMul(tf.exp(this.#logGaps) as tf.Tensor2D, this.#below));
  }

  /** Scores [rows, 1] → probabilities [rows, C]. */
  onScale(scores: tf.Tensor2D): tf.Tensor2D {
    const rows = scores.shape[0];
    const upTo = tf.sigmoid(tf.sub(this.#cuts(), scores)) as tf.Tensor2D;
    const [zeros, ones]: tf.Tensor2D[] = [tf.zeros([rows, 1]), tf.ones([rows, 1])];
    return tf.sub(tf.concat([upTo, ones], 1), tf.concat([zeros, upTo], 1));
  }

  loss(y: tf.Tensor2D, scores: tf.Tensor2D): tf.Scalar {
    const indicators = this.#indicators.of(y);
    const [rows] = indicators.shape;
    const last = this.#classes - 1;
    const above = tf.sub(this.#cuts(), scores) as tf.Tensor2D;
    // −log σ(cut_c − s) of rows that have a cut above them, −log σ(s − cut_{c−1}) of those with one below.
    const upper = tf.mul(tf.slice(indicators, [0, 0], [rows, last]), tf.softplus(tf.neg(above)));
    const lower = tf.mul(tf.slice(indicators, [0, 1], [rows, last]), tf.softplus(above));
    const between = tf.mul(tf.slice(indicators, [0, 1], [rows, last - 1]), tf.log(tf.neg(tf.expm1(tf.neg(tf.exp(this.#logGaps))))));
    const total = tf.sub(tf.sum(tf.add(upper, lower), 1), tf.sum(between, 1));
    return tf.mean(total);
  }

  dispose(): void {
    this.#indicators.dispose();
    this.#below.dispose();
  }
}
