import { filled, mapped } from '../numbers/typed-arrays';
import { classHits, classLogLosses, meanAucInfluence } from './classes';
import { rowLogLosses } from './classification';
import { concordanceInfluence, concordantPairs } from './concordance';
import { rowLogScores, rowPoissonDeviances } from './counts';
import { increasing } from './rank';
import type { ScoreKey } from './scores';

/**
 * How much each row moves a score, scaled so that the standard error of the score is √Σu² / n and that of a
 * difference of two scores on the same rows the same of u − v. Null where the score or its error is not
 * defined.
 */
export type RowInfluence = Float64Array | null;

/**
 * Influence of each row on a mean of losses by row: the usual standard error of a mean, s / √n. Null for
 * fewer than two rows. Written where the losses stood: of many rows, memory that is touched for the first
 * time costs more than the numbers.
 */
function ofMean(losses: Float64Array): RowInfluence {
  const n = losses.length;
  if (n < 2) return null;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += losses[i];
  mean /= n;
  // Where every row has the same loss, what is left of it beside its mean is the rounding of a sum.
  let [least, most] = [losses[0], losses[0]];
  for (const loss of losses) {
    least = Math.min(least, loss);
    most = Math.max(most, loss);
  }
  if (most - least <= 8 * Number.EPSILON * Math.abs(most)) return new Float64Array(n);
  const correction = Math.sqrt(n / (n - 1));
  return filled(losses, (i) => (losses[i] - mean) * correction);
}

/**
 * R² = 1 − A / B with A the mean squared error and B the mean squared deviation: the delta method gives −(a −
 * A)/B + A(b − B)/B².
 */
function ofR2(actual: ArrayLike<number>, predicted: ArrayLike<number>): RowInfluence {
  const n = actual.length;
  if (n < 2) return null;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += actual[i];
  mean /= n;
  let error = 0;
  let spread = 0;
  for (let i = 0; i < n; i++) {
    error += (actual[i] - predicted[i]) ** 2 / n;
    spread += (actual[i] - mean) ** 2 / n;
  }
  if (!(spread > 0)) return null;
  const ratio = error / spread;
  const correction = Math.sqrt(n / (n - 1)) / spread;
  return filled(new Float64Array(n), (i) => {
    const squared = (actual[i] - predicted[i]) ** 2;
    const deviation = (actual[i] - mean) ** 2;
    return (ratio * (deviation - spread) - (squared - error)) * correction;
  });
}

/**
 * Structural components of the AUC (DeLong, DeLong and Clarke-Pearson 1988) by midranks (Sun and Xu 2014):
 * for a positive row the share of negative ones with a lower score, for a negative row the share of positive
 * ones with a higher one, ties one half. The variance s₁²/m + s₀²/n is that of these influences. Null with
 * fewer than two rows of a class.
 */
function ofAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): RowInfluence {
  const n = labels.length;
  // Adding zero turns −0 into 0: sorting tells them apart, a tie must not.
  const order = increasing(mapped(scores, (score) => score + 0));
  let positives = 0;
  for (let i = 0; i < n; i++) if (labels[i] > 0.5) positives++;
  const negatives = n - positives;
  if (positives < 2 || negatives < 2) return null;
  const component = new Float64Array(n);
  let area = 0;
  let positivesBelow = 0;
  for (let from = 0; from < n; ) {
    let end = from;
    let tiedPositives = 0;
    while (end < n && scores[order[end]] === scores[order[from]]) if (labels[order[end++]] > 0.5) tiedPositives++;
    const negativesBelow = from - positivesBelow;
    const tiedNegatives = end - from - tiedPositives;
    const ofPositive = (negativesBelow + tiedNegatives / 2) / negatives;
    const ofNegative = (positives - positivesBelow - tiedPositives / 2) / positives;
    for (let i = from; i < end; i++) component[order[i]] = labels[order[i]] > 0.5 ? ofPositive : ofNegative;
    area += (tiedPositives * ofPositive) / positives;
    positivesBelow += tiedPositives;
    from = end;
  }
  const up = (n / positives) * Math.sqrt(positives / (positives - 1));
  const down = (n / negatives) * Math.sqrt(negatives / (negatives - 1));
  return component.map((value, i) => (value - area) * (labels[i] > 0.5 ? up : down));
}

/** Scores of times that look at the rows whose event was seen. */
const OF_SEEN: ReadonlySet<ScoreKey> = new Set(['mse', 'mae', 'r2']);

/** The numbers of the rows whose event was seen. */
export const seenOnly = (values: ArrayLike<number>, seen: ArrayLike<number>): Float64Array =>
  Float64Array.from(values).filter((_, i) => seen[i] > 0.5);

/**
 * Influence of every row on a score.
 *
 * @param actual responses in their own unit, 0/1, or numbers of classes (n)
 * @param predicted predictions or probabilities (n), or probabilities of several classes (n × C)
 * @param seen of times to an event: 1 where the event was seen, 0 where the row is censored (n)
 */
export function rowInfluence(
  key: ScoreKey,
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  seen: ArrayLike<number> | null = null,
): RowInfluence {
  if (seen && OF_SEEN.has(key)) {
    const own = rowInfluence(key, seenOnly(actual, seen), seenOnly(predicted, seen));
    if (!own) return null;
    // A mean over fewer rows: each of them counts as much more.
    let at = 0;
    return Float64Array.from(actual, (_, i) => (seen[i] > 0.5 ? (own[at++] * actual.length) / own.length : 0));
  }
  for (let i = 0; i < predicted.length; i++) if (!Number.isFinite(predicted[i])) return null;
  const losses = (loss: (i: number) => number) => ofMean(filled(new Float64Array(actual.length), loss));
  if (predicted.length > actual.length) return ofClasses(key, actual, predicted);
  switch (key) {
    case 'mse':
      return losses((i) => (actual[i] - predicted[i]) ** 2);
    case 'mae':
      return losses((i) => Math.abs(actual[i] - predicted[i]));
    case 'r2':
      return ofR2(actual, predicted);
    case 'auc':
      return ofAuc(actual, predicted);
    case 'logLoss':
      return ofMean(rowLogLosses(actual, predicted));
    case 'poissonDeviance': {
      const deviances = rowPoissonDeviances(actual, predicted);
      return deviances.every(Number.isFinite) ? ofMean(deviances) : null;
    }
    case 'accuracy':
      return losses((i) => (predicted[i] > 0.5 === actual[i] > 0.5 ? 1 : 0));
    case 'logScore': {
      const scores = rowLogScores(actual, predicted);
      return scores.every(Number.isFinite) ? ofMean(scores) : null;
    }
    case 'concordance':
      return seen && concordanceInfluence(concordantPairs(actual, seen, predicted));
  }
}

function ofClasses(key: ScoreKey, labels: ArrayLike<number>, probabilities: ArrayLike<number>): RowInfluence {
  if (key === 'logLoss') return ofMean(classLogLosses(labels, probabilities));
  if (key === 'accuracy') return ofMean(classHits(labels, probabilities));
  return key === 'auc' ? meanAucInfluence(labels, probabilities, ofAuc) : null;
}

/** Standard error over the rows of a score with these influences. */
export function standardError(influence: Float64Array): number {
  let squares = 0;
  for (const u of influence) squares += u * u;
  return Math.sqrt(squares) / influence.length;
}

/**
 * Influences of rows that have `width` numbers each (steps of a window), from those of the numbers: rows are
 * independent, the numbers of one are not.
 */
export function influenceOfRows(influence: Float64Array, width: number): Float64Array {
  if (width === 1) return influence;
  const rows = new Float64Array(influence.length / width);
  for (let i = 0; i < influence.length; i++) rows[Math.floor(i / width)] += influence[i] / width;
  return rows;
}

/** Fewer clusters than this say too little of their own spread. */
export const LEAST_CLUSTERS = 10;

/**
 * Standard error when rows of one cluster may move together: the sums of the clusters' influences are
 * independent, those of rows are not (Liang and Zeger 1986, with G / (G − 1)). Equals `standardError` when
 * every row is its own cluster. Null for fewer than ten clusters, or when no two rows share one.
 *
 * @param clusters number of each row's cluster (n), 0 … `count` − 1
 */
export function clusteredError(influence: Float64Array, clusters: ArrayLike<number>, count: number): number | null {
  const n = influence.length;
  const sums = new Float64Array(count);
  const seen = new Uint8Array(count);
  for (let i = 0; i < n; i++) {
    sums[clusters[i]] += influence[i];
    seen[clusters[i]] = 1;
  }
  let found = 0;
  for (const one of seen) found += one;
  if (found < LEAST_CLUSTERS || found === n) return null;
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  return Math.sqrt((squares * (found / (found - 1)) * (n - 1)) / n) / n;
}
