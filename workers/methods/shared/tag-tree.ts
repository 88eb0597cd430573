import * as tf from '@tensorflow/tfjs';
import { sumOfTags } from '../../ops/tag-sum';
import type { TagSets } from '../method';

export type TreeDepth = 'parents' | 'ancestors';

/**
 * Each tag and those above it: its parent, or all its ancestors, the nearest first (docs/methods.md F2).
 *
 * @param parents parent of each tag (K), −1 for none
 */
export function tagLines(parents: Int32Array, depth: TreeDepth): number[][] {
  return Array.from(parents, (_, tag) => {
    const line = [tag];
    // A tag that is above itself ends its line: data refuse circles before.
    for (let above = parents[tag]; above >= 0 && !line.includes(above); above = parents[above]) {
      line.push(above);
      if (depth === 'parents') break;
    }
    return line;
  });
}

/** The lines of a hierarchy as sets, one a tag: ids and mask are [K, longest line]. */
export class TagTree {
  readonly sets: TagSets;

  constructor(parents: Int32Array, depth: TreeDepth) {
    const lines = tagLines(parents, depth);
    const width = Math.max(1, ...lines.map(({ length }) => length));
    const shape: [number, number] = [lines.length, width];
    const places = lines.flatMap((line) => Array.from({ length: width }, (_, place) => line.at(place) ?? -1));
    this.sets = tf.tidy(() => ({
      ids: tf.keep(
        tf.tensor2d(
          places.map((id) => Math.max(0, id)),
          shape,
          'int32',
        ),
      ),
      mask: tf.keep(
        tf.tensor2d(
          places.map((id) => Number(id >= 0)),
          shape,
        ),
      ),
    }));
  }

  /** E + A E: each tag's own vector and those of the tags above it, [K, d]. */
  vectors(table: tf.Tensor2D): tf.Tensor2D {
    return sumOfTags(table, this.sets);
  }

  /**
   * The sets of rows with all tags above theirs, each at most once: [rows, places · longest line]. It
   * compares every pair of places of a row.
   */
  closed({ ids, mask }: TagSets): TagSets {
    const [rows, places] = ids.shape;
    const most = places * this.sets.ids.shape[1];
    const flat = tf.reshape(ids, [-1]);
    const all = tf.reshape(tf.gather(this.sets.ids, flat), [rows, most]) as tf.Tensor2D;
    const there = tf.reshape(tf.mul(tf.gather(this.sets.mask, flat), tf.reshape(mask, [-1, 1])), [rows, most]) as tf.Tensor2D;
    const index = tf.range(0, most);
    const earlier = tf.cast(tf.less(tf.expandDims(index, 0), tf.expandDims(index, 1)), 'float32');
    const same = tf.cast(tf.equal(tf.expandDims(all, 2), tf.expandDims(all, 1)), 'float32');
    const repeated = tf.max(tf.mul(tf.mul(same, earlier), tf.expandDims(there, 1)), 2) as tf.Tensor2D;
    return { ids: all, mask: tf.mul(there, tf.sub(1, repeated)) };
  }

  dispose(): void {
    tf.dispose([this.sets.ids, this.sets.mask]);
  }
}
