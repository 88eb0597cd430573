import { MAX_COLUMNS } from '../reading/file-layout';
import { refuse } from '../refusals';
import { printable } from '../shown-text';

/**
 * Names of columns as they may stand in a sentence, each only once.
 *
 * @throws LabFailure for names that cannot be used, too few and too many
 */
export function columnNames(file: string, given: readonly string[], alone?: true): string[] {
  const names = given.map((name) => printable(name).trim());
  if (names.length < (alone ? 1 : 2)) throw refuse.oneColumn(file, names[0] ?? '');
  if (names.length > MAX_COLUMNS) throw refuse.tooManyColumns(file, names.length, MAX_COLUMNS);
  const seen = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === '') throw refuse.emptyColumnName(file, j + 1);
    if (name === '__proto__') throw refuse.forbiddenColumnName(file, name, j + 1);
    const earlier = seen.get(name);
    if (earlier !== undefined) throw refuse.duplicateColumn(file, name, earlier + 1, j + 1);
    seen.set(name, j);
  });
  return names;
}
