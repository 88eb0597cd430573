import * as tf from '@tensorflow/tfjs';
import { matMul } from '../ops/mat-mul';
import type { RandomStream } from '../random/random';
import { normalTable } from './initialisers';
import { innerProducts } from './inner-product';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';

/** How level vectors meet before the MLP (docs/methods.md A17). */
export type LevelInteraction = 'concatenation' | 'product' | 'sum' | 'bilinear';

/** One width for each of so many features, where a number means the same for all. */
export const widthsEach = (width: number | readonly number[], features: number): readonly number[] =>
  typeof width === 'number' ? Array.from({ length: features }, () => width) : width;

const sideBySide = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

/**
 * Numbers that reach the MLP besides x, from vectors of these widths. Products and sums take equal ones.
 */
export function interactionWidth(interaction: LevelInteraction, widths: readonly number[]): number {
  const all = sideBySide(widths);
  if (interaction === 'sum') return widths[0];
  // Of K vectors of width d: (K − 1) / 2 times all numbers.
  if (interaction === 'product') return all + (all * (widths.length - 1)) / 2;
  return all + (interaction === 'bilinear' ? 1 : 0);
}

/** Trainable numbers of the interaction itself. */
export function interactionCount(interaction: LevelInteraction, widths: readonly number[]): number {
  return interaction === 'bilinear' ? sideBySide(widths) ** 2 : 0;
}

/**
 * An MLP on x and the level vectors e_k: side by side, with all pairwise element-wise products e_j ∘ e_k next
 * to them, as their sum Σ e_k, or with the one number e′We next to them, e all vectors side by side and W =
 * 0.01 · N(0, 1).
 */
export class Interactions implements Network {
  readonly #interaction: LevelInteraction;
  readonly #weights: tf.Variable<tf.Rank.R2> | null;
  readonly #decoder: Decoder;

  /**
   * @param vectors width of each feature's level vectors
   * @param widths hidden layers of the MLP
   */
  constructor(interaction: LevelInteraction, p: number, vectors: readonly number[], widths: readonly number[], random: RandomStream) {
    this.#interaction = interaction;
    const all = sideBySide(vectors);
    this.#weights = interaction === 'bilinear' ? tf.tidy(() => tf.variable(tf.tensor2d(normalTable(random, all * all, 0.01), [all, all]))) : null;
    this.#decoder = new Decoder(p + interactionWidth(interaction, vectors), widths, random);
  }

  parameters(): [string, tf.Variable][] {
    const own: [string, tf.Variable][] = this.#weights ? [['interaction/kernel', this.#weights]] : [];
    return [...own, ...this.#decoder.parameters()];
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, vectors }: NetworkInput): NetworkOutput {
    return { decoded: this.#decoder.apply(tf.concat([x, ...this.#together(vectors)], 1)) };
  }

  #together(vectors: readonly tf.Tensor2D[]): tf.Tensor2D[] {
    if (this.#interaction === 'sum') return [tf.addN([...vectors])];
    if (this.#interaction === 'product') {
      const products = vectors.flatMap((left, j) => vectors.slice(j + 1).map((right): tf.Tensor2D => tf.mul(left, right)));
      return [...vectors, ...products];
    }
    if (!this.#weights) return [...vectors];
    const all = tf.concat([...vectors], 1);
    return [all, innerProducts(matMul(all, this.#weights), all)];
  }
}
