import { pearson } from './rank';

/** What single tags and pairs of tags do to a prediction, and how well it does on rows of so many tags. */

/** The mean change of a prediction over some rows. */
export interface MeanChange {
  mean: number;
  /** Standard deviation over the rows: 0 where the tag does the same in every row. */
  sd: number;
}

export function meanChange(changes: ArrayLike<number>): MeanChange {
  const n = changes.length;
  let [mean, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const delta = changes[i] - mean;
    mean += delta / (i + 1);
    squares += delta * (changes[i] - mean);
  }
  return { mean, sd: n > 0 ? Math.sqrt(squares / n) : 0 };
}

/** Fewer effects than this have no correlation worth a number. */
const LEAST_EFFECTS = 3;

/**
 * Pearson's r of effects by a model and of the truth; null where one of both is constant, or there are fewer
 * than three.
 */
export function correlation(model: ArrayLike<number>, truth: ArrayLike<number>): number | null {
  if (model.length < LEAST_EFFECTS) return null;
  const r = pearson(model, truth);
  return Number.isNaN(r) ? null : Math.max(-1, Math.min(1, r));
}

/** Rows and their mean loss. */
export interface MeanLoss {
  rows: number;
  /** Squared error in the response's own unit squared, or negative log likelihood; null without rows. */
  loss: number | null;
  /** Standard error of the mean over the rows; null with fewer than two. */
  standardError: number | null;
}

/** Mean loss of the rows of each group 0 … `count` − 1. */
export function lossByGroup(losses: ArrayLike<number>, groups: ArrayLike<number>, count: number): MeanLoss[] {
  const members = Array.from({ length: count }, (): number[] => []);
  for (let i = 0; i < losses.length; i++) members[groups[i]].push(losses[i]);
  return members.map((own) => {
    const { mean, sd } = meanChange(own);
    const rows = own.length;
    return { rows, loss: rows > 0 ? mean : null, standardError: rows > 1 ? sd / Math.sqrt(rows - 1) : null };
  });
}
