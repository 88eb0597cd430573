import { type Dataset, vectorFeatures } from '../data/dataset';
import { type LabError, LabFailure } from '../data/failure';
import { summarize } from '../data/prepare';
import type { DatasetSummary } from '../data/summary';
import { shapeOf } from '../data/tag-rows';
import type { Candidate } from '../methods/method';
import { checkMethods } from '../methods/refusals';
import { aboutMethod } from '../methods/registry';
import { isFixed } from '../methods/shared/widths';
import type { EmbeddingView } from '../metrics/embedding-view';
import type { MethodCheckpoint, Prepared, RunCheckpoint } from './checkpoint';
import { CheckpointPace } from './checkpoint-pace';
import { compareScores } from './compare';
import { EarlyStopping } from './early-stopping';
import { searchGrid } from './grid-search';
import type { Curves, Lane, PredictionView, Preparing, RunProgress, RunStatus } from './lane';
import type { ChosenTraining, MethodResult, MetricComparison } from './method-result';
import { freed, isExhaustion, LackOfMemory, MethodExhausted } from './out-of-memory';
import { Pacer, RunCancelled } from './pacer';
import { ProgressMeter } from './progress';
import { settingsUnder } from './protocol';
import { searchRate } from './rate-search';
import { type Finished, takeResults } from './results';
import type { TrainingSettings } from './schema';
import type { SnapshotSchedule } from './snapshot-schedule';
import { MethodSnapshots, type SnapshotSample, snapshotSample, takeSnapshot } from './snapshots';
import { startVectors } from './start-vectors';
import { Trainer, type TrainerOptions } from './trainer';
import { featurePosterior, levelCounts, snapshotView, testPredictionView, viewSeed } from './views';

/**
 * What a run needs of an experiment: plain settings, so that this room does not depend on the spec's schema.
 */
export interface RunPlan {
  methods: { id: string; settings: Record<string, unknown> }[];
  training: TrainingSettings;
  seeds: { data: number; split: number; weights: number };
  /** Most levels of a feature whose pairwise distances are compared with the truth's; absent: 2,000. */
  distanceLevels?: number;
  /** How methods predict is kept with their results; absent: where snapshots are. */
  keepPredictors?: boolean;
  /**
   * What is explained without and with levels is left out: it takes two to four more predictions of all test
   * rows. For runs of which a table or a curve is made, where nobody looks at it.
   */
  levelShares?: false;
}

/** An event without the run's generation number, which the worker adds. */
export type RunEvent =
  | { type: 'status'; status: RunStatus; preparing: Preparing | null; error: LabError | null }
  | { type: 'summary'; summary: DatasetSummary }
  | { type: 'lanes'; lanes: Lane[]; progress: RunProgress }
  /** New epochs only: `from` is the number of epochs sent before. */
  | { type: 'curves'; from: number; curves: Curves }
  | { type: 'embedding'; view: EmbeddingView }
  | { type: 'prediction'; view: PredictionView }
  | { type: 'result'; result: MethodResult }
  /** Once every method has its results or will have none, and there are at least two. */
  | { type: 'comparison'; comparison: MetricComparison[] };

/** How a run outlives the worker it is in. */
export interface RunRecovery {
  /** Where it was saved, and goes on; null: from the beginning. */
  from: RunCheckpoint | null;
  /** Hears of every checkpoint. */
  keep(checkpoint: RunCheckpoint): void;
  /** Methods that ended an engine for want of memory, and why, as a sentence: they are left out. */
  left?: ReadonlyMap<string, string>;
  /** When they are taken; absent: as `CheckpointPace` says. */
  pace?: Pick<CheckpointPace, 'due' | 'taken'>;
}

/** Families of counts, by the name that settings have. */
const COUNT_FAMILIES: readonly unknown[] = ['poisson', 'negative-binomial'];

/** Whether a method takes the response as a count. */
const takesCounts = ({ id, settings }: Pick<TrainerOptions, 'id' | 'settings'>): boolean =>
  aboutMethod(id).counts === true || COUNT_FAMILIES.includes(settings.family);

/** Snapshots of level vectors of one method are at least this far apart. */
const SNAPSHOT_MILLISECONDS = 700;
/** Lane events are at most this frequent: ten a second. */
const LANE_MILLISECONDS = 100;

/** One run: the methods of an experiment on one dataset, from building the models to the last result. */
export class Run {
  readonly finished = new Map<string, Finished>();
  readonly #trainers: Trainer[] = [];
  readonly #pacer: Pacer;
  readonly #progress = new ProgressMeter();
  readonly #counts: Float32Array[];
  readonly #sent = new Map<string, number>();
  readonly #snapshotAt = new Map<string, number>();
  readonly #prepared = new Map<string, Prepared>();
  /** Methods that were over when the run was saved, from which it goes on. */
  readonly #ended = new Map<string, MethodCheckpoint>();
  readonly #snapshots = new Map<string, MethodSnapshots>();
  readonly #checkpoints: Pick<CheckpointPace, 'due' | 'taken'>;
  #sample: SnapshotSample | null = null;
  #begun = false;
  #compared = false;
  #over = false;
  #status: RunStatus = 'idle';
  #lanesAt = 0;
  #feature = 0;
  /** Epochs (over all methods in turn) until the run pauses by itself; null: never. */
  #untilPause: number | null;

  readonly dataset: Dataset;

  constructor(
    dataset: Dataset,
    readonly plan: RunPlan,
    readonly emit: (event: RunEvent) => void,
    pauseAfter: number | null = null,
    /**
     * When to take snapshots of every method. With it the run keeps what the page shows besides results, such
     * as predictions of typical rows; null: only results.
     */
    readonly schedule: SnapshotSchedule | null = null,
    /** Null: the run is not saved. */
    readonly recovery: RunRecovery | null = null,
  ) {
    this.dataset = plan.methods.some(takesCounts) ? { ...dataset, asCounts: true } : dataset;
    this.#untilPause = pauseAfter;
    this.#pacer = new Pacer(12, (paused) => {
      this.#setStatus(paused ? 'paused' : 'running');
      // The page shows the epoch it paused at, not the last one that was due for sending.
      this.#emitLanes(true);
    });
    this.#counts = levelCounts(this.dataset);
    this.#checkpoints = recovery?.pace ?? new CheckpointPace();
  }

  get status(): RunStatus {
    return this.#status;
  }

  pause(): void {
    if (this.#status === 'running') this.#pacer.pause();
  }

  /** Goes on for `epochs` epochs, or to the end. */
  resume(epochs: number | null): void {
    this.#untilPause = epochs;
    this.#pacer.resume();
  }

  stop(): void {
    this.#pacer.stop();
  }

  /** Nothing of the run trains any more. */
  get over(): boolean {
    return this.#over;
  }

  /** A method of the run, once it is prepared; its model is freed when the run is over. */
  trainerOf(method: string): Trainer | undefined {
    return this.#trainers.find(({ id }) => id === method);
  }

  /**
   * Does something between two pieces of the run's work, also while it is paused; at once when it is over.
   */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#over ? work() : this.#pacer.aside(work);
  }

  /** Ends the run without results; `train` rejects with RunCancelled after it has freed everything. */
  cancel(): void {
    this.#pacer.cancel();
  }

  watchFeature(feature: number): void {
    this.#feature = Math.max(0, Math.min(feature, vectorFeatures(this.dataset).length - 1));
    this.#snapshotAt.clear();
    for (const finished of this.finished.values()) this.#emitView(finished);
  }

  /**
   * Slow motion: at most this many epochs per second; null for full speed. Takes effect at the next epoch.
   */
  setPace(epochsPerSecond: number | null): void {
    this.#pacer.setRoundMilliseconds(epochsPerSecond === null ? 0 : 1000 / epochsPerSecond);
  }

  /**
   * Trains every method to its end. Resolves when all results are in; rejects with RunCancelled when
   * cancelled, with LabFailure 'method-refused' when a method cannot be used on this data, and with
   * MethodExhausted when one ran out of memory: then the engine is not to be used any more.
   */
  async train(): Promise<void> {
    try {
      this.emit({ type: 'summary', summary: summarize(this.dataset) });
      const { from = null } = this.recovery ?? {};
      await this.#prepare(from);
      if (from?.stopped) this.#pacer.stop();
      this.#setStatus('running');
      this.#progress.start(from?.elapsedSeconds);
      await this.#compare();
      if (this.plan.training.order === 'interleaved') await this.#interleaved();
      else await this.#sequential();
      this.#emitLanes(true);
      await this.#save(this.#currentProgress().epoch);
      const anyResult = this.finished.size > 0;
      const byHand = this.#pacer.stopped || (anyResult && this.#lanes().some(({ stopReason }) => stopReason === 'by hand'));
      if (byHand) this.#setStatus('stopped');
      else this.#setStatus(anyResult ? 'done' : 'diverged');
    } finally {
      for (const trainer of this.#trainers) freed(trainer);
      this.#over = true;
      await this.#pacer.close();
    }
  }

  async #prepare(from: RunCheckpoint | null): Promise<void> {
    const { methods, training, seeds } = this.plan;
    const shape = shapeOf(this.dataset);
    const { levels } = shape;
    checkMethods(methods, shape);
    if (from?.schedule) this.schedule?.restore(from.schedule);
    for (const [index, { id, settings }] of methods.entries()) {
      const before = from?.methods.find((method) => method.id === id);
      if (before) this.#takeUp(before, from?.stopped === true);
      const why = this.recovery?.left?.get(id);
      if (why !== undefined) this.#leaveOut(id, settings, why, before);
      if (this.#ended.has(id)) continue;
      this.#setStatus('preparing', { kind: 'method', id, place: index + 1, of: methods.length });
      await this.#pacer.breathe();
      const ruled = settingsUnder(training, settings, levels);
      const given = { id, settings: ruled, dataset: this.dataset, training, weightSeed: seeds.weights };
      const trainer = await this.#within(
        id,
        () => this.#trainerFor(given, before),
        (lack) => this.#leaveOut(id, settings, sentenceOf(lack), undefined, lack instanceof LackOfMemory ? 'outOfMemory' : 'refused'),
      );
      if (!trainer) continue;
      this.#trainers.push(trainer);
      if (trainer.lane.epoch > 0) this.#emitCurves(trainer);
    }
    // While it is still being prepared: of ten million rows it takes seconds, without a rest.
    if (this.schedule && this.#trainers.length > 0) this.#snapshotsSample();
    await this.#pacer.breathe();
    this.#emitLanes(true);
  }

  /** Builds a method, after what its settings and the protocol leave to be searched for. */
  async #trainerFor(given: TrainerOptions, before: MethodCheckpoint | undefined): Promise<Trainer> {
    const { id, settings, training, weightSeed } = given;
    const { task } = this.dataset;
    const pretrained = (share: number) => this.#breathe(id, share, 'pretraining');
    // Before any trial: they all begin from the same vectors.
    await startVectors(id, settings, this.dataset, weightSeed, pretrained);
    const { settings: taken, rate } = this.#prepared.get(id) ?? (await this.#find(given, aboutMethod(id).candidates?.(settings, { task }) ?? null));
    const chosen = { ...given, settings: taken, training: rate ? { ...training, learningRate: rate.learningRate } : training };
    return Trainer.create(chosen, (uploaded) => this.#breathe(id, uploaded), pretrained, before?.trainer);
  }

  /**
   * A piece of a method's work. Memory that ran out in the middle of it is told as that method's failure;
   * what was known to lack before goes to `lacks`, and so does a formula, or a setting that names columns,
   * that the data cannot give.
   */
  async #within<T>(id: string, work: () => Promise<T>, lacks?: (lack: LabFailure) => void): Promise<T | null> {
    try {
      return await work();
    } catch (failure) {
      if (isExhaustion(failure)) throw new MethodExhausted(id, aboutMethod(id).label, failure);
      if (!lacks || !(failure instanceof LackOfMemory || isOfColumns(failure))) throw failure;
      lacks(failure);
      return null;
    }
  }

  /**
   * A method that does not fit into the memory, or whose columns the data do not have, ends without results;
   * the others go on.
   */
  #leaveOut(
    id: string,
    settings: Record<string, unknown>,
    why: string,
    before?: MethodCheckpoint,
    as: 'outOfMemory' | 'refused' = 'outOfMemory',
  ): void {
    const known = before?.trainer;
    if (before && known && this.finished.has(id)) {
      // Its results are there; it only drew its curve on.
      this.#ended.set(id, { ...before, trainer: { ...known, lane: { ...known.lane, status: 'done' } } });
      return;
    }
    const curves = known?.curves ?? { training: new Float64Array(0), objective: new Float64Array(0), predictive: new Float64Array(0) };
    const epoch = known?.lane.epoch ?? 0;
    const lane: Lane = {
      ...{ method: id, status: 'diverged', epoch, bestEpoch: null, stopEpoch: epoch, stopReason: why, predictive: null, [as]: true },
      parameters: aboutMethod(id).parameterCount(shapeOf(this.dataset), settings as never),
    };
    const rule = new EarlyStopping(null).save();
    const trainer = { lane, curves, rule, bests: { objective: rule, predictive: rule }, epochSeconds: 0, noiseStep: 0, plan: null, best: null };
    this.#ended.set(id, { id, settings, trainer, finished: null, snapshots: [] });
    this.#emitCurves({ id, curves });
  }

  /** What a method was when the run was saved. Those that are over are told of, and need no trainer. */
  #takeUp(method: MethodCheckpoint, stopped: boolean): void {
    const { id, trainer, finished, snapshots, settings, rate, search } = method;
    this.#prepared.set(id, { settings, rate, search });
    // An algorithm of its own begins again, its snapshots too.
    if (this.schedule && snapshots.length > 0 && (trainer?.plan || finished)) {
      const kept = new MethodSnapshots(this.#snapshotsSample(), this.schedule);
      kept.pictures = snapshots;
      this.#snapshots.set(id, kept);
    }
    if (finished) {
      this.finished.set(id, { ...finished, snapshots: this.#snapshots.get(id) });
      this.#emitFinished(finished);
    }
    const { status } = trainer?.lane ?? {};
    if (!trainer || !(status === 'done' || status === 'diverged' || (stopped && status === 'waiting'))) return;
    this.#ended.set(id, method);
    this.#emitCurves({ id, curves: trainer.curves });
  }

  /** The learning rate and the settings that are searched for before a method trains. */
  async #find(given: TrainerOptions, candidates: readonly Candidate[] | null): Promise<Prepared> {
    const { id, training, settings } = given;
    const report = (preparing: Preparing) => this.#searching(preparing);
    const rate = training.learningRate === 'auto' && !aboutMethod(id).ownAlgorithm ? await searchRate(given, this.#pacer, report) : undefined;
    const asked = rate ? { ...given, training: { ...training, learningRate: rate.learningRate } } : given;
    const searched = candidates && (await searchGrid(asked, candidates, this.#pacer, report));
    const found = { settings: searched?.settings ?? settings, rate, search: searched?.search };
    this.#prepared.set(id, found);
    return found;
  }

  /** What the protocol came to for a method. */
  #chosen({ id, model, training, batchSize, settings }: Trainer): ChosenTraining {
    return {
      protocol: training.protocol,
      batchSize,
      patience: training.patience,
      learningRate: model.ownFit ? null : training.learningRate,
      d: typeof settings.d === 'number' && isFixed(settings) ? settings.d : null,
      rates: this.#prepared.get(id)?.rate?.rates ?? null,
    };
  }

  /** A new candidate of a grid search is told at once, its epochs as often as lanes are. */
  #searching(preparing: Preparing): void {
    const now = performance.now();
    if (preparing.kind === 'search' && preparing.epoch > 0 && now - this.#lanesAt < LANE_MILLISECONDS) return;
    this.#lanesAt = now;
    this.#setStatus('preparing', preparing);
  }

  /**
   * Between pieces of the preparation of a method. Stop gives a run up here that begins: there is nothing to
   * keep.
   */
  async #breathe(id: string, share?: number, kind: 'upload' | 'pretraining' = 'upload'): Promise<void> {
    if (this.#pacer.stopped && !this.recovery?.from) throw new RunCancelled();
    // Small data are there at once, and need no words.
    if (share !== undefined && share < 1 && performance.now() - this.#lanesAt >= LANE_MILLISECONDS) {
      this.#lanesAt = performance.now();
      this.#setStatus('preparing', { kind, id, percent: Math.round(100 * share) });
    }
    await this.#pacer.breathe();
  }

  async #interleaved(): Promise<void> {
    while (!this.#pacer.stopped) {
      const active = this.#trainers.filter((trainer) => trainer.active);
      if (active.length === 0) return;
      // A run may go on from the middle of a round: those behind come first.
      const least = Math.min(...active.map(({ lane }) => lane.epoch));
      for (const trainer of active.filter(({ lane }) => lane.epoch === least)) {
        await this.#epochOrRefusal(trainer);
        if (this.#pacer.stopped) break;
      }
      await this.#pacer.endRound();
      await this.#pauseIfDue();
    }
    await this.#finishAll();
  }

  async #sequential(): Promise<void> {
    for (const trainer of this.#trainers) {
      while (trainer.active && !this.#pacer.stopped) {
        await this.#epochOrRefusal(trainer);
        await this.#pacer.endRound();
        await this.#pauseIfDue();
      }
    }
    await this.#finishAll();
  }

  async #pauseIfDue(): Promise<void> {
    if (this.#untilPause !== null && --this.#untilPause <= 0) {
      this.#untilPause = null;
      this.#emitLanes(true);
      if (this.#trainers.some((trainer) => trainer.active)) this.#pacer.pause();
    }
    await this.#pacer.breathe();
  }

  /** An epoch, or the end of a method that the data cannot give what it asks for. */
  async #epochOrRefusal(trainer: Trainer): Promise<void> {
    await this.#orRefused(trainer, () => this.#epoch(trainer));
  }

  /** Work of one method, which ends it alone where the data cannot give what it asks for. */
  async #orRefused(trainer: Trainer, work: () => Promise<void>): Promise<void> {
    const refuse = (failure: LabFailure): void => {
      trainer.diverge(trainer.lane.epoch, sentenceOf(failure));
      trainer.lane.refused = true;
    };
    await this.#within(trainer.id, work, refuse);
    if (!trainer.lane.refused) return;
    await this.#compare();
    this.#emitLanes(true);
  }

  async #epoch(trainer: Trainer): Promise<void> {
    this.#progress.turn(this.#pacer.pausedMilliseconds);
    if (trainer.lane.status === 'waiting') {
      trainer.lane.status = 'training';
      // The first iteration of an algorithm of its own may take minutes, in which nothing else is told.
      this.#emitLanes(true);
    }
    const due = this.#snapshotDue(trainer);
    const kept = this.#snapshotsOf(trainer);
    const taken = kept?.schedule.takes(trainer.lane.epoch + 1) ?? false;
    const started = this.#clock;
    const end = await trainer.epoch(
      this.#pacer,
      (rows) => {
        this.#progress.rows(rows);
        this.#emitLanes(false);
      },
      due || taken,
    );
    this.#progress.epoch(trainer.id, this.#pacer.pausedMilliseconds);
    this.#emitCurves(trainer);
    // The first of all is told at once: somebody waits for it.
    if (!this.#begun) this.#emitLanes(true);
    this.#begun = true;
    const trained = this.#clock;
    if (due || taken) await this.#picture(trainer, end.epoch, due, taken ? kept : null);
    this.schedule?.spent(trainer.id, end.epoch, trained - started, taken ? this.#clock - trained : null);
    if (trainer.lane.status === 'stopped') await this.#finish(trainer);
    else if (trainer.lane.status === 'diverged') await this.#compare();
    this.#emitLanes(false);
    if (this.#checkpoints.due(end.epoch)) await this.#save(end.epoch);
  }

  /** Takes a checkpoint. One that cannot be taken (no memory is left for it, say) stops nothing. */
  async #save(epoch: number): Promise<void> {
    if (!this.recovery) return;
    const started = performance.now();
    try {
      this.recovery.keep(await this.#checkpoint());
    } catch (failure) {
      console.warn(`The run could not be saved: ${failure instanceof Error ? failure.message : String(failure)}`);
    }
    this.#checkpoints.taken(epoch, performance.now() - started);
  }

  async #checkpoint(): Promise<RunCheckpoint> {
    const methods: MethodCheckpoint[] = [];
    for (const { id, settings } of this.plan.methods) {
      const trainer = this.trainerOf(id);
      const ended = this.#ended.get(id);
      const finished = this.finished.get(id);
      if (ended) methods.push(ended);
      else
        methods.push({
          id,
          ...(this.#prepared.get(id) ?? { settings }),
          trainer: trainer ? await trainer.save() : null,
          finished: finished ? { ...finished, snapshots: undefined } : null,
          snapshots: this.#snapshots.get(id)?.pictures ?? [],
        });
    }
    const { elapsedSeconds } = this.#currentProgress();
    return { version: 1, methods, schedule: this.schedule?.save() ?? null, elapsedSeconds, ...(this.#pacer.stopped && { stopped: true }) };
  }

  /** After a stop by hand: results of every method that has trained at least an epoch and has none yet. */
  async #finishAll(): Promise<void> {
    for (const trainer of this.#trainers) {
      if (trainer.lane.status === 'training') {
        trainer.stop('by hand');
        await this.#orRefused(trainer, () => this.#finish(trainer));
      }
      if (trainer.lane.status === 'past-stop') trainer.lane.status = 'done';
    }
  }

  async #finish(trainer: Trainer): Promise<void> {
    const { lane } = trainer;
    lane.status = 'finishing';
    this.#emitLanes(true);
    const typicalOf = this.schedule ? this.dataset : null;
    const { seeds, distanceLevels, keepPredictors, levelShares = true } = this.plan;
    const finished = await takeResults(trainer, seeds.data, this.#pacer, distanceLevels, typicalOf, keepPredictors, levelShares);
    if (!finished.predictions.every(Number.isFinite)) {
      trainer.diverge(lane.epoch, 'its test predictions are not numbers');
      this.#emitLanes(true);
      await this.#compare();
      return;
    }
    const search = this.#prepared.get(trainer.id)?.search;
    if (search) finished.result.search = search;
    finished.result.chosen = this.#chosen(trainer);
    if (aboutMethod(trainer.id).leaks?.(trainer.settings)) finished.result.leaks = true;
    finished.snapshots = this.#snapshots.get(trainer.id);
    this.finished.set(trainer.id, finished);
    this.#emitFinished(finished);
    const goesOn = this.plan.training.drawPastStop && !trainer.model.ownFit && lane.epoch < this.plan.training.epochs && !this.#pacer.stopped;
    lane.status = goesOn ? 'past-stop' : 'done';
    this.#emitLanes(true);
    await this.#compare();
  }

  #emitFinished(finished: Finished): void {
    const { result, predictions } = finished;
    this.emit({ type: 'result', result });
    this.emit({ type: 'prediction', view: testPredictionView(result.method, this.dataset, predictions, this.plan.seeds.data) });
    this.#emitView(finished);
  }

  /** Compares the scores of all methods, once the last of them has its results or will have none. */
  async #compare(): Promise<void> {
    const over = this.#trainers.every((trainer) => this.finished.has(trainer.id) || trainer.lane.status === 'diverged');
    if (!over || this.#compared || this.finished.size < 2) return;
    this.#compared = true;
    this.emit({ type: 'comparison', comparison: await compareScores(this.dataset, this.finished, () => this.#pacer.breathe()) });
  }

  #setStatus(status: RunStatus, preparing: Preparing | null = null): void {
    this.#status = status;
    this.emit({ type: 'status', status, preparing, error: null });
  }

  #emitCurves(trainer: Pick<Trainer, 'id'> & { curves: Record<'training' | 'objective' | 'predictive', ArrayLike<number>> }): void {
    const from = this.#sent.get(trainer.id) ?? 0;
    const { training, objective, predictive } = trainer.curves;
    const since = (values: ArrayLike<number>) => Float32Array.from({ length: values.length - from }, (_, i) => values[from + i]);
    this.emit({
      type: 'curves',
      from,
      curves: {
        method: trainer.id,
        training: since(training),
        objective: since(objective),
        predictive: since(predictive),
      },
    });
    this.#sent.set(trainer.id, training.length);
  }

  /** True when a method's level vectors are to be sent after its next epoch: at most every 0.7 s. */
  #snapshotDue(trainer: Trainer): boolean {
    if (trainer.lane.status !== 'waiting' && trainer.lane.status !== 'training') return false;
    return performance.now() - (this.#snapshotAt.get(trainer.id) ?? Number.NEGATIVE_INFINITY) >= SNAPSHOT_MILLISECONDS;
  }

  /** Milliseconds, pauses left out. */
  get #clock(): number {
    return performance.now() - this.#pacer.pausedMilliseconds;
  }

  /** Snapshots of a method that is before its stop. */
  #snapshotsOf({ id, lane }: Trainer): MethodSnapshots | null {
    if (!this.schedule || (lane.status !== 'waiting' && lane.status !== 'training')) return null;
    const kept = this.#snapshots.get(id) ?? new MethodSnapshots(this.#snapshotsSample(), this.schedule);
    this.#snapshots.set(id, kept);
    return kept;
  }

  #snapshotsSample(): SnapshotSample {
    this.#sample ??= snapshotSample(this.dataset, this.plan.seeds.data);
    return this.#sample;
  }

  /** What a method is now, while it is still before its stop: for its snapshots, and to be sent. */
  async #picture(trainer: Trainer, epoch: number, send: boolean, kept: MethodSnapshots | null): Promise<void> {
    if (trainer.lane.status !== 'training') return;
    const tables = await trainer.evaluator.levelVectors();
    if (kept) kept.add(await takeSnapshot(trainer, epoch, tables, kept.sample, this.#pacer));
    if (!send || !tables[this.#feature]) return;
    this.#snapshotAt.set(trainer.id, performance.now());
    const feature = this.#feature;
    this.emit({
      type: 'embedding',
      view: snapshotView(this.dataset, trainer.id, epoch, feature, tables[feature], this.#counts, viewSeed(this.plan.seeds.data)),
    });
  }

  /** The level vectors of a finished method, of the epoch whose weights its results use. */
  #emitView(finished: Finished): void {
    const { result, vectors } = finished;
    const table = vectors[this.#feature];
    if (!table) return;
    const settings = this.plan.methods.find(({ id }) => id === result.method)?.settings ?? {};
    const posterior = featurePosterior(finished, settings, this.#feature);
    this.emit({
      type: 'embedding',
      view: snapshotView(
        this.dataset,
        result.method,
        result.weightsFrom,
        this.#feature,
        table,
        this.#counts,
        viewSeed(this.plan.seeds.data),
        posterior,
      ),
    });
  }

  #emitLanes(force: boolean): void {
    const now = performance.now();
    if (!force && now - this.#lanesAt < LANE_MILLISECONDS) return;
    this.#lanesAt = now;
    this.emit({ type: 'lanes', lanes: this.#lanes(), progress: this.#currentProgress() });
  }

  #lanes(): Lane[] {
    return this.plan.methods.flatMap(({ id }) => this.trainerOf(id)?.lane ?? this.#ended.get(id)?.trainer?.lane ?? []).map((lane) => ({ ...lane }));
  }

  #currentProgress(): RunProgress {
    const { epochs, drawPastStop } = this.plan.training;
    const left = this.#trainers
      .filter((trainer) => trainer.active && (drawPastStop || trainer.lane.stopEpoch === null))
      .map((trainer) => ({ id: trainer.id, epochs: epochs - trainer.lane.epoch }));
    return this.#progress.read(Math.max(0, ...this.#lanes().map(({ epoch }) => epoch)), epochs, left, this.#pacer.pausedMilliseconds);
  }
}

/**
 * What a setting that names columns, or a formula of them, asks of the data and they cannot give; or a mixed
 * model of more levels than can be fitted.
 */
const OF_COLUMNS = /^(mixed-too-large|formula(-.*)?|column-missing|coordinates-alike|places-alike|locations-needed|time-varies-too-little)$/;

const isOfColumns = (failure: unknown): failure is LabFailure => failure instanceof LabFailure && OF_COLUMNS.test(failure.code);

const sentenceOf = ({ message, hint }: LabFailure): string => `${message} ${hint}`;

export { RunCancelled };
