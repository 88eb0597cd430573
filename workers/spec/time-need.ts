import type { TimeProbe } from '../training/time-probe';

/** What a run will take on this device, by what was timed. */
export interface TimeNeed {
  /** Seconds of all epochs of the methods that were timed. */
  seconds: number;
  /** Early stopping may end it before. */
  atMost: boolean;
  /** Methods that are not counted. */
  without: string[];
}

/**
 * All epochs of all methods at the timed pace. Results of the test rows and a second stage come on top.
 *
 * @returns null where no method was timed
 */
export function timeNeed(
  { methods }: TimeProbe,
  training: { epochs: number; patience: number | 'auto' | null; drawPastStop: boolean },
): TimeNeed | null {
  const timed = methods.flatMap(({ epochMilliseconds }) => epochMilliseconds ?? []);
  if (timed.length === 0) return null;
  const milliseconds = timed.reduce((sum, one) => sum + one, 0) * training.epochs;
  return {
    seconds: milliseconds / 1000,
    // Where curves are drawn past the stop every method runs all its epochs.
    atMost: training.patience !== null && !training.drawPastStop,
    without: methods.filter(({ epochMilliseconds }) => epochMilliseconds === null).map(({ id }) => id),
  };
}
