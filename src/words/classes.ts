import type { ClassResult } from '../../workers/protocol';
import { fixed, whole } from '../text/numbers';
import { inSentence, isPlural } from './names';

/** Rows of a class, those that were taken for it, and those of both. */
export interface ClassRow {
  label: string;
  rows: number;
  predicted: number;
  right: number;
  auc: number | null;
}

/** What a confusion matrix says of each class. */
export function classRows({ labels, counts, auc }: ClassResult): ClassRow[] {
  const size = labels.length;
  return labels.map((label, c) => ({
    label,
    rows: counts.slice(c * size, (c + 1) * size).reduce((sum, one) => sum + one, 0),
    predicted: labels.reduce((sum, _, own) => sum + counts[own * size + c], 0),
    right: counts[c * size + c],
    auc: auc[c],
  }));
}

const percent = (share: number): string => `${fixed(100 * share, 0)} %`;

/**
 * The pair of classes that is mistaken most, by the share of the rows of one that are taken for the other.
 */
function worstPair({ labels, counts }: ClassResult, rows: readonly ClassRow[]): { own: number; other: number; share: number } | null {
  let worst: { own: number; other: number; share: number } | null = null;
  for (const own of labels.keys())
    for (const other of labels.keys()) {
      const share = counts[own * labels.length + other] / rows[own].rows;
      if (own !== other && rows[own].rows > 0 && share > (worst?.share ?? 0)) worst = { own, other, share };
    }
  return worst;
}

/** How well a method tells classes apart, in at most three sentences. */
export function confusionSentence(label: string, classes: ClassResult): string {
  const rows = classRows(classes);
  const all = rows.reduce((sum, one) => sum + one.rows, 0);
  if (all === 0) return 'No test row has a prediction.';
  const right = rows.reduce((sum, one) => sum + one.right, 0) / all;
  const common = rows.reduce((most, one) => (one.rows > most.rows ? one : most));
  const share = common.rows / all;
  const compared = right > share ? '' : right === share ? 'only ' : 'no more than ';
  const first = `${label} ${isPlural(label) ? 'name' : 'names'} the right class of ${compared}${percent(right)} of ${whole(all)} test rows; always saying ${inSentence(common.label)} would be right in ${percent(share)}.`;
  const never = rows.filter(({ rows: own, predicted }) => own > 0 && predicted === 0);
  const second =
    never.length === 0
      ? ''
      : ` No row is taken for ${never.length > 3 ? `${whole(never.length)} of the classes` : never.map((one) => inSentence(one.label)).join(' or ')}.`;
  const worst = worstPair(classes, rows);
  const third = worst
    ? ` Most mistaken: ${percent(worst.share)} of the rows of ${inSentence(classes.labels[worst.own])} are taken for ${inSentence(classes.labels[worst.other])}.`
    : '';
  return first + second + third;
}
