/** Scores of the two classes, each in rising order; null when a score is NaN. */
export interface SortedScores {
  positive: Float64Array;
  negative: Float64Array;
}

/** @param labels 0/1 (n) @param scores (n) */
export function sortScores(labels: ArrayLike<number>, scores: ArrayLike<number>): SortedScores | null {
  const n = labels.length;
  if (scores.length !== n) throw new RangeError(`${n} labels and ${scores.length} scores`);
  let positives = 0;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i])) return null;
    if (labels[i] > 0.5) positives++;
  }
  const positive = new Float64Array(positives);
  const negative = new Float64Array(n - positives);
  for (let i = 0, a = 0, b = 0; i < n; i++) {
    // Adding zero turns −0 into 0: sorting tells them apart, a tie must not.
    if (labels[i] > 0.5) positive[a++] = scores[i] + 0;
    else negative[b++] = scores[i] + 0;
  }
  return { positive: positive.sort(), negative: negative.sort() };
}

/**
 * Area under the ROC curve, the Mann–Whitney statistic with ties counting ½ (docs/methods.md C2), not
 * flipped. NaN with one class or a NaN score.
 */
export function auc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const sorted = sortScores(labels, scores);
  if (!sorted) return Number.NaN;
  const { positive, negative } = sorted;
  let wins = 0;
  for (let i = 0, below = 0, notAbove = 0; i < positive.length; i++) {
    while (below < negative.length && negative[below] < positive[i]) below++;
    while (notAbove < negative.length && negative[notAbove] <= positive[i]) notAbove++;
    wins += (below + notAbove) / 2;
  }
  // 0/0 with one class.
  return wins / (positive.length * negative.length);
}

export interface RocCurve {
  falsePositive: Float32Array;
  truePositive: Float32Array;
}

/**
 * ROC curve from (0, 0) to (1, 1), thinned to at most `points` points, evenly in the number of rows above the
 * threshold. Tied scores make one slanted step. Null with one class or a NaN score.
 */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>, points = 200): RocCurve | null {
  const sorted = sortScores(labels, scores);
  if (!sorted || sorted.positive.length === 0 || sorted.negative.length === 0) return null;
  const { positive, negative } = sorted;
  const total = positive.length + negative.length;
  const falsePositive = [0];
  const truePositive = [0];
  let a = positive.length;
  let b = negative.length;
  while (a > 0 || b > 0) {
    // Lowers the threshold by one distinct score.
    const threshold = Math.max(a > 0 ? positive[a - 1] : Number.NEGATIVE_INFINITY, b > 0 ? negative[b - 1] : Number.NEGATIVE_INFINITY);
    while (a > 0 && positive[a - 1] === threshold) a--;
    while (b > 0 && negative[b - 1] === threshold) b--;
    const above = total - a - b;
    // The first point is (0, 0) and the last (1, 1): points − 1 steps share the rows.
    if (above === total || above >= (falsePositive.length * total) / (points - 1)) {
      falsePositive.push(1 - b / negative.length);
      truePositive.push(1 - a / positive.length);
    }
  }
  return { falsePositive: Float32Array.from(falsePositive), truePositive: Float32Array.from(truePositive) };
}
