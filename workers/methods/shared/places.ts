import type { Dataset } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { shortened } from '../../data/shown-text';

/** Letters of a name in a sentence. */
const MOST_LABEL = 40;

/** Coordinates of places, the levels of one feature. */
export interface Places {
  /** x and y of each level, one after the other; NaN for a level without any row. */
  points: Float64Array;
  /** Places whose coordinates another place has too, and places whose rows are not all at one point. */
  shared: number;
  spread: number;
}

/**
 * Where the levels of the first feature are: the mean of their rows, of all rows of the data, those that test
 * included, because coordinates are no responses.
 *
 * @param columns the two numeric features that are coordinates
 * @param label of the method that asks
 * @throws LabFailure 'places-alike' where all are at one point
 */
export function placesOf(
  { x, p, rows, categorical: [{ name, codes, cardinality }] }: Dataset,
  columns: readonly [number, number],
  label: string,
): Places {
  const first = new Float64Array(2 * cardinality).fill(Number.NaN);
  const sums = new Float64Array(2 * cardinality);
  const counts = new Uint32Array(cardinality);
  const moves = new Uint8Array(cardinality);
  for (let i = 0; i < rows; i++) {
    const at = 2 * codes[i];
    counts[codes[i]]++;
    for (const [axis, column] of columns.entries()) {
      const value = x[i * p + column];
      sums[at + axis] += value;
      if (Number.isNaN(first[at + axis])) first[at + axis] = value;
      else if (first[at + axis] !== value) moves[codes[i]] = 1;
    }
  }
  // Rows at one point keep it to the last digit.
  const points = first.map((value, at) => (moves[at >> 1] === 1 ? sums[at] / counts[at >> 1] : value));
  const found = new Map<string, number>();
  for (let j = 0; j < cardinality; j++) {
    if (counts[j] === 0) continue;
    const key = `${points[2 * j]} ${points[2 * j + 1]}`;
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  if (found.size < 2)
    throw new LabFailure(
      'places-alike',
      `All levels of ${shortened(name, MOST_LABEL)} have the same coordinates, so nothing can be learned of distance.`,
      `Choose the columns of the coordinates in the settings of ${label}.`,
    );
  return {
    points,
    shared: [...found.values()].reduce((sum, places) => sum + (places > 1 ? places : 0), 0),
    spread: moves.reduce((sum, one) => sum + one, 0),
  };
}

/**
 * Factors that bring both coordinates to one unit, however they were standardised, and that unit: distance in
 * x and in y counts the same.
 */
export function unitsOf(
  dataset: Pick<Dataset, 'xScales'> | undefined,
  columns: readonly [number, number],
): { factors: readonly [number, number]; unit: number } {
  const [a, b] = columns.map((column) => dataset?.xScales?.[column].scale ?? 1);
  const unit = Math.sqrt((a * a + b * b) / 2) || 1;
  return { factors: [a / unit, b / unit], unit };
}

/** What is odd about the coordinates, in half sentences; '' where nothing is. */
export function placesNote(places: Pick<Places, 'shared' | 'spread'> | null): string {
  if (!places) return '';
  const { shared, spread } = places;
  return [
    shared > 0 ? `${shared} places have the coordinates of another one, and its effect` : '',
    spread > 0 ? `rows of ${spread === 1 ? 'one place' : `${spread} places`} differ in their coordinates, of which the mean counts` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

/**
 * Rows in the order of a curve that stays near where it was (Morton 1966): a batch of rows that follow one
 * another holds places that are near.
 */
export function alongCurve(order: Uint32Array, { x, p }: Dataset, columns: readonly [number, number]): Uint32Array {
  const bounds = columns.map((column) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of order) {
      least = Math.min(least, x[row * p + column]);
      most = Math.max(most, x[row * p + column]);
    }
    return { least, scale: most > least ? 65_535 / (most - least) : 0 };
  });
  const keys = new Map<number, number>();
  for (const row of order) {
    const [a, b] = columns.map((column, axis) => Math.round((x[row * p + column] - bounds[axis].least) * bounds[axis].scale));
    let key = 0;
    for (let bit = 15; bit >= 0; bit--) key = 4 * key + 2 * ((b >> bit) & 1) + ((a >> bit) & 1);
    keys.set(row, key);
  }
  const key = (row: number): number => keys.get(row) as number;
  return order.slice().sort((a, b) => key(a) - key(b) || a - b);
}
