import * as tf from '@tensorflow/tfjs';
import { type Dataset, featureName } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import { covarianceInOwnTime, type PolynomialEffects, polynomialEffects } from '../../mixed/random-polynomials';
import { DropoutNetwork } from '../../nn/dropout-network';
import { covarianceNll, factoredNll, powersOf } from '../../nn/random-polynomials';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, Inputs, Model, Problem } from '../method';
import { disposeAll } from './lifetime';
import { featureNames, LEAST_VARIANCE } from './lmmnn-model';
import { differentValues } from './named-column';
import { rowNumbers } from './row-numbers';

/**
 * Smallest residual variance: levels with no more rows than coefficients leave none, and in single precision
 * the closed form loses what is a ten thousandth of the coefficients' variances.
 */
const LEAST_RESIDUAL = 1e-4;

export interface LongitudinalSettings {
  network: readonly number[];
  dropout: number;
  /** Numeric feature that is time. */
  time: number;
  /** Highest power of time: 1 or 2. */
  degree: number;
  covariance: 'cholesky' | 'correlations';
  /** As published before its fix: D + σ²_e I in the place of D in the predictions of effects (DIS-51). */
  effects: 'exact' | 'as-published';
}

/** D of the variables of now, as scalars of a loss. */
interface Covariance {
  parameters: [string, tf.Variable][];
  floors: [string, number][];
  /** `batch`: rows of a full batch. */
  nll(r: tf.Tensor2D, powers: readonly tf.Tensor2D[], z: tf.Tensor1D, q: number, residualVariance: tf.Scalar, batch: number): tf.Scalar;
  /** D (k × k). */
  read(): Promise<Float64Array>;
}

const scalarOf = (vector: tf.Tensor, at: number): tf.Tensor => tf.slice(vector as tf.Tensor1D, [at], [1]);

/** D = LL' with L's diagonal as logarithms: positive definite whatever the numbers are. */
function factored(k: number): Covariance {
  const diagonal = tf.tidy(() => tf.variable(tf.zeros([k])));
  const below = tf.tidy(() => tf.variable(tf.zeros([(k * (k - 1)) / 2])));
  const at = (a: number, b: number): number => (a * (a - 1)) / 2 + b;
  return {
    parameters: [
      ['covariance/logDiagonal', diagonal],
      ['covariance/below', below],
    ],
    floors: [],
    nll(r, powers, z, q, residualVariance, batch) {
      const roots = tf.exp(diagonal);
      const lower = powers.map((_, a) => Array.from({ length: a + 1 }, (__, b) => (a === b ? scalarOf(roots, a) : scalarOf(below, at(a, b)))));
      return factoredNll(r, powers, z, q, residualVariance, lower, batch);
    },
    async read() {
      const [logs, others] = await Promise.all([diagonal.data(), below.data()]);
      const L = (a: number, b: number): number => (a === b ? Math.exp(logs[a]) : a > b ? others[at(a, b)] : 0);
      return Float64Array.from({ length: k * k }, (_, place) => {
        const [a, b] = [Math.floor(place / k), place % k];
        let sum = 0;
        for (let c = 0; c < k; c++) sum += L(a, c) * L(b, c);
        return sum;
      });
    },
  };
}

/**
 * Variances, and correlations of the intercept with each other coefficient; all others are 0, as published.
 */
function correlated(k: number): Covariance {
  const variances = tf.tidy(() => tf.variable(tf.ones([k])));
  const rho = tf.tidy(() => tf.variable(tf.zeros([k - 1])));
  return {
    parameters: [
      ['sigma2b', variances],
      ['rho', rho],
    ],
    floors: [
      ['sigma2b', LEAST_VARIANCE],
      ['rho', -1],
    ],
    nll(r, powers, z, q, residualVariance, batch) {
      const deviations = tf.sqrt(variances);
      // A step raises what is below −1; from above it is held here.
      const held = tf.minimum(rho, 1);
      const zero = tf.zeros([1]);
      const covariance = powers.map((_, a) =>
        powers.map((__, b) => {
          if (a === b) return scalarOf(variances, a);
          if (a > 0 && b > 0) return zero;
          return tf.mul(scalarOf(held, Math.max(a, b) - 1), tf.mul(scalarOf(deviations, a), scalarOf(deviations, b)));
        }),
      );
      return covarianceNll(r, powers, z, q, residualVariance, covariance, batch);
    },
    async read() {
      const [values, correlations] = await Promise.all([variances.data(), rho.data()]);
      return Float64Array.from({ length: k * k }, (_, place) => {
        const [a, b] = [Math.floor(place / k), place % k];
        if (a === b) return values[a];
        return a > 0 && b > 0 ? 0 : Math.min(1, correlations[Math.max(a, b) - 1]) * Math.sqrt(values[a] * values[b]);
      });
    },
  };
}

/** What the coefficients are called: the intercept, the slope in t, and its square. */
const coefficient = (power: number, time: string): string =>
  power === 0 ? 'the intercept' : power === 1 ? `the slope in ${time}` : `the square of ${time}`;

/** No polynomial of the degree through fewer times. */
function checkTimes(dataset: Dataset, { time, degree }: LongitudinalSettings): void {
  const different = differentValues(dataset, time, degree + 1);
  if (different > degree) return;
  const name = featureName(dataset, time);
  throw new LabFailure(
    'time-varies-too-little',
    different <= 1
      ? `${name} is the same in every row that trains, so no level can have a slope in it.`
      : `${name} has only ${different} different values in the rows that train, too few for a square in it.`,
    'Choose another column as time in the settings of LMMNN in time, or a lower degree.',
  );
}

/**
 * y = f(X, t) + Σ_a b_ja t^a + e with f a network and a random polynomial in time for each level of one
 * feature, by the likelihood of each batch with the coefficients integrated out (docs/methods.md F10).
 */
export function buildLongitudinalModel(problem: Problem, settings: LongitudinalSettings, random: RandomStream, dataset?: Dataset): Model {
  const { p, levels } = problem;
  const [q] = levels;
  const { time, degree, effects } = settings;
  const k = degree + 1;
  if (dataset) checkTimes(dataset, settings);
  const network = new DropoutNetwork(p, settings.network, settings.dropout, random);
  const residualVariance = tf.tidy(() => tf.variable(tf.scalar(1)));
  const covariance = settings.covariance === 'cholesky' ? factored(k) : correlated(k);
  const parameters = new Map<string, tf.Variable>([...network.parameters(), ['sigma2e', residualVariance], ...covariance.parameters]);
  const powers = ({ x }: Pick<Inputs, 'x'>): tf.Tensor2D[] => powersOf(tf.slice(x, [0, time], [-1, 1]), degree);
  /** The effects of all levels given these rows. */
  const solved = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<PolynomialEffects> => {
    const [design, residuals, codes] = await rowNumbers(batches, [Float32Array, Float64Array, Int32Array], (batch) => [
      tf.concat(powers(batch), 1),
      tf.sub(batch.y, network.apply(batch.x)),
      batch.z[0],
    ]);
    const [D, [variance]] = await Promise.all([covariance.read(), residualVariance.data()]);
    if (effects === 'as-published') for (let a = 0; a < k; a++) D[a * k + a] += variance;
    return polynomialEffects({ design, width: k, residuals, codes, levels: q }, D, variance);
  };
  const asTable = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [q, k]);
  return {
    parameters,
    floors: new Map([['sigma2e', LEAST_RESIDUAL], ...covariance.floors]),
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss(batch, noise, training = true) {
      const f = network.apply(batch.x, training ? noise : []);
      const residuals = tf.sub(batch.y, f) as tf.Tensor2D;
      const total = covariance.nll(residuals, powers(batch), batch.z[0], q, residualVariance as tf.Variable<tf.Rank.R0>, problem.batchSize);
      return { total, terms: { nll: total }, output: f };
    },
    levelVectors: async (batches) => [asTable((await solved(batches)).means)],
    async levelPosterior(batches) {
      const { means, variances } = await solved(batches);
      return { means: [asTable(means)], variances: [asTable(variances)] };
    },
    async estimates(): Promise<Estimate[]> {
      const [D, [variance]] = await Promise.all([covariance.read(), residualVariance.data()]);
      const { mean, scale } = dataset?.xScales?.[time] ?? { mean: 0, scale: 1 };
      const own = covarianceInOwnTime(D, k, mean, scale);
      const [of] = featureNames(problem, dataset);
      const t = featureName(dataset ?? {}, time);
      const at = (a: number, b: number): number => own[a * k + b];
      const estimate = (name: string, symbol: string, value: number, feature: number | null, kind: Estimate['kind'] = 'variance'): Estimate => ({
        name,
        symbol,
        kind,
        feature,
        value,
        standardError: null,
        ...(kind === 'variance' && value < 0 && { note: 'below 0, because two correlations exclude each other' }),
      });
      const all = Array.from({ length: k }, (_, a) => a);
      return [
        estimate('Residual variance', String.raw`\sigma_e^2`, variance, null),
        ...all.map((a) => estimate(`Variance of ${coefficient(a, t)} of ${of}`, String.raw`\sigma_{b,${a}}^2`, at(a, a), 0)),
        ...all.flatMap((a) =>
          all.slice(a + 1).flatMap((b) => {
            if (!(at(a, a) > 0 && at(b, b) > 0)) return [];
            const correlation = at(a, b) / Math.sqrt(at(a, a) * at(b, b));
            return estimate(`Correlation of ${coefficient(a, t)} and ${coefficient(b, t)}`, String.raw`\rho_{${a}${b}}`, correlation, null, 'fit');
          }),
        ),
      ];
    },
    predict(inputs, vectors) {
      const coefficients = gatherRows(vectors[0], inputs.z[0]);
      const own = tf.sum(tf.mul(tf.concat(powers(inputs), 1), coefficients), 1, true);
      return tf.add(network.apply(inputs.x), own);
    },
    dispose: () => disposeAll(parameters),
  };
}
