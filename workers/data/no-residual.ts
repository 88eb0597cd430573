import { numbersAt } from '../numbers/typed-arrays';
import type { Dataset } from './dataset';

/** Products of more numbers than this are not formed for a warning. */
const MOST_WORK = 5e7;
/**
 * What rounding leaves of a sum of squares that is 0: as a share of that within levels, and of that of the
 * response.
 */
const ROUNDING = { within: 1e-12, response: 1e-20 };

/**
 * The categorical column whose levels, with the numeric columns, give the response of every training row
 * exactly, or null. Levels of single rows explain nothing that way: more rows than levels and columns must be
 * left to be explained.
 */
export function leavesNoResidual(dataset: Dataset): number | null {
  const { task, p, split, categorical, exact, targetMean, targetScale } = dataset;
  const work = (split.train.length + split.validation.length) * (p + 1) ** 2 * categorical.length;
  if (task !== 'regression' || !exact || work > MOST_WORK) return null;
  const rows = [...split.train, ...split.validation];
  const width = p + 1;
  const values = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    for (let j = 0; j < p; j++) values[i * width + j] = exact.x(row, j);
    values[i * width + p] = (exact.y(row) - targetMean) / targetScale;
  }
  const found = categorical.findIndex(({ codes, cardinality }) => {
    const levels = numbersAt(Int32Array, codes, rows);
    const seen = new Set(levels).size;
    return rows.length - seen > 2 * p + 1 && withoutResidual(values, width, levels, cardinality);
  });
  return found < 0 ? null : found;
}

/**
 * Whether the last column is a combination of the others and of indicators of the levels: least squares on
 * deviations from the means of levels.
 */
function withoutResidual(values: Float64Array, width: number, levels: Int32Array, cardinality: number): boolean {
  const counts = new Float64Array(cardinality);
  const means = new Float64Array(cardinality * width);
  levels.forEach((level, i) => {
    counts[level]++;
    for (let j = 0; j < width; j++) means[level * width + j] += (values[i * width + j] - means[level * width + j]) / counts[level];
  });
  const products = new Float64Array(width * width);
  const row = new Float64Array(width);
  let size = 0;
  levels.forEach((level, i) => {
    for (let j = 0; j < width; j++) row[j] = values[i * width + j] - means[level * width + j];
    size += values[i * width + width - 1] ** 2;
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) products[a * width + b] += row[a] * row[b];
  });
  // Eliminates the numeric columns one by one; what is left of the last diagonal entry is the residual sum of
  // squares.
  const y = width - 1;
  const within = products[y * width + y];
  for (let j = 0; j < y; j++) {
    const pivot = products[j * width + j];
    if (!(pivot > 1e-10 * levels.length)) continue;
    for (let a = j + 1; a < width; a++) {
      const factor = products[a * width + j] / pivot;
      for (let b = j; b < width; b++) products[a * width + b] -= factor * products[j * width + b];
    }
  }
  return products[y * width + y] <= Math.max(ROUNDING.within * within, ROUNDING.response * size);
}
