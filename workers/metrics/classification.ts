import { filled } from '../numbers/typed-arrays';
import { auc } from './roc';

/**
 * Probabilities are kept this far from 0 and 1 in a log loss: the float32 machine epsilon, as scikit-learn
 * clips float32 predictions.
 */
const EPSILON = 2 ** -23;

const clip = (p: number): number => Math.min(Math.max(p, EPSILON), 1 - EPSILON);

/** Negative log likelihood of each row in nats (n). NaN where a probability is NaN. */
export function rowLogLosses(labels: ArrayLike<number>, probabilities: ArrayLike<number>): Float64Array {
  return filled(new Float64Array(labels.length), (i) => {
    const p = probabilities[i];
    return Number.isNaN(p) ? p : -Math.log(labels[i] > 0.5 ? clip(p) : 1 - clip(p));
  });
}

/** Mean negative log likelihood in nats, not flipped. NaN when a probability is NaN. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (const loss of rowLogLosses(labels, probabilities)) sum += loss;
  return sum / labels.length;
}

/**
 * Share of rows whose probability lies on the label's side: above ½ counts as 1. Not flipped. NaN when a
 * probability is NaN.
 */
export function accuracy(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return sharePredicted(labels, probabilities, (p) => p > 0.5);
}

function sharePredicted(labels: ArrayLike<number>, probabilities: ArrayLike<number>, positive: (p: number) => boolean): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (Number.isNaN(probabilities[i])) return Number.NaN;
    if (positive(probabilities[i]) === labels[i] > 0.5) right++;
  }
  return right / labels.length;
}

/** max(AUC, 1 − AUC), as the published numbers (docs/methods.md C2). */
export function flippedAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const area = auc(labels, scores);
  return Math.max(area, 1 - area);
}

export interface ClassificationMetrics {
  auc: number;
  logLoss: number;
  accuracy: number;
}

/**
 * The lab's test metrics: those of the probabilities as they are. AUC is NaN with one class, all are NaN when
 * a probability is.
 */
export function classificationMetrics(labels: ArrayLike<number>, probabilities: ArrayLike<number>): ClassificationMetrics {
  return { auc: auc(labels, probabilities), logLoss: logLoss(labels, probabilities), accuracy: accuracy(labels, probabilities) };
}

/**
 * The metrics of the code behind the published numbers (docs/methods.md C2–3): each is the better one of the
 * prediction and its mirror image 1 − p, and each flips by itself. For a model better than chance they equal
 * the plain ones, for a worse one they hide it: only tables of papers show them. NaN when a probability is
 * NaN.
 */
export function mirroredMetrics(labels: ArrayLike<number>, probabilities: ArrayLike<number>): ClassificationMetrics {
  return {
    auc: flippedAuc(labels, probabilities),
    logLoss: Math.min(
      logLoss(labels, probabilities),
      logLoss(
        labels,
        Float64Array.from(probabilities, (p) => 1 - p),
      ),
    ),
    accuracy: Math.max(
      accuracy(labels, probabilities),
      sharePredicted(labels, probabilities, (p) => 1 - p > 0.5),
    ),
  };
}
