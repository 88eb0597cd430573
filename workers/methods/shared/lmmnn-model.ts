import * as tf from '@tensorflow/tfjs';
import { type Dataset, vectorFeatures } from '../../data/dataset';
import { adaptiveNll, laplaceNll } from '../../nn/binary-intercepts';
import { DropoutNetwork } from '../../nn/dropout-network';
import { binaryNll, crossedNll, nodeLikelihoods, oneFactorNll, quadraturePosterior } from '../../nn/random-intercepts';
import { onResponseScale } from '../../nn/response';
import { membersOf, vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, LevelPosterior, LevelVectors, Model, Problem } from '../method';
import { adaptivePosterior, interceptPosterior, interceptVectors, modePosterior, modeVectors, type Variances } from './intercepts';
import { disposeAll } from './lifetime';

/** Smallest value of a variance (docs/methods.md A11). */
export const LEAST_VARIANCE = 1e-18;

/** How the intercepts of a binary response are integrated out; several features are always by Laplace's. */
export type BinaryApproximation = 'nodes-under-prior' | 'adaptive-nodes' | 'laplace';

export interface LmmnnSettings {
  /** Widths of the hidden layers of f; [] makes the model linear. */
  network: readonly number[];
  /** Dropout after every hidden layer but the last. */
  dropout: number;
  /** Of a binary response; absent: as published, or Laplace's where there are several features. */
  approximation?: BinaryApproximation;
}

const APPROXIMATED: Readonly<Record<BinaryApproximation, string>> = {
  'nodes-under-prior': 'on the scale of the logit, by five nodes under the prior: too small where levels have many rows',
  'adaptive-nodes': 'on the scale of the logit, by five nodes around the mode of each level',
  laplace: 'on the scale of the logit, by Laplace’s approximation: too small where a batch has few rows of a level',
};

/** The variances of a random-intercept model as estimates. */
export function varianceEstimates(
  { residual, levels }: { residual: number | null; levels: readonly number[] },
  errors: { residual: number | null; levels: readonly (number | null)[] } | null,
  names: readonly string[],
): Estimate[] {
  const variance = (name: string, symbol: string, feature: number | null, value: number, standardError: number | null): Estimate => ({
    name,
    symbol,
    kind: 'variance',
    feature,
    value,
    standardError,
  });
  return [
    ...(residual === null ? [] : [variance('Residual variance', String.raw`\sigma_e^2`, null, residual, errors?.residual ?? null)]),
    ...levels.map((value, k) =>
      variance(
        `Variance of ${names[k]}`,
        levels.length === 1 ? String.raw`\sigma_b^2` : String.raw`\sigma_{b,${k + 1}}^2`,
        k,
        value,
        errors?.levels[k] ?? null,
      ),
    ),
  ];
}

/** The names of the features with levels or tags, or numbers in their place. */
export function featureNames(problem: Problem, dataset: Dataset | undefined): string[] {
  const names = dataset ? vectorFeatures(dataset).map(({ name }) => name) : [];
  return problem.levels.map((_, k) => names[k] ?? `feature ${k + 1}`);
}

/** The numbers a random-intercept model holds besides its network. */
interface InterceptVariables {
  residual: tf.Variable<tf.Rank.R0> | null;
  levels: tf.Variable<tf.Rank.R1>;
}

async function readVariances({ residual, levels }: InterceptVariables): Promise<Variances> {
  const [e, b] = await Promise.all([residual?.data(), levels.data()]);
  return { residual: e?.[0] ?? 1, levels: [...b] };
}

/**
 * y = f(X) + Σ_k b_k[z_k] + e with f a network, by the likelihood of each batch with the intercepts
 * integrated out (docs/methods.md A11). A row of tags has the mean of their intercepts.
 */
export function buildLmmnnModel(
  problem: Problem,
  { network: widths, dropout, approximation: chosen }: LmmnnSettings,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const { levels } = problem;
  const binary = problem.task === 'binary';
  const network = new DropoutNetwork(problem.p, widths, dropout, random);
  const variances: InterceptVariables = {
    residual: binary ? null : tf.tidy(() => tf.variable(tf.scalar(1))),
    levels: tf.tidy(() => tf.variable(tf.ones([levels.length]) as tf.Tensor1D)),
  };
  const parameters = new Map<string, tf.Variable>([
    ...network.parameters(),
    ...(variances.residual ? ([['sigma2e', variances.residual]] as const) : []),
    ['sigma2b', variances.levels],
  ]);
  const fixed = (x: tf.Tensor2D): tf.Tensor2D => network.apply(x);
  /** One feature, of levels: the likelihood has a closed form. */
  const closed = levels.length === 1 && !problem.tagFeatures;
  const approximation = closed ? (chosen ?? 'nodes-under-prior') : 'laplace';
  const binaryLoss = (f: tf.Tensor2D, batch: Batch): tf.Scalar => {
    const { y, z } = batch;
    if (approximation === 'laplace') return laplaceNll(f, y, membersOf(batch).slice(0, levels.length), variances.levels);
    if (approximation === 'adaptive-nodes') return adaptiveNll(f, y, z[0], levels[0], variances.levels);
    return binaryNll(f, y, z[0], levels[0], variances.levels, problem.batchSize);
  };
  const nll = (f: tf.Tensor2D, batch: Batch): tf.Scalar => {
    const { y, z } = batch;
    if (!variances.residual) return binaryLoss(f, batch);
    const residuals = tf.sub(y, f) as tf.Tensor2D;
    if (closed) return oneFactorNll(residuals, z[0], levels[0], variances.residual, variances.levels, problem.batchSize);
    return crossedNll(residuals, membersOf(batch).slice(0, levels.length), variances.residual, variances.levels);
  };
  /** Posterior of a binary response's intercepts by the published nodes, [q, 1] each. */
  const underPrior = async (batches: AsyncIterable<Batch> | Iterable<Batch>) => {
    let sums = tf.zeros([levels[0], 5]) as tf.Tensor2D;
    try {
      for await (const { x, y, z } of batches) {
        const more = tf.tidy(() => tf.add(sums, nodeLikelihoods(fixed(x), y, z[0], levels[0], variances.levels)) as tf.Tensor2D);
        sums.dispose();
        sums = more;
      }
      return tf.tidy(() => quadraturePosterior(sums, variances.levels));
    } finally {
      sums.dispose();
    }
  };
  const binaryPosterior = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<LevelPosterior> => {
    const { levels: own } = await readVariances(variances);
    if (approximation === 'laplace') return modePosterior(batches, levels, fixed, own);
    if (approximation === 'adaptive-nodes') return adaptivePosterior(batches, levels, fixed, own[0]);
    const { mean, variance } = await underPrior(batches);
    return { means: [mean], variances: [variance] };
  };
  return {
    parameters,
    floors: new Map([
      ['sigma2e', LEAST_VARIANCE],
      ['sigma2b', LEAST_VARIANCE],
    ]),
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss(batch, noise, training = true) {
      const f = network.apply(batch.x, training ? noise : []);
      const total = nll(f, batch);
      return { total, terms: { nll: total }, output: onResponseScale(binary, f) };
    },
    async levelVectors(batches): Promise<LevelVectors> {
      if (!binary) return interceptVectors(batches, levels, fixed, await readVariances(variances));
      if (approximation === 'laplace') return modeVectors(batches, levels, fixed, (await readVariances(variances)).levels);
      const { means, variances: uncertain } = await binaryPosterior(batches);
      tf.dispose(uncertain);
      return means;
    },
    async levelPosterior(batches) {
      return binary ? binaryPosterior(batches) : interceptPosterior(batches, levels, fixed, await readVariances(variances));
    },
    async estimates() {
      const { residual, levels: values } = await readVariances(variances);
      const estimates = varianceEstimates({ residual: binary ? null : residual, levels: values }, null, featureNames(problem, dataset));
      // A model that is fitted in another way says how itself.
      return binary && chosen ? estimates.map((estimate) => ({ ...estimate, note: APPROXIMATED[approximation] })) : estimates;
    },
    // In closed form; several features take a factor, and a binary response a quadrature, which have no fused
    // step.
    fused:
      binary || !closed
        ? undefined
        : { kind: 'random-intercepts', d: 1, decoder: widths, dropout: widths.slice(0, -1).map(() => dropout), leastVariance: LEAST_VARIANCE },
    predict(inputs, vectors) {
      const members = membersOf(inputs);
      return onResponseScale(binary, tf.addN([fixed(inputs.x), ...vectors.map((table, k) => vectorsOfRows(table, members[k]))]));
    },
    dispose: () => disposeAll(parameters),
  };
}
