import { useState } from 'react';
import { repetitionsOf } from '../../workers/spec/study';
import { useRun } from '../state/run';
import { isUnderway } from '../state/run-status';
import { openRepetition, useStudy } from '../state/study';
import { continueStudy, forget, pauseStudy, resumeStudy, stopStudy } from './runner';
import { isElsewhere, partWord, studyProgress } from './words';

/** Pause, stop, go on; and how far it is. */
export function StudyActions() {
  const state = useStudy();
  const { study, records, status, error } = state;
  const underway = useRun((run) => isUnderway(run.status));
  const [sure, setSure] = useState(false);
  if (!study) return null;
  const all = repetitionsOf(study.plan);
  const open = openRepetition(study, records) !== null;
  const words = studyProgress(state);
  return (
    <>
      <span className="far" role="status">
        {status === 'idle' ? `${records.length} of ${all} ${partWord(study)}s finished` : `${words.strong} ${words.rest}`}
      </span>
      {status === 'running' && (
        <button type="button" className="btn" onClick={pauseStudy}>
          Pause
        </button>
      )}
      {status === 'paused' && (
        <button type="button" className="btn solid" onClick={resumeStudy}>
          Resume
        </button>
      )}
      {status !== 'idle' && (
        <button type="button" className="btn quiet" disabled={status === 'stopping'} onClick={stopStudy}>
          Stop
        </button>
      )}
      {status === 'idle' && open && (
        <button
          type="button"
          className="btn solid"
          disabled={underway}
          title={underway ? 'A run is training. Stop it first.' : undefined}
          onClick={() => void continueStudy()}
        >
          Continue
        </button>
      )}
      {status === 'idle' && (
        <button type="button" className="btn quiet" onBlur={() => setSure(false)} onClick={() => (sure ? void forget() : setSure(true))}>
          {sure ? 'Really remove it' : 'Remove'}
        </button>
      )}
      {error && !isElsewhere(state) && (
        <span className="bad" role="alert">
          {error.message} {error.hint}
        </span>
      )}
    </>
  );
}
