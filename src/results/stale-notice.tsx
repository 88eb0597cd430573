import { train } from '../lab-client/client';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { useStaleness } from '../state/stale';
import { isRepeating, useStudy } from '../state/study';
import { useBlocked } from '../ui/blocked';
import { Control } from '../ui/control';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { passesFocus } from '../ui/take-focus';
import { staleButton, staleSentence } from '../words/provenance';
import { differing } from './origin';

/** It goes with the run that it begins, which the main button pauses and stops. */
const toRun = passesFocus(() => document.querySelector<HTMLElement>('.run .main'));

/** Stands over results that are not of the settings chosen now, with the one thing to do about it. */
export function StaleNotice() {
  const staleness = useStaleness();
  const training = useRun((state) => isUnderway(state.status));
  const underway = useStudy((state) => isRepeating(state.status)) || training;
  const blocked = useBlocked();
  const found = differing(staleness);
  if (!found) return null;
  return (
    <section className="status is-warn stale-notice" aria-label="Results of other settings">
      <Icon name="warn" />
      <span className="words">
        <MathText>{staleSentence(found)}</MathText>
      </span>
      {!underway && (
        <span className="acts">
          <Control id="train">
            <button ref={toRun} type="button" className="btn" disabled={blocked !== null} title={blocked ?? undefined} onClick={() => void train()}>
              {staleButton(found)}
            </button>
          </Control>
        </span>
      )}
    </section>
  );
}
