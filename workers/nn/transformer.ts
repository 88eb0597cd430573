import * as tf from '@tensorflow/tfjs';
import { dense } from '../ops/dense';
import { tokenAttention } from '../ops/token-attention';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';
import { glorotUniformOf } from './initialisers';
import { LayerNorm } from './layer-norm';

/** Of Keras' layer normalisation in the reference code. */
export const NORM_EPSILON = 1e-6;

/** A kernel (inputs × outputs, Glorot over the fans Keras counts) and its bias (zeros). */
interface Projection {
  kernel: tf.Variable<tf.Rank.R2>;
  bias: tf.Variable<tf.Rank.R1>;
}

function projection(inputs: number, outputs: number, fanIn: number, fanOut: number, random: RandomStream): Projection {
  return {
    kernel: tf.tidy(() => tf.variable(tf.tensor2d(glorotUniformOf(random, inputs * outputs, fanIn, fanOut), [inputs, outputs]))),
    bias: tf.tidy(() => tf.variable(tf.zeros([outputs]) as tf.Tensor1D)),
  };
}

export interface TransformerShape {
  /** Tokens of a row, K. */
  tokens: number;
  /** Width of a token and of a head. */
  d: number;
  heads: number;
  /** Width of the feed-forward layer. */
  feedForward: number;
  /** Rate of dropout on attention probabilities. */
  rate: number;
}

/** A post-norm transformer block: x ← LN(x + attention(x)), x ← LN(x + FFN(x)) (docs/methods.md A12). */
export class TransformerBlock {
  readonly #shape: TransformerShape;
  readonly #projections: { query: Projection; key: Projection; value: Projection; attentionOutput: Projection };
  readonly #norms: [LayerNorm, LayerNorm];
  readonly #feedForward: [Dense, Dense];

  constructor(shape: TransformerShape, random: RandomStream) {
    const { d, heads, feedForward } = shape;
    this.#shape = shape;
    // Keras' kernels have three dimensions: (d, heads, d) and, back, (heads, d, d); all but the last two
    // count as a receptive field.
    const into = (): Projection => projection(d, heads * d, heads * d, d * d, random);
    this.#projections = { query: into(), key: into(), value: into(), attentionOutput: projection(heads * d, d, heads * d, heads * d, random) };
    this.#norms = [new LayerNorm(d, NORM_EPSILON), new LayerNorm(d, NORM_EPSILON)];
    this.#feedForward = [new Dense(d, feedForward, 'relu', random), new Dense(feedForward, d, 'linear', random)];
  }

  /** [rows · K, d] → [rows · K, d]. `uniform` [rows, heads · K · K] is for dropout; null for none. */
  apply(x: tf.Tensor2D, uniform: tf.Tensor | null): tf.Tensor2D {
    const { tokens, d, heads, rate } = this.#shape;
    const { query, key, value, attentionOutput } = this.#projections;
    const qkv = dense(x, tf.concat([query.kernel, key.kernel, value.kernel], 1), tf.concat([query.bias, key.bias, value.bias]), 'linear');
    const attended = tokenAttention(qkv, uniform, { tokens, heads, width: d, rate });
    const first = this.#norms[0].apply(tf.add(x, dense(attended, attentionOutput.kernel, attentionOutput.bias, 'linear')));
    const [wide, narrow] = this.#feedForward;
    return this.#norms[1].apply(tf.add(first, narrow.apply(wide.apply(first))));
  }

  parameters(name: string): [string, tf.Variable][] {
    return [
      ...Object.entries(this.#projections).flatMap(([part, { kernel, bias }]): [string, tf.Variable][] => [
        [`${name}/${part}/kernel`, kernel],
        [`${name}/${part}/bias`, bias],
      ]),
      ...this.#norms[0].parameters(`${name}/norm1`),
      ...this.#feedForward.flatMap((layer, i) => layer.parameters(`${name}/ff${i}`)),
      ...this.#norms[1].parameters(`${name}/norm2`),
    ];
  }
}
