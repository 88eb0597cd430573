import type { ForecastWindow, SeriesAttention, SeriesScores } from '../../workers/protocol';
import { NORMAL_95 } from '../../workers/spec/scores';
import { inWords, listed, value, whole } from '../text/numbers';
import { agree, inSentence } from './names';

/** A method's errors of windows. */
export interface SeriesStory {
  label: string;
  scores: SeriesScores;
}

/** The series that trained: of new ones a method may know less, and there may be none. */
const known = ({ scores }: SeriesStory) => scores.groups[0];

/**
 * Whether the mean error is below the innovation variance beyond noise: what no past can tell, the method
 * told (docs/methods.md F4).
 */
export function hasReadAhead(story: SeriesStory): boolean {
  const { innovationVariance } = story.scores;
  const { value: mean, standardError } = known(story).mean;
  return innovationVariance !== null && standardError !== null && mean + NORMAL_95 * standardError < innovationVariance;
}

/**
 * Whether it knows less of the last step than of the steps on average, beyond noise: those before are told.
 */
function knowsLessAtTheEnd(story: SeriesStory): boolean {
  const { mean, last } = known(story);
  const noise = Math.hypot(mean.standardError ?? Number.POSITIVE_INFINITY, last.standardError ?? Number.POSITIVE_INFINITY);
  return story.scores.steps > 1 && story.scores.task !== 'forecast' && last.value - mean.value > NORMAL_95 * noise;
}

const readAhead = (story: SeriesStory): string => {
  const { mean, last } = known(story);
  const floor = value(story.scores.innovationVariance as number);
  return `${story.label} ${agree([story.label], 'has', 'have')} a mean error of ${value(mean.value)}, below the innovation variance ${floor} by more than noise: no past tells that much, so the answer was read from the window. At the last step, after which the window holds nothing, the error is ${value(last.value)}.`;
};

const suspect = (story: SeriesStory): string => {
  const { mean, last } = known(story);
  return `${story.label} ${agree([story.label], 'errs', 'err')} more at the last step (${value(last.value)}) than on average (${value(mean.value)}): a method that looks only back knows most there, so look whether this one sees what comes.`;
};

/**
 * Which methods have seen the future, and how that is known: by the innovation variance where it is known, by
 * the last step elsewhere. Null where there is nothing to say.
 */
export function leakSentence(stories: readonly SeriesStory[]): string | null {
  if (stories.length === 0) return null;
  const proven = stories.filter(hasReadAhead);
  const suspects = stories.filter((story) => !hasReadAhead(story) && knowsLessAtTheEnd(story));
  const told = [...proven.map(readAhead), ...suspects.map(suspect)];
  if (told.length > 0) return told.join(' ');
  const { innovationVariance } = stories[0].scores;
  if (innovationVariance === null) return null;
  const names = listed(stories.map(({ label }) => label));
  return `${names}: no mean error is below the innovation variance ${value(innovationVariance)} by more than noise, so nothing shows that the answer was read from the window.`;
}

/** The first of the smallest values. */
const least = <T>(items: readonly T[], of: (item: T) => number): T => items.reduce((best, item) => (of(item) < of(best) ? item : best));

/**
 * How errors change from the first step of a window to the last, for series that trained or for new ones, and
 * who has the least at either end. Null for a single step.
 */
export function stepSentence(stories: readonly SeriesStory[], knownSeries: boolean): string | null {
  const found = stories.flatMap(({ label, scores }) =>
    scores.groups.filter((group) => group.known === knownSeries).map((group) => ({ label, first: group.first.value, last: group.last.value })),
  );
  if (found.length === 0 || stories[0].scores.steps < 2) return null;
  const [atFirst, atLast] = [least(found, ({ first }) => first), least(found, ({ last }) => last)];
  const whose = knownSeries ? 'series that trained' : 'new series';
  if (found.length === 1)
    return `On ${whose}, ${found[0].label} errs by ${value(atFirst.first)} at the first step and ${value(atLast.last)} at the last.`;
  const ends =
    atFirst.label === atLast.label
      ? `${atFirst.label} has the least error at the first step (${value(atFirst.first)}) and at the last (${value(atLast.last)})`
      : `${atFirst.label} has the least error at the first step (${value(atFirst.first)}), and ${atLast.label} at the last (${value(atLast.last)})`;
  return `On ${whose}, ${ends}.`;
}

/** How far each method's predictions of one window are from what came, on average. */
export function windowSentence(windows: readonly { label: string; window: ForecastWindow }[]): string {
  const errors = windows.map(({ label, window: { actual, predicted } }) => ({
    label,
    error: actual.reduce((sum, came, i) => sum + (came - predicted[i]) ** 2, 0) / actual.length,
  }));
  const [{ window }] = windows;
  const what = window.actual.length === 1 ? 'The value' : `The ${inWords(window.actual.length)} values`;
  const best = least(errors, ({ error }) => error);
  const start = `${what} of ${window.name} from step ${whole(window.asked)} on`;
  return errors.length === 1
    ? `${start}: ${best.label} has a mean squared error of ${value(best.error)} here.`
    : `${start}: ${best.label} comes closest here, with a mean squared error of ${value(best.error)}.`;
}

/** Mean weight of a series over the heads. */
export const seriesWeight = ({ heads }: SeriesAttention['series'][number]): number => heads.reduce((sum, head) => sum + head, 0) / heads.length;

/** A share in hundredths: 12 %, 1.3 %. */
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** A weight of so many times an even share stands out. */
const STANDS_OUT = 2;

/** Which of the other series a forecast looks at, against an even share for each. */
export function seriesAttentionSentence(attention: SeriesAttention, label: string): string {
  const weights = attention.series.map((one) => ({ name: one.name, weight: seriesWeight(one) })).sort((a, b) => b.weight - a.weight);
  const [first] = weights;
  const even = 1 / weights.length;
  if (first.weight < STANDS_OUT * even)
    return `${label} spreads its attention: no series has ${inWords(STANDS_OUT)} times the even share of ${percent(even)}.`;
  const outstanding = weights.filter(({ weight }) => weight >= STANDS_OUT * even);
  const share = outstanding.reduce((sum, { weight }) => sum + weight, 0);
  const those =
    outstanding.length === 1
      ? `No other has ${inWords(STANDS_OUT)} times that share.`
      : `${whole(outstanding.length)} of ${whole(weights.length)} series have ${inWords(STANDS_OUT)} times that share or more, ${percent(share)} together.`;
  return `${label} looks most at ${inSentence(first.name)}, with ${percent(first.weight)} of its attention against an even share of ${percent(even)}. ${those}`;
}
