import { Fragment } from 'react';
import type { ControlId } from '../../workers/spec/view/controls';
import { restartEngine } from '../lab-client/client';
import { useEngine } from '../state/engine';
import { accessTo, usePageView } from '../state/page-view';
import { type RecordedAbout, useRun } from '../state/run';
import { useSpec } from '../state/spec';
import { isRepeating, useStudy } from '../state/study';
import { useTable } from '../state/table/table-store';
import { repeatFive } from '../studies/commands';
import { studyStatus } from '../studies/words';
import { useBlocked } from '../ui/blocked';
import { Control } from '../ui/control';
import { datasetName } from '../ui/dataset-words';
import { count } from '../ui/format';
import { Icon } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { PopOver } from '../ui/over';
import type { StatusAction } from '../ui/status';
import { retrySlower } from './commands';
import { SpeedSelect } from './speed-select';
import { statusLine } from './status-words';

const COMMANDS: Record<Exclude<StatusAction, 'recorded'>, () => void> = {
  repeat: () => void repeatFive(),
  retry: () => void retrySlower(),
  restart: () => void restartEngine().catch(() => undefined),
};

function RecordedDetails({ about, label }: { about: RecordedAbout; label: string }) {
  const spec = useRun((state) => state.spec);
  const summary = useRun((state) => state.summary);
  return (
    <PopOver
      label={label}
      width={400}
      end
      button={
        <button type="button" className="btn quiet">
          {label}
        </button>
      }
    >
      <h2>What was recorded</h2>
      {spec && summary && (
        <p>
          <MathText>{`${datasetName(spec.dataset)}: ${spec.methods.length} methods on ${count(summary.trainRows)} training rows, tested on ${count(summary.testRows)}. Seeds ${spec.seeds.data}, ${spec.seeds.split} and ${spec.seeds.weights}.`}</MathText>
        </p>
      )}
      <p>
        Made by the lab's own command line on {about.machine || 'an unnamed machine'} ({about.backend}), lab {about.version},{' '}
        {about.date.slice(0, 10)}.
      </p>
      <p>
        <code>{about.command}</code>
      </p>
    </PopOver>
  );
}

/** What an action does, and may not do where a teacher's link or a lesson has closed it. */
const NEEDS: Record<Exclude<StatusAction, 'recorded'>, readonly ControlId[]> = { repeat: ['repeat'], retry: ['train', 'advanced'], restart: [] };

/** One line on where things stand, and at most one thing to do about it. */
export function StatusLine() {
  const run = useRun();
  const spec = useSpec((state) => state.spec);
  const engine = useEngine();
  const phase = useTable((state) => state.phase);
  const fileName = useTable((state) => state.fileName);
  const study = useStudy();
  const page = usePageView();
  const allowed = (action: Exclude<StatusAction, 'recorded'>) => NEEDS[action].every((control) => accessTo(page, control) === 'open');
  const trainable = accessTo(page, 'train') === 'open';
  const line = statusLine({ ...run, runSpec: run.spec, spec, engine, table: { phase, fileName }, blocked: useBlocked(), trainable });
  const { tone, icon, words, action } = isRepeating(study.status) ? studyStatus(study) : line;
  return (
    <section className={`status is-${tone}`} aria-label="Status">
      {tone === 'live' ? <span className="live-dot" /> : icon && <Icon name={icon} />}
      <span className="words">
        {words.map((part, index) => {
          const key = `${index}`;
          return typeof part === 'string' ? (
            <Fragment key={key}>
              <MathText>{part}</MathText>
            </Fragment>
          ) : (
            <b key={key}>
              <MathText>{part.b}</MathText>
            </b>
          );
        })}
      </span>
      {!action && !run.stopping && (run.status === 'running' || run.status === 'paused') && (
        <span className="acts">
          <Control id="speed">
            <SpeedSelect />
          </Control>
        </span>
      )}
      {action && (
        <span className={action.id === 'recorded' ? 'acts desktop-only' : 'acts'}>
          {action.id === 'recorded' && run.source.kind === 'recorded' ? (
            <RecordedDetails about={run.source.about} label={action.label} />
          ) : (
            action.id !== 'recorded' &&
            allowed(action.id) && (
              <button type="button" className={tone === 'bad' ? 'btn' : 'btn quiet'} onClick={COMMANDS[action.id]}>
                {action.label}
              </button>
            )
          )}
        </span>
      )}
    </section>
  );
}
