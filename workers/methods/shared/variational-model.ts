import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { FusedDescription } from '../../engine/step-plan';
import { drawLevels } from '../../nn/level-draws';
import { meanSquaredError } from '../../nn/losses';
import type { RowPosterior } from '../../nn/mixed-encoder';
import type { Network } from '../../nn/network';
import { makePrior, type Prior } from '../../nn/prior';
import { responseHead } from '../../nn/response';
import { reparameterise } from '../../nn/sampling';
import { Shrinkage } from '../../nn/shrinkage';
import { membersOf, vectorsOfRows } from '../../ops/members';
import { inverseCounts } from '../../ops/segment-mean';
import type { RandomStream } from '../../random/random';
import type { Batch, Inputs, Model, Problem } from '../method';
import { sizesOf } from './counts';
import { vectorVariances } from './estimates';
import { disposeAll } from './lifetime';
import { Proposer, type TagRule } from './proposer';
import { priorKind, type VariationalSettings } from './variational-settings';

/**
 * β of the loss, which is σ² times the negative ELBO: that of the settings (n_ξ/N with N all training rows,
 * validation included, or a number), times a fixed σ². A response of classes has none.
 */
function klWeight({ beta, betaRule, noise, noiseVariance }: VariationalSettings, { batchSize, task }: Problem, dataset: Dataset | undefined): number {
  const scale = task !== 'regression' || noise === 'learned' ? 1 : noiseVariance;
  if (betaRule === 'number' || !dataset) return beta * scale;
  const { train, validation } = dataset.split;
  return Math.min(1, batchSize / (train.length + validation.length)) * scale;
}

/** What a model with a prior of its own does otherwise than A10. */
export interface OwnPrior {
  prior: Prior;
  /** The feature that it is of. */
  feature: number;
  /** What is added to the vectors of rows of that feature in a prediction, [rows, d]; null: nothing. */
  besides(inputs: Inputs, tables: readonly tf.Tensor2D[]): tf.Tensor2D | null;
}

/** A column of tags as one more feature: every row has one draw for all its tags, and the mean of theirs. */
const ONE_MORE_FEATURE: TagRule = { pooling: 'mean', context: 'none', draw: 'row', ownHeads: false };

/**
 * The variational autoencoder of docs/methods.md A10 (F3 by `rule`) around any network: an encoder on [x, y]
 * proposes a vector for each row, draws are averaged by level within the batch, and the network predicts from
 * x and the averages. `describe` gives the fused description, for published settings only.
 */
export function buildVariational(
  problem: Problem,
  settings: VariationalSettings,
  makeNetwork: () => Network,
  random: RandomStream,
  dataset?: Dataset,
  describe?: (beta: number) => FusedDescription,
  rule: TagRule = ONE_MORE_FEATURE,
  own?: OwnPrior,
): Model {
  const response = responseHead(problem);
  const gaussian = problem.task === 'regression';
  const { d, extraction } = settings;
  const sizes = sizesOf(problem);
  const features = sizes.length;
  const beta = klWeight(settings, problem, dataset);
  const proposer = new Proposer(problem, settings, rule, random, (y) => response.read(y));
  const network = makeNetwork();
  const kind = priorKind(settings);
  const prior = own?.prior ?? makePrior(kind, features, d, settings.priorVariance);
  const shrinkage = new Shrinkage(settings.shrinkage, features);
  const logNoise = settings.noise === 'learned' && gaussian ? tf.tidy(() => tf.variable(tf.scalar(0))) : null;
  const networkParameters = new Map([...network.parameters(), ...response.parameters()]);
  const parameters = new Map<string, tf.Variable>([
    ...proposer.parameters(),
    ...networkParameters,
    ...prior.parameters(),
    ...shrinkage.parameters(),
    ...(logNoise ? [['noise/logVar', logNoise] as [string, tf.Variable]] : []),
  ]);
  const published = kind === 'fixed' && settings.shrinkage === 'none' && settings.noise !== 'learned';

  const { logVarAveraging } = settings;
  /**
   * Features that draw by row, the first ones: categorical features (A10), and columns of tags by the rule.
   */
  const byRow = rule.draw === 'row' ? features : problem.levels.length;
  const logs = settings.logVarAveraging === 'mean-of-logs';
  /** Shapes of the draws of a batch. */
  const draws = (rows: number): [number, number][] => sizes.map((q, k) => [k < byRow ? rows : q, d]);

  /**
   * −log likelihood of a row, constants left out: ½ (y − f)² at σ² = 1, or ½ ((y − f)²/σ² + log σ²), or the
   * cross-entropy.
   */
  const likelihood = (y: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar => {
    const fit = response.loss(y, decoded);
    if (!gaussian) return fit;
    return tf.mul(logNoise ? tf.add(tf.mul(fit, tf.exp(tf.neg(logNoise))), logNoise) : fit, 0.5);
  };

  const decode = (inputs: Inputs, tables: readonly tf.Tensor2D[], besides?: tf.Tensor2D | null): tf.Tensor2D => {
    const members = membersOf(inputs);
    const vectors = tables.map((table, k) => vectorsOfRows(table, members[k], rule.pooling));
    if (own && besides) vectors[own.feature] = tf.add(vectors[own.feature], besides);
    return network.apply({ x: inputs.x, members, vectors }, null).decoded;
  };
  const predict = (inputs: Inputs, tables: readonly tf.Tensor2D[]): tf.Tensor2D =>
    response.onScale(decode(inputs, tables, own?.besides(inputs, tables)));

  /** Averages by level of what rows propose, two tables side by side: [q, 2d] each. */
  const averages = (
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    pair: (posterior: RowPosterior, k: number) => [tf.Tensor2D, tf.Tensor2D],
    finish: (left: tf.Tensor2D, right: tf.Tensor2D, counts: tf.Tensor2D, k: number) => tf.Tensor2D,
  ): Promise<tf.Tensor2D[]> =>
    proposer.average(
      batches,
      2 * d,
      (posterior, k) => tf.concat(pair(posterior, k), 1),
      (both, counts, k) => {
        const [left, right] = tf.split(both, 2, 1) as tf.Tensor2D[];
        return finish(left, right, counts, k);
      },
    );

  return {
    parameters,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => [...draws(rows), ...network.noiseShapes(rows)],
    loss(batch, noise, training = true) {
      const { x, y } = batch;
      const divergences: tf.Scalar[] = [];
      const members = membersOf(batch);
      const vectors = proposer.propose(batch).map((proposal, k) => {
        const {
          counts,
          mean,
          logVar,
          vectors: drawn,
        } = drawLevels(proposal.posterior, proposal.members, sizes[k], noise[k], { logVarAveraging, draw: k < byRow ? 'row' : 'level' });
        divergences.push(prior.kl(k, mean, logVar, tf.minimum(counts, 1), batch));
        return vectorsOfRows(shrinkage.apply(k, drawn, counts), members[k], rule.pooling);
      });
      const { decoded } = network.apply({ x, members, vectors }, training ? noise.slice(features) : null);
      const nll = likelihood(y, decoded);
      const kl: tf.Scalar = tf.mul(tf.addN(divergences), 1 / problem.batchSize);
      return { total: tf.add(nll, tf.mul(kl, beta)), terms: { nll, kl }, output: response.onScale(decoded) };
    },
    async levelVectors(batches, noise) {
      if (extraction === 'mean')
        return proposer.average(
          batches,
          d,
          ({ mean }) => mean,
          (means, counts, k) => shrinkage.apply(k, means, counts),
        );
      let ofRows: tf.Tensor[] = [];
      /** A draw for each row, of the features that draw so; they come first. */
      const drawn = ({ mean, logVar }: RowPosterior, k: number): tf.Tensor2D => {
        if (k === 0) ofRows = noise(draws(mean.shape[0]).slice(0, byRow));
        return reparameterise(mean, logVar, ofRows[k]);
      };
      if (byRow === features) return proposer.average(batches, d, drawn, (means, counts, k) => shrinkage.apply(k, means, counts));
      // Draws by level are made at the end, from the averages of all rows.
      const ofLevels = noise(draws(0).slice(byRow));
      try {
        return await averages(
          batches,
          (posterior, k) => {
            const { mean, logVar } = posterior;
            return k < byRow ? [drawn(posterior, k), tf.zerosLike(mean)] : [mean, tf.exp(logVar)];
          },
          (mean, variance, counts, k) => {
            if (k < byRow) return shrinkage.apply(k, mean, counts);
            const deviation = tf.sqrt(tf.mul(variance, inverseCounts(counts)));
            return shrinkage.apply(k, tf.add(mean, tf.mul(deviation, ofLevels[k - byRow])), counts);
          },
        );
      } finally {
        tf.dispose(ofLevels);
      }
    },
    posteriorByLevel: true,
    async levelPosterior(batches) {
      const priorVariances = await Promise.all(sizes.map((_, k) => prior.variances(k)));
      // Means and variances side by side: one pass over the rows.
      const both = await averages(
        batches,
        ({ mean, logVar }) => [mean, logs ? logVar : tf.exp(logVar)],
        (mean, spread, counts, k) => {
          // The average of n draws has the average of their variances over n; the mean-of-logs rule leaves
          // the n out, as published.
          const variance = logs ? tf.exp(spread) : tf.mul(spread, inverseCounts(counts));
          const factor = shrinkage.factor(k, counts);
          const unseen = tf.mul(tf.sub(1, tf.minimum(counts, 1)), tf.tensor1d(priorVariances[k]));
          return tf.concat([tf.mul(mean, factor), tf.add(tf.mul(variance, tf.square(factor)), unseen)], 1) as tf.Tensor2D;
        },
      );
      const halves = tf.tidy(() => both.map((table) => tf.split(table, 2, 1) as tf.Tensor2D[]));
      tf.dispose(both);
      return { means: halves.map(([mean]) => mean), variances: halves.map(([, variance]) => variance), priorVariances };
    },
    async estimates(vectors) {
      const found = await vectorVariances(vectors, dataset);
      if (logNoise)
        found.push({
          name: 'Residual variance',
          symbol: String.raw`\sigma^2`,
          kind: 'variance',
          feature: null,
          value: Math.exp((await logNoise.data())[0]),
          standardError: null,
        });
      return found;
    },
    predict,
    secondStage: settings.postTraining
      ? {
          parameters: networkParameters,
          // Squared error also on the probability of two classes: the reference code does so (docs/methods.md
          // DIS-15). Several classes have no reference, and keep their own loss.
          loss: (batch, vectors) =>
            problem.classes === undefined
              ? meanSquaredError(batch.y, response.onScale(decode(batch, vectors)))
              : response.loss(batch.y, decode(batch, vectors)),
        }
      : undefined,
    fused: published ? describe?.(beta) : undefined,
    dispose() {
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
