import { useRun } from './run';
import { isUnderway } from './run-status';
import { isRepeating, useStudy } from './study';

/**
 * A reload loses a run under way, and the repetition of a study that trains; the browser then asks first.
 * Listening only as long keeps the page in the back-forward cache otherwise.
 */
export function askBeforeLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  let asking = false;
  const follow = () => {
    const busy = isUnderway(useRun.getState().status) || isRepeating(useStudy.getState().status);
    if (busy === asking) return;
    asking = busy;
    if (busy) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  };
  useRun.subscribe(follow);
  useStudy.subscribe(follow);
}
