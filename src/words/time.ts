import { listed, whole } from '../text/numbers';

/** A duration as a person would say it, from seconds: two digits at most. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 99.5) return `${whole(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 99.5) return `${whole(minutes)} min`;
  return `${whole(minutes / 60)} h`;
}

/** '2 epochs per second'. */
export const paceWords = (pace: number): string => `${pace} ${pace === 1 ? 'epoch' : 'epochs'} per second`;

interface Need {
  seconds: number;
  atMost: boolean;
  without: readonly string[];
}

/** 'about 12 s', 'at most about 12 s': what a run will take. */
export function needWords({ seconds, atMost, without }: Need): string {
  const time = seconds < 1 ? duration(seconds) : `${atMost ? 'at most ' : ''}about ${duration(seconds)}`;
  return without.length > 0 ? `${time} and more` : time;
}

/** What these words rest on. */
export function needBasis({ atMost, without }: Need, epochs: number, share: number, labelOf: (id: string) => string): string {
  const rows = share < 1 ? `, on ${whole(Math.max(1, 100 * share))} % of the training rows` : '';
  const stop = atMost ? ' Early stopping may end it sooner.' : '';
  const left = without.length > 0 ? ` Not counted, because one epoch does not tell: ${listed(without.map(labelOf))}.` : '';
  return `Timed on this device just now: one epoch of each method${rows}, times ${whole(epochs)} epochs.${stop} Preparing and the results of the test rows come on top.${left}`;
}
