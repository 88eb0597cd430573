import type { Lane, RunStatus } from '../../workers/protocol';
import { batchOf } from '../../workers/spec/protocol';
import type { ControlId } from '../../workers/spec/view/controls';
import { oneEpoch, stop, trainPauseResume } from '../lab-client/client';
import { accessTo, usePageView, useShown } from '../state/page-view';
import { useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { isStale, useStaleness } from '../state/stale';
import { isRepeating, type StudyState, useStudy } from '../state/study';
import { useTable } from '../state/table/table-store';
import { useFacts } from '../state/table/use-facts';
import { pauseOrResume, stopRepeating } from '../studies/commands';
import { RepeatItems, RepeatMenu } from '../studies/repeat-menu';
import { studyProgress } from '../studies/words';
import { useBlocked } from '../ui/blocked';
import { Control } from '../ui/control';
import { dataPhrase } from '../ui/dataset-words';
import { plural } from '../ui/format';
import { Hint } from '../ui/hint';
import { Icon, type IconName } from '../ui/icons';
import { MathText } from '../ui/math-text';
import { labelOf } from '../ui/method-line';
import { Menu, MenuItem } from '../ui/over';
import { needBasis, needWords } from '../words/time';
import { resetRun } from './commands';
import { Lanes } from './lanes';
import { type RunWords, runWords } from './run-words';
import { useTimeNeed } from './use-time-need';

const ENDED: readonly RunStatus[] = ['done', 'stopped', 'diverged', 'failed'];

interface Command {
  control: ControlId;
  label: string;
  icon: IconName;
  keys?: string;
  enabled: boolean;
  run(): void;
}

function IconButton({ control, icon, label, keys, enabled, className = '', run }: Command & { className?: string }) {
  return (
    <Control id={control}>
      <button
        type="button"
        className={`btn big icon quiet ${className}`}
        aria-label={label}
        aria-keyshortcuts={keys}
        title={keys ? `${label} (${keys})` : label}
        // Not disabled: a command that has been given would lose the focus.
        aria-disabled={!enabled || undefined}
        onClick={() => enabled && run()}
      >
        <Icon name={icon} />
      </button>
    </Control>
  );
}

interface BigButton {
  label: string;
  icon: IconName;
  /** At work: pressing does nothing, but the button stays and keeps the focus. */
  busy: boolean;
  /** It is what there is to do. */
  solid: boolean;
  /** Why it is off; null when it is on. */
  blocked: string | null;
  run(): void;
}

/**
 * The main button, of a run and of a study: the same element whatever it says, so that the focus stays on it.
 */
function MainButton({ label, icon, busy, solid, blocked, run }: BigButton) {
  return (
    <button
      type="button"
      className={`btn big main ${solid ? 'solid' : ''}`}
      aria-keyshortcuts="t"
      disabled={blocked !== null}
      aria-disabled={busy || undefined}
      title={blocked ?? undefined}
      onClick={() => !busy && run()}
    >
      {busy ? <span className="spinner" /> : <Icon name={icon} />}
      {label}
    </button>
  );
}

/** The main button of a run. `again`: the ended run is that of the settings, training would do it again. */
function ofRun(status: RunStatus, stopping: boolean, blocked: string | null, again: boolean): BigButton {
  const running = status === 'running' && !stopping;
  const busy = status === 'preparing' || stopping;
  const label = stopping
    ? 'Stopping'
    : running
      ? 'Pause'
      : status === 'paused'
        ? 'Resume'
        : busy
          ? 'Preparing'
          : ENDED.includes(status) && again
            ? 'Train again'
            : 'Train';
  return { label, icon: running ? 'pause' : 'play', busy, solid: !running, blocked, run: () => void trainPauseResume() };
}

/** The main button while a study is on. */
function ofStudy(status: StudyState['status']): BigButton {
  const [running, busy] = [status === 'running', status === 'stopping'];
  const label = busy ? 'Stopping' : running ? 'Pause' : 'Resume';
  return { label, icon: running ? 'pause' : 'play', busy, solid: !running, blocked: null, run: () => void pauseOrResume() };
}

/** Commands that the bar of a phone has no room for. */
function MoreCommands({ commands, repeatable }: { commands: Command[]; repeatable: boolean }) {
  const page = usePageView();
  return (
    <span className="phone-only">
      <Menu
        end
        button={
          <button type="button" className="btn big icon quiet" aria-label="More of the run">
            <Icon name="more" />
          </button>
        }
      >
        {commands
          .filter(({ control }) => accessTo(page, control) !== 'hidden')
          .map(({ control, label, enabled, run }) => (
            <MenuItem key={label} disabled={!enabled || accessTo(page, control) !== 'open'} onClick={run}>
              {label}
            </MenuItem>
          ))}
        {accessTo(page, 'repeat') !== 'hidden' && <RepeatItems disabled={!repeatable || accessTo(page, 'repeat') !== 'open'} />}
      </Menu>
    </span>
  );
}

/** The same words on the phone, where the lanes have no room. */
function PhoneWords({ words, idle }: { words: RunWords; idle: string }) {
  return (
    <div className="say">
      {words.strong === 'Ready' ? (
        <MathText>{idle}</MathText>
      ) : (
        <>
          <b>{words.strong}</b> {words.rest}
          <br />
          {words.below.join(' ')}
        </>
      )}
    </div>
  );
}

const waiting = (method: string): Lane => ({
  method,
  status: 'waiting',
  epoch: 0,
  bestEpoch: null,
  stopEpoch: null,
  stopReason: null,
  predictive: null,
  parameters: 0,
});

/** The lanes of the repetition that trains: methods one after another. */
function studyLanes({ study, now }: StudyState): Lane[] {
  return (study?.spec.methods ?? []).map(({ id }) => now?.lanes[id] ?? waiting(id));
}

/** Train, one epoch, Stop, Reset; what is going on; and a lane for each method. */
export function RunBar() {
  const { status, preparing, stopping, progress, lanes, spec: runSpec, source } = useRun();
  const spec = useSpec((state) => state.spec);
  const table = useTable((state) => state.phase);
  const facts = useFacts();
  const live = source.kind === 'live';
  const choosing = table === 'roles' || table === 'reading';
  const blocked = useBlocked();
  const stale = isStale(useStaleness());
  const batch = facts ? batchOf(spec.training, facts) : 1;
  const batches = facts && facts.trainRows > 0 ? Math.ceil(facts.trainRows / Math.min(batch, facts.trainRows)) : null;
  const { protocol } = (live && runSpec ? runSpec : spec).training;
  const lanesShown = useShown('lanes');
  const study = useStudy();
  const repeating = isRepeating(study.status);
  const words = repeating
    ? studyProgress(study)
    : runWords({ status, preparing, stopping, progress, lanes, table, methods: spec.methods.length, batches, protocol });
  // Of the settings in sight: an ended run has its own times.
  const need = useTimeNeed();
  const soon = words.strong === 'Ready' ? need : null;
  const shown = repeating
    ? studyLanes(study)
    : live && lanes.length > 0 && !choosing
      ? lanes
      : (live && runSpec && !choosing ? runSpec : spec).methods.map(({ id }) => waiting(id));
  const look = choosing ? 'track' : repeating || (live && lanes.length > 0) ? 'live' : 'pale';
  const free = isUnderway(status) || blocked === null;
  const step: Command = {
    control: 'one-epoch',
    label: 'One epoch',
    icon: 'step',
    keys: 'e',
    enabled: free && !stopping && !isTraining(status) && !repeating,
    run: () => void oneEpoch(),
  };
  const reset: Command = {
    control: 'reset',
    label: 'Reset',
    icon: 'reset',
    enabled: live && !isTraining(status) && !choosing && !repeating,
    run: () => void resetRun(),
  };
  const whyNot = repeating ? 'A study is under way.' : isUnderway(status) ? 'A run is under way.' : blocked;
  return (
    <section className="run" aria-label="Run">
      <div className="go">
        <PhoneWords
          words={words}
          idle={`${plural(spec.methods.length, 'method')} on ${dataPhrase(spec.dataset)}${soon ? `: ${needWords(soon)}` : ''}`}
        />
        <Control id="train">
          <MainButton {...(repeating ? ofStudy(study.status) : ofRun(status, stopping, free ? null : blocked, !choosing && !stale))} />
        </Control>
        <Control id="repeat">
          <RepeatMenu disabled={whyNot !== null} why={whyNot} />
        </Control>
        <IconButton className="desktop-only" {...step} />
        <IconButton
          className={isUnderway(status) || repeating ? '' : 'desktop-only'}
          control="stop"
          icon="stop"
          label="Stop"
          keys="s"
          enabled={repeating ? study.status !== 'stopping' : isUnderway(status) && !stopping}
          run={() => void (repeating ? stopRepeating() : stop())}
        />
        <IconButton className="desktop-only" {...reset} />
        <MoreCommands commands={[step, reset]} repeatable={whyNot === null} />
      </div>
      <div className={stale && look === 'live' && !repeating ? 'stat is-stale' : 'stat'}>
        <div className="head">
          <div className="epoch">
            {words.strong} {words.rest && <span>{words.rest}</span>}
            {soon && (
              <Hint className="plain" words={needBasis(soon, soon.epochs, soon.share, labelOf)}>
                {needWords(soon)}
              </Hint>
            )}
          </div>
          <div className="rate">
            {words.below.map((part) => (
              <span key={part}>{part} </span>
            ))}
          </div>
        </div>
        {lanesShown && (
          <div data-panel="lanes">
            <Lanes lanes={shown} epochs={progress?.epochs ?? spec.training.epochs} look={look} />
          </div>
        )}
      </div>
    </section>
  );
}
