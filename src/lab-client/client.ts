import type { ColumnChoice, MissingPolicy, Step } from '../../workers/data/schema';
import type { UnitRecord } from '../../workers/papers/types';
import type {
  BackendId,
  CheckView,
  DatasetSummary,
  Download,
  LabError,
  LabEvent,
  LearningCurve,
  LevelMapStep,
  ReadingOptions,
  RoleCheck,
  TablePreview,
  TableProgress,
  TimeProbe,
  UnitRequest,
  VectorFileFacts,
} from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { toLabError } from '../../workers/spec/lab-error';
import { useEngine } from '../state/engine';
import { usePageView } from '../state/page-view';
import { useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { useView } from '../state/view';
import { EventBatch } from './event-batch';
import { type Link, openLink } from './link';

/**
 * Deaths of the worker within this time are taken as a pattern: after the third the page waits for the
 * person.
 */
const DEATH_WINDOW_MS = 120_000;
const BACKENDS: readonly string[] = ['webgpu', 'wasm', 'cpu'];

let link: Link | null = null;
let ready: Promise<Link> | null = null;
let deaths: number[] = [];
type ReadTable = { file: File; fingerprint: string; steps: Step[] };
/** The worker's table, as it was read last: a new worker is given it again. */
let table: ReadTable | null = null;
/** The table of the tags of series, in the same way. */
let features: ReadTable | null = null;
/** Opened files of level vectors by fingerprint, for a new worker too. */
const vectorFiles = new Map<string, File>();
let onTableProgress: ((progress: TableProgress) => void) | null = null;
let onUnit: ((event: UnitEvent) => void) | null = null;
let onLearning: ((event: LearningEvent) => void) | null = null;
let onMap: ((step: LevelMapStep) => void) | null = null;

/** `?backend=` forces a backend; anything else is left to the ladder. */
export function forcedBackend(search: string): BackendId | null {
  const value = new URLSearchParams(search).get('backend');
  return value !== null && BACKENDS.includes(value) ? (value as BackendId) : null;
}

function receive(event: LabEvent): void {
  if (event.type === 'table-progress') onTableProgress?.(event.progress);
  else if (event.type === 'unit') onUnit?.(event);
  else if (event.type === 'learning') onLearning?.(event);
  else if (event.type === 'levels-map') onMap?.(event.step);
  else if (event.type === 'device-lost') {
    link?.close(event.error);
    died(event.error);
  } else useRun.getState().receive(event);
}

function openWorker(): Link {
  const batch = new EventBatch(receive);
  return openLink((event) => batch.add(event), died, isBusy);
}

const isBusy = (): boolean => useRun.getState().status === 'preparing' || useRun.getState().lanes.some((lane) => lane.status === 'finishing');

/** The worker is gone: say so, and start another unless it keeps dying. */
function died(error: LabError): void {
  link = null;
  ready = null;
  if (isUnderway(useRun.getState().status)) useRun.getState().fail(error);
  const now = performance.now();
  deaths = [...deaths.filter((time) => now - time < DEATH_WINDOW_MS), now];
  if (deaths.length > 2) useEngine.getState().set({ status: 'failed', info: null, error });
  else restartEngine().catch(() => undefined);
}

/** Starts the worker and its self-test, once; later calls give the same promise. Rejects with a LabError. */
export function startEngine(): Promise<Link> {
  ready ??= (async () => {
    useEngine.getState().set({ status: 'loading', error: null });
    try {
      link ??= openWorker();
      const mine = link;
      const wasmPath = new URL('wasm/', document.baseURI).href;
      const info = await mine.call((api) => api.start({ backend: forcedBackend(location.search), wasmPath }), true);
      await mine.call((api) => api.watchFeature(useView.getState().feature));
      await mine.call((api) => api.setPace(useView.getState().pace));
      for (const one of [table, features]) if (one) await mine.call((api) => api.openTable(one.file, { steps: one.steps }), true);
      for (const file of vectorFiles.values()) await mine.call((api) => api.openVectors(file), true);
      useEngine.getState().set({ status: 'ready', info, error: null });
      return mine;
    } catch (thrown) {
      const error = toLabError(thrown);
      // When the worker died, `died` has already begun another start or given up.
      if (link) {
        link.close(error);
        link = null;
        ready = null;
        useEngine.getState().set({ status: 'failed', info: null, error });
      }
      throw error;
    }
  })();
  ready.catch(() => undefined);
  return ready;
}

/**
 * Ends the worker, whatever it does, and starts a new one. A run in progress is lost, its curves stay on the
 * page.
 */
export function restartEngine(): Promise<Link> {
  const error: LabError = { code: 'engine-restarted', message: 'The engine was restarted.', hint: 'Press Train to run again.' };
  if (isUnderway(useRun.getState().status)) useRun.getState().fail(error);
  link?.close(error);
  link = null;
  ready = null;
  useEngine.getState().set({ restarts: useEngine.getState().restarts + 1 });
  return startEngine();
}

export async function call<T>(action: Parameters<Link['call']>[0], long = false): Promise<T> {
  try {
    const open = await startEngine();
    return (await open.call(action, long)) as T;
  } catch (thrown) {
    throw toLabError(thrown);
  }
}

/** A command of the run bar: what goes wrong is the run's failure, and is shown there. */
async function command(action: Parameters<Link['call']>[0], generation = useRun.getState().generation): Promise<void> {
  try {
    await call(action);
  } catch (thrown) {
    if (useRun.getState().generation === generation && useRun.getState().status !== 'failed') useRun.getState().fail(toLabError(thrown));
  }
}

/** Starts a new run of the spec on the page; with `pauseAfter` it pauses after so many epochs. */
export function train(pauseAfter: number | null = null): Promise<void> {
  const spec = useSpec.getState().spec;
  const generation = useRun.getState().begin(spec);
  return command((api) => api.run(spec, generation, pauseAfter), generation);
}

function resume(epochs: 1 | null): Promise<void> {
  useRun.getState().markResumed(epochs === 1);
  return command((api) => api.resume(epochs));
}

/** What the main button does: train, pause or resume, by the state of the run; nothing while it is off. */
export function trainPauseResume(): Promise<void> {
  const { status, stopping } = useRun.getState();
  if (stopping || status === 'preparing') return Promise.resolve();
  if (status === 'running') return command((api) => api.pause());
  return status === 'paused' ? resume(null) : train();
}

/**
 * One epoch of every method: goes on with a paused run, else starts one that pauses after its first epoch.
 */
export function oneEpoch(): Promise<void> {
  const { status, stopping } = useRun.getState();
  if (stopping || isTraining(status)) return Promise.resolve();
  return status === 'paused' ? resume(1) : train(1);
}

export function stop(): Promise<void> {
  useRun.getState().markStopping();
  return command((api) => api.stop());
}

/** Slow motion: at most so many epochs of every method a second; null for full speed. */
export function setPace(epochsPerSecond: number | null): Promise<void> {
  return command((api) => api.setPace(epochsPerSecond));
}

/**
 * Keeps the engine in step with a speed that a link asks for while the page is open; a new engine asks
 * itself.
 */
export function followPace(): void {
  usePageView.subscribe(({ view }, before) => {
    if (view && view.pace !== before.view?.pace && useEngine.getState().status === 'ready') void setPace(view.pace);
  });
}

/** Drops the run on the page and on the device. */
export async function reset(): Promise<void> {
  useRun.getState().clear();
  if (useEngine.getState().status === 'ready') await command((api) => api.reset());
}

/** Parses a file in the worker. Rejects with a LabError: a named refusal, or 'cancelled'. */
export async function openTable(file: File, onProgress?: (progress: TableProgress) => void, options?: ReadingOptions): Promise<TablePreview> {
  onTableProgress = onProgress ?? null;
  try {
    const preview = await call<TablePreview>((api) => api.openTable(file, options), true);
    table = { file, fingerprint: preview.fingerprint, steps: preview.steps.map(({ step }) => step) };
    return preview;
  } finally {
    onTableProgress = null;
  }
}

/**
 * Reads the table of the tags of series next to the table that is open. `steps`: by exactly these. Rejects
 * with a LabError.
 */
export async function openFeatures(file: File, steps?: Step[]): Promise<TablePreview> {
  const preview = await call<TablePreview>((api) => api.openTable(file, steps && { steps }), true);
  features = { file, fingerprint: preview.fingerprint, steps: preview.steps.map(({ step }) => step) };
  return preview;
}

/**
 * Reads an open table in another way: exactly these steps. Rejects with a LabError and leaves the table as it
 * was.
 */
export async function rereadTable(fingerprint: string, steps: Step[], onProgress?: (progress: TableProgress) => void): Promise<TablePreview> {
  onTableProgress = onProgress ?? null;
  try {
    const preview = await call<TablePreview>((api) => api.reread(fingerprint, steps), true);
    if (table?.fingerprint === fingerprint) table = { ...table, fingerprint: preview.fingerprint, steps };
    return preview;
  } finally {
    onTableProgress = null;
  }
}

/** Reads a file of level vectors in the worker. Rejects with a LabError. */
export async function openVectors(file: File): Promise<VectorFileFacts> {
  const facts = await call<VectorFileFacts>((api) => api.openVectors(file), true);
  vectorFiles.set(facts.fingerprint, file);
  return facts;
}

export function cancelTable(): Promise<void> {
  return call((api) => api.cancelTable());
}

export function checkRoles(fingerprint: string, columns: ColumnChoice[], missing: MissingPolicy, testFraction: number): Promise<RoleCheck> {
  return call((api) => api.checkRoles(fingerprint, columns, missing, testFraction));
}

export function summarize(spec: ExperimentSpec): Promise<DatasetSummary> {
  return call((api) => api.summarize(spec), true);
}

export type UnitEvent = Extract<LabEvent, { type: 'unit' }>;

/** Hears which column of an experiment's unit trains. */
export function listenToUnits(listener: (event: UnitEvent) => void): void {
  onUnit = listener;
}

/** Fits one repetition of a cell. Rejects with a LabError, 'cancelled' after `cancelUnit`. */
export function fitUnit(request: UnitRequest): Promise<UnitRecord> {
  return call((api) => api.fitUnit(request), true);
}

export function pauseUnit(): Promise<void> {
  return call((api) => api.pauseUnit());
}

export function resumeUnit(): Promise<void> {
  return call((api) => api.resumeUnit());
}

export function cancelUnit(): Promise<void> {
  return call((api) => api.cancelUnit());
}

/** Residuals, intervals or calibration of a finished method on the test rows. */
export function checkMethod(method: string): Promise<CheckView> {
  return call((api) => api.checkMethod(method), true);
}

export type LearningEvent = Extract<LabEvent, { type: 'learning' }>;

/**
 * Fits the methods of the ended run on parts of its training rows. `listener` hears how far it is; rejects
 * with code 'cancelled' after `cancelLearning`.
 */
export async function learningCurve(listener: (event: LearningEvent) => void): Promise<LearningCurve> {
  onLearning = listener;
  try {
    return await call<LearningCurve>((api) => api.learningCurve(), true);
  } finally {
    onLearning = null;
  }
}

/** Times an epoch of each method before a run. Rejects with a LabError, mostly because something trains. */
export function timeRun(spec: ExperimentSpec): Promise<TimeProbe> {
  return call((api) => api.timeRun(spec), true);
}

export function cancelLearning(): Promise<void> {
  return call((api) => api.cancelLearning());
}

export function predictionsCsv(): Promise<Download> {
  return call((api) => api.predictionsCsv(), true);
}

export function embeddingsCsv(method: string): Promise<Download> {
  return call((api) => api.embeddingsCsv(method), true);
}

/** Hears how far a map of levels is; a step names its job. */
export function listenToMaps(listener: ((step: LevelMapStep) => void) | null): void {
  onMap = listener;
}

export { saveDownload } from './save';

useView.subscribe((view, before) => {
  if (view.feature !== before.feature && useEngine.getState().status === 'ready') command((api) => api.watchFeature(view.feature));
});
