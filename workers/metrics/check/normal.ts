import { betaQuantile, normalCdf, normalQuantile, spreadOf } from './distributions';

/** A point of a normal quantile–quantile plot: in standard deviations from the mean. */
export interface QuantilePoint {
  /** Where a normal sample would have it. */
  normal: number;
  /** Where the sample has it. */
  sample: number;
  /** Pointwise 95 % envelope of a normal sample. */
  low: number;
  high: number;
}

export interface NormalCheck {
  /** Rising; at most 80 of the sample's order statistics, the extremes closer together. */
  points: QuantilePoint[];
  /** The point in each tail that its weight is judged by: about 0.5 % of the rows lie beyond it. */
  tails: { left: QuantilePoint; right: QuantilePoint; share: number };
}

const LEAST_ROWS = 20;
const POINTS = 80;
const TAIL = 0.005;

/**
 * Order statistics to show: all of few, else evenly spaced in normal quantiles, so that the tails are there.
 */
function shownRanks(n: number): number[] {
  if (n <= POINTS) return Array.from({ length: n }, (_, i) => i + 1);
  const reach = normalQuantile(1 - 0.5 / n);
  const ranks = new Set<number>();
  for (let k = 0; k < POINTS; k++) {
    const at = -reach + (2 * reach * k) / (POINTS - 1);
    ranks.add(Math.min(n, Math.max(1, Math.round(normalCdf(at) * n + 0.5))));
  }
  return [...ranks].sort((a, b) => a - b);
}

/**
 * Standardised values against the normal distribution; null for fewer than 20, or where they are all the
 * same.
 */
export function normalCheck(values: ArrayLike<number>): NormalCheck | null {
  const n = values.length;
  const spread = spreadOf(values, LEAST_ROWS);
  if (!spread) return null;
  const sorted = Float64Array.from(values).sort();
  const pointAt = (rank: number): QuantilePoint => ({
    normal: normalQuantile((rank - 0.5) / n),
    sample: (sorted[rank - 1] - spread.mean) / spread.sd,
    // The rank-th smallest of n uniform numbers is Beta(rank, n + 1 − rank).
    low: normalQuantile(betaQuantile(0.025, rank, n + 1 - rank)),
    high: normalQuantile(betaQuantile(0.975, rank, n + 1 - rank)),
  });
  const tail = Math.max(2, Math.round(TAIL * n));
  return {
    points: shownRanks(n).map(pointAt),
    tails: { left: pointAt(tail), right: pointAt(n + 1 - tail), share: tail / n },
  };
}
