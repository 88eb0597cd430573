import { numbersOf } from '../../data/cells';
import { MISSING, type Table, type TableColumn } from '../../data/table';

/** A column as a model takes it: numbers (NaN where missing), or levels (−1 where missing). */
export type Variable = { kind: 'numbers'; values: Float64Array } | Levels;

export interface Levels {
  kind: 'levels';
  codes: Int32Array;
  /** In their order: the first is what treatment contrasts compare with. */
  labels: string[];
}

/** Columns by name. */
export interface Frame {
  rows: number;
  names: string[];
  /** Row of the file (0-based) of each row; absent: the same. */
  fileRow?(row: number): number;
  /** Null where there is no such column. */
  variable(name: string): Variable | null;
  /** The column's values as levels, also those of numbers. */
  levels(name: string): Levels | null;
}

/** Numbers by size where all labels are numbers, else by the codes of their characters. */
export function sorted(labels: readonly string[], numbers: ArrayLike<number>): number[] {
  const places = labels.map((_, at) => at);
  const numeric = places.every((at) => !Number.isNaN(numbers[at]));
  return places.sort((a, b) => (numeric ? numbers[a] - numbers[b] : labels[a] < labels[b] ? -1 : 1));
}

function levelsOf({ codes, dictionary, numbers }: TableColumn): Levels {
  const order = sorted(dictionary, numbers);
  const place = new Int32Array(dictionary.length);
  order.forEach((at, to) => {
    place[at] = to;
  });
  return { kind: 'levels', codes: codes.map((code) => (code === MISSING ? -1 : place[code])), labels: order.map((at) => dictionary[at]) };
}

/**
 * A table as a frame: a column all of whose cells are numbers is numeric, unless it is named as one of
 * levels.
 */
export function frameOf(table: Table, categorical: readonly string[] = []): Frame {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  return {
    rows: table.rows,
    names: [...columns.keys()],
    variable(name) {
      const column = columns.get(name);
      if (!column) return null;
      if (column.textLevels > 0 || categorical.includes(name)) return levelsOf(column);
      const numberOf = numbersOf(column);
      return { kind: 'numbers', values: Float64Array.from({ length: table.rows }, (_, row) => numberOf(row)) };
    },
    levels(name) {
      const column = columns.get(name);
      return column ? levelsOf(column) : null;
    },
  };
}
