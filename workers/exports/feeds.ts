import { type Dataset, featureName } from '../data/dataset';
import { tagPlaces } from '../data/tag-rows';
import type { Tensor } from '../model-file/graph';

/** Rows of a dataset as the raw columns that its model files take. */
export function feedsOf(dataset: Dataset, rows: Uint32Array): Map<string, Tensor> {
  const { x, p, xScales, exact, categorical, tags = [] } = dataset;
  const feeds = new Map<string, Tensor>();
  const dims = [rows.length];
  for (let j = 0; j < p; j++) {
    const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
    const value = exact ? (row: number) => exact.x(row, j) : (row: number) => x[row * p + j];
    feeds.set(featureName(dataset, j), { type: 'double', dims, data: Float64Array.from(rows, (row) => value(row) * scale + mean) });
  }
  for (const { name, codes, labels } of categorical)
    feeds.set(name, { type: 'string', dims, data: Array.from(rows, (row) => labels?.[codes[row]] ?? String(codes[row])) });
  for (const column of tags) {
    const places = tagPlaces(column);
    const { offsets, ids, labels } = column;
    const data = Array.from(rows, (row) =>
      Array.from({ length: places }, (_, place) => (offsets[row] + place < offsets[row + 1] ? labels[ids[offsets[row] + place]] : '')),
    ).flat();
    feeds.set(column.name, { type: 'string', dims: [rows.length, places], data });
  }
  return feeds;
}
