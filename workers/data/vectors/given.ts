import { type Dataset, vectorFeatures } from '../dataset';
import { LabFailure } from '../failure';
import { quote } from '../refusals';
import type { ColumnVectors } from '../schema';
import { matchVectors } from './match';
import type { VectorFile } from './vector-file';

/**
 * A dataset with vectors for the levels of some of its columns, from opened files.
 *
 * @throws LabFailure 'vectors-missing' where a file is not open, 'vectors-no-column' where the data have no
 * such column with levels, and those of `matchVectors`
 */
export function withVectors(dataset: Dataset, asked: readonly ColumnVectors[], files: ReadonlyMap<string, VectorFile>): Dataset {
  const features = vectorFeatures(dataset);
  for (const { column, name } of asked)
    if (!features.some((feature) => feature.name === column))
      throw new LabFailure(
        'vectors-no-column',
        `The data have no column of levels or tags called ${quote(column)}, for which ${name} was given.`,
        features.length > 0 ? `Give it for one of ${features.map((feature) => quote(feature.name)).join(', ')}.` : 'Leave the file out.',
      );
  const given = features.map((feature) => {
    const one = asked.find(({ column }) => column === feature.name);
    if (!one) return null;
    const file = files.get(one.fingerprint);
    if (!file)
      throw new LabFailure(
        'vectors-missing',
        `The file of vectors ${one.name} is not open in this page; it never leaves your computer.`,
        `Choose ${one.name} again for ${quote(one.column)}.`,
      );
    return matchVectors(file, feature);
  });
  return { ...dataset, given };
}
