import { type Dataset, vectorFeatures } from '../data/dataset';
import { aboutMethod } from '../methods/registry';
import type { EmbeddingView } from '../metrics/embedding-view';
import { embeddingView } from '../metrics/match';
import { rocCurve } from '../metrics/roc';
import { numbersAt } from '../numbers/typed-arrays';
import { finishSnapshot } from '../training/finish-snapshot';
import type { Finished } from '../training/results';
import { type KeptSnapshots, type Snapshot, snapshotBytes } from '../training/snapshots';
import { metricsOfRows, seenOf, testResponse } from '../training/test-metrics';
import { drawnRows, type FeaturePosterior, seenRowsOf, viewSeed } from '../training/views';
import { takeVectors } from './distinct';
import { type Pictures, picturesOf } from './history';
import { type Rotation, rotated } from './procrustes';
import type { LevelsRun, MethodLevels } from './table';
import type { EpochFrame, EpochOverview, EpochRequest, MethodFrame } from './types';

/** Finished methods in the order of the experiment. */
const finishedOf = ({ plan, finished }: LevelsRun): Finished[] => plan.methods.flatMap(({ id }) => finished.get(id) ?? []);

/** A method whose fit between its iterations is none that could be shown. */
const stands = ({ result }: Finished): boolean => aboutMethod(result.method).ownAlgorithm === true;

/** Which epochs of a run can be looked at again. */
export function epochOverview(run: LevelsRun): EpochOverview {
  const all = finishedOf(run);
  const moving = all.filter((finished) => !stands(finished));
  const last = Math.max(0, ...moving.map(({ result }) => result.weightsFrom));
  const epochs = new Set(
    moving.flatMap(({ snapshots, result }) => snapshots?.pictures.filter(({ epoch }) => epoch < result.weightsFrom) ?? []).map(({ epoch }) => epoch),
  );
  const sample = moving[0]?.snapshots?.sample;
  return {
    epochs: Uint32Array.from([...epochs].sort((a, b) => a - b)),
    last,
    methods: all.map((finished) => ({ method: finished.result.method, last: finished.result.weightsFrom, stands: stands(finished) })),
    bytes: moving.reduce((sum, { snapshots }) => sum + (snapshots ? snapshotBytes(snapshots) : 0), 0),
    levels: sample?.levels.map(({ length }) => length) ?? [],
    testRows: run.dataset.series ? 0 : (sample?.scored.length ?? 0),
  };
}

/**
 * Every finished method after an epoch: its newest snapshot up to there, or that it stands where its results
 * are.
 */
export async function epochFrame(
  run: LevelsRun,
  { epoch, feature }: EpochRequest,
  levelsOf: (finished: Finished) => MethodLevels,
): Promise<EpochFrame> {
  const methods: MethodFrame[] = [];
  for (const finished of finishedOf(run)) methods.push(await methodFrame(run, finished, { epoch, feature }, levelsOf));
  return { epoch, methods };
}

async function methodFrame(
  run: LevelsRun,
  finished: Finished,
  { epoch, feature }: EpochRequest,
  levelsOf: (finished: Finished) => MethodLevels,
): Promise<MethodFrame> {
  const { result, snapshots } = finished;
  const ended: MethodFrame = {
    method: result.method,
    epoch: result.weightsFrom,
    kind: stands(finished) ? 'stands' : 'final',
    embedding: null,
    prediction: null,
  };
  if (ended.kind === 'stands' || epoch >= result.weightsFrom) return ended;
  const snapshot = snapshots?.pictures.findLast((picture) => picture.epoch <= epoch);
  if (!snapshots || !snapshot) return ended;
  await finishSnapshot({ id: result.method, dataset: run.dataset, weightSeed: run.plan.seeds.weights }, snapshots, snapshot);
  const width = snapshot.tables[feature]?.d;
  const levels = width === undefined ? null : levelsOf(finished);
  return {
    method: result.method,
    epoch: snapshot.epoch,
    kind: 'snapshot',
    embedding: levels?.vectors?.d === width && levels ? framedLevels(run, levels, snapshot) : null,
    prediction: framedPrediction(run.dataset, result.method, snapshots, snapshot, run.plan.seeds.data),
  };
}

/** Turned about the origin, so that lengths stay. */
const turnedBy = (table: FeaturePosterior['means'], rotation: Rotation, places: Uint32Array): Float32Array<ArrayBuffer> => {
  const none = new Float64Array(rotation.d);
  return rotated({ values: table.values, d: table.d }, { ...rotation, meanA: none, meanB: none }, places);
};

/**
 * The posterior turned like the vectors: of its covariance the diagonal. A prior that differs between
 * dimensions would have to turn too, and is left as it is.
 */
function turnedPosterior(posterior: FeaturePosterior, rotation: Rotation, places: Uint32Array): FeaturePosterior {
  const { means, variances, prior } = posterior;
  if (means.d === 1 || prior?.some((variance) => variance !== prior[0])) return posterior;
  const { d } = means;
  const squares = rotation.q.map((entry) => entry * entry);
  const turned = new Float32Array(places.length * d);
  for (let i = 0; i < places.length; i++)
    for (let m = 0; m < d; m++) for (let j = 0; j < d; j++) turned[i * d + j] += variances.values[i * d + m] * squares[m * d + j];
  return { ...posterior, means: { values: turnedBy(means, rotation, places), d }, variances: { values: turned, d } };
}

/** Vectors of the levels kept, as the page draws them, turned onto those of the results. */
function framedLevels({ dataset, plan }: LevelsRun, levels: MethodLevels, snapshot: Snapshot): EmbeddingView {
  const { feature, rows } = levels.of;
  const pictures: Pictures = picturesOf(levels);
  const { shown, places } = pictures;
  const table = snapshot.tables[feature];
  const rotation = table.d > 1 ? pictures.rotation(table) : null;
  const posterior = snapshot.posteriors[feature] ?? null;
  const column = vectorFeatures(dataset)[feature];
  const { truth } = dataset;
  const all = shown.length === levels.of.levels;
  const view = embeddingView({
    method: levels.method,
    epoch: snapshot.epoch,
    feature,
    featureName: column.name,
    labels: column.labels && Array.from(shown, (level) => (column.labels as string[])[level]),
    vectors: rotation ? { values: turnedBy(table, rotation, places), d: table.d } : table,
    truth: truth && { values: takeVectors({ values: truth.effects[feature], d: truth.d }, shown), d: truth.d },
    posterior: posterior && rotation ? turnedPosterior(posterior, rotation, places) : posterior,
    ...(all && { parents: dataset.tags?.[feature - dataset.categorical.length]?.parents }),
    counts: numbersAt(Float32Array, rows, shown),
    seed: viewSeed(plan.seeds.data),
  });
  if (all) return view;
  const numbers = view.numbers ?? places;
  return { ...view, levels: levels.of.levels, numbers: numbersAt(Uint32Array, shown, numbers) };
}

function framedPrediction(
  dataset: Dataset,
  method: string,
  { sample }: Pick<KeptSnapshots, 'sample'>,
  { predictions }: Snapshot,
  seed: number,
): MethodFrame['prediction'] {
  if (!predictions) return null;
  const response = testResponse(dataset);
  const place = new Map(Array.from(sample.rows, (row, i) => [row, i]));
  const seen = seenOf(dataset, dataset.split.test);
  const drawn = drawnRows(response.length, seed, seen);
  const rows = Uint32Array.from(sample.scored, (i) => dataset.split.test[sample.rows[i]]);
  const scored = {
    actual: Float64Array.from(sample.scored, (i) => response[sample.rows[i]]),
    predicted: numbersAt(Float64Array, predictions, sample.scored),
  };
  return {
    view: {
      method,
      testRows: response.length,
      ...seenRowsOf(seen),
      actual: numbersAt(Float64Array, response, drawn),
      predicted: Float64Array.from(drawn, (row) => predictions[place.get(row) as number]),
      roc: dataset.task === 'binary' ? rocCurve(scored.actual, scored.predicted) : null,
    },
    metrics: metricsOfRows(dataset, rows, scored.actual, scored.predicted),
    scoredRows: sample.scored.length,
  };
}
