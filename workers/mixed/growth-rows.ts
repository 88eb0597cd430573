import { type Dataset, ownResponse } from '../data/dataset';
import { numbersAt } from '../numbers/typed-arrays';
import type { GrowthRows } from './growth-curve';

/**
 * Rows of a dataset with one numeric and one categorical feature, in the unit they were measured in, whatever
 * was standardised.
 */
export function growthRows(dataset: Dataset, rows: Uint32Array): GrowthRows {
  const { x, exact, xScales, categorical } = dataset;
  const { mean, scale } = xScales?.[0] ?? { mean: 0, scale: 1 };
  const [{ codes, cardinality }] = categorical;
  return {
    x: Float64Array.from(rows, (row) => (exact ? exact.x(row, 0) : x[row]) * scale + mean),
    y: ownResponse(dataset, rows),
    codes: numbersAt(Int32Array, codes, rows),
    levels: cardinality,
  };
}
