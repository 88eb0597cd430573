import { useState } from 'react';
import { takeNewVersion } from '../lab-client/site-version';
import { useRun } from '../state/run';
import { isFitting } from '../state/run-lock';
import { isUnderway } from '../state/run-status';
import { useSiteVersion } from '../state/site-version';
import { isRepeating, useStudy } from '../state/study';
import { Icon } from './icons';
import { versionWords } from './version-words';

/** A newer version of the lab is here; it comes when a person says so, and never under a run. */
export function VersionLine() {
  const underway = useRun(({ status }) => isUnderway(status));
  const repeating = useStudy(({ status }) => isRepeating(status));
  const [others, setOthers] = useState(0);
  const [fitting, setFitting] = useState(false);
  const busy = underway || repeating || fitting;
  const { lead, rest } = versionWords(busy, others);
  const take = () => {
    setFitting(isFitting());
    if (!isFitting()) void takeNewVersion().then(setOthers);
  };
  return (
    <section className="status is-offer is-plain" aria-label="New version" aria-live="polite">
      <Icon name="info" />
      <span className="words">
        <b>{lead}</b> {rest}
      </span>
      <span className="acts">
        {!(underway || repeating) && (
          <button type="button" className="btn quiet" onClick={take}>
            {fitting || others > 0 ? 'Try again' : 'Use it now'}
          </button>
        )}
        <button type="button" className="btn quiet icon" aria-label="Not now" onClick={() => useSiteVersion.getState().set({ offered: false })}>
          <Icon name="close" small />
        </button>
      </span>
    </section>
  );
}
