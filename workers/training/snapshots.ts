import { type Dataset, severalClasses } from '../data/dataset';
import type { Vectors } from '../metrics/distances';
import { drawnLevels } from '../metrics/match';
import { stratifiedLevels } from '../metrics/stratified';
import { filled, numbersAt } from '../numbers/typed-arrays';
import { inOwnUnit, levelPosterior, predictRows } from './evaluate';
import { type LevelTable, oneARow } from './evaluator';
import type { Pacer } from './pacer';
import type { SnapshotSchedule } from './snapshot-schedule';
import { seenOf } from './test-metrics';
import { type TracedTraining, trainingOf, type Weights } from './trace/kept';
import type { Trainer } from './trainer';
import { drawnRows, type FeaturePosterior, featurePosterior, levelCounts, viewSeed } from './views';

/** Levels of all features together, and test rows, at most. */
const MOST_LEVELS = 2000;
const MOST_ROWS = 2000;

/** Levels and test rows that the snapshots of a run hold: the same for every method. */
export interface SnapshotSample {
  /** Of each feature with vectors, stratified by their rows, rising. */
  levels: readonly Uint32Array[];
  /** Rows of the training part that have a level which is drawn. */
  drawnLevelRows: Uint32Array;
  /** Places among the test rows, rising: those that the page draws, and those that scores are of. */
  rows: Uint32Array;
  /** Places in `rows` of those that scores are of: an even sample by training rows of the level. */
  scored: Uint32Array;
}

/** What the posterior of an epoch is computed from, once somebody looks at that epoch. */
export interface LatePosterior extends TracedTraining {
  weights: Weights;
}

/** What a method was after an epoch, with the level vectors of the training part. */
export interface Snapshot {
  epoch: number;
  /** Per feature: levels × d. */
  tables: Vectors[];
  /**
   * Per feature, of the same levels, where only those that are drawn need be right; null for a method
   * without, or without that of a feature.
   */
  posteriors: (FeaturePosterior | null)[];
  /** Where the posteriors are yet to be computed (`finishSnapshot`); they are null until then. */
  late?: LatePosterior;
  /** In the response's own unit, of the rows of the sample; null where none were made. */
  predictions: Float64Array | null;
}

/** The snapshots that a run keeps of one method. */
export interface KeptSnapshots {
  sample: SnapshotSample;
  pictures: Snapshot[];
}

/**
 * Places among the test rows by the training rows of their level, then in their order: by counting, which
 * takes a fourteenth of the time of a sort.
 */
function byRowsOfLevel(test: Uint32Array, codes: Int32Array, counts: Float32Array): Uint32Array {
  const found = Float32Array.from(new Set(counts)).sort();
  const place = new Map(Array.from(found, (count, i) => [count, i]));
  const placeOfLevel = Uint32Array.from(counts, (count) => place.get(count) as number);
  const ends = new Uint32Array(found.length + 1);
  for (let i = 0; i < test.length; i++) ends[placeOfLevel[codes[test[i]]] + 1]++;
  for (let i = 0; i < found.length; i++) ends[i + 1] += ends[i];
  const ordered = new Uint32Array(test.length);
  for (let i = 0; i < test.length; i++) ordered[ends[placeOfLevel[codes[test[i]]]]++] = i;
  return ordered;
}

/**
 * Test rows for snapshots: those that are drawn, and of the others every so-manieth in the order of the
 * training rows of their level, so that rare and frequent levels are there in their shares.
 */
function rowSample(dataset: Dataset, counts: readonly Float32Array[], seed: number): Pick<SnapshotSample, 'rows' | 'scored'> {
  const { test } = dataset.split;
  const all = filled(new Uint32Array(test.length), (i) => i);
  if (test.length <= MOST_ROWS) return { rows: all, scored: all };
  const drawn = drawnRows(test.length, seed, seenOf(dataset, test));
  const [column] = dataset.categorical;
  const ordered = column ? byRowsOfLevel(test, column.codes, counts[0]) : all;
  const count = MOST_ROWS - drawn.length;
  const even = Uint32Array.from({ length: count }, (_, i) => ordered[Math.floor(((i + 0.5) * ordered.length) / count)]);
  const rows = Uint32Array.from(new Set([...drawn, ...even])).sort();
  const place = new Map(Array.from(rows, (row, i) => [row, i]));
  return { rows, scored: Uint32Array.from(even, (row) => place.get(row) as number).sort() };
}

/** Rows of the training part that have one of the levels or tags that the page draws of those kept. */
function rowsOfDrawn({ categorical, tags = [], split }: Dataset, kept: readonly Uint32Array[], seed: number): Uint32Array {
  const drawn = kept.map((levels) => new Set(Array.from(drawnLevels(levels.length, viewSeed(seed)), (place) => levels[place])));
  const tagged = (row: number) =>
    tags.some(({ offsets, ids }, k) => ids.subarray(offsets[row], offsets[row + 1]).some((tag) => drawn[categorical.length + k].has(tag)));
  return split.train.filter((row) => categorical.some(({ codes }, k) => drawn[k].has(codes[row])) || tagged(row));
}

/** Draws what the snapshots of a run hold. */
export function snapshotSample(dataset: Dataset, seed: number): SnapshotSample {
  const counts = levelCounts(dataset);
  const share = Math.floor(MOST_LEVELS / Math.max(1, counts.length));
  const levels = counts.map((rows) => stratifiedLevels(rows, share, seed, 'history of levels'));
  return { levels, drawnLevelRows: dataset.series ? new Uint32Array(0) : rowsOfDrawn(dataset, levels, seed), ...rowSample(dataset, counts, seed) };
}

/** Snapshots of one method: those of the schedule. */
export class MethodSnapshots implements KeptSnapshots {
  #pictures: Snapshot[] = [];

  constructor(
    readonly sample: SnapshotSample,
    readonly schedule: SnapshotSchedule,
  ) {}

  /** Of the epochs that are still kept: a method that goes on longer than this one makes the grid wider. */
  get pictures(): Snapshot[] {
    this.#pictures = this.#pictures.filter(({ epoch }) => this.schedule.epochs.includes(epoch));
    return this.#pictures;
  }

  set pictures(pictures: Snapshot[]) {
    this.#pictures = pictures;
  }

  /** Keeps what is given of the levels of the sample, as a copy. */
  add({ tables, posteriors, ...rest }: Snapshot): void {
    this.pictures.push({
      ...rest,
      tables: tables.map((table, k) => ofSample(table, this.sample, k)),
      posteriors: posteriors.map((posterior, k) => posterior && posteriorOfSample(posterior, this.sample, k)),
    });
  }
}

/** Vectors of the levels of a sample. */
const ofSample = ({ d, values }: Vectors, { levels }: SnapshotSample, k: number): Vectors => ({
  d,
  values: rowsOf({ d, values }, levels[k] ?? new Uint32Array(0)),
});

/** The posterior of the levels of a sample. */
export const posteriorOfSample = (posterior: FeaturePosterior, sample: SnapshotSample, k: number): FeaturePosterior => ({
  ...posterior,
  means: ofSample(posterior.means, sample, k),
  variances: ofSample(posterior.variances, sample, k),
});

/** Most parameters of a method whose weights a snapshot keeps: 30 snapshots of them take 30 MiB. */
const MOST_PARAMETERS = 2 ** 18;

/**
 * Whether the posterior of a method can wait. That of an encoder asks for a pass over rows, which takes many
 * times what the rest of a snapshot takes; its weights are few and say the same later.
 */
const canWait = ({ model, dataset, lane }: Trainer): boolean =>
  model.posteriorByLevel === true && !dataset.series && !model.inputs && !model.state && lane.parameters <= MOST_PARAMETERS;

/**
 * What a method is after an epoch, of all its levels. It changes nothing of the training: noise is drawn from
 * a copy of the counter, and the weights stay.
 *
 * @param tables the level vectors in use, those of the training part
 */
export async function takeSnapshot(
  trainer: Trainer,
  epoch: number,
  tables: readonly LevelTable[],
  sample: SnapshotSample,
  pacer: Pacer,
): Promise<Snapshot> {
  const { evaluator, dataset, model, settings } = trainer;
  const noise = { ...trainer.noise };
  // An algorithm of its own has iterations, between which its fit is none that could predict; windows of
  // series are drawn apart, and of several classes the counts are those of the results.
  const predicts = !model.ownFit && !dataset.series && severalClasses(dataset) === undefined;
  const asked = numbersAt(Uint32Array, dataset.split.test, sample.rows);
  const predictions = predicts ? inOwnUnit(dataset, oneARow(await predictRows(evaluator, asked, noise, pacer))) : null;
  const taken = { epoch, tables: [...tables], predictions };
  if (canWait(trainer))
    return {
      ...taken,
      posteriors: tables.map(() => null),
      late: { ...trainingOf(trainer), weights: await evaluator.weights() },
    };
  const learned = model.posteriorByLevel && !dataset.series ? sample.drawnLevelRows : dataset.split.train;
  const posterior = model.ownFit ? null : await levelPosterior(evaluator, learned, pacer);
  const estimates = posterior ? await evaluator.estimates(tables) : [];
  return { ...taken, posteriors: tables.map((_, k) => featurePosterior({ posterior, estimates }, settings, k)) };
}

/** Vectors of some levels, one after another. */
function rowsOf({ values, d }: Vectors, levels: Uint32Array): Float32Array {
  const taken = new Float32Array(levels.length * d);
  for (let i = 0; i < levels.length; i++) for (let m = 0; m < d; m++) taken[i * d + m] = values[levels[i] * d + m];
  return taken;
}

/** Bytes that snapshots take. */
export const snapshotBytes = ({ pictures }: Pick<KeptSnapshots, 'pictures'>): number =>
  pictures.reduce((sum, { tables, posteriors, late, predictions }) => {
    const vectors = [...tables, ...posteriors.flatMap((posterior) => (posterior ? [posterior.means, posterior.variances] : []))];
    const arrays = [...vectors.map(({ values }) => values), ...(late?.weights.values() ?? [])];
    return sum + arrays.reduce((more, { length }) => more + 4 * length, 0) + (predictions?.byteLength ?? 0);
  }, 0);
