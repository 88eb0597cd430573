import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../random/random';
import { Projections, selfAttention } from './attention';
import { Dense, type InitialiseDense } from './dense';
import { glorotUniformOf } from './initialisers';
import { LayerNorm } from './layer-norm';

/** Of Keras' layer normalisation in the reference code. */
export const NORM_EPSILON = 1e-6;

/**
 * Keras' kernels have three dimensions: (d, heads, d) and, back, (heads, d, d); all but the last two count as
 * a receptive field of the fans.
 */
const inProjection: InitialiseDense = (random, d, inner) => ({
  kernel: glorotUniformOf(random, d * inner, inner, d * d),
  bias: new Float32Array(inner),
});
const outProjection: InitialiseDense = (random, inner, d) => ({
  kernel: glorotUniformOf(random, inner * d, inner, inner),
  bias: new Float32Array(d),
});

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
  readonly #attention: Projections;
  readonly #norms: [LayerNorm, LayerNorm];
  readonly #feedForward: [Dense, Dense];

  constructor(shape: TransformerShape, random: RandomStream) {
    const { d, heads, feedForward } = shape;
    this.#shape = shape;
    this.#attention = new Projections(d, random, inProjection, outProjection, heads * d);
    this.#norms = [new LayerNorm(d, NORM_EPSILON), new LayerNorm(d, NORM_EPSILON)];
    this.#feedForward = [new Dense(d, feedForward, 'relu', random), new Dense(feedForward, d, 'linear', random)];
  }

  /** [rows · K, d] → [rows · K, d]. `uniform` [rows, heads · K · K] is for dropout; null for none. */
  apply(x: tf.Tensor2D, uniform: tf.Tensor | null): tf.Tensor2D {
    const { tokens, heads, rate } = this.#shape;
    const attended = selfAttention(this.#attention, x, uniform, { tokens, heads, dropout: rate });
    const first = this.#norms[0].apply(tf.add(x, attended));
    const [wide, narrow] = this.#feedForward;
    return this.#norms[1].apply(tf.add(first, narrow.apply(wide.apply(first))));
  }

  parameters(name: string): [string, tf.Variable][] {
    return [
      ...this.#attention.parameters(name),
      ...this.#norms[0].parameters(`${name}/norm1`),
      ...this.#feedForward.flatMap((layer, i) => layer.parameters(`${name}/ff${i}`)),
      ...this.#norms[1].parameters(`${name}/norm2`),
    ];
  }
}
