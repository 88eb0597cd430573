import type { Dataset, Split } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { runsOf, windowsAnEpoch } from '../data/series/epoch';
import type { Series } from '../data/series/series';
import { RandomStream } from '../random/random';
import { pairedErrors } from './compare';
import type { Lane } from './lane';
import type { MetricComparison } from './method-result';
import type { Finished } from './results';
import { Run, RunCancelled, type RunPlan } from './run';
import { SCORES } from './test-metrics';

/** Test loss of the methods of a run, fitted again on parts of its training rows. */
export interface LearningCurve {
  /** Shares of the training and validation rows, rising to 1, and the rows they come to. */
  shares: { share: number; rows: number }[];
  /**
   * Per method a loss (squared error or negative log likelihood) at every share; null where it gave no
   * result.
   */
  methods: { method: string; points: (LearningPoint | null)[] }[];
}

interface LearningPoint {
  loss: number;
  standardError: number | null;
  /** From the share before, paired over the test rows; null for the first, and where there is no error. */
  change: Omit<MetricComparison['differences'][number], 'method'> | null;
}

/** Shares of the training rows that are fitted besides all of them. */
const SHARES = [0.1, 0.25, 0.5];
/** A share of fewer training rows than this says nothing. */
const LEAST_ROWS = 20;

/**
 * A share of the training and of the validation rows, in their order; a smaller share is part of a larger
 * one. The test rows stay.
 */
export function partOf(split: Split, share: number, seed: number): Split {
  const part = (rows: Uint32Array, name: string): Uint32Array => {
    const order = Uint32Array.from(rows, (_, i) => i);
    new RandomStream(seed, `learning curve/${name}`).shuffle(order);
    const places = order.slice(0, Math.max(1, Math.round(share * rows.length))).sort();
    return places.map((place) => rows[place]);
  };
  return { train: part(split.train, 'training rows'), validation: part(split.validation, 'validation rows'), test: split.test };
}

/**
 * The latest share of the training windows of every series; the windows that validate stay, since they are of
 * the steps that follow.
 */
export function latestPart(series: Series, split: Split, share: number): Split {
  const train = [...runsOf(series, split.train)].flatMap(([from, end]) => [
    ...split.train.subarray(end - Math.max(1, Math.round(share * (end - from))), end),
  ]);
  return { ...split, train: Uint32Array.from(train) };
}

/**
 * Refits of the methods of a run on parts of its training rows, one share after the other; the run itself is
 * the last point.
 */
export class LearningRun {
  #run: Run | null = null;
  #cancelled = false;

  /** @param ended a run whose methods have their results */
  constructor(readonly ended: Pick<Run, 'dataset' | 'plan' | 'finished'>) {}

  cancel(): void {
    this.#cancelled = true;
    this.#run?.cancel();
  }

  /**
   * Fits every share. `report` hears of the share, its place among those that are fitted, and of lanes.
   *
   * @throws LabFailure 'cancelled' after `cancel`, 'too-few-rows' where a half of the training rows is too
   * few
   */
  async train(report: (share: number, place: number, of: number, lane: Lane | null) => void): Promise<LearningCurve> {
    const { dataset, plan, finished } = this.ended;
    const { split, series } = dataset;
    const shares = SHARES.filter((share) => share * split.train.length >= LEAST_ROWS);
    if (shares.length === 0) {
      throw new LabFailure(
        'too-few-rows',
        `Half of the ${split.train.length} training rows are too few for a learning curve.`,
        'It needs at least 40 training rows.',
      );
    }
    const methods = plan.methods.filter(({ id }) => finished.has(id));
    const points = new Map<string, LearningCurve['methods'][number]['points']>(methods.map(({ id }) => [id, []]));
    // Predictions wait for the next share, weights and vectors do not: they can be large.
    let before = new Map<string, Finished['predictions']>();
    const point = (fits: Run['finished']): void => {
      for (const { id } of methods) {
        const made = points.get(id);
        made?.push(pointOf(dataset, fits.get(id), made.at(-1), before.get(id)));
      }
      before = new Map([...fits].map(([id, { predictions }]) => [id, predictions]));
    };
    const rows = (part: Split) => (series ? windowsAnEpoch(series, part.train) : part.train.length) + part.validation.length;
    const told: LearningCurve['shares'] = [];
    for (const [index, share] of shares.entries()) {
      const part = series ? latestPart(series, split, share) : partOf(split, share, plan.seeds.split);
      told.push({ share, rows: rows(part) });
      report(share, index + 1, shares.length, null);
      point(await this.#fit({ ...dataset, split: part }, { ...plan, methods }, (lane) => report(share, index + 1, shares.length, lane)));
    }
    told.push({ share: 1, rows: rows(split) });
    point(finished);
    return { shares: told, methods: [...points].map(([method, list]) => ({ method, points: list })) };
  }

  async #fit(dataset: Dataset, plan: RunPlan, report: (lane: Lane) => void): Promise<Run['finished']> {
    if (this.#cancelled) throw cancelled();
    // What is drawn past the stop is not looked at here, nor are distances to the truth and shares of levels.
    const training = { ...plan.training, drawPastStop: false };
    const run = new Run({ ...dataset, truth: null }, { ...plan, training, levelShares: false }, (event) => {
      if (event.type !== 'lanes') return;
      const lane = event.lanes.find(({ status }) => status === 'training' || status === 'finishing');
      if (lane) report(lane);
    });
    this.#run = run;
    try {
      await run.train();
      return run.finished;
    } catch (thrown) {
      if (thrown instanceof RunCancelled) throw cancelled();
      throw thrown;
    } finally {
      this.#run = null;
    }
  }
}

const cancelled = (): LabFailure =>
  new LabFailure('cancelled', 'The learning curve was stopped before its end.', 'Press Learning curve to fit it again.');

function pointOf(
  dataset: Dataset,
  one: Finished | undefined,
  last: LearningPoint | null | undefined,
  before: Finished['predictions'] | undefined,
): LearningPoint | null {
  if (!one) return null;
  const { metrics, standardErrors } = one.result;
  const [key] = SCORES[dataset.task];
  const loss = metrics[key];
  if (loss === null || !Number.isFinite(loss)) return null;
  const errors = last && before ? pairedErrors(dataset, one.predictions, before) : null;
  const change = last && errors ? { difference: loss - last.loss, ...errors } : null;
  return { loss, standardError: standardErrors?.[key] ?? null, change };
}
