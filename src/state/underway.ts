import { useRun } from './run';
import { isUnderway } from './run-status';
import { isRepeating, useStudy } from './study';

/** What goes on and would end where another run took its place, in words; null: nothing. */
export function underway(): string | null {
  if (isUnderway(useRun.getState().status)) return 'A run is under way.';
  return isRepeating(useStudy.getState().status) ? 'A study is under way.' : null;
}

/** `underway`, as it changes. */
export function useUnderway(): string | null {
  useRun((state) => isUnderway(state.status));
  useStudy((state) => isRepeating(state.status));
  return underway();
}
