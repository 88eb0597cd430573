import type { Lane, Preparing, RunProgress, RunStatus } from '../../workers/protocol';
import type { ProtocolId } from '../../workers/spec/protocol';
import type { TablePhase } from '../state/table/table-state';
import { clock, count, plural, rate } from '../ui/format';
import { labelOf } from '../ui/method-line';
import { stopWords } from '../words/stop';

export interface RunWordsInput {
  status: RunStatus;
  preparing: Preparing | null;
  /** Stop was pressed and the results have not arrived yet. */
  stopping: boolean;
  progress: RunProgress | null;
  lanes: Lane[];
  table: TablePhase;
  /** Methods chosen in the form, and their batches an epoch; null when not known. */
  methods: number;
  batches: number | null;
  /** Of the run where there is one, else of the form. */
  protocol: ProtocolId;
}

/** How a run was trained, behind what it came to. */
const PROTOCOL_WORDS: Readonly<Record<ProtocolId, string>> = { published: 'trained as published', recommended: 'trained as recommended' };

/**
 * The left words of the run bar: a strong one, the rest of its line, and the line below in pieces that may
 * wrap.
 */
export interface RunWords {
  strong: string;
  rest: string;
  below: string[];
}

function preparingWords(preparing: Preparing | null): string {
  if (preparing === null) return 'the engine';
  if (preparing.kind === 'method') return `${labelOf(preparing.id)}, ${preparing.place} of ${preparing.of}`;
  if (preparing.kind === 'upload') return `${labelOf(preparing.id)}, ${preparing.percent} % of the data on the GPU`;
  if (preparing.kind === 'pretraining') return `${labelOf(preparing.id)}, ${preparing.percent} % of skip-gram`;
  if (preparing.kind === 'search') {
    const epoch = preparing.epoch > 0 ? `, epoch ${count(preparing.epoch)}` : '';
    return `${labelOf(preparing.id)}, grid search ${preparing.place} of ${preparing.of}${epoch}`;
  }
  return preparing.percent === null ? 'the data' : `the data, ${preparing.percent} %`;
}

export function runWords({ status, preparing, stopping, progress, table, methods, batches, protocol }: RunWordsInput): RunWords {
  if (table === 'roles') return { strong: 'Waiting', rest: '', below: ['for the column roles'] };
  if (table === 'reading') return { strong: 'Reading', rest: '', below: ['the table'] };
  if (stopping) return { strong: 'Stopping', rest: '', below: progress ? ['taking results'] : [] };
  const epoch = progress ? count(progress.epoch) : '0';
  const speed = progress ? rate(progress.rowsPerSecond) : '';
  switch (status) {
    case 'preparing':
      return { strong: 'Preparing', rest: '', below: [preparingWords(preparing)] };
    case 'running': {
      const left = progress?.secondsLeft;
      const time = left === null || left === undefined ? '' : `at most ${clock(left)} left`;
      return {
        strong: `Epoch ${epoch}`,
        rest: progress ? `of at most ${count(progress.epochs)}` : '',
        below: [speed && time ? `${speed},` : speed, time].filter(Boolean),
      };
    }
    case 'paused':
      return { strong: `Paused at epoch ${epoch}`, rest: '', below: progress ? [`of at most ${count(progress.epochs)}`] : [] };
    case 'done':
    case 'diverged':
      return {
        strong: status === 'done' ? 'Finished' : 'Diverged',
        rest: progress ? `in ${clock(progress.elapsedSeconds)}` : '',
        below: progress ? [`${plural(progress.epoch, 'epoch')},`, speed && `${speed},`, PROTOCOL_WORDS[protocol]].filter(Boolean) : [],
      };
    case 'stopped':
      return {
        strong: `Stopped at epoch ${epoch}`,
        rest: '',
        below: progress ? [`after ${clock(progress.elapsedSeconds)},`, PROTOCOL_WORDS[protocol]] : [],
      };
    case 'failed':
      return { strong: 'Failed', rest: progress ? `at epoch ${epoch}` : '', below: ['The curves so far are kept.'] };
    default:
      return {
        strong: 'Ready',
        rest: '',
        below: [
          `${plural(methods, 'method')}${batches === null ? '' : `, ${plural(batches, 'batch')} an epoch`},`,
          PROTOCOL_WORDS[protocol].replace('trained ', ''),
        ],
      };
  }
}

/** The line under a lane: its state, and the part that a narrow page drops. */
export function laneWords(lane: Lane): { text: string; extra: string } {
  const best = lane.bestEpoch === null ? '' : `, best ${count(lane.bestEpoch)}`;
  switch (lane.status) {
    case 'waiting':
      return { text: 'not started', extra: '' };
    case 'diverged':
      return { text: lane.outOfMemory ? 'too little memory' : lane.refused ? 'cannot be fitted' : `diverged at ${count(lane.epoch)}`, extra: '' };
    case 'finishing':
      return { text: 'taking results', extra: '' };
    default:
      return lane.stopEpoch === null
        ? { text: `epoch ${count(lane.epoch)}`, extra: best }
        : { text: stopWords({ reason: lane.stopReason, epoch: lane.stopEpoch }), extra: best };
  }
}
