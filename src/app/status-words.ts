import type { Curves, LabError, Lane, MethodResult, MetricComparison, Preparing, RunStatus } from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { columnDecimals, metricColumns, responseOf } from '../results/columns';
import type { EngineState } from '../state/engine';
import type { RunSource, Told } from '../state/run';
import { areLevel, isUnderway } from '../state/run-status';
import { isStale, staleness } from '../state/stale';
import type { TablePhase } from '../state/table/table-state';
import { datasetName } from '../ui/dataset-words';
import { capital, count, dayOf, inWords, listed } from '../ui/format';
import { labelOf } from '../ui/method-line';
import type { StatusAction, StatusLine } from '../ui/status';
import { winnerSentence } from '../words/winner';

/** What the status line is computed from. */
export interface StatusInput {
  status: RunStatus;
  source: RunSource;
  preparing: Preparing | null;
  /** Stop was pressed and the results have not arrived yet. */
  stopping: boolean;
  /** The step that paused it was asked for while some methods were an epoch behind. */
  levelling: boolean;
  error: LabError | null;
  /** The engine failed under the run, which goes on. */
  told: Told | null;
  lanes: Lane[];
  results: Record<string, MethodResult>;
  comparison: MetricComparison[] | null;
  curves: Record<string, Pick<Curves, 'predictive'>>;
  /** The spec of the run, and that of the form. */
  runSpec: ExperimentSpec | null;
  spec: ExperimentSpec;
  engine: Pick<EngineState, 'status' | 'error'>;
  table: { phase: TablePhase; fileName: string };
  /** Why nothing can be trained now; null when Train is on. */
  blocked: string | null;
  /** Train is on the page and may be pressed; a step of a lesson or a teacher's link can close it. */
  trainable: boolean;
}

const ACTIONS: Record<StatusAction, string> = {
  recorded: 'What was recorded',
  repeat: 'Repeat 5×',
  retry: 'Retry with a third of the learning rate',
  restart: 'Restart the engine',
};
const act = (id: StatusAction) => ({ id, label: ACTIONS[id] });

/** The winner's sentence in the decimals of the results table. */
function winnerOf({ results, comparison }: StatusInput): string | null {
  const all = Object.values(results);
  const task = all.some(({ metrics }) => metrics.logLoss !== null) ? 'binary' : 'regression';
  const [column] = metricColumns(task, false, false, responseOf(all));
  return winnerSentence({ results: all, comparison, labelOf, decimals: columnDecimals(column, all) });
}

function recordedLine({ source, blocked, trainable }: StatusInput): StatusLine | null {
  if (source.kind !== 'recorded') return null;
  return {
    tone: 'recorded',
    icon: null,
    words: [
      { b: 'A recorded run, not computed on this device.' },
      [` Recorded ${dayOf(source.about.date)}.`, trainable ? (blocked ?? 'Press Train to compute your own and play its epochs.') : '']
        .join(' ')
        .trimEnd(),
    ],
    action: act('recorded'),
  };
}

function tableLine({ table, spec }: StatusInput): StatusLine | null {
  const kept = { b: datasetName(spec.dataset) };
  if (table.phase === 'reading') {
    return {
      tone: 'plain',
      icon: 'shield',
      words: [{ b: `Reading ${table.fileName}.` }, ' It is read in this browser and sent nowhere.'],
      action: null,
    };
  }
  if (table.phase === 'roles') {
    return {
      tone: 'plain',
      icon: 'shield',
      words: ['The table was read in this browser and sent nowhere. ', kept, ' stays loaded until you press Use this table.'],
      action: null,
    };
  }
  if (table.phase === 'refused')
    return { tone: 'warn', icon: 'warn', words: [{ b: `${table.fileName} was refused. ` }, kept, ' stays loaded.'], action: null };
  return null;
}

function failedLine({ status, error, engine }: StatusInput): StatusLine | null {
  if (status === 'failed') {
    // An error from outside the lab's own refusals may lack a full stop.
    const message = (error?.message ?? 'The run failed.').replace(/([^.?])$/, '$1.');
    const engineIsFine = engine.status !== 'failed' && error !== null && error.code !== 'unexpected';
    const restarted = error !== null && /^(engine-(?!gave-up)|device-)/.test(error.code) && engine.status !== 'failed';
    const hint = restarted ? 'The engine was restarted and the curves are kept. Press Train to run again.' : (error?.hint ?? '');
    return { tone: 'bad', icon: 'warn', words: [{ b: message }, ` ${hint}`], action: engineIsFine ? null : act('restart') };
  }
  if (engine.status === 'failed') {
    return {
      tone: 'bad',
      icon: 'warn',
      words: [{ b: 'The engine could not be started.' }, ` ${engine.error?.message ?? ''}`],
      action: act('restart'),
    };
  }
  return null;
}

/** Methods that have no results for want of memory, each with its reason and what to do. */
function lackingLine({ lanes, status }: StatusInput): StatusLine | null {
  const lacking = lanes.filter(({ outOfMemory }) => outOfMemory);
  if (lacking.length === 0 || status === 'idle') return null;
  const others = lacking.length === lanes.length ? '' : isUnderway(status) ? ' The others train.' : ' The others have their results.';
  const reasons = [...new Set(lacking.map(({ stopReason }) => stopReason ?? ''))];
  return {
    tone: 'bad',
    icon: 'warn',
    words: [{ b: `Too little memory for ${listed(lacking.map(({ method }) => labelOf(method)))}.` }, ` ${reasons.join(' ')}${others}`],
    action: null,
  };
}

/** Methods that cannot be fitted to these data, each with its reason and what to do. */
function refusedLine({ lanes, status }: StatusInput): StatusLine | null {
  const refused = lanes.filter((lane) => lane.refused);
  if (refused.length === 0 || status === 'idle') return null;
  const reasons = refused.map(({ stopReason }) => stopReason ?? '').join(' ');
  return { tone: 'bad', icon: 'warn', words: [{ b: `${listed(refused.map(({ method }) => labelOf(method)))}:` }, ` ${reasons}`], action: null };
}

function divergedLine(input: StatusInput): StatusLine | null {
  const { lanes, status, curves } = input;
  const lost = lanes.filter((lane) => lane.status === 'diverged' && !lane.outOfMemory && !lane.refused);
  if (lost.length === 0 || status === 'idle') return null;
  const reasonOf = (lane: Lane) => (lane.stopReason ?? 'the loss is not a number').replace(/\.$/, '');
  const at = (lane: Lane) => `${labelOf(lane.method)} diverged at epoch ${lane.stopEpoch ?? lane.epoch}`;
  const reasons = [...new Set(lost.map(reasonOf))];
  const [lead, rest] =
    reasons.length === 1
      ? [`${listed(lost.map((lane, index) => (index === 0 ? at(lane) : at(lane).replace(' diverged', ''))))}:`, `${reasons[0]}.`]
      : [`${listed(lost.map((lane) => labelOf(lane.method)))} diverged.`, `${lost.map((lane) => `${at(lane)}: ${reasonOf(lane)}`).join('; ')}.`];
  const drawn = lost.filter(({ method }) => curves[method]?.predictive.some(Number.isFinite)).length;
  const kept = drawn === 0 ? '' : drawn === 1 ? ' Its curve is kept.' : ' Their curves are kept.';
  return {
    tone: 'bad',
    icon: 'warn',
    words: [{ b: lead }, ` ${rest}${kept}`],
    action: isUnderway(status) ? null : act('retry'),
  };
}

function preparingWords(preparing: Preparing | null, engine: StatusInput['engine']): [string, string] {
  if (engine.status === 'loading') return ['The engine is loading.', ' Training starts by itself.'];
  if (preparing?.kind === 'data') return ['Preparing the data.', ' Not counted in the times.'];
  if (preparing?.kind === 'upload') return ['Copying the data to the GPU.', ' Not counted in the times.'];
  if (preparing?.kind === 'pretraining')
    return [`Skip-gram finds the vectors that ${labelOf(preparing.id)} begins from.`, ' The response is not used; not counted in the times.'];
  if (preparing?.kind === 'search')
    return [`Grid search of ${labelOf(preparing.id)}.`, ` Trains each candidate, now ${preparing.title}; not counted in the times.`];
  return ['Compiling for this device.', ' Not counted in the times.'];
}

function stoppingLine({ stopping, lanes }: StatusInput): StatusLine | null {
  if (!stopping) return null;
  const trained = lanes.some(({ epoch }) => epoch > 0);
  const rest = trained ? ' The test rows are predicted with each method as it stands.' : ' Nothing was trained yet.';
  return { tone: 'live', icon: null, words: [{ b: trained ? 'Stopping, taking results.' : 'Stopping.' }, rest], action: null };
}

/** Methods whose results lack the post-training that their settings ask for: after Stop there is none. */
function withoutPostTraining({ runSpec, results }: StatusInput): string {
  const lacking = (runSpec?.methods ?? []).filter(({ id, settings }) => settings.postTraining === true && results[id]?.postTrainingEpochs === null);
  return lacking.length === 0 ? '' : ` ${listed(lacking.map(({ id }) => labelOf(id)))} without post-training, because the run was stopped.`;
}

/** The status line for every state of the page, in the words of the lab. */
export function statusLine(input: StatusInput): StatusLine {
  const { status, lanes, runSpec, preparing, engine } = input;
  const special = tableLine(input) ?? failedLine(input) ?? stoppingLine(input) ?? divergedLine(input) ?? lackingLine(input) ?? refusedLine(input);
  if (special) return special;
  const winner = winnerOf(input);
  const stale = isStale(staleness(runSpec, input.spec));
  const { told } = input;
  if (told && isUnderway(status))
    return { tone: status === 'paused' ? 'plain' : 'live', icon: null, words: [{ b: told.what }, told.next], action: null };
  switch (status) {
    case 'preparing': {
      const [lead, rest] = preparingWords(preparing, engine);
      return { tone: 'live', icon: null, words: [{ b: lead }, rest], action: null };
    }
    case 'running': {
      const order = runSpec?.training.order === 'sequential' ? 'The methods train one after another' : 'The methods take turns, one epoch each';
      const how = lanes.length === 1 ? 'One method is training' : `${order}, on the same rows`;
      const still = lanes.filter((lane) => lane.stopEpoch !== null).length;
      const stopped = still === 0 ? '' : ` ${capital(inWords(still))} ${still === 1 ? 'has' : 'have'} stopped.`;
      return { tone: 'live', icon: null, words: [{ b: 'Training.' }, ` ${how}.${stopped}`], action: null };
    }
    case 'paused':
      return {
        tone: 'plain',
        icon: 'pause',
        words: [
          { b: 'Paused.' },
          input.levelling && areLevel(lanes)
            ? ` The step brought all methods to epoch ${count(Math.max(0, ...lanes.map(({ epoch }) => epoch)))}; the next one runs a whole epoch.`
            : ' Nothing is lost. Step runs one epoch.',
        ],
        action: null,
      };
    case 'stopped':
      return {
        tone: 'plain',
        icon: 'stop',
        words: [{ b: 'Stopped by hand.' }, ` Results are taken where each method stood.${withoutPostTraining(input)}${winner ? ` ${winner}` : ''}`],
        action: null,
      };
    case 'done':
      return {
        tone: 'plain',
        icon: 'check',
        words: [{ b: 'Done.' }, `${winner ? ` ${winner}` : ''}${stale ? '' : ' This is one set of seeds: repeat it before you draw conclusions.'}`],
        action: stale ? null : act('repeat'),
      };
    default:
      return (
        recordedLine(input) ?? {
          tone: 'plain',
          icon: 'info',
          words: [
            { b: 'Nothing trained yet.' },
            input.trainable
              ? ` ${input.blocked ?? `Each panel says what it will show. Press Train${engine.status === 'loading' ? '; the engine is loading' : ''}.`}`
              : '',
          ],
          action: null,
        }
      );
  }
}
