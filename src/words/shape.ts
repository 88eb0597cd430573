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
/** A rise or a fall smaller than this share of the value is none. */
const MATTERS = 0.01;
/** The last so-many-th part of the epochs is the curve's end. */
const TAIL = 10;

/** Standard deviation of the jumps from epoch to epoch, as if the trend were none; the median forgives a few wild epochs. */
function jumpOf(values: readonly number[]): number {
  const jumps = values.slice(1).map((v, i) => Math.abs(v - values[i]));
  return median(jumps) / (0.6745 * Math.SQRT2);
}

/** Means over windows of an odd width, shorter at the ends. */
function smooth(values: readonly number[], width: number): number[] {
  const half = (width - 1) / 2;
  return values.map((_, i) => {
    const reach = Math.min(half, i, values.length - 1 - i);
    return mean(values.slice(i - reach, i + reach + 1));
  });
}

/** The shape of a curve from its first epoch to its last finite one. */
export function shapeOf(curve: ArrayLike<number>): Shape {
  const values: number[] = [];
  for (let i = 0; i < curve.length && Number.isFinite(curve[i]); i++) values.push(curve[i]);
  const n = values.length;
  if (n < FEWEST) return { kind: 'short' };
  const tail = Math.max(3, Math.round(n / TAIL));
  const jump = jumpOf(values.slice(n >> 1));
  const last = mean(values.slice(n - tail));
  const before = mean(values.slice(n - 2 * tail, n - tail));
  const smoothed = smooth(values, Math.min(15, 2 * Math.floor(n / 24) + 3));
  const least = smoothed.reduce((best, v, i) => (v < smoothed[best] ? i : best), 0);
  // Three standard errors of the difference of two means of so many epochs.
  const noise = 3 * jump * Math.sqrt(2 / tail);
  const matters = Math.max(noise, MATTERS * Math.abs(last));
  const end = values[n - 1];
  if (last - smoothed[least] > matters && least < n - tail) {
    const raw = values.reduce((best, v, i) => (v < values[best] ? i : best), 0);
    return { kind: 'rose', best: values[raw], bestEpoch: raw + 1, end };
  }
  if (before - last > Math.max(noise, (MATTERS / 2) * Math.abs(last))) return { kind: 'falling', end };
  if (noise > 3 * MATTERS * Math.abs(last)) return { kind: 'unclear', jump, end };
  const band = Math.max(matters, 0.02 * Math.abs(values[0] - last));
  let since = n;
  // Medians keep an edge where means would blur it, and forgive a wild epoch.
  const settled = (index: number): number => median(values.slice(Math.max(0, index - 2), index + 3));
  while (since > 1 && Math.abs(settled(since - 2) - last) <= band) since--;
  return { kind: 'flat', since, end };
}
