import { useRun } from './run';
import { isUnderway } from './run-status';

/** A reload loses a run under way; the browser then asks first. Listening only as long keeps the page in the back-forward cache otherwise. */
export function askBeforeLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  useRun.subscribe(({ status }, before) => {
    if (isUnderway(status) === isUnderway(before.status)) return;
    if (isUnderway(status)) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  });
}
