import type { Lookups } from '../step-plan';

/** A table among those of the parameter buffer. */
export interface TablePlace {
  rows: number;
  width: number;
  /** Its first number among those of all tables, and its first row among their rows. */
  at: number;
  firstRow: number;
}

/**
 * Tables by index maps as kernels see them: which number of the tables a column of a level's vector is, and,
 * the other way, which columns of which levels a row of a table stands in (its *owners*), so that a thread
 * sums a gradient alone and in one order. All words lie in one buffer.
 */
export interface IndexMaps {
  tables: TablePlace[];
  /** Most lookups of a feature. */
  depth: number;
  /**
   * For column c = k d + m of a row's level vectors: 2¹⁶ × the lookup + the column within the table's row (K
   * × d).
   */
  columnAt: number;
  /**
   * First number of the table's row for lookup i of a level (levels × depth), among the numbers of all
   * tables.
   */
  rowAt: number;
  /** First owner of each row of all tables, and the end (rows + 1). */
  ownerStartAt: number;
  /** Level and first column of each owner. */
  ownerAt: number;
  words: number;
}

/** Bits of a column within a row of a table. */
export const COLUMN_BITS = 16;

export function indexMapsOf({ tables, features }: Lookups, d: number, levels: number): IndexMaps {
  let at = 0;
  let firstRow = 0;
  const places = tables.map(({ rows, width }) => {
    const place = { rows, width, at, firstRow };
    at += rows * width;
    firstRow += rows;
    return place;
  });
  const depth = Math.max(0, ...features.map((lookups) => lookups.length));
  const owners = features.flat().reduce((count, { index }) => count + index.length, 0);
  const rowAt = features.length * d;
  const ownerStartAt = rowAt + levels * depth;
  const ownerAt = ownerStartAt + firstRow + 1;
  return { tables: places, depth, columnAt: 0, rowAt, ownerStartAt, ownerAt, words: ownerAt + 2 * owners };
}

/** The words of the buffer. Owners of a row go by feature, lookup and level. */
export function fillIndexMaps({ features }: Lookups, maps: IndexMaps, d: number, firstLevel: readonly number[]): Uint32Array<ArrayBuffer> {
  const { tables, depth, columnAt, rowAt, ownerStartAt, ownerAt } = maps;
  const words = new Uint32Array(maps.words);
  const each = (visit: (at: { k: number; i: number; table: TablePlace; index: Int32Array; column: number }) => void): void => {
    for (const [k, lookups] of features.entries()) {
      let column = 0;
      for (const [i, { table, index }] of lookups.entries()) {
        visit({ k, i, table: tables[table], index, column });
        column += tables[table].width;
      }
    }
  };
  each(({ k, i, table, index, column }) => {
    for (let m = 0; m < table.width; m++) words[columnAt + k * d + column + m] = (i << COLUMN_BITS) | m;
    for (let level = 0; level < index.length; level++) {
      words[rowAt + (firstLevel[k] + level) * depth + i] = table.at + index[level] * table.width;
      words[ownerStartAt + table.firstRow + index[level] + 1]++;
    }
  });
  // Counts become starts.
  for (let at = ownerStartAt + 1; at < ownerAt; at++) words[at] += words[at - 1];
  const next = words.slice(ownerStartAt, ownerAt);
  each(({ k, table, index, column }) => {
    for (let level = 0; level < index.length; level++) {
      const owner = ownerAt + 2 * next[table.firstRow + index[level]]++;
      words[owner] = firstLevel[k] + level;
      words[owner + 1] = column;
    }
  });
  return words;
}
