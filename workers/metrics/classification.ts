import { auc } from './roc';

/** Probabilities are kept this far from 0 and 1 in a log loss: the float32 machine epsilon, as scikit-learn clips float32 predictions. */
const EPSILON = 2 ** -23;

/** Mean negative log likelihood in nats, not flipped. NaN when a probability is NaN. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  return meanLogLoss(labels, probabilities, false);
}

function meanLogLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>, flip: boolean): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = probabilities[i];
    if (Number.isNaN(p)) return Number.NaN;
    const clipped = Math.min(Math.max(flip ? 1 - p : p, EPSILON), 1 - EPSILON);
    sum -= labels[i] > 0.5 ? Math.log(clipped) : Math.log(1 - clipped);
  }
  return sum / labels.length;
}

/** Share of rows whose probability lies on the label's side: above ½ counts as 1. Not flipped. NaN when a probability is NaN. */
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

/** max(AUC, 1 − AUC), as the published numbers (METHODS.md C2). */
export function flippedAuc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const area = auc(labels, scores);
  return Math.max(area, 1 - area);
}

export interface ClassificationMetrics {
  auc: number;
  logLoss: number;
  accuracy: number;
}

/** The plain metrics: what a reader expects who has not seen the paper's code. */
export function plainClassificationMetrics(labels: ArrayLike<number>, probabilities: ArrayLike<number>): ClassificationMetrics {
  return { auc: auc(labels, probabilities), logLoss: logLoss(labels, probabilities), accuracy: accuracy(labels, probabilities) };
}

/**
 * The lab's test metrics (METHODS.md C2–3): each is the better one of the prediction and its mirror image 1 − p, and each flips by itself, as in the
 * code behind the published numbers. For a model better than chance they equal the plain ones. NaN when a probability is NaN.
 */
export function classificationMetrics(labels: ArrayLike<number>, probabilities: ArrayLike<number>): ClassificationMetrics {
  return {
    auc: flippedAuc(labels, probabilities),
    logLoss: Math.min(logLoss(labels, probabilities), meanLogLoss(labels, probabilities, true)),
    accuracy: Math.max(
      accuracy(labels, probabilities),
      sharePredicted(labels, probabilities, (p) => 1 - p > 0.5),
    ),
  };
}
