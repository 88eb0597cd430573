import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import { partOf } from './learning-curve';
import { freed, isExhaustion, LackOfMemory, MethodExhausted } from './out-of-memory';
import { Pacer, RunCancelled } from './pacer';
import { resolveTraining, settingsUnder } from './protocol';
import type { RunPlan } from './run';
import { methodBytes, protocolFacts, Trainer } from './trainer';

/** How long an epoch of each method takes on this device, as timed, and what its plan will hold. */
export interface TimeProbe {
  methods: {
    id: string;
    /**
     * Milliseconds of one epoch on all training rows, both validation losses included; null where an epoch
     * was not timed: an algorithm of its own, a rate or settings that are searched first, or no time left.
     */
    epochMilliseconds: number | null;
    /** Bytes of its recorded plan (`methodBytes`); null where it has none, or settings are searched first. */
    bytes: number | null;
  }[];
  /** Share of the training rows that was timed; an epoch of all of them is taken to need 1/share as long. */
  share: number;
}

/** Training rows that an epoch is timed on, at most, where two batches are no more. */
const MOST_ROWS = 10_000;
/** Milliseconds that all methods together may take. */
const MOST_MILLISECONDS = 3_000;

/**
 * Times the second epoch of each method of a plan, the first being for what is compiled and cached. Nothing
 * is kept. Of large data a share of the rows is trained on.
 */
export class TimeRun {
  readonly #pacer = new Pacer();
  #cancelled = false;

  constructor(
    readonly dataset: Dataset,
    readonly plan: RunPlan,
    readonly now: () => number = () => performance.now(),
    readonly mostMilliseconds = MOST_MILLISECONDS,
  ) {}

  cancel(): void {
    this.#cancelled = true;
    this.#pacer.cancel();
  }

  /**
   * Throws RunCancelled after `cancel`, LabFailure where a method cannot be used on these data, and
   * MethodExhausted where one ran out of memory: then the engine is not to be used any more.
   */
  async measure(): Promise<TimeProbe> {
    const { dataset, plan } = this;
    const rows = dataset.split.train.length;
    const batch = resolveTraining(plan.training, protocolFacts(dataset)).batchSize;
    // Windows of series are counted by series; their data are small.
    const share = dataset.series ? 1 : Math.min(1, Math.max(MOST_ROWS, 2 * batch) / rows);
    const part = share < 1 ? { ...dataset, split: partOf(dataset.split, share, plan.seeds.split) } : dataset;
    const methods: TimeProbe['methods'] = [];
    try {
      const bytes = await bytesOfMethods(dataset, plan, () => this.#pacer.breathe());
      const started = this.now();
      for (const method of plan.methods) {
        const milliseconds = this.now() - started < this.mostMilliseconds ? await this.#epoch(method, part, started) : null;
        methods.push({ id: method.id, epochMilliseconds: milliseconds === null ? null : milliseconds / share, bytes: bytes.get(method.id) ?? null });
      }
    } finally {
      this.#pacer.close();
    }
    return { methods, share };
  }

  /** Milliseconds of a method's second epoch; null where they say nothing or do not fit into the time. */
  async #epoch({ id, settings }: RunPlan['methods'][number], dataset: Dataset, started: number): Promise<number | null> {
    const { training, seeds } = this.plan;
    const about = aboutMethod(id);
    const ruled = settingsUnder(
      training,
      settings,
      dataset.categorical.map(({ cardinality }) => cardinality),
    );
    if (about.ownAlgorithm || training.learningRate === 'auto' || about.candidates?.(ruled, { task: dataset.task })) return null;
    const late = (): boolean => this.now() - started > this.mostMilliseconds;
    const breathe = async (): Promise<void> => {
      if (late()) throw new OutOfTime();
      await this.#pacer.breathe();
    };
    let trainer: Trainer | null = null;
    try {
      // A third epoch would not be trained; the plan's own number may be one.
      const options = { id, settings: ruled, dataset, training: { ...training, epochs: 2, patience: null }, weightSeed: seeds.weights };
      trainer = await Trainer.create(options, breathe, breathe);
      await trainer.epoch(this.#pacer, () => undefined, false);
      if (late()) return null;
      const before = this.now();
      await trainer.epoch(this.#pacer, () => undefined, false);
      return this.now() - before;
    } catch (thrown) {
      // The run says why it cannot train.
      if (thrown instanceof OutOfTime || thrown instanceof LackOfMemory) return null;
      if (isExhaustion(thrown)) throw new MethodExhausted(id, about.label, thrown);
      if (this.#cancelled) throw new RunCancelled();
      throw thrown;
    } finally {
      freed(trainer);
    }
  }
}

class OutOfTime extends Error {}

/**
 * Bytes of the recorded plans of a run, before it begins, by method (`methodBytes`): of those that have one
 * and whose settings are not searched for first.
 *
 * @param breathe awaited between methods; may end it by throwing
 */
export async function bytesOfMethods(
  dataset: Dataset,
  { methods, training, seeds }: RunPlan,
  breathe: () => Promise<void> = async () => undefined,
): Promise<Map<string, number>> {
  const levels = dataset.categorical.map(({ cardinality }) => cardinality);
  const found = new Map<string, number>();
  if (tf.getBackend() !== 'wasm') return found;
  for (const { id, settings } of methods) {
    await breathe();
    const ruled = settingsUnder(training, settings, levels);
    if (aboutMethod(id).candidates?.(ruled, { task: dataset.task })) continue;
    try {
      const bytes = await methodBytes({ id, settings: ruled, dataset, training, weightSeed: seeds.weights }, breathe);
      if (bytes !== null) found.set(id, bytes);
    } catch (failure) {
      // What cannot be recorded goes op by op, and what cannot be trained is told by the run.
      if (isExhaustion(failure)) throw new MethodExhausted(id, aboutMethod(id).label, failure);
      if (!(failure instanceof LabFailure)) throw failure;
    }
  }
  return found;
}
