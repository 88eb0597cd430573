import type { VectorFeature } from '../dataset';
import { LabFailure } from '../failure';
import { quote } from '../refusals';
import type { GivenVectors, VectorFile } from './vector-file';

/** Variance of each number over vectors (rows × d), divided by their count; of `rows` alone where given. */
export function columnVariances(values: ArrayLike<number>, d: number, rows: readonly number[]): Float64Array {
  return Float64Array.from({ length: d }, (_, m) => {
    let mean = 0;
    for (const row of rows) mean += values[row * d + m] / rows.length;
    let square = 0;
    for (const row of rows) square += (values[row * d + m] - mean) ** 2 / rows.length;
    return square;
  });
}

/** Labels of a feature's levels as they stand in files. */
export const levelLabel = ({ labels }: Pick<VectorFeature, 'labels'>, level: number): string => labels?.[level] ?? String(level);

/**
 * Vectors of a file for the levels of a feature, by their labels and never by their places
 * (docs/methods.md F8, DIS-49). Of a file with several features, those of the one with the same name, else of
 * the one that shares most labels.
 *
 * @throws LabFailure 'vectors-no-match' where no label of the feature is in the file
 */
export function matchVectors(file: VectorFile, feature: Pick<VectorFeature, 'name' | 'cardinality' | 'labels'>): GivenVectors {
  const places = new Map<string, Map<string, number>>();
  for (const [row, label] of file.labels.entries()) {
    const name = file.features?.[row] ?? '';
    const of = places.get(name) ?? new Map<string, number>();
    places.set(name, of.set(label, row));
  }
  const labels = Array.from({ length: feature.cardinality }, (_, level) => levelLabel(feature, level).trim());
  const shared = (of: ReadonlyMap<string, number>): number => labels.reduce((sum, label) => sum + Number(of.has(label)), 0);
  const all = [...places];
  const [from, own] = all.find(([name]) => name === feature.name) ?? all.reduce((best, other) => (shared(other[1]) > shared(best[1]) ? other : best));
  const { name } = file;
  const d = file.widths?.get(from) ?? file.d;
  const vector = (row: number): Float32Array => file.values.subarray(row * file.d, row * file.d + d);
  const values = new Float32Array(labels.length * d);
  const known = new Uint8Array(labels.length);
  const used = new Set<number>();
  for (const [level, label] of labels.entries()) {
    const row = own.get(label);
    if (row === undefined) continue;
    values.set(vector(row), level * d);
    known[level] = 1;
    used.add(row);
  }
  const matched = known.reduce((sum, one) => sum + one, 0);
  if (matched === 0)
    throw new LabFailure(
      'vectors-no-match',
      `${name} has no vector for any level of ${quote(feature.name)}: it begins with ${quote([...own.keys()][0])}, and the first level of the data is ${quote(labels[0])}.`,
      'Choose the file of this column, or another column for it.',
    );
  const rows = [...own.values()];
  const theirs = new Float32Array(rows.length * d);
  for (const [place, row] of rows.entries()) theirs.set(vector(row), place * d);
  const variances = columnVariances(theirs, d, [...rows.keys()]);
  return { file: name, d, values, known, variances, matched, missing: labels.length - matched, unused: own.size - used.size };
}
