import type { CategoricalColumn } from './dataset';
import type { MissingPolicy } from './schema';
import { MISSING, type TableColumn } from './table';

/** Label of the level, or the tag, that missing cells share. */
export const MISSING_LABEL = '(missing)';

interface UsedLevels {
  cardinality: number;
  labels: string[];
  /** Level of each text of the column; −1 where no used row has it. */
  level: Int32Array;
  /** Missing cells are the last level. */
  own: boolean;
}

/**
 * Levels that occur in the rows that are used, in order of first appearance in the file; the last is that of
 * missing cells where they are one.
 */
export function usedLevels(column: TableColumn, missing: MissingPolicy, kept: Uint8Array): UsedLevels {
  const { codes, dictionary } = column;
  const seen = new Uint8Array(dictionary.length);
  let gaps = false;
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    if (codes[row] === MISSING) gaps = true;
    else seen[codes[row]] = 1;
  }
  const labels: string[] = [];
  const level = Int32Array.from(seen, (used, code) => (used ? labels.push(dictionary[code]) - 1 : MISSING));
  // The dictionary itself where all of it is used: nothing is copied.
  const all = labels.length === dictionary.length ? dictionary : labels;
  const own = gaps && missing.categorical === 'own-level';
  return { cardinality: all.length + (own ? 1 : 0), labels: own ? [...all, MISSING_LABEL] : all, level, own };
}

/**
 * Missing cells become the last level; those of rows that are not used an arbitrary one that no part of the
 * split sees.
 */
export function encodeLevels(column: TableColumn, missing: MissingPolicy, kept: Uint8Array): CategoricalColumn {
  const { cardinality, labels, level, own } = usedLevels(column, missing, kept);
  const instead = own ? cardinality - 1 : 0;
  const same = column.missing === 0 && labels === column.dictionary;
  const codes = same
    ? column.codes
    : column.codes.map((code, row) => (code === MISSING || level[code] === MISSING ? (kept[row] ? instead : 0) : level[code]));
  return { name: column.name, cardinality, codes, labels };
}
