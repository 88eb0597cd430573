import { quantile } from '../words/statistics';

/** A range of an axis, and how many of the values it leaves out. */
export interface Fitted {
  range: [number, number];
  outside: number;
}

const FEWEST = 20;
/**
 * Values are left out only when all of them together would take so many times the room of the middle 98 %.
 */
const STRETCH = 3;

/** Least and greatest of the finite values; 0 to 1 without any. */
export function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/**
 * The range that shows values: all of them, unless a few lie so far out that the others would be one blot;
 * then the middle 98 % and half as much again. `all` asks for everything. What is left out is counted, to be
 * said.
 */
export function fitRange(values: readonly number[], all: boolean): Fitted {
  const finite = values.filter(Number.isFinite);
  const whole = extent(finite);
  if (all || finite.length < FEWEST) return { range: whole, outside: 0 };
  const [low, high] = [quantile(finite, 0.01), quantile(finite, 0.99)];
  const span = high - low;
  if (!(span > 0) || whole[1] - whole[0] <= STRETCH * span) return { range: whole, outside: 0 };
  const range: [number, number] = [Math.max(whole[0], low - span / 4), Math.min(whole[1], high + span / 4)];
  return { range, outside: finite.filter((value) => value < range[0] || value > range[1]).length };
}
