import * as tf from '@tensorflow/tfjs';
import { type Dataset, featureName } from '../../data/dataset';
import { breathing } from '../../mixed/dense';
import { predictEffects } from '../../mixed/effects';
import { type FieldKernel, Kriging } from '../../mixed/kriging';
import { inUnits, variogram } from '../../mixed/variogram';
import { DropoutNetwork } from '../../nn/dropout-network';
import { correlations, fieldNll, squaredDistances } from '../../nn/random-field';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, Inputs, LevelVectors, Model, Problem } from '../method';
import { disposeAll } from './lifetime';
import { featureNames, LEAST_VARIANCE, varianceEstimates } from './lmmnn-model';
import { nextTask } from './next-task';
import { type Places, placesNote, placesOf, unitsOf } from './places';
import { rowNumbers } from './row-numbers';
import { withoutColumns } from './without-columns';

/** Turns of field and intercepts, and the change at which they agree, as a share of the largest effect. */
const MOST_TURNS = 300;
const AGREED = 1e-7;

/** Most places whose weights a file takes along, so that it predicts at new coordinates. */
const MOST_TAKEN_ALONG = 500;

export interface SpatialSettings {
  network: readonly number[];
  dropout: number;
  /** Numeric features that are coordinates. */
  columns: readonly [number, number];
}

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/**
 * y = f(X) + b(s) + Σ_k b_k[z_k] + e with f a network and b a Gaussian field over the coordinates of the
 * first feature's levels, by the likelihood of each batch with the effects integrated out (docs/methods.md
 * F10).
 */
export function buildSpatialModel(
  problem: Problem,
  { network: widths, dropout, columns }: SpatialSettings,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const { p, levels } = problem;
  const [q, ...others] = levels;
  const network = new DropoutNetwork(p - 2, widths, dropout, random);
  const residualVariance = tf.tidy(() => tf.variable(tf.scalar(1)));
  const kernel = tf.tidy(() => tf.variable(tf.ones([2]) as tf.Tensor1D));
  const variances = others.length > 0 ? tf.tidy(() => tf.variable(tf.ones([others.length]) as tf.Tensor1D)) : null;
  const parameters = new Map<string, tf.Variable>([
    ...network.parameters(),
    ['sigma2e', residualVariance],
    ['kernel', kernel],
    ...(variances ? ([['sigma2b', variances]] as const) : []),
  ]);
  const { factors, unit } = unitsOf(dataset, columns);
  const known: Places | null = dataset ? placesOf(dataset, columns, 'LMMNN of places') : null;
  /** Places without rows are nowhere, and no row asks for them. */
  const table =
    known &&
    tf.tidy(() =>
      tf.tensor2d(
        Float32Array.from(known.points, (value, at) => (Number.isNaN(value) ? 0 : value * factors[at % 2])),
        [q, 2],
      ),
    );
  /** Coordinates of the rows' places. */
  const places = (inputs: Inputs): tf.Tensor2D => (table ? tf.gather(table, inputs.z[0]) : points(inputs));
  /** Coordinates as the rows have them. */
  const points = ({ x }: Pick<Inputs, 'x'>): tf.Tensor2D =>
    tf.concat(
      columns.map((column, axis) => tf.mul(tf.slice(x, [0, column], [-1, 1]), factors[axis])),
      1,
    ) as tf.Tensor2D;
  const fixed = (x: tf.Tensor2D, noise: readonly tf.Tensor[] = []): tf.Tensor2D => network.apply(withoutColumns(x, columns), noise);
  /** What a prediction at new coordinates takes: places with rows, and κ₀ times their weights. */
  let taken: { places: tf.Tensor2D; weights: tf.Tensor2D } | null = null;
  /**
   * Mean residuals of places, of the rows that level vectors were last learned from, and the field of then.
   */
  let seen: { where: Float64Array; counts: Float64Array; means: Float64Array; residual: number; field: FieldKernel } | null = null;
  const takeAlong = (places: Float64Array, weights: Float64Array | null, variance: number): void => {
    tf.dispose(taken ? [taken.places, taken.weights] : []);
    taken = null;
    if (!weights || !known) return;
    const seen = Array.from({ length: q }, (_, j) => j).filter((j) => weights[j] !== 0);
    if (seen.length === 0 || seen.length > MOST_TAKEN_ALONG) return;
    taken = {
      places: tf.tensor2d(
        seen.flatMap((j) => [places[2 * j], places[2 * j + 1]]),
        [seen.length, 2],
      ),
      weights: tf.tensor2d(
        seen.map((j) => variance * weights[j]),
        [seen.length, 1],
      ),
    };
  };

  /** Residuals y − f(X), coordinates of the rows' places, and levels, feature by feature. */
  const collect = async (batches: Batches): Promise<{ values: Float64Array; codes: Int32Array[]; seenPoints: Float64Array }> => {
    const kinds = levels.map(() => Int32Array);
    const [values, where, ...codes] = await rowNumbers(batches, [Float64Array, Float32Array, ...kinds], (batch) => [
      tf.sub(batch.y, fixed(batch.x)),
      places(batch),
      ...batch.z,
    ]);
    const seenPoints = new Float64Array(2 * q).fill(Number.NaN);
    for (const [i, code] of codes[0].entries()) seenPoints.set(where.subarray(2 * i, 2 * i + 2), 2 * code);
    return { values, codes, seenPoints };
  };
  const read = async () => {
    const [[residual], [variance, squaredLength], intercepts] = await Promise.all([residualVariance.data(), kernel.data(), variances?.data()]);
    return { residual, field: { variance, squaredLength }, intercepts: [...(intercepts ?? [])] };
  };

  /** The field and the intercepts given these rows: each in turn given the others, until they agree. */
  const solved = async (batches: Batches, withVariances: boolean): Promise<{ means: Float64Array[]; variances: Float64Array[] }> => {
    const { values, codes, seenPoints } = await collect(batches);
    const { residual, field, intercepts } = await read();
    const located = known ? known.points.map((value, at) => value * factors[at % 2]) : seenPoints;
    const where = located.map((value) => (Number.isNaN(value) ? 0 : value));
    const counts = new Float64Array(q);
    for (const code of codes[0]) counts[code]++;
    const kriging = await Kriging.of(where, counts, field, residual, nextTask);
    const rows = values.length;
    const crossed = others.map((cardinality, k) => ({ codes: codes[k + 1], levels: cardinality }));
    const ratios = intercepts.map((variance) => variance / residual);
    let effects: Float64Array[] = others.map((cardinality) => new Float64Array(cardinality));
    let spread: Float64Array = new Float64Array(q);
    let means = new Float64Array(q);
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      means = new Float64Array(q);
      for (let i = 0; i < rows; i++) {
        let rest = values[i];
        for (let k = 0; k < crossed.length; k++) rest -= effects[k][crossed[k].codes[i]];
        means[codes[0][i]] += rest;
      }
      for (let j = 0; j < q; j++) if (counts[j] > 0) means[j] /= counts[j];
      const next = await kriging.effects(means, nextTask);
      const change = next.reduce((most, value, j) => Math.max(most, Math.abs(value - spread[j])), 0);
      const largest = next.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      spread = next;
      if (crossed.length === 0 || change <= AGREED * largest) break;
      const left = values.map((value, i) => value - spread[codes[0][i]]);
      effects = await predictEffects(left, crossed, ratios, nextTask);
    }
    takeAlong(where, kriging.weights(means), field.variance);
    seen = { where, counts, means, residual, field };
    // A level that no row of the data has is at no place.
    if (known) for (let j = 0; j < q; j++) if (Number.isNaN(located[2 * j])) spread[j] = 0;
    const found = [spread, ...effects];
    if (!withVariances) return { means: found, variances: [] };
    const own = await kriging.variances(nextTask);
    const bounds = crossed.map(({ codes: own, levels: cardinality }, k) => {
      const n = new Float64Array(cardinality);
      for (const code of own) n[code]++;
      return n.map((count) => intercepts[k] / (1 + count * ratios[k]));
    });
    return { means: found, variances: [own, ...bounds] };
  };
  const asColumns = (columnsOf: readonly Float64Array[]): LevelVectors =>
    columnsOf.map((values) => tf.tensor2d(Float32Array.from(values), [values.length, 1]));

  return {
    parameters,
    floors: new Map(['sigma2e', 'kernel', ...(variances ? ['sigma2b'] : [])].map((name) => [name, LEAST_VARIANCE])),
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss(batch, noise, training = true) {
      const f = fixed(batch.x, training ? noise : []);
      const residuals = tf.sub(batch.y, f) as tf.Tensor2D;
      const total = fieldNll(residuals, places(batch), kernel, residualVariance as tf.Variable<tf.Rank.R0>, batch.z.slice(1), variances);
      return { total, terms: { nll: total }, output: f };
    },
    levelVectors: async (batches) => asColumns((await solved(batches, false)).means),
    async levelPosterior(batches) {
      const found = await solved(batches, true);
      return { means: asColumns(found.means), variances: asColumns(found.variances) };
    },
    async variogram(breathe) {
      const found = seen && (await breathing(variogram(seen.where, seen.counts, seen.means, seen.field, seen.residual), breathe));
      return found && inUnits(found, unit, 1);
    },
    async estimates(): Promise<Estimate[]> {
      const { residual, field, intercepts } = await read();
      const [place, ...names] = featureNames(problem, dataset);
      const [first, ...rest] = varianceEstimates({ residual, levels: intercepts }, null, names);
      const [east, north] = columns.map((column) => featureName(dataset ?? {}, column));
      const note = placesNote(known);
      return [
        first,
        {
          name: `Variance of the field of ${place}`,
          symbol: String.raw`\kappa_0`,
          kind: 'variance',
          feature: 0,
          value: field.variance,
          standardError: null,
          ...(note && { note }),
        },
        {
          name: `Squared length of the field of ${place}`,
          symbol: String.raw`\kappa_1`,
          kind: 'fit',
          feature: null,
          value: field.squaredLength * unit * unit,
          standardError: null,
          note: `in the square of the unit of ${east} and ${north}; two places are correlated by 0.61 at a distance of its root, by 0.14 at twice that`,
        },
        ...rest.map((estimate) => ({ ...estimate, feature: (estimate.feature ?? 0) + 1 })),
      ];
    },
    predict(inputs, vectors) {
      const parts = [fixed(inputs.x), ...vectors.map((table, k) => gatherRows(table, inputs.z[k]))];
      if (taken) {
        // In a file tables get a row of zeros for places that these data do not have: their field follows
        // from their coordinates.
        const isNew = tf.sub(1, tf.gather(tf.ones([q, 1]), inputs.z[0]));
        const field = tf.matMul(correlations(squaredDistances(points(inputs), taken.places), kernel), taken.weights);
        parts.push(tf.mul(isNew, field));
      }
      return tf.addN(parts);
    },
    dispose() {
      tf.dispose([...(taken ? [taken.places, taken.weights] : []), ...(table ? [table] : [])]);
      disposeAll(parameters);
    },
  };
}
