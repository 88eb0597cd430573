import { type Dataset, featureName, ownResponse } from '../../data/dataset';
import { hasGapLevel } from '../../data/levels';
import { formulaOfColumns } from './columns';
import type { Formula } from './formula';
import { type Frame, type Levels, sorted } from './frame';

/** Labels of the levels of a categorical column, by code. */
export const labelsOf = ({ labels, cardinality }: Pick<Dataset['categorical'][number], 'labels' | 'cardinality'>): string[] =>
  labels ?? Array.from({ length: cardinality }, (_, code) => String(code));

/** Numeric feature j of a row in its own unit, in double precision where the data have it. */
export function ownNumber(dataset: Dataset, j: number): (row: number) => number {
  const { x, p, exact, xScales } = dataset;
  const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
  return exact ? (row) => exact.x(row, j) * scale + mean : (row) => x[row * p + j] * scale + mean;
}

/**
 * Rows of a dataset as a frame, in the columns' own units: numeric features, categorical ones, and the
 * response (0 and 1 where it is binary). Only categorical features are levels.
 */
export function frameOfDataset(dataset: Dataset, rows: Uint32Array): Frame {
  const { categorical, targetName, p } = dataset;
  const numeric = new Map(Array.from({ length: p }, (_, j) => [featureName(dataset, j), j]));
  const levels = (name: string): Levels | null => {
    const column = categorical.find((one) => one.name === name);
    if (!column) return null;
    const labels = labelsOf(column);
    // The level of missing cells comes last, as R's addNA has it: it is nothing to compare others with, and
    // no text that keeps numbers from the order of their size.
    const texts = hasGapLevel(labels) ? labels.slice(0, -1) : labels;
    const order = sorted(
      texts,
      texts.map((label) => (label.trim() === '' ? Number.NaN : Number(label))),
    );
    if (texts.length < labels.length) order.push(texts.length);
    const place = new Int32Array(labels.length);
    order.forEach((code, at) => {
      place[code] = at;
    });
    return { kind: 'levels', codes: Int32Array.from(rows, (row) => place[column.codes[row]]), labels: order.map((code) => labels[code]) };
  };
  return {
    rows: rows.length,
    names: [targetName, ...numeric.keys(), ...categorical.map(({ name }) => name)],
    fileRow: (at) => dataset.fileRows?.[rows[at]] ?? rows[at],
    variable(name) {
      if (name === targetName) return { kind: 'numbers', values: ownResponse(dataset, rows) };
      const j = numeric.get(name);
      if (j !== undefined) return { kind: 'numbers', values: Float64Array.from(rows, ownNumber(dataset, j)) };
      return levels(name);
    },
    levels,
  };
}

/** A slope for each number of a dataset, an intercept for the levels of each category. */
export const formulaOfDataset = (dataset: Dataset): Formula =>
  formulaOfColumns({
    targetName: dataset.targetName,
    numeric: Array.from({ length: dataset.p }, (_, j) => featureName(dataset, j)),
    categorical: dataset.categorical.map(({ name }) => name),
  });
