import type { SurvivalCurves } from '../../workers/protocol';
import { fixed, threeFigures } from '../text/numbers';

/** Shares further apart than this are a curve that misses. */
const APART = 0.05;

/** The time of a curve at which half of the rows are left; null where more are to its end. */
export function halfTime(times: readonly number[], shares: readonly number[]): number | null {
  const at = shares.findIndex((share) => share <= 0.5);
  return at < 0 ? null : times[at];
}

/** Whether the predicted shares are those that were seen, and how far frailties spread them. */
export function survivalSentence({ times, observed, mean, frailties }: SurvivalCurves): string {
  const gaps = mean.map((share, i) => share - observed[i]);
  const widest = gaps.reduce((most, gap, i) => (Math.abs(gap) > Math.abs(gaps[most]) ? i : most), 0);
  const gap = gaps[widest];
  const fit =
    Math.abs(gap) <= APART
      ? `The predicted share of rows without the event is within ${fixed(Math.max(Math.abs(gap), 0.01), 2)} of the observed one at all times drawn.`
      : `At time ${threeFigures(times[widest])} the predicted share of rows without the event is ${fixed(mean[widest], 2)} and the observed one ${fixed(observed[widest], 2)}.`;
  const [low, , high] = frailties.map(({ survival }) => halfTime(times, survival));
  const range = `The frailty of a level multiplies the risk of its rows: in 10 % of levels it is below ${threeFigures(frailties[0].frailty)}, in 10 % above ${threeFigures(frailties[frailties.length - 1].frailty)}.`;
  if (high === null) return `${fit} ${range}`;
  const slow = low === null ? 'later than is drawn' : `by time ${threeFigures(low)}`;
  return `${fit} ${range} Of rows with the middle prediction, half have had the event by time ${threeFigures(high)} with the high frailty, with the low one ${slow}.`;
}
