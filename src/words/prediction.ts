import { fixed, whole } from '../text/numbers';
import { isPlural } from './names';
import { line } from './statistics';

/**
 * How many test rows are drawn, and how many the scores are of. `seenRows`: of times to an event, those whose
 * event was seen, which alone are drawn; `scored`: null where the scores are of all.
 */
export function drawnWords({
  drawn,
  testRows,
  seenRows,
  scored,
}: {
  drawn: number;
  testRows: number;
  seenRows?: number;
  scored: number | null;
}): string {
  const some =
    scored !== null && scored < testRows ? ` Scores of ${whole(scored)} of ${seenRows === undefined ? 'them' : `all ${whole(testRows)}`}.` : '';
  if (seenRows !== undefined) {
    const share = drawn < seenRows ? `${whole(drawn)} of ${whole(seenRows)}` : `All ${whole(seenRows)}`;
    const rest = testRows > seenRows ? `; of the other ${whole(testRows - seenRows)} the time is not known` : '';
    return `${share} test rows whose event was seen are drawn${rest}.${some}`;
  }
  return `${drawn < testRows ? `${whole(drawn)} of ${whole(testRows)}` : `All ${whole(testRows)}`} test rows drawn.${some}`;
}

/** R² below this is little more than the mean. */
const LITTLE = 0.1;
const SURE = 2.576;

/**
 * What predictions of test rows tell, in at most two sentences. `r2`: of all test rows; null where it is not
 * known, then that of the rows given.
 */
export function predictionSentence(input: { label: string; actual: ArrayLike<number>; predicted: ArrayLike<number>; r2: number | null }): string {
  const rows = Array.from({ length: input.actual.length }, (_, i) => i).filter(
    (i) => Number.isFinite(input.actual[i]) && Number.isFinite(input.predicted[i]),
  );
  const actual = rows.map((i) => input.actual[i]);
  const predicted = rows.map((i) => input.predicted[i]);
  const { label } = input;
  if (rows.length < 3) return 'Too few test rows to say how well they are predicted.';
  const flat = line(actual, predicted);
  if (!flat) return 'All test rows have the same response, so nothing can be said of how well they are predicted.';
  if (!(flat.sdY > 1e-6 * flat.sdX)) return `${label} ${isPlural(label) ? 'predict' : 'predicts'} nearly the same number for every row, like a mean.`;
  const squared = predicted.reduce((sum, p, i) => sum + (p - actual[i]) ** 2, 0);
  const r2 = input.r2 ?? 1 - squared / (flat.sdX ** 2 * (rows.length - 1));
  const share = `R² is ${fixed(r2, 2)}`;
  const spread = `the predictions spread ${fixed(flat.sdY / flat.sdX, 2)} times as wide as the responses`;
  if (r2 < 0) return `Worse than the mean of the test rows would be: ${share}, and ${spread}.`;
  if (r2 < LITTLE) return `Little more than the mean is predicted: ${share}, and ${spread}.`;
  // Of a prediction that is right on average, one unit more brings one unit more of the response.
  const back = line(predicted, actual);
  const half = SURE * (back?.error ?? 0);
  const verdict =
    back === null
      ? ''
      : back.slope + half < 0.95
        ? ` They lie too far apart: one unit more in a prediction brings ${fixed(back.slope, 2)} in the response.`
        : back.slope - half > 1.05
          ? ` They lie too close together: one unit more in a prediction brings ${fixed(back.slope, 2)} in the response.`
          : '';
  const explain = isPlural(label) ? 'explain' : 'explains';
  const wide = `${fixed(flat.sdY / flat.sdX, 2)} times as wide as the responses, slope ${fixed(flat.slope, 2)}`;
  return `${label} ${explain} ${fixed(100 * r2, 0)} % of the variance of the test rows. The predictions spread ${wide}.${verdict}`;
}

/**
 * What an AUC on so many test rows tells. `error`: its standard error; null where it is not known, then as if
 * one row in ten were of the positive class.
 */
export function rocSentence(input: { label: string; auc: number | null; testRows: number; error: number | null }): string {
  const { label, auc, testRows } = input;
  if (auc === null || !Number.isFinite(auc)) return 'Without both values among the test rows there is no AUC.';
  // Without one, that of scores which know nothing.
  const positive = Math.max(1, testRows / 10);
  const error = input.error ?? Math.sqrt((testRows + 1) / (12 * positive * Math.max(1, testRows - positive)));
  if (Math.abs(auc - 0.5) < 2 * error)
    return `${label} ${isPlural(label) ? 'do' : 'does'} about what guessing would: an AUC of ${fixed(auc, 3)} on ${whole(testRows)} test rows may be chance.`;
  const pairs = `a row of the positive class is scored above one of the other in ${fixed(100 * auc, 0)} of 100 pairs`;
  return auc < 0.5 ? `Worse than guessing: ${pairs}.` : `Of ${label}: ${pairs}.`;
}
