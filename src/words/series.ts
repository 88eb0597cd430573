import type { SeriesScores } from '../../workers/protocol';
import { listed, value } from '../text/numbers';
import { agree } from './names';

/** A method's errors of windows. */
export interface SeriesStory {
  label: string;
  scores: SeriesScores;
}

const NORMAL_95 = 1.959964;

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
  return `${story.label} ${agree([story.label], 'has', 'have')} a mean error of ${value(mean.value)}, below the innovation variance ${floor}: no past tells that much, so the answer was read from the window. At the last step, after which the window holds nothing, the error is ${value(last.value)}.`;
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
  return `${names}: no mean error is below the innovation variance ${value(innovationVariance)}, so nothing shows that the answer was read from the window.`;
}
