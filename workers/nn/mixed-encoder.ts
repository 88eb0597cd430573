import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';
import { Mlp } from './mlp';

/** Posterior of a row's vector for one feature, both [rows, d]. */
export type RowPosterior = {
  mean: tf.Tensor2D;
  logVar: tf.Tensor2D;
};

/**
 * The encoder of MMbeddings: one ReLU trunk on [x, y] and, for each categorical feature, two linear heads of
 * width d (docs/methods.md A10).
 */
export class MixedEncoder {
  readonly #trunk: Mlp;
  readonly #heads: { mean: Dense; logVar: Dense }[];
  readonly #trunkIsData: boolean;

  constructor(inputs: number, widths: readonly number[], features: number, d: number, random: RandomStream) {
    this.#trunk = new Mlp(inputs, widths, random);
    const width = this.#trunk.outputs;
    this.#heads = Array.from({ length: features }, () => ({
      mean: new Dense(width, d, 'linear', random),
      logVar: new Dense(width, d, 'linear', random),
    }));
    this.#trunkIsData = widths.length === 0;
  }

  /** Width of what the heads read. */
  get width(): number {
    return this.#trunk.outputs;
  }

  /** x [rows, p], y [rows, 1] → the posterior of each feature. */
  apply(x: tf.Tensor2D, y: tf.Tensor2D): RowPosterior[] {
    const hidden = this.trunk(x, y);
    return this.#heads.map((_, k) => this.head(k, hidden));
  }

  /** x [rows, p], y [rows, 1] → what the heads read, [rows, width]. */
  trunk(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
    return this.#trunk.apply(tf.concat([x, y], 1), true);
  }

  /** The heads of feature k on [rows, width]. */
  head(k: number, hidden: tf.Tensor2D): RowPosterior {
    const { mean, logVar } = this.#heads[k];
    return { mean: mean.apply(hidden, this.#trunkIsData), logVar: logVar.apply(hidden, this.#trunkIsData) };
  }

  parameters(): [string, tf.Variable][] {
    const heads = this.#heads.flatMap(({ mean, logVar }, k) => [...mean.parameters(`encoder/mean${k}`), ...logVar.parameters(`encoder/logVar${k}`)]);
    return [...this.#trunk.parameters('encoder'), ...heads];
  }
}
