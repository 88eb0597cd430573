import { rowLogLosses } from './classification';
import { auc } from './roc';

/**
 * Probabilities of C classes, rows × C, row-major, and the class of each row (docs/methods.md A25). Where two
 * classes are equally probable, the first is the one that is predicted.
 */
export interface ClassScores {
  logLoss: number;
  accuracy: number;
  /** Mean over the classes that some test rows have and some do not; NaN with fewer than two of them. */
  auc: number;
}

/** The most probable class of each row (n); NaN where a probability is. */
export function predictedClasses(probabilities: ArrayLike<number>, classes: number): Float64Array {
  return Float64Array.from({ length: probabilities.length / classes }, (_, i) => {
    let best = 0;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[i * classes + c];
      if (Number.isNaN(p)) return p;
      if (p > probabilities[i * classes + best]) best = c;
    }
    return best;
  });
}

/** Probabilities of one class (n). */
export const ofClass = (probabilities: ArrayLike<number>, classes: number, c: number): Float64Array =>
  Float64Array.from({ length: probabilities.length / classes }, (_, i) => probabilities[i * classes + c]);

/** 1 where a row has the class, else 0 (n). */
export const indicators = (labels: ArrayLike<number>, c: number): Float64Array => Float64Array.from(labels, (label) => (label === c ? 1 : 0));

/** Negative log likelihood of each row in nats (n): of the probability of its own class. */
export function classLogLosses(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Float64Array {
  const classes = probabilities.length / labels.length;
  const own = Float64Array.from(labels, (label, i) => probabilities[i * classes + label]);
  return rowLogLosses(new Float64Array(labels.length).fill(1), own);
}

/**
 * Area under the ROC curve of each class against all others (C); NaN for a class that no row has, or every
 * one.
 */
export function classAucs(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => auc(indicators(labels, c), ofClass(probabilities, classes, c)));
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};

/** Whether each row's class is the most probable one: 1 or 0 (n). */
export const classHits = (labels: ArrayLike<number>, probabilities: ArrayLike<number>): Float64Array =>
  predictedClasses(probabilities, probabilities.length / labels.length).map((c, i) => (Number.isNaN(c) ? c : c === labels[i] ? 1 : 0));

/** NaN when a probability is. */
export function classScores(labels: ArrayLike<number>, probabilities: ArrayLike<number>): ClassScores {
  const classes = probabilities.length / labels.length;
  const known = classAucs(labels, probabilities, classes).filter((area) => !Number.isNaN(area));
  return {
    logLoss: mean(classLogLosses(labels, probabilities)),
    accuracy: mean(classHits(labels, probabilities)),
    auc: known.length < 2 ? Number.NaN : mean(known),
  };
}

/** Rows by their own class and the predicted one: C × C counts, row-major, own classes by row. */
export function confusionCounts(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes * classes).fill(0);
  const predicted = predictedClasses(probabilities, classes);
  for (let i = 0; i < labels.length; i++) if (!Number.isNaN(predicted[i])) counts[labels[i] * classes + predicted[i]]++;
  return counts;
}

/**
 * Influence of every row on the mean of the classes' areas: the mean of its influences on each of them. Null
 * where one of them has none.
 *
 * @param ofOne influence on the area of one class
 */
export function meanAucInfluence(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  ofOne: (labels: Float64Array, scores: Float64Array) => Float64Array | null,
): Float64Array | null {
  const classes = probabilities.length / labels.length;
  const sum = new Float64Array(labels.length);
  let met = 0;
  for (let c = 0; c < classes; c++) {
    const own = indicators(labels, c);
    const rows = own.reduce((total, one) => total + one, 0);
    if (rows === 0 || rows === own.length) continue;
    const influence = ofOne(own, ofClass(probabilities, classes, c));
    if (!influence) return null;
    for (let i = 0; i < sum.length; i++) sum[i] += influence[i];
    met++;
  }
  return met < 2 ? null : sum.map((value) => value / met);
}
