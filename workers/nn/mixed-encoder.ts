import * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';
import { Mlp } from './mlp';

/** Posterior of a row's vector for one feature, both [rows, d]. */
export type RowPosterior = {
  mean: tf.Tensor2D;
  logVar: tf.Tensor2D;
};

export interface EncoderShape {
  /** Numbers of x and y, and of what else the trunk reads. */
  inputs: number;
  /** Widths of the trunk. */
  widths: readonly number[];
  /** Features, in the order of level vectors. */
  features: number;
  /** How many of them, the last ones, are columns of tags whose heads are named as such. */
  tagColumns?: number;
  d: number;
  /** The trunk reads something that has parameters behind it, not data alone. */
  learnedInputs?: boolean;
}

/**
 * Where the variables of the heads of a column of tags are that are named as such: encoder/mean,
 * encoder/tags0/mean.
 */
export function headPaths(column: number, columns: number): { mean: string; logVar: string } {
  const path = columns === 1 ? 'encoder' : `encoder/tags${column}`;
  return { mean: `${path}/mean`, logVar: `${path}/logVar` };
}

/** The same of feature k, which may be one of levels: encoder/mean0. */
function headPath(part: 'mean' | 'logVar', k: number, { features, tagColumns = 0 }: EncoderShape): string {
  const column = k - (features - tagColumns);
  if (column < 0) return `encoder/${part}${k}`;
  return headPaths(column, tagColumns)[part];
}

/**
 * The encoder of MMbeddings: one ReLU trunk on [x, y] and, for each feature, two linear heads of width d
 * (docs/methods.md A10, F3).
 */
export class MixedEncoder {
  readonly #trunk: Mlp;
  readonly #heads: { mean: Dense; logVar: Dense }[];
  readonly #shape: EncoderShape;

  constructor(shape: EncoderShape, random: RandomStream) {
    const { inputs, widths, features, d } = shape;
    this.#shape = shape;
    this.#trunk = new Mlp(inputs, widths, random);
    const width = this.#trunk.outputs;
    this.#heads = Array.from({ length: features }, () => ({
      mean: new Dense(width, d, 'linear', random),
      logVar: new Dense(width, d, 'linear', random),
    }));
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

  /** x [rows, p], y [rows, 1] and what else it reads → what the heads read, [rows, width]. */
  trunk(x: tf.Tensor2D, y: tf.Tensor2D, ...more: tf.Tensor2D[]): tf.Tensor2D {
    return this.#trunk.apply(tf.concat([x, y, ...more], 1), !this.#shape.learnedInputs, 'encoder');
  }

  /** The heads of feature k on [rows, width]. */
  head(k: number, hidden: tf.Tensor2D): RowPosterior {
    const { mean, logVar } = this.#heads[k];
    const data = this.#shape.widths.length === 0 && !this.#shape.learnedInputs;
    return { mean: pass(`mean${k}`, mean.apply(hidden, data)), logVar: pass(`logVar${k}`, logVar.apply(hidden, data)) };
  }

  parameters(): [string, tf.Variable][] {
    const heads = this.#heads.flatMap(({ mean, logVar }, k) => [
      ...mean.parameters(headPath('mean', k, this.#shape)),
      ...logVar.parameters(headPath('logVar', k, this.#shape)),
    ]);
    return [...this.#trunk.parameters('encoder'), ...heads];
  }
}
