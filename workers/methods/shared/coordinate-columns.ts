import type { Dataset } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { columnSetting, namedColumn } from './named-column';

const PAPER = 'the coordinates of the simulation';

/** Settings that name the two numeric columns of a method of places. */
export const coordinateFields = (first: string, second: string) => ({
  east: columnSetting('First coordinate', first, PAPER),
  north: columnSetting('Second coordinate', second, PAPER),
});

/**
 * The two numeric features (0 … p − 1) that are coordinates; where a setting names none, the last two.
 *
 * @throws LabFailure 'column-missing' where there is no such column, 'coordinates-alike' where both are one
 */
export function coordinateColumns(
  { east, north }: { east: string | null; north: string | null },
  p: number,
  dataset: Pick<Dataset, 'xNames'> | undefined,
  label: string,
): readonly [number, number] {
  const columns = [
    namedColumn(east, p - 2, p, dataset, { label, as: 'the first coordinate' }),
    namedColumn(north, p - 1, p, dataset, { label, as: 'the second coordinate' }),
  ] as const;
  if (columns[0] === columns[1])
    throw new LabFailure(
      'coordinates-alike',
      `${label} has one column for both coordinates.`,
      `Choose two different columns in the settings of ${label}.`,
    );
  return columns;
}
