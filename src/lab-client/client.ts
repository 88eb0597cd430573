import type { Step } from '../../workers/data/schema';
import type { UnitRecord } from '../../workers/papers/types';
import type {
  BackendId,
  CheckView,
  DatasetSummary,
  Download,
  EdgeFileFacts,
  KeptCheckpoint,
  LabApi,
  LabError,
  LabEvent,
  LearningCurve,
  LevelMapStep,
  MixedIntervals,
  PredictProgress,
  ReadingOptions,
  RunSnapshot,
  RunStatus,
  TablePreview,
  TableProgress,
  TimeProbe,
  UnitRequest,
  VectorFileFacts,
} from '../../workers/protocol';
import type { ExperimentSpec } from '../../workers/spec/experiment';
import { toLabError } from '../../workers/spec/lab-error';
import { useEngine } from '../state/engine';
import { useNotice } from '../state/notice';
import { type Told, useRun } from '../state/run';
import { isTraining, isUnderway } from '../state/run-status';
import { useSpec } from '../state/spec';
import { useView } from '../state/view';
import { EventBatch } from './event-batch';
import { type Link, openLink } from './link';
import { below, gaveUp, isEngineFailure, Recovery, sentence } from './recovery';

/**
 * Deaths of the worker within this time are taken as a pattern: after the third the page waits for the
 * person.
 */
const DEATH_WINDOW_MS = 120_000;
/** What ended the first two workers, such as a network that is away for a moment, may be over by then. */
const SECOND_TRY_MS = 2_000;
const RESTARTED: LabError = { code: 'engine-restarted', message: 'The engine was restarted.', hint: 'Press Train to run again.' };
const BACKENDS: readonly string[] = ['webgpu', 'wasm', 'cpu'];

let link: Link | null = null;
let ready: Promise<Link> | null = null;
let deaths: number[] = [];
type ReadTable = { file: File; fingerprint: string; steps: Step[] };
/** The worker's table, as it was read last. */
let table: ReadTable | null = null;
/** Every table that was read on this page, by fingerprint: a new worker reads it when it is wanted. */
const tables = new Map<string, ReadTable>();
/** Opened files of level vectors by fingerprint, for a new worker too. */
const vectorFiles = new Map<string, File>();
/** Opened files of edges between levels, likewise, and what they hold. */
const edgeFiles = new Map<string, { file: File; facts: EdgeFileFacts }>();
let onTableProgress: ((progress: TableProgress) => void) | null = null;
let onUnit: ((event: UnitEvent) => void) | null = null;
let onLearning: ((event: LearningEvent) => void) | null = null;
let onMap: ((step: LevelMapStep) => void) | null = null;
let onMixed: ((state: MixedIntervals) => void) | null = null;
let onPrediction: ((progress: PredictProgress) => void) | null = null;
const recovery = new Recovery();
/** The backend that a failing one was left for, and the one that was started last. */
let rung: BackendId | null = null;
let lastBackend: BackendId = 'webgpu';
/** The worker of a paused run died: a new one goes on from its checkpoint when a person does. */
let suspended = false;
/** Epochs after which the run was asked to pause; null: never. */
let untilPause: number | null = null;
/** The generation of an ended run that a new worker is given again, without telling the page. */
let restoring: number | null = null;
/** That it has them: what is asked of results waits for it. */
let restored: Promise<void> = Promise.resolve();

/** `?backend=` forces a backend; anything else is left to the ladder. */
export function forcedBackend(search: string): BackendId | null {
  const value = new URLSearchParams(search).get('backend');
  return value !== null && BACKENDS.includes(value) ? (value as BackendId) : null;
}

function receive(event: LabEvent): void {
  if ('run' in event && event.run === restoring) return;
  if (event.type === 'table-progress') onTableProgress?.(event.progress);
  else if (event.type === 'unit') onUnit?.(event);
  else if (event.type === 'learning') onLearning?.(event);
  else if (event.type === 'levels-map') onMap?.(event.step);
  else if (event.type === 'mixed-intervals') onMixed?.(event.state);
  else if (event.type === 'predict-progress') onPrediction?.(event.progress);
  else if (event.type === 'device-lost') {
    link?.close(event.error);
    died(event.error);
  } else if (event.type === 'checkpoint') {
    if (event.run === useRun.getState().generation) keepCheckpoint(event.checkpoint);
  } else if (event.type === 'status' && event.status === 'failed' && event.run === useRun.getState().generation) runFailed(event);
  else useRun.getState().receive(event);
}

/** For a new worker, and in this browser: the module that stores comes with the first checkpoint. */
function keepCheckpoint(checkpoint: KeptCheckpoint): void {
  recovery.take(checkpoint);
  if ('indexedDB' in globalThis)
    void import('./keep-run').then(
      ({ keep }) => keep(checkpoint),
      () => {
        if (!keepTold) useNotice.getState().show(NOT_KEPT);
        keepTold = true;
      },
    );
}

const NOT_KEPT: LabError = {
  code: 'part-missing',
  message: 'The part of the lab that keeps runs could not be loaded.',
  hint: 'Training goes on. Save the run as a file (Runs, at the top) before you close or reload the page.',
};
let keepTold = false;

/**
 * A run ended with an error: its own, or one of the engine or of the checkpoint, with which it is not over.
 */
function runFailed(event: Extract<LabEvent, { type: 'status' }>): void {
  if (event.error?.code === 'record-damaged' && recovery.newest) {
    recovery.drop();
    const { newest } = recovery;
    const next = newest ? ` The run goes on from the one before, of epoch ${newest.epoch}.` : ' There is no other: the run begins again.';
    startAgain({ what: sentence(event.error.message), next }, false);
  } else if (event.error?.code === 'table-changed') {
    // The file as it was, chosen again, lets the run go on.
    const { spec } = useRun.getState();
    if (spec && 'fingerprint' in spec.dataset) tables.delete(spec.dataset.fingerprint);
    suspended = true;
    useRun.getState().goOn({ what: event.error.message, next: ' The run waits: choose the file as it was, and press Resume.' }, true);
  } else if (isEngineFailure(event.error)) {
    link?.close(event.error);
    died(event.error);
  } else useRun.getState().receive(event);
}

function openWorker(): Link {
  const batch = new EventBatch(receive);
  return openLink(
    (event) => batch.add(event),
    died,
    isBusy,
    () => useRun.getState().status === 'running' && !useRun.getState().stopping && !isBusy(),
  );
}

const isBusy = (): boolean => useRun.getState().status === 'preparing' || useRun.getState().lanes.some((lane) => lane.status === 'finishing');

/** The worker is gone: say so, and start another unless it keeps dying. */
function died(error: LabError): void {
  link = null;
  ready = null;
  if (isUnderway(useRun.getState().status)) {
    continueRun(error);
    return;
  }
  const now = performance.now();
  deaths = [...deaths.filter((time) => now - time < DEATH_WINDOW_MS), now];
  if (deaths.length > 2) useEngine.getState().set({ status: 'failed', info: null, error });
  else restartEngine(deaths.length > 1 ? SECOND_TRY_MS : 0).catch(() => undefined);
}

const NAMES: Record<BackendId, string> = { webgpu: 'WebGPU', wasm: 'WebAssembly', cpu: 'plain JavaScript' };

/** The engine failed under a run: another one goes on from its last checkpoint, unless it keeps failing. */
function continueRun(error: LabError): void {
  const { lanes, status } = useRun.getState();
  const epoch = Math.max(0, ...lanes.map((lane) => lane.epoch));
  if (error.method) recovery.leaveOut(error.method, error);
  // A run without the method that failed is another run.
  const verdict = error.method ? 'same' : recovery.failed(epoch);
  useEngine.getState().set({ restarts: useEngine.getState().restarts + 1 });
  if (verdict === 'stop') {
    useRun.getState().fail(gaveUp(error, epoch));
    startEngine().catch(() => undefined);
    return;
  }
  if (verdict === 'below') rung = below(lastBackend);
  const next = `${error.method ? ' It is left out.' : ''}${goesOn(verdict === 'below')}`;
  startAgain({ what: sentence(error.message), next }, status === 'paused');
}

function goesOn(lower: boolean): string {
  const kept = recovery.newest;
  const where = lower && rung ? ` on ${NAMES[rung]}` : '';
  if (!kept) return ` The engine was started again, and the run begins again${where}.`;
  const again = kept.startOver.length > 0 ? ' Methods with an algorithm of their own begin again.' : '';
  return ` The engine was started again, and the run goes on from epoch ${kept.epoch}${where}.${again}`;
}

/** Gives the run on the page to the worker, from its newest checkpoint. */
function startAgain(told: Told | null, paused: boolean): void {
  const { spec } = useRun.getState();
  if (!spec) return;
  const generation = useRun.getState().goOn(told, paused);
  suspended = paused;
  if (paused) startEngine().catch(() => undefined);
  else void trainOn(spec, generation);
}

/** Trains in the worker, and tries again where that cannot begin. */
async function trainOn(spec: ExperimentSpec, generation: number): Promise<void> {
  try {
    // The run may have been dropped, or begun anew, while the engine started.
    await call(async (api) => {
      if (useRun.getState().generation === generation) await api.run(spec, generation, untilPause, recovery.newest?.bytes ?? null, recovery.left);
    });
  } catch (thrown) {
    // A worker that died has had its successor by now.
    if (useRun.getState().generation === generation && isUnderway(useRun.getState().status)) continueRun(toLabError(thrown));
  }
}

/** The file of an open table; null where the table is not open. */
export const openFile = (fingerprint: string): File | null => tables.get(fingerprint)?.file ?? null;

export const isOpen = (fingerprint: string): boolean => openFile(fingerprint) !== null;

/** The newest checkpoint of the run on the page. */
export const newestCheckpoint = (): KeptCheckpoint | null => recovery.newest;

/**
 * Reads a file that is to be a known table, by its steps. Null: it is another one, and what was open stays
 * open.
 */
export async function openKnown(which: 'table' | 'features', file: File, fingerprint: string, steps?: Step[]): Promise<TablePreview | null> {
  const preview = await call<TablePreview>((api) => api.openTable(file, { expected: fingerprint, ...(steps && { steps }) }), true);
  if (preview.fingerprint !== fingerprint) return null;
  const read = remembered(file, preview);
  if (which === 'table') table = read;
  return preview;
}

/** The table of a kept run is not open: a person has to choose the file again. */
const needsFile = ({ dataset }: ExperimentSpec): string | null =>
  'fingerprint' in dataset && !tables.has(dataset.fingerprint) ? dataset.name : null;

/** Goes on with a run of an earlier visit. Where its table is not open, it waits for it, paused. */
export function continueKept(snapshot: RunSnapshot, kept: KeptCheckpoint): void {
  useRun.getState().showKept(snapshot, 'paused');
  recovery.begin([kept]);
  untilPause = null;
  const file = needsFile(snapshot.spec);
  const next = file
    ? ` Choose ${file} again, and press Resume: its table is not kept in this browser.`
    : ' It goes on from there, with the numbers that it would have had.';
  startAgain({ what: `This is the run that stopped at epoch ${kept.epoch}.`, next }, file !== null);
}

/** Shows a run of an earlier visit: with the results of where it stopped, where its data can be had. */
export function resultsOfKept(snapshot: RunSnapshot, kept: KeptCheckpoint, status: RunStatus): void {
  const lost = needsFile(snapshot.spec) !== null;
  const over = kept.over || lost;
  useRun.getState().showKept(snapshot, over ? (isUnderway(status) ? 'stopped' : status) : 'paused');
  recovery.begin([kept]);
  suspended = false;
  if (lost) return;
  if (over) {
    restoreResults().catch(() => undefined);
    return;
  }
  takeUpAndStop({
    what: `This is the run that stopped at epoch ${kept.epoch}.`,
    next: ' The test rows are predicted with each method as it stood.',
  });
}

/** Goes on with a run, and stops it as soon as it trains: its results are those of its checkpoint. */
function takeUpAndStop(told: Told | null): void {
  const off = useRun.subscribe((state) => {
    if (state.status === 'preparing') return;
    off();
    if (state.status === 'running') void stop();
  });
  startAgain(told, false);
}

/**
 * A new worker knows nothing of a run that is over: it is given its results, for files, levels and checks.
 */
async function restoreResults(): Promise<void> {
  const { spec, generation, source, status } = useRun.getState();
  const kept = recovery.newest;
  if (!spec || !kept?.over || source.kind !== 'live' || isUnderway(status) || restoring === generation) return;
  restoring = generation;
  restored = ask((api) => api.run(spec, generation, null, kept.bytes)).then(
    () => undefined,
    () => undefined,
  );
  await restored;
  if (restoring === generation) restoring = null;
}

/** The start that took the place of one that ended with an error; rejects with it where there is none. */
const successor = (error: LabError): Promise<Link> => ready ?? Promise.reject(error);

/**
 * Starts the worker and its self-test, once; later calls give the same promise. Where the worker dies
 * meanwhile and another takes its place, the promise is that one's. Rejects with a LabError.
 *
 * @param wait milliseconds before it begins
 */
export function startEngine(wait = 0): Promise<Link> {
  if (ready) return ready;
  const start: Promise<Link> = (async () => {
    useEngine.getState().set({ status: 'loading', error: null });
    await new Promise<void>((resolve) => (wait > 0 ? setTimeout(resolve, wait) : resolve()));
    // Another start has taken the place of this one, or nothing has.
    const replaced = (): boolean => ready !== start;
    try {
      if (replaced()) throw RESTARTED;
      const mine = link ?? openWorker();
      link = mine;
      const wasmPath = new URL('wasm/', document.baseURI).href;
      const info = await mine.call((api) => api.start({ backend: rung ?? forcedBackend(location.search), wasmPath }), true);
      lastBackend = info.backend;
      await mine.call((api) => api.watchFeature(useView.getState().feature));
      await mine.call((api) => api.setPace(useView.getState().pace));
      if (tables.size > 0) await mine.call((api) => api.knowTables([...tables.values()]));
      // One that has changed on disk is no reason to be without an engine: what needs it says so. One that a
      // dying worker did not read has not changed.
      const forgetting = (files: Map<string, unknown>, fingerprint: string, opening: Promise<unknown>): Promise<unknown> =>
        opening.catch((thrown: unknown) => {
          if (replaced()) throw thrown;
          files.delete(fingerprint);
        });
      for (const [fingerprint, file] of vectorFiles)
        await forgetting(
          vectorFiles,
          fingerprint,
          mine.call((api) => api.openVectors(file), true),
        );
      for (const [fingerprint, { file }] of edgeFiles)
        await forgetting(
          edgeFiles,
          fingerprint,
          mine.call((api) => api.openEdges(file), true),
        );
      useEngine.getState().set({ status: 'ready', info, error: null });
      return mine;
    } catch (thrown) {
      const error = toLabError(thrown);
      if (!replaced()) {
        link?.close(error);
        // Without a backend it would end the same way; a part that did not come may come.
        if (error.code === 'engine-no-backend' || isUnderway(useRun.getState().status)) {
          link = null;
          ready = null;
          useEngine.getState().set({ status: 'failed', info: null, error });
        } else died(error);
      }
      // The worker died: `died` has begun another start, or given up.
      return successor(error);
    }
  })();
  ready = start;
  start.catch(() => undefined);
  return start;
}

/**
 * Ends the worker, whatever it does, and starts a new one, on the best backend that there is. A run in
 * progress ends, its curves stay on the page; the results of one that is over are given to the new worker.
 */
export function restartEngine(wait = 0): Promise<Link> {
  if (isUnderway(useRun.getState().status)) useRun.getState().fail(RESTARTED);
  link?.close(RESTARTED);
  link = null;
  ready = null;
  rung = null;
  useEngine.getState().set({ restarts: useEngine.getState().restarts + 1 });
  const started = startEngine(wait);
  started.then(restoreResults).catch(() => undefined);
  return started;
}

/** Asks the worker, once it has the results of the run that is over. Rejects with a LabError. */
export async function call<T>(action: Parameters<Link['call']>[0], long = false): Promise<T> {
  await restored;
  return ask(action, long);
}

async function ask<T>(action: Parameters<Link['call']>[0], long = false): Promise<T> {
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
  recovery.begin();
  suspended = false;
  untilPause = pauseAfter;
  return trainOn(spec, generation);
}

function resume(epochs: 1 | null): Promise<void> {
  untilPause = epochs;
  if (suspended) {
    startAgain(useRun.getState().told, false);
    return Promise.resolve();
  }
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
  if (!suspended) return command((api) => api.stop());
  // No worker has the run: one takes it up, and stops it. Where its table is gone, nothing is left to take.
  const { spec } = useRun.getState();
  if (spec && needsFile(spec)) useRun.setState({ status: 'stopped', stopping: false, told: null });
  else takeUpAndStop(useRun.getState().told);
  suspended = false;
  return Promise.resolve();
}

/** Drops the run on the page and on the device. */
export async function reset(): Promise<void> {
  useRun.getState().clear();
  if (useEngine.getState().status === 'ready') await command((api) => api.reset());
}

function remembered(file: File, { fingerprint, steps }: TablePreview): ReadTable {
  const read = { file, fingerprint, steps: steps.map(({ step }) => step) };
  tables.set(fingerprint, read);
  return read;
}

/** Parses a file in the worker. Rejects with a LabError: a named refusal, or 'cancelled'. */
export async function openTable(file: File, onProgress?: (progress: TableProgress) => void, options?: ReadingOptions): Promise<TablePreview> {
  onTableProgress = onProgress ?? null;
  try {
    const preview = await call<TablePreview>((api) => api.openTable(file, options), true);
    table = remembered(file, preview);
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
  remembered(file, preview);
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
    const read = tables.get(fingerprint);
    if (read) {
      const again = remembered(read.file, preview);
      if (table?.fingerprint === fingerprint) table = again;
    }
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

/** Reads a file of edges between levels in the worker. Rejects with a LabError. */
export async function openEdges(file: File): Promise<EdgeFileFacts> {
  const facts = await call<EdgeFileFacts>((api) => api.openEdges(file), true);
  edgeFiles.set(facts.fingerprint, { file, facts });
  return facts;
}

/** What an opened file of edges holds, by its fingerprint; null where it is not open. */
export const edgeFacts = (fingerprint: string): EdgeFileFacts | null => edgeFiles.get(fingerprint)?.facts ?? null;

export function cancelTable(): Promise<void> {
  return call((api) => api.cancelTable());
}

export const checkRoles: LabApi['checkRoles'] = (...asked) => call((api) => api.checkRoles(...asked));

export function summarize(spec: ExperimentSpec): Promise<DatasetSummary> {
  return call((api) => api.summarize(spec), true);
}

export type UnitEvent = Extract<LabEvent, { type: 'unit' }>;

/** Hears which column of an experiment's unit trains. */
export function listenToUnits(listener: (event: UnitEvent) => void): void {
  onUnit = listener;
}

/** Units are paused: a worker that takes the place of one that died does not know it. */
let unitsPaused = false;

/** Fits one repetition of a cell. Rejects with a LabError, 'cancelled' after `cancelUnit`. */
export function fitUnit(request: UnitRequest): Promise<UnitRecord> {
  return call(async (api) => {
    if (unitsPaused) await api.pauseUnit();
    return api.fitUnit(request);
  }, true);
}

export function pauseUnit(): Promise<void> {
  unitsPaused = true;
  return call((api) => api.pauseUnit());
}

export function resumeUnit(): Promise<void> {
  unitsPaused = false;
  return call((api) => api.resumeUnit());
}

/** Units that are fitted next do not wait because others were paused. */
export async function endUnitPause(): Promise<void> {
  if (unitsPaused) await resumeUnit().catch(() => undefined);
}

export function cancelUnit(): Promise<void> {
  unitsPaused = false;
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

/**
 * Times an epoch of each method before a run. Rejects with a LabError, mostly because something trains. A
 * method that runs out of memory leaves a heap to no run: the engine is started again.
 */
export async function timeRun(spec: ExperimentSpec): Promise<TimeProbe> {
  try {
    return await call<TimeProbe>((api) => api.timeRun(spec), true);
  } catch (thrown) {
    const error = toLabError(thrown);
    if (error.code === 'method-exhausted') await restartEngine();
    throw error;
  }
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

/** Hears how far the prediction of a file is. */
export function listenToPredictions(listener: ((progress: PredictProgress) => void) | null): void {
  onPrediction = listener;
}

/** Hears of intervals of a mixed model while they are found. */
export function listenToIntervals(listener: ((state: MixedIntervals) => void) | null): void {
  onMixed = listener;
}

/** Hears how far a map of levels is; a step names its job. */
export function listenToMaps(listener: ((step: LevelMapStep) => void) | null): void {
  onMap = listener;
}

export { saveDownload } from './save';

// What of the view the worker has to know, whoever changes it; one that has not been started asks itself.
useView.subscribe((view, before) => {
  const tell = (action: Parameters<Link['call']>[0]) =>
    void ready?.then(
      () => command(action),
      () => undefined,
    );
  if (view.feature !== before.feature) tell((api) => api.watchFeature(view.feature));
  if (view.pace !== before.pace) tell((api) => api.setPace(view.pace));
});
