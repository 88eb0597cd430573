import { isBlank, MISSING_WORDS, wordOf } from './missing';
import { plainNumber } from './numbers';

/** Whether a cell is written like a number, with either decimal sign. */
const isNumber = (cell: string): boolean => !Number.isNaN(plainNumber(cell.trim().replace(/^([+-]?\d*),(\d+)$/, '$1.$2')));

const filled = (cells: readonly string[]): number => cells.reduce((count, cell) => count + (isBlank(cell) ? 0 : 1), 0);

/** Cells up to the last that is not blank. */
function trimmed(cells: readonly string[]): number {
  let length = cells.length;
  while (length > 0 && isBlank(cells[length - 1])) length--;
  return length;
}

/** The most frequent of some numbers; of several the largest. */
export function mode(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

/**
 * Records above the header that are no part of the table: a title, comments, "exported, 2024-05-01". They
 * fill fewer columns than the header, which fills all (but for that of row names); one that fills more than
 * half of them needs numbers below the header to be told from data.
 */
export function titleRecords(records: readonly string[][]): number {
  const width = mode(records.map(trimmed));
  if (width < 2) return 0;
  const isHeader = (cells: readonly string[], length = width) => {
    const names = cells.slice(0, trimmed(cells)).map((cell) => cell.trim());
    // A last column may be empty in most rows.
    const fits = names.length === length || (length === width && names.length > width);
    return fits && names.slice(1).every((name) => name !== '') && !names.some(isNumber) && new Set(names).size === names.length;
  };
  const isComment = (cells: readonly string[]) => /^\s*# /.test(cells[0]);
  const isTitle = (cells: readonly string[]) => isComment(cells) || filled(cells) <= width / 2;
  for (let i = 0; i < Math.min(20, records.length - 1); i++) {
    const cells = records[i];
    if (isComment(cells)) continue;
    if (isHeader(cells)) return records.slice(0, i).every(isTitle) || numericColumns(records.slice(i + 1), width).length > 0 ? i : 0;
    if (isBlank(cells[0]) || trimmed(cells) >= width || cells.every(isNumber)) {
      // Data: the header may be the one shorter line of a table with row names.
      const above = i - 1;
      return above > 0 && width > 2 && isHeader(records[above], width - 1) && records.slice(0, above).every(isTitle) ? above : 0;
    }
  }
  return 0;
}

/** Columns in which at least nine of ten filled cells are numbers. */
function numericColumns(records: readonly string[][], width: number): number[] {
  return Array.from({ length: width }, (_, j) => j).filter((j) => {
    const cells = records.map((cells) => cells[j] ?? '').filter((cell) => !isBlank(cell) && !MISSING_WORDS.has(wordOf(cell)));
    return cells.length > 0 && cells.filter(isNumber).length >= 0.9 * cells.length;
  });
}

/**
 * Whether the first record looks like data: it has a number in every column of numbers. 'names' when these
 * numbers could be names after all: years, or whole numbers counting up. Null when it does not.
 */
export function looksLikeData(first: readonly string[], rest: readonly string[][]): 'data' | 'names' | null {
  const numeric = numericColumns(rest, first.length);
  if (numeric.length === 0 || !numeric.every((j) => isNumber(first[j]))) return null;
  const names = numeric.map((j) => plainNumber(first[j]));
  const years = names.every((name) => Number.isInteger(name) && name >= 1000 && name <= 2100);
  const counting = names.length > 1 && names.every((name, i) => Number.isInteger(name) && (i === 0 || name === names[i - 1] + 1));
  return (years || counting) && new Set(names).size === names.length ? 'names' : 'data';
}

/** A value that a column of numbers may hold as text: "<0.1", "(1.5)". */
const isValue = (cell: string): boolean => /^\s*[(<>≤≥~]?\s*[+-]?[.,]?\d[\d.,]*\s*\)?\s*$/.test(cell);

/** How a cell is written: digits and letters for themselves. */
const formOf = (cell: string): string => cell.trim().replace(/\d/g, '9').replace(/\p{L}/gu, 'a');

/**
 * Whether a cell is like those below it in its column: the same text, or one with digits of the same form.
 */
function isLike(cell: string, below: readonly string[]): boolean {
  if (isBlank(cell)) return false;
  const form = formOf(cell);
  return below.includes(cell) || (form.includes('9') && below.filter((other) => formOf(other) === form).length >= below.length / 2);
}

/**
 * Whether the record after the names is a second line of them, such as units: text or nothing in every column
 * of numbers, and in other columns nothing, or nothing like what stands below.
 */
export function isSecondHeader(second: readonly string[], rest: readonly string[][]): boolean {
  if (rest.length < 3) return false;
  const numeric = numericColumns(rest, second.length);
  const texts = numeric.map((j) => second[j]).filter((cell) => !isBlank(cell));
  if (texts.length === 0 || texts.some((cell) => isNumber(cell) || MISSING_WORDS.has(wordOf(cell)))) return false;
  const others = [...second.keys()].filter((j) => !numeric.includes(j));
  if (others.every((j) => isBlank(second[j]))) return others.length > 0 || texts.length > 1;
  const below = (j: number): string[] => rest.map((cells) => cells[j] ?? '');
  if (texts.some(isValue) || others.some((j) => isLike(second[j], below(j)))) return false;
  return texts.length > 1 || texts.some((cell) => /^\s*[([].*[)\]]\s*$/.test(cell));
}

/**
 * Names that make every name the only one of its kind: "size", "size (2)". Where nothing changes, an empty
 * list.
 */
export function distinctNames(names: readonly (string | null)[]): { position: number; name: string }[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.flatMap((name, j) => {
    if (name === null || !seen.has(name)) {
      if (name !== null) seen.add(name);
      return [];
    }
    let next = 2;
    while (taken.has(`${name} (${next})`)) next++;
    const other = `${name} (${next})`;
    taken.add(other);
    seen.add(other);
    return [{ position: j + 1, name: other }];
  });
}
