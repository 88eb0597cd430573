import type { Dataset } from '../data/dataset';
import type { GrowthRows } from './growth-curve';

/** Rows of a dataset with one numeric and one categorical feature, in the unit they were measured in, whatever was standardised. */
export function growthRows({ x, y, xScales, targetScale, targetMean, categorical }: Dataset, rows: Uint32Array): GrowthRows {
  const { mean, scale } = xScales?.[0] ?? { mean: 0, scale: 1 };
  const [{ codes, cardinality }] = categorical;
  return {
    x: Float64Array.from(rows, (row) => x[row] * scale + mean),
    y: Float64Array.from(rows, (row) => y[row] * targetScale + targetMean),
    codes: Int32Array.from(rows, (row) => codes[row]),
    levels: cardinality,
  };
}
