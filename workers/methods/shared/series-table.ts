import * as tf from '@tensorflow/tfjs';
import type { TagShape } from '../../data/tag-rows';
import { sumOfTags } from '../../ops/tag-sum';
import type { RandomStream } from '../../random/random';
import type { TagSets } from '../method';
import { tagPrefix } from './tag-names';
import { tagTable } from './tag-table';

/**
 * A table for each column of tags, Xavier-uniform; a series has the sums of its tags' vectors, side by side
 * (docs/methods.md F4, F5).
 */
export class SeriesTables {
  readonly #tables: tf.Variable<tf.Rank.R2>[];

  constructor(columns: readonly Pick<TagShape, 'tags'>[], d: number, random: RandomStream) {
    this.#tables = columns.map(({ tags }) => tagTable(random, tags, d, 'xavier'));
  }

  /** As `tags/table`, or `tags0/table` and so on where there are several. */
  parameters(): [string, tf.Variable][] {
    return this.#tables.map((table, column) => [`${tagPrefix(this.#tables.length, column)}/table`, table]);
  }

  /** Copies of the tables; the caller disposes of them. */
  copies(): tf.Tensor2D[] {
    return this.#tables.map((table) => table.clone());
  }

  /**
   * The vectors of these sets: [rows, columns · d]; null without columns.
   *
   * @param tables in place of its own
   */
  rows(sets: readonly TagSets[], tables: readonly tf.Tensor2D[] = this.#tables): tf.Tensor2D | null {
    const sums = tables.map((table, column) => sumOfTags(table, sets[column]));
    if (sums.length === 0) return null;
    return sums.length === 1 ? sums[0] : tf.concat(sums, 1);
  }
}
