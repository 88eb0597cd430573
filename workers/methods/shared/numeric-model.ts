import type { Dataset } from '../../data/dataset';
import type { RandomStream } from '../../random/random';
import { build as buildIgnore } from '../ignore';
import type { LevelColumns, Model, Problem } from '../method';

/** Numbers that stand for the levels: `width` columns of the dataset's rows (rows × width, row-major). */
export interface EncodedColumns {
  values: Float32Array;
  width: number;
  /** What a level becomes in rows that are predicted (`Model.inputs`). */
  byLevel: LevelColumns[];
}

/**
 * A decoder on the numeric features and encoded columns next to them: categories are numbers before training
 * begins.
 */
export function buildNumericModel(
  problem: Problem,
  decoder: number[],
  random: RandomStream,
  dataset: Dataset | undefined,
  encode: (dataset: Dataset) => EncodedColumns,
): Model {
  if (!dataset) throw new Error('an encoding is computed from the data and cannot be built without them');
  const encoded = encode(dataset);
  const inputs = { ...beside(dataset, encoded), byLevel: encoded.byLevel };
  return { ...buildIgnore({ ...problem, p: inputs.p }, { decoder }, random), inputs };
}

function beside({ x, p, rows }: Dataset, { values, width }: Pick<EncodedColumns, 'values' | 'width'>): { x: Float32Array; p: number } {
  const both = new Float32Array(rows * (p + width));
  // Not by subarrays: of ten million rows these alone take seconds.
  for (let row = 0, at = 0, from = 0, of = 0; row < rows; row++) {
    for (let j = 0; j < p; j++) both[at++] = x[from++];
    for (let j = 0; j < width; j++) both[at++] = values[of++];
  }
  return { x: both, p: p + width };
}

/**
 * Columns of all features side by side, from a vector for each level of each (q_k × width, row-major). A new
 * level gets zeros.
 */
export function columnsOf(dataset: Dataset, vectors: readonly Float64Array[], width: number): EncodedColumns {
  const all = vectors.length * width;
  const values = new Float32Array(dataset.rows * all);
  for (const [k, { codes }] of dataset.categorical.entries())
    for (let row = 0; row < dataset.rows; row++)
      for (let j = 0; j < width; j++) values[row * all + k * width + j] = vectors[k][codes[row] * width + j];
  const byLevel = vectors.map((table) => {
    const withNew = new Float32Array(table.length + width);
    withNew.set(table);
    return { values: withNew, width };
  });
  return { values, width: all, byLevel };
}
