import * as tf from '@tensorflow/tfjs';
import { dense } from '../ops/dense';
import { tokenAttention } from '../ops/token-attention';
import type { RandomStream } from '../random/random';
import { Dense, type InitialiseDense } from './dense';
import { torchLinear } from './initialisers';

/** Width of the tokens D, and heads: contiguous blocks of D / heads numbers. */
export interface AttentionWidth {
  width: number;
  heads: number;
  /** Rate of dropout on attention probabilities, among others. */
  dropout: number;
}

const PARTS = ['query', 'key', 'value', 'attentionOutput'] as const;
type Part = (typeof PARTS)[number];

/** Queries, keys and values, dense layers of D × `inner`, and the way back. */
export class Projections {
  /** Width of all heads side by side. */
  readonly inner: number;
  readonly #layers: Record<Part, Dense>;

  /** `initialise` may differ for the way back, `initialiseOutput`. `inner` is D in most transformers. */
  constructor(width: number, random: RandomStream, initialise: InitialiseDense = torchLinear, initialiseOutput = initialise, inner = width) {
    const into = (): Dense => new Dense(width, inner, 'linear', random, initialise);
    this.inner = inner;
    this.#layers = { query: into(), key: into(), value: into(), attentionOutput: new Dense(inner, width, 'linear', random, initialiseOutput) };
  }

  /** These parts of x side by side, as one product: [rows, width] → [rows, widths of the parts]. */
  of(x: tf.Tensor2D, parts: readonly Part[]): tf.Tensor2D {
    const layers = parts.map((part) => this.#layers[part]);
    if (layers.length === 1) return layers[0].apply(x);
    const kernel = tf.concat(
      layers.map((layer) => layer.kernel),
      1,
    ) as tf.Tensor2D;
    return dense(x, kernel, tf.concat(layers.map(({ bias }) => bias)) as tf.Tensor1D, 'linear');
  }

  parameters(name: string): [string, tf.Variable][] {
    return PARTS.flatMap((part) => this.#layers[part].parameters(`${name}/${part}`));
  }
}

/**
 * Attention of the tokens of each row to each other.
 *
 * @param x [rows · tokens, D]
 * @param uniform [rows, heads · tokens²], for dropout; null for none
 * @returns [rows · tokens, D]
 */
export function selfAttention(
  projections: Projections,
  x: tf.Tensor2D,
  uniform: tf.Tensor | null,
  { heads, dropout, tokens, causal }: Omit<AttentionWidth, 'width'> & { tokens: number; causal?: boolean },
): tf.Tensor2D {
  const qkv = projections.of(x, ['query', 'key', 'value']);
  const shape = { tokens, heads, width: projections.inner / heads, rate: dropout, causal };
  return projections.of(tokenAttention(qkv, uniform, shape), ['attentionOutput']);
}
