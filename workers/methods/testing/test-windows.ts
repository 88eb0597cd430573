import * as tf from '@tensorflow/tfjs';
import type { PaddedTags } from '../../data/tag-rows';
import { RandomStream } from '../../random/random';
import type { Batch, Problem, TagSets } from '../method';

const TAGS = 6;
const PLACES = 4;

/** Sets of up to three of six tags. */
function sets(rows: number, random: RandomStream): PaddedTags {
  const padded = { ids: new Int32Array(rows * PLACES), mask: new Float32Array(rows * PLACES) };
  for (let row = 0; row < rows; row++) {
    const set = [...new Set(Array.from({ length: random.integer(4) }, () => random.integer(TAGS)))];
    padded.ids.set(set, row * PLACES);
    padded.mask.fill(1, row * PLACES, row * PLACES + set.length);
  }
  return padded;
}

/** A small problem of windows of each kind: one series with a clock, or one to forecast from three others. */
export const WINDOW_PROBLEMS: Readonly<Record<'next-step' | 'forecast', Problem>> = {
  'next-step': {
    task: 'regression',
    p: 0,
    levels: [],
    tags: [{ tags: TAGS, places: PLACES, parents: new Int32Array(TAGS).fill(-1) }],
    series: { task: 'next-step', length: 6, channels: 3, outputs: 6 },
    batchSize: 8,
  },
  forecast: {
    task: 'regression',
    p: 0,
    levels: [],
    series: {
      task: 'forecast',
      length: 8,
      channels: 4,
      outputs: 2,
      exogenousTags: { tags: TAGS, places: PLACES, rows: 3, ...sets(3, new RandomStream(1, 'sets')) },
    },
    batchSize: 8,
  },
};

/** Windows with random values and sets; the caller disposes of them by `disposeWindows`. */
export function windowBatch({ series, tags }: Problem, rows: number, seed: number): Batch & { window: tf.Tensor3D } {
  if (!series) throw new Error('the problem has no windows');
  const random = new RandomStream(seed, 'windows');
  const normals = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const { length, channels, outputs } = series;
  const { ids, mask } = sets(rows, random);
  const ofRows: TagSets = { ids: tf.tensor2d(ids, [rows, PLACES], 'int32'), mask: tf.tensor2d(mask, [rows, PLACES]) };
  if (!tags) tf.dispose([ofRows.ids, ofRows.mask]);
  return {
    x: tf.zeros([rows, 0]),
    z: [],
    ...(tags && { tags: [ofRows] }),
    window: tf.tensor3d(normals(rows * length * channels), [rows, length, channels]),
    y: tf.tensor2d(normals(rows * outputs), [rows, outputs]),
  };
}

/** Frees such a batch. */
export function disposeWindows({ x, y, tags = [], window }: Batch): void {
  tf.dispose([x, y, ...tags.flatMap(({ ids, mask }) => [ids, mask]), ...(window ? [window] : [])]);
}
