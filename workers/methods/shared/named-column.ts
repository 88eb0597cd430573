import { z } from 'zod';
import { type Dataset, featureName } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { shortened } from '../../data/shown-text';

/**
 * A setting that names a numeric column of the data; null leaves it to the method, as `help` says. The form
 * shows the columns that there are.
 */
export const columnSetting = (title: string, help: string, paper: string) =>
  z.string().min(1).max(10_000).nullable().default(null).meta({ title, help, paper, column: 'numeric' });

/** Letters of a name in a sentence. */
const MOST_NAME = 40;

/**
 * Which numeric feature (0 … p − 1) a setting names.
 *
 * @param otherwise the feature where the setting names none
 * @throws LabFailure 'column-missing' where the data have no such numeric column
 */
export function namedColumn(
  name: string | null,
  otherwise: number,
  p: number,
  dataset: Pick<Dataset, 'xNames'> | undefined,
  wanted: { label: string; as: string },
): number {
  if (name === null) return otherwise;
  const at = Array.from({ length: p }, (_, j) => featureName(dataset ?? {}, j)).indexOf(name);
  if (at >= 0) return at;
  throw new LabFailure(
    'column-missing',
    `${wanted.label} takes the column ${shortened(name, MOST_NAME)} as ${wanted.as}, and the data have no numeric column of that name.`,
    `Choose another column in the settings of ${wanted.label}, or give that column the role numeric.`,
  );
}

/**
 * How many different numbers a numeric feature has in the rows that train or validate, counted up to `most`.
 */
export function differentValues({ x, p, split }: Dataset, column: number, most: number): number {
  const seen = new Set<number>();
  for (const rows of [split.train, split.validation])
    for (const row of rows) {
      seen.add(x[row * p + column]);
      if (seen.size >= most) return seen.size;
    }
  return seen.size;
}
