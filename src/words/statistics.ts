/**
 * What captions are computed from: ranks, correlations, quantiles, a straight line. Values that are not
 * numbers are the caller's to leave out.
 */

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
};

export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

/** Sums of squares and products about the means. */
function moments(x: ArrayLike<number>, y: ArrayLike<number>): { xx: number; yy: number; xy: number } {
  const [mx, my] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
    xy += (x[i] - mx) * (y[i] - my);
  }
  return { xx, yy, xy };
}

/** Pearson's r; 0 where one of the two never changes. */
function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const { xx, yy, xy } = moments(x, y);
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Ranks from 1; ties share their mean rank. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let k = from; k < to; k++) ranked[order[k]] = (from + to + 1) / 2;
    from = to;
  }
  return ranked;
}

/** Spearman's rank correlation; 0 where one of the two never changes. */
export const rankCorrelation = (x: ArrayLike<number>, y: ArrayLike<number>): number => correlation(ranks(x), ranks(y));

/** The quantile of a share in 0…1, linear between order statistics (R's type 7); NaN of nothing. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);

/**
 * Least-squares line of y on x, the standard error of its slope, and both standard deviations. Null where x
 * never changes or fewer than 3 points are.
 */
export function line(x: ArrayLike<number>, y: ArrayLike<number>): { slope: number; error: number; sdX: number; sdY: number } | null {
  const n = x.length;
  const { xx, yy, xy } = moments(x, y);
  if (n < 3 || !(xx > 0)) return null;
  const slope = xy / xx;
  const residual = Math.max(0, yy - slope * xy) / (n - 2);
  return { slope, error: Math.sqrt(residual / xx), sdX: Math.sqrt(xx / (n - 1)), sdY: Math.sqrt(yy / (n - 1)) };
}

/** Probability of at most `k` hits in `n` tries of probability `p`. */
export function binomialTail(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let total = 0;
  for (let i = 0; i <= k; i++) {
    total += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return Math.min(1, total);
}
