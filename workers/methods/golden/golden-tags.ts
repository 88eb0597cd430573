import * as tf from '@tensorflow/tfjs';
import type { TagColumn } from '../../data/dataset';
import { paddedTags, tagPlaces } from '../../data/tag-rows';
import type { TagSets } from '../method';
import type { MethodFixture } from './golden-fixture';

/** The fixture's column of tags, or undefined. */
export function tagColumnOf({ config, inputs }: Pick<MethodFixture, 'config' | 'inputs'>): TagColumn | undefined {
  if (!inputs.T) return undefined;
  const [rows, tags] = inputs.T.shape;
  const { values } = inputs.T;
  const sets = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: tags }, (_, tag) => tag).filter((tag) => values[row * tags + tag] === 1),
  );
  const offsets = new Uint32Array(rows + 1);
  for (const [row, set] of sets.entries()) offsets[row + 1] = offsets[row] + set.length;
  const parents = new Int32Array(tags).fill(-1);
  for (const [parent, children] of Object.entries(config.hierarchy ?? {})) for (const child of children) parents[child] = Number(parent);
  return { name: 'tags', labels: Array.from({ length: tags }, (_, tag) => `${tag}`), offsets, ids: Int32Array.from(sets.flat()), parents };
}

/** The fixture's sets of tags as a batch holds them. */
export function asSets(column: TagColumn): TagSets {
  const rows = Uint32Array.from({ length: column.offsets.length - 1 }, (_, row) => row);
  const places = tagPlaces(column);
  const { ids, mask } = paddedTags(column, rows, places);
  const shape: [number, number] = [rows.length, places];
  return { ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape) };
}
