import { type Interval, wilson } from './distributions';
import { risingOrder } from './residuals';

/** Rows with similar probabilities: what was predicted and what happened. */
export interface CalibrationBin extends Interval {
  /** Mean probability. */
  predicted: number;
  /** Share of ones, with its Wilson interval. */
  observed: number;
  rows: number;
}

/** An estimate with its standard error. */
export interface Fitted {
  value: number;
  standardError: number;
}

export interface CalibrationCheck {
  /** Of equal numbers of rows, by rising probability; rows with the same probability stay together. */
  bins: CalibrationBin[];
  /** Mean squared difference of probability and response, and that of giving every row the share of ones. */
  brier: number;
  brierOfShare: number;
  /**
   * Slope of a logistic regression of the response on the log odds of the probability (Cox 1958): 1 when
   * calibrated, less when too extreme. Null where it has no maximum, such as with one class.
   */
  slope: Fitted | null;
  /**
   * Its intercept with the slope held at 1: calibration in the large, 0 when the probabilities are right on
   * average.
   */
  intercept: Fitted | null;
}

const BINS = 10;

/** Equal-count bins that do not part equal probabilities. */
function binsOf(labels: ArrayLike<number>, probabilities: ArrayLike<number>): CalibrationBin[] {
  const n = labels.length;
  const order = risingOrder(probabilities);
  const bins: CalibrationBin[] = [];
  for (let from = 0, k = 1; from < n; ) {
    // Equal probabilities may have filled several bins.
    while (k < BINS && Math.round((k * n) / BINS) <= from) k++;
    let to = Math.max(from + 1, Math.min(n, Math.round((k * n) / BINS)));
    while (to < n && probabilities[order[to]] === probabilities[order[to - 1]]) to++;
    let predicted = 0;
    let ones = 0;
    for (let i = from; i < to; i++) {
      predicted += probabilities[order[i]];
      if (labels[order[i]] > 0.5) ones++;
    }
    const rows = to - from;
    bins.push({ predicted: predicted / rows, observed: ones / rows, rows, ...wilson(ones, rows) });
    from = to;
  }
  return bins;
}

/** Probabilities of 0 and 1 have no log odds: they are kept a millionth away. */
const CLIP = 1e-6;
const MOST_ITERATIONS = 100;
const CONVERGED = 1e-8;
/** Beyond this there is no maximum, only a limit. */
const LARGEST = 50;

/** Log likelihood of a logistic regression with its first and second derivatives by intercept and slope. */
interface Likelihood {
  value: number;
  gradient: [number, number];
  /** Of intercept, of both, of slope. */
  information: [number, number, number];
}

function likelihoodAt(labels: ArrayLike<number>, x: Float64Array, a: number, b: number): Likelihood {
  let [value, ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const score = a + b * x[i];
    const one = labels[i] > 0.5;
    const p = 1 / (1 + Math.exp(-score));
    const error = (one ? 1 : 0) - p;
    const weight = p * (1 - p);
    // log p of the class that it is, without overflow.
    value -= Math.log1p(Math.exp(-Math.abs(score))) + ((one ? -score : score) > 0 ? Math.abs(score) : 0);
    ga += error;
    gb += error * x[i];
    haa += weight;
    hab += weight * x[i];
    hbb += weight * x[i] * x[i];
  }
  return { value, gradient: [ga, gb], information: [haa, hab, hbb] };
}

/**
 * A logistic regression on log odds `x`, of the intercept alone (slope 1) or of both, by Newton's steps from
 * no slope, halved until the likelihood rises. Null where it has no maximum.
 */
function logisticFit(labels: ArrayLike<number>, x: Float64Array, both: boolean): { intercept: Fitted; slope: Fitted } | null {
  let [a, b] = [0, both ? 0 : 1];
  let at = likelihoodAt(labels, x, a, b);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const { value, gradient, information } = at;
    const [ga, gb] = gradient;
    const [haa, hab, hbb] = information;
    const determinant = both ? haa * hbb - hab * hab : haa;
    if (!(determinant > 1e-12 * (both ? haa * hbb : 1))) return null;
    const da = both ? (hbb * ga - hab * gb) / determinant : ga / haa;
    const db = both ? (haa * gb - hab * ga) / determinant : 0;
    if (Math.max(Math.abs(da), Math.abs(db)) < CONVERGED) {
      return {
        intercept: { value: a, standardError: Math.sqrt((both ? hbb : 1) / determinant) },
        slope: { value: b, standardError: Math.sqrt(haa / determinant) },
      };
    }
    let step = 1;
    let next = likelihoodAt(labels, x, a + da, b + db);
    while (!(next.value >= value - 1e-9 * Math.abs(value)) && step > 1e-6) {
      step /= 2;
      next = likelihoodAt(labels, x, a + step * da, b + step * db);
    }
    a += step * da;
    b += step * db;
    at = next;
    if (!Number.isFinite(a + b) || Math.abs(a) > LARGEST || Math.abs(b) > LARGEST) return null;
  }
  return null;
}

/** @param labels 0/1 (n) @param probabilities of a one (n) */
export function calibrationCheck(labels: ArrayLike<number>, probabilities: ArrayLike<number>): CalibrationCheck {
  const n = labels.length;
  let brier = 0;
  let ones = 0;
  for (let i = 0; i < n; i++) {
    const y = labels[i] > 0.5 ? 1 : 0;
    brier += (probabilities[i] - y) ** 2 / n;
    ones += y;
  }
  const odds = Float64Array.from(probabilities, (p) => {
    const kept = Math.min(Math.max(p, CLIP), 1 - CLIP);
    return Math.log(kept / (1 - kept));
  });
  return {
    bins: binsOf(labels, probabilities),
    brier,
    brierOfShare: (ones / n) * (1 - ones / n),
    slope: logisticFit(labels, odds, true)?.slope ?? null,
    intercept: logisticFit(labels, odds, false)?.intercept ?? null,
  };
}
