import { version } from '../../package.json';
import { previewing, previewTable } from '../data/columns';
import { openTable, refuseCancelled, type Table } from '../data/csv';
import type { Dataset } from '../data/dataset';
import { type EdgeFile, factsOfEdges } from '../data/edges/edge-file';
import { readEdges } from '../data/edges/read-edges';
import { LabFailure } from '../data/failure';
import { messageTurn, restsTaken } from '../data/message-turn';
import { prepareDataset, summarize } from '../data/prepare';
import type { TablePreview } from '../data/preview';
import { sameFile, withSteps } from '../data/reading/apply';
import type { ReadingOptions } from '../data/reading/question';
import { checkRoles } from '../data/roles';
import { sampledTable } from '../data/sample';
import { readVectors } from '../data/vectors/read-vectors';
import { factsOfVectors, type VectorFile } from '../data/vectors/vector-file';
import { inTurns, turnsEvery } from '../data/work';
import { startEngine } from '../engine/backends';
import type { EngineInfo } from '../engine/info';
import { memoryUse } from '../engine/memory';
import { selfTest } from '../methods/golden/self-test';
import type { LabApi, LabEvent } from '../protocol';
import { asksForEdges } from '../spec/edges';
import { type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { specFault } from '../spec/fault';
import { toLabError } from '../spec/lab-error';
import { asksForVectors } from '../spec/vectors';
import { packCheckpoint, readCheckpoint } from '../store/checkpoint';
import type { RunCheckpoint } from '../training/checkpoint';
import type { Download } from '../training/downloads';
import { embeddingsCsv, predictionsCsv } from '../training/downloads';
import type { Lane } from '../training/lane';
import { LearningRun } from '../training/learning-curve';
import type { Run } from '../training/run';
import { holdCurves } from './hold-curves';
import { LevelsCalls } from './levels-calls';
import { checkMemory, checkTable } from './memory-check';
import { MixedCalls } from './mixed-calls';
import { ModelsCalls } from './models-calls';
import { OpenTables } from './open-tables';
import { refusing } from './refusing';
import { RunSlot } from './run-slot';
import { secondReader } from './second-reader';
import { TimeSlot } from './time-slot';
import { eventBuffers } from './transfer';
import { UnitSlot } from './unit-slot';

/** The Comlink surface of the worker as a plain object, so that Node can hold one too. */
export type LabSession = LabApi;

/** Checks a spec that came from outside by the same schema as the form. */
function readSpec(input: unknown): ExperimentSpec {
  const parsed = experimentSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new LabFailure('bad-spec', specFault(parsed.error), 'Correct the setting named here.');
}

/** Fingerprints of the tables that an experiment takes. */
function tablesOf({ dataset }: ExperimentSpec): (string | undefined)[] {
  if (!('fingerprint' in dataset)) return [];
  return [dataset.fingerprint, 'features' in dataset ? dataset.features?.fingerprint : undefined];
}

/** One session: at most one engine, the tables opened in it, and at most one run. */
export function createSession(): LabSession {
  const tables = new OpenTables();
  /** Opened files of level vectors by fingerprint. */
  const vectors = new Map<string, VectorFile>();
  /** Opened files of edges between levels by fingerprint. */
  const edges = new Map<string, EdgeFile>();
  let port: MessagePort | null = null;
  let engine: Promise<EngineInfo> | null = null;
  let reading: AbortController | null = null;
  let prepared: { key: string; dataset: Dataset } | null = null;
  function send(event: LabEvent): void {
    port?.postMessage(event, eventBuffers(event));
  }

  /** The dataset of a spec; the newest one is kept, so that pressing Train again does not simulate again. */
  async function datasetOf(spec: ExperimentSpec, report?: (fraction: number) => Promise<void>): Promise<Dataset> {
    const asked = { ...spec, vectors: asksForVectors(spec.methods) ? spec.vectors : undefined, edges: asksForEdges(spec.methods) };
    const key = JSON.stringify([spec.dataset, asked.vectors ?? [], asked.edges, spec.seeds.data, spec.seeds.split]);
    if (prepared?.key !== key) {
      prepared = null;
      const dataset = await prepareDataset(asked, await tables.hold(tablesOf(spec)), report, vectors, edges);
      prepared = { key, dataset };
    }
    return prepared.dataset;
  }

  /** Reads a file from its beginning; another file that is being read gives way. */
  async function readTable(file: File, options: ReadingOptions = {}, before?: Table): Promise<TablePreview> {
    reading?.abort();
    const controller = new AbortController();
    reading = controller;
    const table = await openTable(file, {
      ...options,
      before,
      second: secondReader,
      signal: controller.signal,
      onProgress: (progress) => send({ type: 'table-progress', progress }),
      onBeginning: (first) => {
        const beginning = previewTable(first);
        send({ type: 'table-progress', progress: { bytesRead: 0, bytesTotal: file.size, rows: first.rows, beginning } });
      },
    });
    const cancelled = (): void => refuseCancelled(controller.signal, file.name);
    const preview = await inTurns(previewing(table), turnsEvery(30, cancelled));
    await messageTurn();
    cancelled();
    tables.add(file, table);
    return preview;
  }

  async function openedTable(fingerprint: string): Promise<{ table: Table; file: File }> {
    const opened = await tables.get(fingerprint);
    if (opened) return opened;
    throw new LabFailure('table-missing', 'The table is no longer open.', 'Choose the file again.');
  }

  const slot = new RunSlot(async (spec, report) => {
    checkMemory(spec);
    const dataset = await datasetOf(spec, report);
    if (spec.dataset.kind === 'table') checkTable(dataset, spec);
    return dataset;
  });

  const units = new UnitSlot();
  const timing = new TimeSlot();
  /** Runs, units and learning curves that have begun and not ended. */
  let training = 0;

  /** What trains has the device to itself: a timing gives way, and none begins. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    training++;
    try {
      await timing.cancel();
      return await work();
    } finally {
      training--;
    }
  }

  let learning: { run: LearningRun; ended: Promise<unknown> } | null = null;

  async function endLearning(): Promise<void> {
    learning?.run.cancel();
    await learning?.ended.catch(() => undefined);
  }

  function finishedRun(): Run {
    if (slot.run && slot.run.finished.size > 0) return slot.run;
    throw new LabFailure('no-results', 'No method of this run has results yet.', 'Train at least one method to its end, or press Stop.');
  }

  const levels = new LevelsCalls(finishedRun, (step) => send({ type: 'levels-map', step }));

  const mixed = new MixedCalls(finishedRun, (state) => send({ type: 'mixed-intervals', state }));

  const models = new ModelsCalls(
    finishedRun,
    version,
    (progress) => send({ type: 'predict-progress', progress }),
    async (fingerprint) => (await tables.get(fingerprint))?.table ?? null,
  );

  return {
    ...levels.calls,
    ...models.calls,
    ...mixed.calls,
    connect(newPort) {
      port = newPort;
    },
    start: ({ backend, wasmPath }) =>
      refusing(() => {
        engine ??= startEngine({
          backend,
          wasmPath,
          selfTest,
          onDeviceLost: (reason) =>
            send({
              type: 'device-lost',
              error: {
                code: 'device-lost',
                message: `The graphics device was lost: ${reason}`,
                hint: 'Restart the engine; the settings and the curves are kept.',
              },
            }),
        });
        return engine;
      }),
    ping: restsTaken,
    openTable: (file, options) => refusing(() => readTable(file, options)),
    reread: (fingerprint, steps) =>
      refusing(async () => {
        const { table, file } = await openedTable(fingerprint);
        if (!sameFile(table, steps)) return readTable(file, { steps }, table);
        const other = withSteps(table, steps);
        tables.add(file, other);
        return previewTable(other);
      }),
    cancelTable: () => reading?.abort(),
    knowTables: (read) => {
      for (const one of read) tables.know(one);
    },
    openVectors: (file) =>
      refusing(async () => {
        const opened = await readVectors(file);
        vectors.set(opened.fingerprint, opened);
        return factsOfVectors(opened);
      }),
    openEdges: (file) =>
      refusing(async () => {
        const opened = await readEdges(file);
        edges.set(opened.fingerprint, opened);
        return factsOfEdges(opened);
      }),
    checkRoles: (fingerprint, columns, missing, testFraction, part) =>
      refusing(async () => {
        const { table } = await openedTable(fingerprint);
        return checkRoles(part ? sampledTable(table, part.sample, part.seed) : table, columns, missing, testFraction);
      }),
    summarize: (input) => refusing(async () => summarize(await datasetOf(readSpec(input)))),
    run: (input, generation, pauseAfter, from, left) => {
      // Stop may come before its turn does.
      const since = slot.ends;
      return alone(async () => {
        await units.cancel();
        await endLearning();
        levels.close();
        mixed.close();
        const emit = holdCurves((event) => send({ ...event, run: generation } as LabEvent));
        try {
          const keep = (checkpoint: RunCheckpoint) => send({ type: 'checkpoint', run: generation, checkpoint: packCheckpoint(checkpoint) });
          await slot.start(
            since,
            () => readSpec(input),
            emit,
            pauseAfter,
            () => ({ from: from ? readCheckpoint(from) : null, keep, left }),
          );
        } catch (thrown) {
          emit({ type: 'status', status: 'failed', preparing: null, error: toLabError(thrown) });
        }
      });
    },
    pause: () => slot.run?.pause(),
    resume: (epochs) => slot.run?.resume(epochs),
    stop: () => slot.stop(),
    reset: async () => {
      await timing.cancel();
      await endLearning();
      levels.close();
      mixed.close();
      await slot.reset();
    },
    watchFeature: (feature) => {
      slot.feature = feature;
      slot.run?.watchFeature(feature);
    },
    setPace: (epochsPerSecond) => {
      slot.pace = epochsPerSecond;
      slot.run?.setPace(epochsPerSecond);
    },
    fitUnit: (request) => {
      // Stop may come before its turn does.
      const since = units.cancels;
      return refusing(() =>
        alone(async () => {
          await endLearning();
          if (slot.run && ['preparing', 'running', 'paused'].includes(slot.run.status)) {
            throw new LabFailure('run-in-progress', 'A run is training.', 'Stop it first, or wait until it ends.');
          }
          if (!engine) throw new LabFailure('engine-not-started', 'The engine has not started yet.', 'Wait a moment and try again.');
          const { experiment, cell, repetition } = request;
          const held = await tables.hold([request.fingerprint, ...(request.study ? tablesOf(request.study.spec) : [])]);
          const report = (column: string, lane: Lane | null) => send({ type: 'unit', experiment, cell, repetition, column, lane });
          return units.fit(request, await engine, { tables: held, vectors, edges }, version, report, since);
        }),
      );
    },
    checkMethod: (method) =>
      refusing(async () => {
        const run = finishedRun();
        const finished = run.finished.get(method);
        if (!finished) throw new LabFailure('no-results', `"${method}" has no results in this run.`, 'Let it finish, or choose another method.');
        const { checkView } = await import('../training/check-view');
        return checkView(run, finished);
      }),
    traceRow: (request) =>
      refusing(async () => {
        const run = slot.run;
        if (!run) throw new LabFailure('no-run', 'There is no run whose rows could be followed.', 'Press Train.');
        const { traceRun } = await import('../training/trace/trace-run');
        return traceRun(run, request);
      }),
    learningCurve: () =>
      refusing(() =>
        alone(async () => {
          const run = finishedRun();
          if (['preparing', 'running', 'paused'].includes(run.status) || units.busy || learning) {
            throw new LabFailure('run-in-progress', 'A run or a learning curve is training.', 'Stop it first, or wait until it ends.');
          }
          const mine = new LearningRun(run);
          const ended = mine.train((share, place, of, lane) => send({ type: 'learning', share, place, of, lane }));
          learning = { run: mine, ended };
          try {
            return await ended;
          } finally {
            learning = null;
          }
        }),
      ),
    cancelLearning: endLearning,
    timeRun: (input) =>
      refusing(async () => {
        const spec = readSpec(input);
        if (training > 0) throw new LabFailure('run-in-progress', 'A run is training.', 'Wait until it ends.');
        if (!engine) throw new LabFailure('engine-not-started', 'The engine has not started yet.', 'Wait a moment and try again.');
        checkMemory(spec);
        const started = engine;
        return timing.measure(() => started.then(() => datasetOf(spec)), spec);
      }),
    pauseUnit: () => units.pause(),
    resumeUnit: () => units.resume(),
    cancelUnit: () => units.cancel(),
    predictionsCsv: () => refusing((): Download => predictionsCsv(finishedRun())),
    embeddingsCsv: (method) => refusing((): Download => embeddingsCsv(finishedRun(), method)),
    memory: memoryUse,
  };
}
