import { exactly } from './numbers';
import { pointQuestion, readNumber } from './read-number';

export interface Range {
  whole: boolean;
  min: number | null;
  max: number | null;
  /** Exclusive lower bound: the value itself is refused. */
  above: number | null;
}

export type Read<Value = unknown> = { ok: true; value: Value } | { ok: false; message: string };

/** What was typed as a number of the range, or one sentence on why it cannot be. */
export function readInRange(range: Range, text: string): Read<number> {
  const typed = text.trim();
  const question = range.whole ? pointQuestion(typed, true) : null;
  if (question !== null) return { ok: false, message: question };
  const value = readNumber(typed);
  if (value === null) return { ok: false, message: `"${typed}" is not a number.` };
  if (range.whole && !Number.isInteger(value)) return { ok: false, message: `${typed} is not a whole number.` };
  if (range.min !== null && value < range.min) return { ok: false, message: `At least ${exactly(range.min)}.` };
  if (range.above !== null && value <= range.above) return { ok: false, message: `More than ${exactly(range.above)}.` };
  if (range.max !== null && value > range.max) return { ok: false, message: `At most ${exactly(range.max)}.` };
  return { ok: true, value };
}

/** A count from `min` to `max`; with `empty` it may be left out, which is null. */
export function readCount({ min, max, empty = false }: { min: number; max: number; empty?: boolean }, text: string): Read<number | null> {
  if (text.trim() === '') return empty ? { ok: true, value: null } : { ok: false, message: 'Enter a number.' };
  return readInRange({ whole: true, min, max, above: null }, text);
}
