import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { Model } from '../methods/method';
import { disposeBatch, makeBatch } from './batches';
import type { SeriesAttention } from './method-result';

/** Test windows that the weights are averaged over. */
const WINDOWS = 256;

/**
 * How a forecast attends to the other series, over up to 256 test windows spread evenly; undefined for a
 * method that does not (docs/methods.md F5).
 */
export async function seriesAttention(model: Pick<Model, 'seriesAttention'>, dataset: Dataset): Promise<SeriesAttention | undefined> {
  const weigh = model.seriesAttention?.bind(model);
  const { series, split, tags } = dataset;
  if (!weigh || !series || split.test.length === 0) return undefined;
  const windows = Math.min(WINDOWS, split.test.length);
  const rows = Uint32Array.from({ length: windows }, (_, i) => split.test[Math.floor((i * split.test.length) / windows)]);
  const batch = makeBatch(dataset, rows);
  const means = tf.tidy(() => tf.mean(tf.stack(weigh(batch)), [0, 1]) as tf.Tensor2D);
  try {
    const [heads, count] = means.shape;
    const weights = await means.data();
    const [column] = tags ?? [];
    return {
      windows,
      series: Array.from({ length: count }, (_, f) => ({
        name: series.names[f],
        tags: column ? Array.from(column.ids.subarray(column.offsets[f], column.offsets[f + 1]), (tag) => column.labels[tag]) : [],
        heads: Array.from({ length: heads }, (_, h) => weights[h * count + f]),
      })),
    };
  } finally {
    means.dispose();
    disposeBatch(batch);
  }
}
