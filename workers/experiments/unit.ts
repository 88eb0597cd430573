import type { Table } from '../data/csv';
import type { Dataset } from '../data/dataset';
import type { EdgeFile } from '../data/edges/edge-file';
import { LabFailure } from '../data/failure';
import { prepareDataset } from '../data/prepare';
import type { VectorFile } from '../data/vectors/vector-file';
import type { EngineInfo } from '../engine/info';
import { mergedRecord, recordKey } from '../papers/record';
import type { Cell, Experiment, Kept, MethodColumn, OpenTable, Outcome, UnitRecord } from '../papers/types';
import { asksForEdges } from '../spec/edges';
import { type ExperimentInput, type ExperimentSpec, experimentSchema } from '../spec/experiment';
import { specFault } from '../spec/fault';
import { asksForVectors } from '../spec/vectors';
import type { Lane } from '../training/lane';
import type { MethodResult } from '../training/method-result';
import { MethodExhausted } from '../training/out-of-memory';
import { Run, RunCancelled, type RunEvent } from '../training/run';

/** One repetition of a cell: what is to be fitted. */
export interface Unit {
  experiment: Experiment;
  cell: Cell;
  repetition: number;
  columns: readonly MethodColumn[];
}

/** Key of a unit's record, and name of its file. */
export const unitKey = ({ experiment, cell, repetition }: Unit): string => recordKey({ experiment: experiment.id, cell: cell.id, repetition });

export interface UnitOptions {
  engine: Pick<EngineInfo, 'backend' | 'threads'>;
  /** Version of the lab. */
  lab: string;
  /** Opened tables by fingerprint, for experiments on a person's own data. */
  tables: ReadonlyMap<string, Table>;
  /** Opened files of level vectors by fingerprint. */
  vectors?: ReadonlyMap<string, VectorFile>;
  /** Opened files of edges between levels by fingerprint. */
  edges?: ReadonlyMap<string, EdgeFile>;
  /** The one of `tables` that an experiment with `needs` is fitted on. */
  table?: OpenTable;
  /** A record of the same unit whose columns are kept: only missing ones are fitted. */
  before?: UnitRecord | null;
  /** Changes a repetition's spec, as told by `difference` (a smaller test set, fewer epochs). */
  adapt?: { input(spec: Omit<ExperimentInput, 'methods'>): Omit<ExperimentInput, 'methods'>; difference: string };
  /** Columns that ran out of memory when they were tried before, and why: they are not fitted. */
  left?: ReadonlyMap<string, string>;
  /** What an earlier try of the same unit has fitted, by column. */
  done?: Readonly<Record<string, Outcome>>;
  /** Hears which column trains, and its lane. */
  report?(column: MethodColumn, lane: Lane | null): void;
}

/**
 * Trains the columns of one unit, one after another on the same data, seeds and split. `cancel` ends it
 * without a record.
 */
export class UnitRun {
  #run: Run | null = null;
  #cancelled = false;
  /** Opens when a pause between two columns ends; null when not paused. */
  #gate: { opened: Promise<void>; open: () => void } | null = null;

  /** What has been fitted so far, by column. */
  readonly outcomes: Record<string, Outcome> = {};

  constructor(
    readonly unit: Unit,
    readonly options: UnitOptions,
  ) {}

  pause(): void {
    if (!this.#gate) {
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.#gate = { opened, open };
    }
    this.#run?.pause();
  }

  resume(): void {
    this.#gate?.open();
    this.#gate = null;
    this.#run?.resume(null);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#gate?.open();
    this.#run?.cancel();
  }

  /**
   * Resolves with the record; rejects with RunCancelled, with a LabFailure when the data cannot be prepared,
   * and with MethodExhausted, of a column, after which the engine is not to be used any more. Any other
   * failure of a method is kept in the record.
   */
  async train(): Promise<UnitRecord> {
    const { experiment, cell, repetition, columns } = this.unit;
    const { engine, lab, tables, vectors, edges, table, before, done, adapt, left } = this.options;
    const plain = cell.input(repetition, table);
    const input = adapt ? adapt.input(plain) : plain;
    const outcomes = Object.assign(this.outcomes, before?.outcomes, done);
    let dataset: Dataset | null = null;
    for (const column of columns) {
      // Of what an earlier try has, the data are told all the same.
      if (outcomes[column.id] && !done?.[column.id]) continue;
      await this.#gate?.opened;
      this.#check();
      const spec = parse({
        ...input,
        training: { ...input.training, ...column.training, ...column.trainingIn?.[cell.id] },
        methods: [{ id: column.method, settings: column.settings }],
      });
      // One dataset for all columns, whichever of them begins from given vectors or has edges.
      const asked = {
        ...spec,
        vectors: asksForVectors(columns) ? spec.vectors : undefined,
        edges: asksForEdges(columns.map(({ method }) => ({ id: method }))),
      };
      dataset ??= await prepareDataset(asked, tables, () => this.#check(), vectors, edges);
      // A pause may have come while they were prepared.
      await this.#gate?.opened;
      this.#check();
      if (outcomes[column.id]) continue;
      const why = left?.get(column.id);
      outcomes[column.id] = why === undefined ? await this.#fit(column, spec, dataset) : { failure: why };
    }
    const record: UnitRecord = {
      version: 1,
      experiment: experiment.id,
      cell: cell.id,
      repetition,
      lab,
      backend: engine.backend,
      threads: engine.threads,
      finished: new Date().toISOString(),
      fingerprint: dataset?.fingerprint ?? before?.fingerprint ?? '',
      difference: adapt?.difference ?? null,
      rows: dataset ? partSizes(dataset) : before?.rows,
      outcomes,
    };
    return before ? mergedRecord(before, record) : record;
  }

  async #fit(column: MethodColumn, spec: ExperimentSpec, dataset: Dataset): Promise<Outcome> {
    let lane: Lane | null = null;
    const { experiment } = this.unit;
    const kept = new Keeper(experiment.figure, experiment.keptEpochs);
    const distanceLevels = experiment.distanceLevels ?? PUBLISHED_DISTANCE_LEVELS;
    const run = new Run(dataset, { ...spec, distanceLevels, levelShares: false }, (event) => {
      kept.take(event);
      if (event.type !== 'lanes') return;
      lane = event.lanes[0];
      this.options.report?.(column, lane);
    });
    this.#run = run;
    try {
      this.options.report?.(column, null);
      await run.train();
      const finished = run.finished.get(column.method);
      if (finished) return { result: ofTable(finished.result), ...kept.outcome() };
      return { failure: `ended without results: ${(lane as Lane | null)?.stopReason ?? 'for an unknown reason'}` };
    } catch (thrown) {
      // A lost thread says nothing of the method: the repetition is fitted again, with one thread.
      if (thrown instanceof RunCancelled || (thrown instanceof LabFailure && thrown.code === 'thread-lost')) throw thrown;
      // What remains of a heap that is full would fail the next columns too.
      if (thrown instanceof MethodExhausted) throw new MethodExhausted(column.id, column.label, thrown.failure);
      return { failure: thrown instanceof Error ? thrown.message : String(thrown) };
    } finally {
      this.#run = null;
    }
  }

  #check(): void {
    if (this.#cancelled) throw new RunCancelled();
  }
}

/**
 * Fits a unit. A column that runs out of memory is left out, with the reason in the record, and the columns
 * behind it are fitted in an engine that is new: numbers do not hang on it.
 *
 * @param renew starts the engine anew, with an empty heap
 */
export async function fitUnit(unit: Unit, options: UnitOptions, renew: () => Promise<unknown>): Promise<UnitRecord> {
  const left = new Map(options.left);
  let done: Record<string, Outcome> = {};
  for (;;) {
    const run = new UnitRun(unit, { ...options, left, done });
    try {
      return await run.train();
    } catch (failure) {
      if (!(failure instanceof MethodExhausted)) throw failure;
      left.set(failure.method, `${failure.message} ${failure.hint}`);
      done = { ...run.outcomes };
      await renew();
    }
  }
}

/**
 * What a table of repetitions keeps of a result: how well effects of tags are recovered, and neither each
 * effect nor rows by their sets, which would be nine tenths of a record.
 */
function ofTable({ tagErrors: _, ...result }: MethodResult): MethodResult {
  const tagEffects = result.tagEffects?.map((effects) => ({ ...effects, tags: [], pairs: [], attention: undefined }));
  return { ...result, ...(tagEffects && { tagEffects }) };
}

/** Levels whose distances the published numbers compare (docs/methods.md C4). */
const PUBLISHED_DISTANCE_LEVELS = 10_000;

const partSizes = ({ split }: Dataset) => ({ train: split.train.length, validation: split.validation.length, test: split.test.length });

/** Gathers from a run's events what the experiment's figure needs. */
class Keeper {
  readonly #objective: number[] = [];
  readonly #predictive: number[] = [];
  #matches: Kept['matches'];

  constructor(
    readonly figure: Experiment['figure'],
    readonly keptEpochs?: number,
  ) {}

  take(event: RunEvent): void {
    if (this.figure === 'losses' && event.type === 'curves') {
      this.#objective.push(...event.curves.objective);
      this.#predictive.push(...event.curves.predictive);
    }
    if (this.figure === 'matches' && event.type === 'embedding' && event.view.truth) {
      const { dimensions } = event.view.truth;
      this.#matches = { r: dimensions.map(({ r }) => r), r2: dimensions.map(({ r2 }) => r2) };
    }
  }

  outcome(): { kept?: Kept } {
    if (this.figure === 'losses') return { kept: { curves: thinned(this.#objective, this.#predictive, this.keptEpochs) } };
    return this.#matches ? { kept: { matches: this.#matches } } : {};
  }
}

/** Epochs of a curve that are kept: the longest published runs have so many. */
const KEPT_EPOCHS = 1_000;

/** Curves with no more epochs than are kept, the last one among them. */
export function thinned(objective: number[], predictive: number[], most = KEPT_EPOCHS): NonNullable<Kept['curves']> {
  const n = objective.length;
  const every = Math.ceil(n / most);
  if (every <= 1) return { objective, predictive };
  const keep = (values: number[]): number[] => values.filter((_, i) => i % every === 0 || i === n - 1);
  return { objective: keep(objective), predictive: keep(predictive), every };
}

function parse(input: ExperimentInput): ExperimentSpec {
  const parsed = experimentSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new LabFailure('bad-spec', specFault(parsed.error), 'The definition of this experiment has an error.');
}
