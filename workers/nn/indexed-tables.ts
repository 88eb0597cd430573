import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../ops/gather-rows';
import { type Members, vectorsBy } from '../ops/members';

/** A table and its first values (rows × width, row-major). */
export interface IndexedTable {
  name: string;
  rows: number;
  width: number;
  initial: Float32Array;
}

/** Level j takes row `index[j]` of the table with this place in the list. */
export interface TableLookup {
  table: number;
  index: Int32Array;
}

/** The pieces looked up for a feature, each [rows, its table's width], made into one vector a row. */
export type Combine = (pieces: tf.Tensor2D[]) => tf.Tensor2D;

/**
 * Tables that levels share by any index map: several lookups per feature, combined into its vector. Unlike
 * `Tables`, a table need not belong to one feature, nor a row to one level.
 */
export class IndexedTables {
  readonly variables: tf.Variable<tf.Rank.R2>[];
  readonly #names: string[];
  readonly #lookups: { table: tf.Variable<tf.Rank.R2>; index: tf.Tensor1D }[][];
  readonly #combine: Combine;
  /** The same as plain data. */
  readonly lookups: { tables: { rows: number; width: number }[]; features: readonly (readonly TableLookup[])[] };

  /** @param features lookups of each feature */
  constructor(tables: readonly IndexedTable[], features: readonly (readonly TableLookup[])[], combine: Combine) {
    this.#names = tables.map(({ name }) => name);
    this.variables = tables.map(({ initial, rows, width }) => tf.tidy(() => tf.variable(tf.tensor2d(initial, [rows, width]))));
    this.#lookups = features.map((lookups) =>
      lookups.map(({ table, index }) => ({ table: this.variables[table], index: tf.tensor1d(index, 'int32') })),
    );
    this.#combine = combine;
    this.lookups = { tables: tables.map(({ rows, width }) => ({ rows, width })), features };
  }

  /** Each row's vector of each feature, K × [rows, width]; a row of tags has the mean of theirs. */
  rows(members: readonly Members[]): tf.Tensor2D[] {
    return this.#lookups.map((lookups, k) =>
      vectorsBy(members[k], (codes) => this.#combine(lookups.map(({ table, index }) => gatherRows(table, tf.gather(index, codes))))),
    );
  }

  /** The vectors of all levels, K × [q_k, width]; the caller disposes of them. */
  levels(): tf.Tensor2D[] {
    return tf.tidy(() => this.#lookups.map((lookups) => this.#combine(lookups.map(({ table, index }) => gatherRows(table, index)))));
  }

  /** The lookups of each feature, by the names of the tables. */
  named(): { parameter: string; index: Int32Array; factor: null }[][] {
    return this.lookups.features.map((lookups) => lookups.map(({ table, index }) => ({ parameter: this.#names[table], index, factor: null })));
  }

  parameters(): [string, tf.Variable][] {
    return this.variables.map((table, i) => [this.#names[i], table]);
  }

  /** Frees the index maps; the variables are freed with the other parameters. */
  dispose(): void {
    tf.dispose(this.#lookups.flatMap((lookups) => lookups.map(({ index }) => index)));
  }
}

/** The pieces side by side. */
export const concatenated: Combine = (pieces) => (pieces.length === 1 ? pieces[0] : tf.concat(pieces, 1));
