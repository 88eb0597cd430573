import * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import { matMul } from '../ops/mat-mul';
import type { RandomStream } from '../random/random';
import { pairSum } from './factorization';
import { normalTable, uniformTable } from './initialisers';
import { innerProducts } from './inner-product';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';

/** How level vectors meet before the MLP (docs/methods.md A17). */
export type LevelInteraction = 'concatenation' | 'product' | 'product-where-equal' | 'sum' | 'bilinear' | 'second-order';

/** Interactions that take vectors of any widths. */
export const OF_ANY_WIDTHS: readonly LevelInteraction[] = ['concatenation', 'product-where-equal', 'bilinear'];

/** One width for each of so many features, where a number means the same for all. */
export const widthsEach = (width: number | readonly number[], features: number): readonly number[] =>
  typeof width === 'number' ? Array.from({ length: features }, () => width) : width;

const sideBySide = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0);

/** Pairs j < l of vectors of one width. */
const equalPairs = (widths: readonly number[]): [number, number][] =>
  widths.flatMap((width, j) => widths.flatMap((other, l): [number, number][] => (j < l && width === other ? [[j, l]] : [])));

/**
 * Numbers that reach the MLP besides x, from vectors of these widths. Products, sums and the second order
 * take equal ones.
 */
export function interactionWidth(interaction: LevelInteraction, widths: readonly number[]): number {
  const all = sideBySide(widths);
  if (interaction === 'sum') return widths[0];
  if (interaction === 'product' || interaction === 'product-where-equal') return all + sideBySide(equalPairs(widths).map(([j]) => widths[j]));
  return all + (interaction === 'concatenation' ? 0 : 1);
}

/** Trainable numbers of the interaction itself, beside p numeric features. */
export function interactionCount(interaction: LevelInteraction, widths: readonly number[], p: number): number {
  if (interaction === 'second-order') return p * widths[0];
  return interaction === 'bilinear' ? sideBySide(widths) ** 2 : 0;
}

/** The interaction's own weights and their name; null for none. */
function weightsOf(
  interaction: LevelInteraction,
  p: number,
  vectors: readonly number[],
  random: RandomStream,
): [string, tf.Variable<tf.Rank.R2>] | null {
  const matrix = (values: Float32Array, shape: [number, number]) => tf.tidy(() => tf.variable(tf.tensor2d(values, shape)));
  const all = sideBySide(vectors);
  if (interaction === 'bilinear') return ['interaction/kernel', matrix(normalTable(random, all * all, 0.01), [all, all])];
  if (interaction === 'second-order' && p > 0) return ['interaction/factors', matrix(uniformTable(random, p, vectors[0]), [p, vectors[0]])];
  return null;
}

/**
 * An MLP on x and the level vectors e_k: side by side; with element-wise products e_j ∘ e_l next to them, of
 * all pairs or of those of one width; as their sum Σ e_k; or with one number next to them. Bilinear: e′We, e
 * all vectors side by side and W = 0.01 · N(0, 1). Second order: Σ_{j<l} ⟨v_j, v_l⟩ over all columns, v_k =
 * e_k of a categorical one and x_i f_i of a numeric one (docs/methods.md A17, A16).
 */
export class Interactions implements Network {
  readonly #interaction: LevelInteraction;
  readonly #vectors: readonly number[];
  readonly #weights: [string, tf.Variable<tf.Rank.R2>] | null;
  readonly #decoder: Decoder;

  /**
   * @param vectors width of each feature's level vectors
   * @param widths hidden layers of the MLP
   */
  constructor(interaction: LevelInteraction, p: number, vectors: readonly number[], widths: readonly number[], random: RandomStream, outputs = 1) {
    this.#interaction = interaction;
    this.#vectors = vectors;
    this.#weights = weightsOf(interaction, p, vectors, random);
    this.#decoder = new Decoder(p + interactionWidth(interaction, vectors), widths, random, outputs);
  }

  parameters(): [string, tf.Variable][] {
    return [...(this.#weights ? [this.#weights] : []), ...this.#decoder.parameters()];
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, vectors }: NetworkInput): NetworkOutput {
    const read = vectors.map((vector) => pass('vector', vector));
    return { decoded: this.#decoder.apply(tf.concat([x, ...this.#together(x, read)], 1)) };
  }

  #together(x: tf.Tensor2D, vectors: readonly tf.Tensor2D[]): tf.Tensor2D[] {
    if (this.#interaction === 'sum') return [tf.addN([...vectors])];
    const weights = this.#weights?.[1] ?? null;
    if (this.#interaction === 'second-order') return [...vectors, pairSum(x, vectors, weights)];
    if (this.#interaction === 'bilinear' && weights) {
      const all = tf.concat([...vectors], 1);
      return [all, innerProducts(matMul(all, weights), all)];
    }
    if (this.#interaction === 'concatenation') return [...vectors];
    return [...vectors, ...equalPairs(this.#vectors).map(([j, l]): tf.Tensor2D => tf.mul(vectors[j], vectors[l]))];
  }
}
