import type { Frame, Levels } from './frame';

/** Columns of a table as a golden file has them. */
export type GoldenTable = Record<string, { numbers: number[] } | { codes: number[]; labels: string[] }>;

/** Columns as a frame; numbers as levels in rising order. */
export function frameOfColumns(table: GoldenTable): Frame {
  const levels = (name: string): Levels | null => {
    const column = table[name];
    if (!column) return null;
    if ('codes' in column) return { kind: 'levels', codes: Int32Array.from(column.codes), labels: column.labels };
    const values = [...new Set(column.numbers)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    return { kind: 'levels', codes: Int32Array.from(column.numbers, (value) => values.indexOf(value)), labels: values.map(String) };
  };
  return {
    rows: Math.max(...Object.values(table).map((column) => ('codes' in column ? column.codes.length : column.numbers.length))),
    names: Object.keys(table),
    levels,
    variable(name) {
      const column = table[name];
      return column && 'numbers' in column ? { kind: 'numbers', values: Float64Array.from(column.numbers) } : levels(name);
    },
  };
}
