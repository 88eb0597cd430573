import { rowLogLosses } from './classification';

/**
 * What predictions explain of test rows when levels are not known, and when they are (docs/methods.md A28).
 */
export interface LevelShares {
  /** 'r2': of the squares about the mean; 'deviance': of the log loss of the rows' own shares of classes. */
  kind: 'r2' | 'deviance';
  without: number;
  with: number;
  /** Predictions of each row with levels of other rows, which `without` is the mean of. */
  draws: number;
}

/** A probability below this does not divide: clipped as in a log loss. */
const LEAST = 2 ** -23;

/**
 * Shares of a number's squares that are explained without and with levels.
 *
 * @param actual response (n) in its own unit
 * @param known predictions with the rows' own levels (n)
 * @param others predictions with levels of other rows, two arrays (n) at least. Their mean stands for a row
 *   whose levels are not known; what its scatter adds to the loss is taken off.
 * @returns null where all responses are equal, so that there is nothing to explain, and where a prediction is
 *   no number
 */
export function squareShares(actual: ArrayLike<number>, known: ArrayLike<number>, others: readonly ArrayLike<number>[]): LevelShares | null {
  const n = actual.length;
  const { means, scatter } = overDraws(others, n);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += actual[i] / n;
  let [none, without, own] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    none += (actual[i] - mean) ** 2;
    without += (actual[i] - means[i]) ** 2 - scatter[i];
    own += (actual[i] - known[i]) ** 2;
  }
  return none > 0 ? sharesOf('r2', { none, without, own }, others.length) : null;
}

/** What losses leave of that of no model; null where one is no number. */
function sharesOf(
  kind: LevelShares['kind'],
  { none, without, own }: { none: number; without: number; own: number },
  draws: number,
): LevelShares | null {
  const shares = { kind, without: 1 - without / none, with: 1 - own / none, draws };
  return Number.isFinite(shares.without) && Number.isFinite(shares.with) ? shares : null;
}

/**
 * The same of the log loss of classes. @param actual classes (n), 0 … @param known probabilities of the class
 * that each row has (n) @param others the same with levels of other rows
 */
export function devianceShares(actual: ArrayLike<number>, known: ArrayLike<number>, others: readonly ArrayLike<number>[]): LevelShares | null {
  const n = actual.length;
  const { means, scatter } = overDraws(others, n);
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) counts.set(actual[i], (counts.get(actual[i]) ?? 0) + 1);
  const shares = Float64Array.from({ length: n }, (_, i) => (counts.get(actual[i]) ?? 0) / n);
  const happened = new Float64Array(n).fill(1);
  const [ofNone, ofMeans, ofKnown] = [shares, means, known].map((p) => rowLogLosses(happened, p));
  let [none, without, own] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    none += ofNone[i];
    // −log of a mean of few draws is above that of all by half its curvature times the scatter, to first
    // order.
    without += ofMeans[i] - scatter[i] / (2 * Math.max(LEAST, means[i]) ** 2);
    own += ofKnown[i];
  }
  // With one class nothing is left but the clipping of its probability.
  return counts.size > 1 ? sharesOf('deviance', { none, without, own }, others.length) : null;
}

/** Means over draws (n), and the variances of these means. */
function overDraws(others: readonly ArrayLike<number>[], n: number): { means: Float64Array; scatter: Float64Array } {
  const draws = others.length;
  const means = new Float64Array(n);
  const scatter = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (const values of others) means[i] += values[i] / draws;
    for (const values of others) scatter[i] += (values[i] - means[i]) ** 2 / (draws - 1) / draws;
  }
  return { means, scatter };
}
