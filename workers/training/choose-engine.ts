import { type Dataset, vectorFeatures } from '../data/dataset';
import { setsOfRows } from '../data/tag-rows';
import type { EngineTrial } from '../engine/info';
import type { FusedPlan } from '../engine/step-plan';
import { planThreads } from '../engine/wasm/threads';
import { numbersAt } from '../numbers/typed-arrays';
import { type FusedKind, makeFused, requireSoundStep } from './fused-plans';
import { RunCancelled } from './pacer';
import type { PlanOptions } from './plan-options';
import { type Stopwatch, timeStep } from './time-step';

/**
 * Milliseconds each engine may be tried for, not counting its first step: both together take a third of a
 * second.
 */
const BUDGET = 150;
/** The trial takes an epoch of this many batches, of fewer where they are large. */
const BATCHES = 8;
const MOST_ROWS = 200_000;

/** What a trial needs of the world; tests bring their own. */
export interface TrialTools {
  /** A plan of this kind for this problem. Rejects when there is none. */
  make(kind: FusedKind, options: PlanOptions): Promise<FusedPlan>;
  watch: Stopwatch;
}

const TOOLS: TrialTools = {
  async make(kind, options) {
    await requireSoundStep(kind);
    return makeFused(kind, options, true);
  },
  watch: { now: () => performance.now(), budget: BUDGET },
};

/**
 * The first training rows, as a dataset of their own with all levels: a step on it costs what one of training
 * costs, and it is quick to upload.
 */
function sampleOf(dataset: Dataset, batchSize: number): Dataset {
  const batches = Math.max(1, Math.min(BATCHES, Math.floor(MOST_ROWS / batchSize)));
  const rows = dataset.split.train.subarray(0, batches * batchSize);
  const { p } = dataset;
  const x = new Float32Array(rows.length * p);
  for (const [i, row] of rows.entries()) x.set(dataset.x.subarray(row * p, (row + 1) * p), i * p);
  return {
    ...dataset,
    rows: rows.length,
    x,
    y: numbersAt(Float32Array, dataset.y, rows),
    categorical: dataset.categorical.map((column) => ({ ...column, codes: numbersAt(Int32Array, column.codes, rows) })),
    ...(dataset.tags && { tags: dataset.tags.map((column) => setsOfRows(column, rows)) }),
    split: { ...dataset.split, train: Uint32Array.from(rows, (_, i) => i), validation: new Uint32Array(), test: new Uint32Array() },
  };
}

/**
 * Trials of this session by what the time of a step depends on: training the same problem again takes the
 * same engine.
 */
const known = new Map<string, EngineTrial<FusedKind>[]>();

const keyOf = (kinds: readonly FusedKind[], { model, dataset, batchSize, lazyTables }: PlanOptions, sample: Dataset): string =>
  JSON.stringify([
    kinds,
    model.fused,
    [dataset.task, dataset.p, vectorFeatures(dataset).map(({ cardinality }) => cardinality)],
    dataset.tags?.map(({ ids }) => Math.round(ids.length / Math.max(1, dataset.rows))),
    [batchSize, sample.rows, lazyTables ?? false, planThreads()],
  ]);

/**
 * Times a training step of this problem on each engine that has it, on plans of their own that are dropped,
 * so that neither weights nor random numbers of training know of it. Quickest first; an engine that fails is
 * left out, with a warning.
 *
 * @param breathe awaited between plans
 */
export async function tryEngines(
  kinds: readonly FusedKind[],
  options: PlanOptions,
  breathe: () => Promise<void> = async () => undefined,
  { make, watch }: TrialTools = TOOLS,
): Promise<EngineTrial<FusedKind>[]> {
  const dataset = sampleOf(options.dataset, options.batchSize);
  const key = keyOf(kinds, options, dataset);
  const before = known.get(key);
  if (before) return before;
  const trials: EngineTrial<FusedKind>[] = [];
  for (const kind of kinds) {
    await breathe();
    try {
      const plan = await make(kind, { ...options, dataset, uploaded: undefined });
      try {
        trials.push({ kind, millisecondsPerStep: await timeStep(plan, dataset.split.train, watch) });
      } finally {
        plan.dispose();
      }
    } catch (failure) {
      if (failure instanceof RunCancelled) throw failure;
      console.warn(`The ${kind} step is not tried: ${failure instanceof Error ? failure.message : String(failure)}`);
    }
  }
  trials.sort((a, b) => a.millisecondsPerStep - b.millisecondsPerStep);
  known.set(key, trials);
  return trials;
}
