import { mean, median } from './statistics';

/** What a validation curve does, told apart from its jumps from epoch to epoch. */
export type Shape =
  /** Rose again after its best epoch. */
  | { kind: 'rose'; best: number; bestEpoch: number; end: number }
  /** Still going down at its last epoch. */
  | { kind: 'falling'; end: number }
  /** Nothing more happened after an epoch. */
  | { kind: 'flat'; since: number; end: number }
  /** It jumps more from epoch to epoch than any trend of its last epochs. */
  | { kind: 'unclear'; jump: number; end: number }
  /** Too few epochs to say. */
  | { kind: 'short' };

const FEWEST = 8;
/** More values than these are read as means of neighbours. */
const MOST = 500;
/** A rise or a fall smaller than this share of the value is none. */
const MATTERS = 0.01;
/** The last so-many-th part of the epochs is the curve's end. */
const TAIL = 10;

/**
 * Standard deviation of the jumps from epoch to epoch, as if the trend were none; the median forgives a few
 * wild epochs.
 */
function jumpOf(values: readonly number[]): number {
  const jumps = values.slice(1).map((v, i) => Math.abs(v - values[i]));
  return median(jumps) / (0.6745 * Math.SQRT2);
}

/** Means over windows of an odd width, of which half is left at the ends. */
function smooth(values: readonly number[], width: number): number[] {
  const half = (width - 1) / 2;
  return values.map((_, i) => mean(values.slice(Math.max(0, i - half), i + half + 1)));
}

/** Means of so many epochs each; the last may be of fewer. */
function blocks(values: readonly number[], size: number): number[] {
  if (size === 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / size) }, (_, k) => mean(values.slice(k * size, (k + 1) * size)));
}

/** The shape of a curve from its first epoch to its last finite one. */
export function shapeOf(curve: ArrayLike<number>): Shape {
  const epochs: number[] = [];
  for (let i = 0; i < curve.length && Number.isFinite(curve[i]); i++) epochs.push(curve[i]);
  if (epochs.length < FEWEST) return { kind: 'short' };
  // Captions follow a run: ten thousand epochs of twelve methods are read as quickly as a few hundred.
  const size = Math.ceil(epochs.length / MOST);
  const values = blocks(epochs, size);
  const n = values.length;
  const tail = Math.max(3, Math.round(n / TAIL));
  const jump = jumpOf(values.slice(n >> 1));
  const last = mean(values.slice(n - tail));
  const before = mean(values.slice(n - 2 * tail, n - tail));
  const window = Math.min(15, 2 * Math.floor(n / 24) + 3);
  const smoothed = smooth(values, window);
  const least = smoothed.reduce((best, v, i) => (v < smoothed[best] ? i : best), 0);
  // Three standard errors of the difference of two means of so many epochs.
  const noise = 3 * jump * Math.sqrt(2 / tail);
  const matters = Math.max(noise, MATTERS * Math.abs(last));
  // The least of many smoothed values is low by chance alone, and the mean of the last ones has an error of
  // its own.
  const chance = jump * (3.5 / Math.sqrt((window + 1) / 2) + 2 / Math.sqrt(tail));
  const end = epochs[epochs.length - 1];
  if (last - smoothed[least] > Math.max(matters, chance) && least < n - tail) {
    const raw = epochs.reduce((best, v, i) => (v < epochs[best] ? i : best), 0);
    return { kind: 'rose', best: epochs[raw], bestEpoch: raw + 1, end };
  }
  if (before - last > Math.max(noise, (MATTERS / 2) * Math.abs(last))) return { kind: 'falling', end };
  if (noise > 3 * MATTERS * Math.abs(last)) return { kind: 'unclear', jump: jumpOf(epochs.slice(epochs.length >> 1)), end };
  const band = Math.max(matters, 0.02 * Math.abs(values[0] - last));
  let since = n;
  // Medians keep an edge where means would blur it, and forgive a wild epoch.
  const settled = (index: number): number => median(values.slice(Math.max(0, index - 2), index + 3));
  while (since > 1 && Math.abs(settled(since - 2) - last) <= band) since--;
  return { kind: 'flat', since: (since - 1) * size + 1, end };
}
