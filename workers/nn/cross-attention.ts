import * as tf from '@tensorflow/tfjs';
import { matMul } from '../ops/mat-mul';
import { softmaxOverPlaces } from '../ops/place-softmax';
import type { RandomStream } from '../random/random';
import { type AttentionWidth, Projections } from './attention';
import { dropout } from './dropout';

export interface CrossAttended {
  /** [rows, D] */
  attended: tf.Tensor2D;
  /** How a row's token attended to each of the others, before dropout: [rows, F, heads], 1 in sum over F. */
  weights: tf.Tensor3D;
}

/**
 * Attention of one token of each row to F others of it. With a single query the products are element-wise,
 * and every kernel is one that all backends have quick.
 */
export class CrossAttention {
  readonly #shape: AttentionWidth & { features: number };
  readonly #projections: Projections;
  /**
   * [D, heads]: 1 where a number belongs to the head's block, so that a product with it sums within heads.
   * Not trained.
   */
  readonly #inBlocks: tf.Tensor2D;

  constructor(shape: AttentionWidth & { features: number }, random: RandomStream) {
    const { width, heads } = shape;
    this.#shape = shape;
    this.#projections = new Projections(width, random);
    const block = (number: number): number => Math.floor((number * heads) / width);
    this.#inBlocks = tf.tensor2d(
      Float32Array.from({ length: width * heads }, (_, cell) => Number(block(Math.floor(cell / heads)) === cell % heads)),
      [width, heads],
    );
  }

  /**
   * @param token [rows, D]
   * @param others [rows · F, D]
   * @param uniform [rows, heads · F], for dropout of probabilities; null for none
   */
  apply(token: tf.Tensor2D, others: tf.Tensor2D, uniform: tf.Tensor | null): CrossAttended {
    const { width, heads, features, dropout: rate } = this.#shape;
    const rows = token.shape[0];
    const scaled = tf.mul(this.#projections.of(token, ['query']), 1 / Math.sqrt(width / heads));
    const [keys, values] = tf.split(this.#projections.of(others, ['key', 'value']), 2, 1);
    const products = tf.mul(tf.reshape(keys, [rows, features, width]), tf.reshape(scaled, [rows, 1, width]));
    const scores = tf.reshape(matMul(tf.reshape(products, [rows * features, width]), this.#inBlocks), [rows, features, heads]) as tf.Tensor3D;
    const weights = softmaxOverPlaces(scores, null);
    const kept = uniform ? dropout(weights, tf.transpose(tf.reshape(uniform, [rows, heads, features]), [0, 2, 1]), rate) : weights;
    const spread = matMul(tf.reshape(kept, [rows * features, heads]), tf.transpose(this.#inBlocks));
    const attended = tf.sum(tf.reshape(tf.mul(spread, values), [rows, features, width]), 1) as tf.Tensor2D;
    return { attended: this.#projections.of(attended, ['attentionOutput']), weights };
  }

  parameters(name: string): [string, tf.Variable][] {
    return this.#projections.parameters(name);
  }

  dispose(): void {
    this.#inBlocks.dispose();
  }
}
