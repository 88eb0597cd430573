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

/** Records above the header that are no part of the table: a title, an export date, comments. They fill at most half of the columns, the header all. */
export function titleRecords(records: readonly string[][]): number {
  const width = mode(records.map(trimmed));
  if (width < 2) return 0;
  const isHeader = (cells: readonly string[]) => {
    const length = trimmed(cells);
    const names = cells.slice(0, length).map((cell) => cell.trim());
    return (
      (length === width || (width > 2 && length === width - 1)) &&
      names.slice(1).every((name) => name !== '') &&
      !names.some(isNumber) &&
      new Set(names).size === names.length
    );
  };
  const isTitle = (cells: readonly string[]) => /^\s*# /.test(cells[0]) || (!isBlank(cells[0]) && filled(cells) <= width / 2);
  if (isHeader(records[0]) && !isTitle(records[0])) return 0;
  for (let i = 0; i < Math.min(20, records.length - 2) && isTitle(records[i]); i++)
    if (isHeader(records[i + 1]) && !isTitle(records[i + 1])) return i + 1;
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
 * Whether the first record looks like data: it has a number in every column of numbers. 'names' when these numbers could be names after all: years, or whole
 * numbers counting up. Null when it does not.
 */
export function looksLikeData(first: readonly string[], rest: readonly string[][]): 'data' | 'names' | null {
  const numeric = numericColumns(rest, first.length);
  if (numeric.length === 0 || !numeric.every((j) => isNumber(first[j]))) return null;
  const names = numeric.map((j) => plainNumber(first[j]));
  const years = names.every((name) => Number.isInteger(name) && name >= 1000 && name <= 2100);
  const counting = names.length > 1 && names.every((name, i) => Number.isInteger(name) && (i === 0 || name === names[i - 1] + 1));
  return (years || counting) && new Set(names).size === names.length ? 'names' : 'data';
}

/** Whether the record after the names is a second line of them, such as units: text or nothing in every column of numbers, and in other columns nothing. */
export function isSecondHeader(second: readonly string[], rest: readonly string[][]): boolean {
  if (rest.length < 3) return false;
  const numeric = numericColumns(rest, second.length);
  const texts = numeric.map((j) => second[j]).filter((cell) => !isBlank(cell));
  if (texts.length === 0 || texts.some((cell) => isNumber(cell) || MISSING_WORDS.has(wordOf(cell)))) return false;
  const others = second.filter((_, j) => !numeric.includes(j));
  return others.every(isBlank) ? others.length > 0 || texts.length > 1 : texts.length > 1 || texts.some((cell) => /^\s*[([].*[)\]]\s*$/.test(cell));
}

/** Names that make every name the only one of its kind: "size", "size (2)". Where nothing changes, an empty list. */
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
