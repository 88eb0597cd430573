import type { CategoricalColumn } from './dataset';
import type { MissingPolicy } from './schema';
import { MISSING, type TableColumn } from './table';

/** Label of the level, or the tag, that missing cells share. */
export const MISSING_LABEL = '(missing)';

/** Whether missing cells are a level: it is the last one. */
export const hasGapLevel = (labels: readonly string[] | null): boolean => labels?.at(-1) === MISSING_LABEL;

interface UsedLevels {
  cardinality: number;
  labels(): string[];
  /** Level of each text of the column; −1 where no used row has it. Null: each text is a level. */
  level: Int32Array | null;
  /** Missing cells are the last level. */
  own: boolean;
}

/**
 * Levels that occur in the rows that are used, in order of first appearance in the file; the last is that of
 * missing cells where they are one.
 */
export function usedLevels(column: TableColumn, missing: MissingPolicy, kept: Uint8Array): UsedLevels {
  const { codes, counts } = column;
  const size = counts.length;
  // Where every row is used, so is every text.
  if (!kept.includes(0)) {
    const own = column.missing > 0 && missing.categorical === 'own-level';
    return { cardinality: size + (own ? 1 : 0), labels: () => (own ? [...column.dictionary, MISSING_LABEL] : column.dictionary), level: null, own };
  }
  const seen = new Uint8Array(size);
  let gaps = false;
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    if (codes[row] === MISSING) gaps = true;
    else seen[codes[row]] = 1;
  }
  const level = new Int32Array(size);
  let used = 0;
  for (let code = 0; code < size; code++) level[code] = seen[code] ? used++ : MISSING;
  const own = gaps && missing.categorical === 'own-level';
  const labels = (): string[] => {
    // The dictionary itself where all of it is used: nothing is copied.
    const all = used === size ? column.dictionary : column.dictionary.filter((_, code) => seen[code] === 1);
    return own ? [...all, MISSING_LABEL] : all;
  };
  return { cardinality: used + (own ? 1 : 0), labels, level, own };
}

/**
 * Missing cells become the last level; those of rows that are not used an arbitrary one that no part of the
 * split sees.
 */
export function encodeLevels(column: TableColumn, missing: MissingPolicy, kept: Uint8Array): CategoricalColumn {
  const { cardinality, labels: labelsOf, level, own } = usedLevels(column, missing, kept);
  const labels = labelsOf();
  const instead = own ? cardinality - 1 : 0;
  const same = column.missing === 0 && labels === column.dictionary;
  if (same) return { name: column.name, cardinality, codes: column.codes, labels };
  const codes = new Int32Array(column.codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = column.codes[row];
    const known = code === MISSING || level === null ? code : level[code];
    codes[row] = known !== MISSING ? known : kept[row] ? instead : 0;
  }
  return { name: column.name, cardinality, codes, labels };
}
