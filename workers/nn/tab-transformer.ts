import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import type { RandomStream } from '../random/random';
import { uniformTable } from './initialisers';
import { LayerNorm } from './layer-norm';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';
import { NORM_EPSILON, TransformerBlock } from './transformer';

export interface TabTransformerShape {
  p: number;
  /** K */
  features: number;
  d: number;
  heads: number;
  blocks: number;
  feedForward: number;
  /** Rate of dropout on attention probabilities. */
  dropout: number;
  decoder: readonly number[];
  /** Numbers that the decoder gives; absent: 1. */
  outputs?: number;
}

/**
 * TabTransformer (docs/methods.md A12): each feature's level vector plus a vector of its column is a token;
 * the tokens of a row pass through transformer blocks and go, side by side and next to the normalised x, into
 * an MLP.
 */
export class TabTransformer implements Network {
  readonly #shape: TabTransformerShape;
  readonly #columns: tf.Variable<tf.Rank.R2>;
  readonly #norm: LayerNorm;
  readonly #blocks: TransformerBlock[];
  readonly #decoder: Decoder;

  constructor(shape: TabTransformerShape, random: RandomStream) {
    const { p, features, d, heads, feedForward, dropout } = shape;
    this.#shape = shape;
    this.#columns = tf.tidy(() => tf.variable(tf.tensor2d(uniformTable(random, features, d), [features, d])));
    this.#norm = new LayerNorm(p, NORM_EPSILON);
    this.#blocks = Array.from(
      { length: shape.blocks },
      () => new TransformerBlock({ tokens: features, d, heads, feedForward, rate: dropout }, random),
    );
    this.#decoder = new Decoder(p + features * d, shape.decoder, random, shape.outputs);
  }

  parameters(): [string, tf.Variable][] {
    return [
      ['column/table', this.#columns],
      ...this.#norm.parameters('numeric/norm'),
      ...this.#blocks.flatMap((block, i) => block.parameters(`block${i}`)),
      ...this.#decoder.parameters(),
    ];
  }

  noiseShapes(rows: number): readonly NoiseShape[] {
    const { dropout, heads, features } = this.#shape;
    return dropout === 0 ? [] : this.#blocks.map(() => [rows, heads * features * features, 'uniform']);
  }

  apply({ x, vectors }: NetworkInput, noise: readonly tf.Tensor[] | null): NetworkOutput {
    const { p, features, d } = this.#shape;
    const rows = x.shape[0];
    const columns: tf.Tensor2D = tf.reshape(this.#columns, [1, features * d]);
    let tokens: tf.Tensor2D = tf.reshape(tf.add(tf.concat([...vectors], 1), columns), [rows * features, d]);
    for (const [i, block] of this.#blocks.entries()) tokens = block.apply(tokens, noise?.[i] ?? null);
    const levels: tf.Tensor2D = tf.reshape(tokens, [rows, features * d]);
    return { decoded: this.#decoder.apply(p === 0 ? levels : tf.concat([this.#norm.apply(x), levels], 1)) };
  }
}
