import { create } from 'zustand';
import type {
  Curves,
  DatasetSummary,
  EmbeddingView,
  LabError,
  LabEvent,
  Lane,
  MethodResult,
  MetricComparison,
  PredictionView,
  Preparing,
  RunProgress,
  RunSnapshot,
  RunStatus,
} from '../../workers/protocol';
import { byMethod } from '../../workers/spec/by-method';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { areLevel, isUnderway } from './run-status';

/** Where the numbers on the page come from. */
export type RunSource = { kind: 'none' } | { kind: 'live' } | { kind: 'recorded'; about: RecordedAbout };

/** How a recorded run says what it is. */
export interface RecordedAbout {
  /** ISO date. */
  date: string;
  backend: string;
  machine: string;
  version: string;
  command: string;
}

/** A recorded run as committed under public/: typed arrays as plain arrays. */
export interface RecordedRun {
  about: RecordedAbout;
  run: RunSnapshot;
}

/** What is drawn: one run, recorded or live. Maps are by method id. */
export interface RunState {
  generation: number;
  /** Live runs begun on this page, which numbers them. */
  number: number;
  source: RunSource;
  status: RunStatus;
  /** What is prepared, while the status is 'preparing'. */
  preparing: Preparing | null;
  /** Stop was pressed and the results have not arrived yet. */
  stopping: boolean;
  /** One epoch was asked for while some methods were an epoch behind: the step first brings them level. */
  levelling: boolean;
  error: LabError | null;
  /** The engine failed under this run, and it goes on: what happened, and how. Null: it never did. */
  told: Told | null;
  /** The spec this run was started with (the form may have moved on). */
  spec: ExperimentSpec | null;
  summary: DatasetSummary | null;
  lanes: Lane[];
  progress: RunProgress | null;
  curves: Record<string, Curves>;
  embeddings: Record<string, EmbeddingView>;
  predictions: Record<string, PredictionView>;
  results: Record<string, MethodResult>;
  /**
   * The methods' scores against the best; null until every method has its results or will have none, and in
   * recordings of earlier versions.
   */
  comparison: MetricComparison[] | null;
  /** Starts a new live run and returns its generation number; the page shows nothing of the old one. */
  begin(spec: ExperimentSpec): number;
  /** Shows a recorded run. */
  showRecorded(recorded: RecordedRun): void;
  /** Takes one event of the worker; events of another generation are dropped. */
  receive(event: LabEvent): void;
  /** Stop was pressed: the page says so at once, for taking the results takes its time. */
  markStopping(): void;
  /** A paused run goes on: for one epoch, or to the end. */
  markResumed(forOneEpoch: boolean): void;
  /** Back to an empty page. */
  clear(): void;
  fail(error: LabError): void;
  /**
   * The run goes on in another worker, whose events have the generation number that this gives. What is drawn
   * stays.
   */
  goOn(told: Told | null, paused: boolean): number;
  /** Shows a run of this browser that another page began, as it stood. */
  showKept(run: RunSnapshot, status: RunStatus): void;
}

/** Two sentences of the status line. */
export interface Told {
  what: string;
  next: string;
}

const EMPTY = {
  status: 'idle' as RunStatus,
  preparing: null,
  stopping: false,
  levelling: false,
  error: null,
  told: null,
  spec: null,
  summary: null,
  lanes: [],
  progress: null,
  curves: {},
  embeddings: {},
  predictions: {},
  results: {},
  comparison: null,
};

/** Appends new epochs to a curve. A gap cannot arise: the port keeps order and the worker counts. */
function extend(known: Float32Array | undefined, from: number, added: Float32Array): Float32Array {
  const joined = new Float32Array(from + added.length);
  if (known) joined.set(known.subarray(0, from));
  joined.set(added, from);
  return joined;
}

const floats = (values: ArrayLike<number | null>): Float32Array => Float32Array.from(values, (value) => value ?? Number.NaN);

/** What a page draws of a run that was kept. */
const shown = (run: RunSnapshot) => ({
  spec: run.spec,
  summary: run.summary,
  lanes: run.lanes,
  progress: run.progress,
  curves: byMethod(
    run.curves.map((curve) => ({
      method: curve.method,
      predictive: floats(curve.predictive),
      objective: floats(curve.objective),
      training: floats(curve.training),
    })),
  ),
  embeddings: byMethod(run.embeddings),
  predictions: byMethod(run.predictions),
  results: byMethod(run.results),
  comparison: run.comparison ?? null,
});

export const useRun = create<RunState>((set, get) => ({
  generation: 0,
  number: 0,
  source: { kind: 'none' },
  ...EMPTY,
  begin(spec) {
    const generation = get().generation + 1;
    set({ ...EMPTY, generation, number: get().number + 1, source: { kind: 'live' }, spec, status: 'preparing' });
    return generation;
  },
  showRecorded({ about, run }) {
    set({
      ...EMPTY,
      generation: get().generation + 1,
      source: { kind: 'recorded', about },
      ...shown(run),
    });
  },
  receive(event) {
    const state = get();
    if ('run' in event && event.run !== state.generation) return;
    switch (event.type) {
      case 'status':
        set({ status: event.status, preparing: event.preparing, error: event.error, stopping: state.stopping && isUnderway(event.status) });
        break;
      case 'summary':
        set({ summary: event.summary });
        break;
      case 'lanes':
        set({ lanes: event.lanes, progress: event.progress });
        break;
      case 'curves': {
        const { method, predictive, objective, training } = event.curves;
        const known = state.curves[method];
        set({
          curves: {
            ...state.curves,
            [method]: {
              method,
              predictive: extend(known?.predictive, event.from, predictive),
              objective: extend(known?.objective, event.from, objective),
              training: extend(known?.training, event.from, training),
            },
          },
        });
        break;
      }
      case 'embedding':
        set({ embeddings: { ...state.embeddings, [event.view.method]: event.view } });
        break;
      case 'prediction':
        set({ predictions: { ...state.predictions, [event.view.method]: event.view } });
        break;
      case 'result':
        set({ results: { ...state.results, [event.result.method]: event.result } });
        break;
      case 'comparison':
        set({ comparison: event.comparison });
        break;
      case 'device-lost':
        get().fail(event.error);
        break;
      case 'table-progress':
        break;
    }
  },
  markStopping() {
    set({ stopping: isUnderway(get().status) });
  },
  markResumed(forOneEpoch) {
    set({ levelling: forOneEpoch && !areLevel(get().lanes) });
  },
  clear() {
    set({ ...EMPTY, generation: get().generation + 1, source: { kind: 'none' } });
  },
  fail(error) {
    set({ status: 'failed', error, stopping: false });
  },
  goOn(told, paused) {
    const generation = get().generation + 1;
    set({ generation, status: paused ? 'paused' : 'preparing', preparing: null, error: null, stopping: false, levelling: false, told });
    return generation;
  },
  showKept(run, status) {
    set({ ...EMPTY, ...shown(run), generation: get().generation + 1, number: get().number + 1, source: { kind: 'live' }, status });
  },
}));
