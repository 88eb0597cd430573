import * as tf from '@tensorflow/tfjs';
import { vectorsOfRows } from '../ops/members';
import type { RandomStream } from '../random/random';
import { Decoder } from './mlp';
import type { Network, NetworkInput, NetworkOutput } from './network';
import { Tables } from './tables';

/** Row-wise inner products of [rows, d] and [rows, d]: [rows, 1]. */
export function innerProducts(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(a, b), 1, true);
}

/**
 * Collaborative filtering: the inner product of two features' vectors, plus a bias per level where asked for,
 * next to x in front of an MLP (docs/methods.md A13).
 */
export class InnerProduct implements Network {
  readonly #biases: Tables | null;
  readonly #decoder: Decoder;

  /** `biases`: the cardinalities of the two features when levels have biases. */
  constructor(p: number, widths: readonly number[], biases: readonly number[] | null, random: RandomStream, outputs = 1) {
    this.#biases = biases && new Tables(biases, 1, random);
    this.#decoder = new Decoder(p + 1, widths, random, outputs);
  }

  get tables(): readonly string[] {
    return (this.#biases?.variables ?? []).map((_, k) => `embedding${k}/bias`);
  }

  parameters(): [string, tf.Variable][] {
    const biases = (this.#biases?.variables ?? []).map((variable, k): [string, tf.Variable] => [`embedding${k}/bias`, variable]);
    return [...biases, ...this.#decoder.parameters()];
  }

  noiseShapes(): [] {
    return [];
  }

  apply({ x, members, vectors }: NetworkInput): NetworkOutput {
    const biases = (this.#biases?.variables ?? []).map((variable, k) => vectorsOfRows(variable, members[k]));
    const score = [innerProducts(vectors[0], vectors[1]), ...biases].reduce((sum, bias) => tf.add(sum, bias));
    return { decoded: this.#decoder.apply(tf.concat([x, score], 1)) };
  }
}
