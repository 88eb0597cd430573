import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import type { RandomStream } from '../random/random';
import { type AttentionWidth, Projections, selfAttention } from './attention';
import { Dense, type InitialiseDense } from './dense';
import { dropout } from './dropout';
import { glorotUniformOf, torchLinear } from './initialisers';
import { LayerNorm } from './layer-norm';

/** Of PyTorch's layer normalisation. */
export const TORCH_EPSILON = 1e-5;

export interface EncoderShape extends AttentionWidth {
  /** Width of the feed-forward layer. */
  feedForward: number;
  /** Steps of a window L. */
  length: number;
  /** A step attends to itself and to earlier ones alone. */
  causal: boolean;
}

/**
 * PyTorch draws queries, keys and values as one matrix of D × 3 D by Xavier, so that all three have the limit
 * √(6 / (4 D)), and starts the biases at 0.
 */
const inProjection: InitialiseDense = (random, inputs, outputs) => ({
  kernel: glorotUniformOf(random, inputs * outputs, inputs, 3 * outputs),
  bias: new Float32Array(outputs),
});
const outProjection: InitialiseDense = (random, inputs, outputs) => ({
  ...torchLinear(random, inputs, outputs),
  bias: new Float32Array(outputs),
});

/**
 * PyTorch's TransformerEncoderLayer, norms after the sums: x ← LN(x + attention(x)), x ← LN(x + W₁ relu(W₀
 * x)), with dropout on attention probabilities, both summands and the ReLU (docs/methods.md F4).
 */
export class EncoderBlock {
  readonly #shape: EncoderShape;
  readonly #attention: Projections;
  readonly #norms: [LayerNorm, LayerNorm];
  readonly #feedForward: [Dense, Dense];

  constructor(shape: EncoderShape, random: RandomStream) {
    const { width, feedForward } = shape;
    this.#shape = shape;
    this.#attention = new Projections(width, random, inProjection, outProjection);
    this.#feedForward = [new Dense(width, feedForward, 'relu', random, torchLinear), new Dense(feedForward, width, 'linear', random, torchLinear)];
    this.#norms = [new LayerNorm(width, TORCH_EPSILON), new LayerNorm(width, TORCH_EPSILON)];
  }

  /** Uniforms of a block for so many rows, in the order that `apply` takes them; [] without dropout. */
  noiseShapes(rows: number): NoiseShape[] {
    const { heads, length, width, feedForward, dropout: rate } = this.#shape;
    if (rate === 0) return [];
    const steps = rows * length;
    return [
      [rows, heads * length * length, 'uniform'],
      [steps, width, 'uniform'],
      [steps, feedForward, 'uniform'],
      [steps, width, 'uniform'],
    ];
  }

  /** [rows · L, D] → [rows · L, D]. `noise` has the shapes of `noiseShapes`; null for no dropout. */
  apply(x: tf.Tensor2D, noise: readonly tf.Tensor[] | null): tf.Tensor2D {
    const { dropout: rate, length } = this.#shape;
    const dropped = (part: tf.Tensor2D, i: number): tf.Tensor2D => (noise ? dropout(part, noise[i], rate) : part);
    const attended = selfAttention(this.#attention, x, noise?.[0] ?? null, { ...this.#shape, tokens: length });
    const first = this.#norms[0].apply(tf.add(x, dropped(attended, 1)));
    const [wide, narrow] = this.#feedForward;
    return this.#norms[1].apply(tf.add(first, dropped(narrow.apply(dropped(wide.apply(first), 2)), 3)));
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
