import * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import { dense } from '../ops/dense';
import { gatherRows } from '../ops/gather-rows';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';
import { glorotUniform } from './initialisers';

/**
 * Indicator columns of a feature: level j has the value `factor[j]` in column `index[j]` of block `block`,
 * zeros elsewhere.
 */
export interface Indicators {
  block: number;
  index: Int32Array;
  /** Null: 1 for every level. */
  factor: Float32Array | null;
}

/**
 * A decoder on [x, indicator columns] that never makes the columns: its first layer is x · W + b + Σ_k
 * factor_k · W_k[index_k], a row of the kernel for each feature instead of a product with mostly zeros.
 * Initialised as the dense layer on all columns would be.
 */
export class SparseDecoder {
  readonly #kernel: tf.Variable<tf.Rank.R2>;
  readonly #blocks: tf.Variable<tf.Rank.R2>[];
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #rest: Dense[];
  readonly #features: { block: tf.Variable<tf.Rank.R2>; index: tf.Tensor1D; factor: tf.Tensor2D | null }[];

  /** @param columns indicator columns of each block; features may share a block */
  constructor(p: number, columns: readonly number[], features: readonly Indicators[], widths: readonly number[], random: RandomStream, outputs = 1) {
    const width = widths[0] ?? outputs;
    const initial = glorotUniform(random, p + columns.reduce((sum, count) => sum + count, 0), width);
    let at = 0;
    const take = (rows: number): tf.Variable<tf.Rank.R2> => {
      const values = initial.slice(at * width, (at + rows) * width);
      at += rows;
      return tf.tidy(() => tf.variable(tf.tensor2d(values, [rows, width])));
    };
    this.#kernel = take(p);
    this.#blocks = columns.map(take);
    this.#bias = tf.tidy(() => tf.variable(tf.zeros([width]) as tf.Tensor1D));
    this.#rest = widths.map((inputs, i) => {
      const last = i === widths.length - 1;
      return new Dense(inputs, last ? outputs : widths[i + 1], last ? 'linear' : 'relu', random);
    });
    this.#features = features.map(({ block, index, factor }) => ({
      block: this.#blocks[block],
      index: tf.tensor1d(index, 'int32'),
      factor: factor && tf.tensor2d(factor, [factor.length, 1]),
    }));
  }

  /** x [rows, p], z K × [rows] → [rows, outputs]: the regression mean, a logit, or a logit for each class. */
  apply(x: tf.Tensor2D, z: readonly tf.Tensor1D[]): tf.Tensor2D {
    const indicated = this.#features.map(({ block, index, factor }, k) => {
      const rows = gatherRows(block, tf.gather(index, z[k]));
      return pass('vector', factor ? (tf.mul(rows, tf.gather(factor, z[k])) as tf.Tensor2D) : rows);
    });
    const first = tf.addN([dense(x, this.#kernel, this.#bias, 'linear', true), ...indicated]) as tf.Tensor2D;
    if (this.#rest.length === 0) return pass('decoder/output', first);
    const last = this.#rest.length - 1;
    const name = (layer: number): string => (layer === last ? 'decoder/output' : `decoder/dense${layer + 1}`);
    return this.#rest.reduce((hidden, layer, i) => pass(name(i), layer.apply(hidden)), pass('decoder/dense0', tf.relu(first)));
  }

  /**
   * Named as those of `Decoder`; `decoder/dense0/levels0` are the rows of the first kernel that belong to
   * block 0.
   */
  parameters(): [string, tf.Variable][] {
    const name = (layer: number): string => (layer === this.#rest.length ? 'decoder/output' : `decoder/dense${layer}`);
    return [
      [`${name(0)}/kernel`, this.#kernel],
      ...this.blocks(),
      [`${name(0)}/bias`, this.#bias],
      ...this.#rest.flatMap((layer, i) => layer.parameters(name(i + 1))),
    ];
  }

  /** The rows of the first kernel that belong to indicator columns. */
  blocks(): [string, tf.Variable][] {
    const name = this.#rest.length === 0 ? 'decoder/output' : 'decoder/dense0';
    return this.#blocks.map((block, k) => [`${name}/levels${k}`, block]);
  }

  /** Frees the index maps; the variables are freed with the other parameters. */
  dispose(): void {
    tf.dispose(this.#features.flatMap(({ index, factor }) => (factor ? [index, factor] : [index])));
  }
}
