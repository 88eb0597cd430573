import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { EVALUATION_ROWS } from '../engine/constants';
import { drawNoise } from '../engine/noise';
import type { FusedPlan } from '../engine/plan';
import type { Batch, LevelVectors, Model } from '../methods/method';
import type { Estimate } from '../protocol';
import { eachBatch, eachSlice } from './batches';
import { epochLoss } from './epoch-loss';
import { levelsOf, placesOf } from './needed-rows';
import type { Pacer } from './pacer';

/** Which noise an evaluation draws: a seed and a counter that no training step uses. */
export interface NoiseSource {
  seed: number;
  step: number;
}

/** A model and, when one trains it, the fused plan that holds its weights and evaluates in its place. */
export interface Learner {
  readonly model: Model;
  readonly fused: FusedPlan | null;
}

/** Batches of these rows, with a breath before each. */
async function* paced(dataset: Dataset, rows: Uint32Array, pacer: Pacer): AsyncGenerator<Batch> {
  for (const batch of eachBatch(dataset, rows, EVALUATION_ROWS)) {
    await pacer.breathe();
    yield batch;
  }
}

/**
 * Level vectors learned from `rows`, q × d for each feature; the caller disposes of them. With `wanted`, those of the levels of these rows, which are the same
 * bit for bit, while others may be anything: encoding fewer rows is quicker.
 */
export async function levelVectors(
  { model, fused }: Learner,
  dataset: Dataset,
  rows: Uint32Array,
  noise: NoiseSource,
  pacer: Pacer,
  wanted?: Uint32Array,
): Promise<LevelVectors> {
  if (fused) {
    if (fused.levelVectorsFrom !== 'tables') {
      const levels = wanted && levelsOf(dataset, wanted);
      for (const slice of eachSlice(rows, EVALUATION_ROWS)) {
        await pacer.breathe();
        const key = { seed: noise.seed, step: fused.levelVectorsFrom === 'draws' ? noise.step++ : 0 };
        fused.addToLevelVectors(slice, key, levels && placesOf(dataset, slice, levels));
      }
    }
    return (await fused.levelVectors()).map((values, k) =>
      tf.tensor2d(values, [dataset.categorical[k].cardinality, values.length / dataset.categorical[k].cardinality]),
    );
  }
  return model.levelVectors(paced(dataset, rows, pacer), (shapes) => drawNoise(shapes, noise.seed, noise.step++));
}

/** A posterior of level vectors on the CPU: K tables of q × d each. */
export interface PlainPosterior {
  means: { values: Float32Array; d: number }[];
  variances: { values: Float32Array; d: number }[];
  /** Prior variance of each dimension, K × d, where the model says so itself. */
  priorVariances?: Float32Array[];
}

/** Posterior of the level vectors given `rows`; null for a method without one. The model's own variables must hold the weights. */
export async function levelPosterior(model: Model, dataset: Dataset, rows: Uint32Array, pacer: Pacer): Promise<PlainPosterior | null> {
  if (!model.levelPosterior) return null;
  const { means, variances, priorVariances } = await model.levelPosterior(paced(dataset, rows, pacer));
  try {
    return { means: await onCpu(means), variances: await onCpu(variances), priorVariances };
  } finally {
    tf.dispose([...means, ...variances]);
  }
}

/** Tables of level vectors, read back. */
export function onCpu(tables: LevelVectors): Promise<{ values: Float32Array; d: number }[]> {
  return Promise.all(tables.map(async (table) => ({ values: (await table.data()) as Float32Array, d: table.shape[1] })));
}

/**
 * The published validation loss: the training objective on the validation rows, in batches of the nominal size. MMbeddings feed the rows' own response to
 * the encoder here, so for them it is an ELBO and not a prediction error (docs/methods.md DIS-13).
 */
export async function validationObjective(
  { model, fused }: Learner,
  dataset: Dataset,
  batchSize: number,
  noise: NoiseSource,
  pacer: Pacer,
): Promise<number> {
  const losses: number[] = [];
  const rows: number[] = [];
  if (fused) {
    for (const slice of eachSlice(dataset.split.validation, batchSize)) {
      losses.push(await fused.objective(slice, { seed: noise.seed, step: noise.step++ }));
      rows.push(slice.length);
      await pacer.breathe();
    }
    return epochLoss(model.epochLoss, losses, rows);
  }
  for (const batch of eachBatch(dataset, dataset.split.validation, batchSize)) {
    const count = batch.y.shape[0];
    const drawn = drawNoise(model.noiseShapes(count), noise.seed, noise.step++);
    const total = tf.tidy(() => model.loss(batch, drawn, false).total);
    tf.dispose(drawn);
    losses.push((await total.data())[0]);
    total.dispose();
    rows.push(count);
    await pacer.breathe();
  }
  return epochLoss(model.epochLoss, losses, rows);
}

/** Predictions on the response scale of the dataset (standardised when it is), in the order of `rows`. */
export async function predictRows(
  { model, fused }: Learner,
  dataset: Dataset,
  rows: Uint32Array,
  vectors: LevelVectors,
  noise: NoiseSource,
  pacer: Pacer,
): Promise<Float32Array> {
  const predictions = new Float32Array(rows.length);
  let at = 0;
  if (fused) {
    fused.setLevelVectors(await Promise.all(vectors.map(async (table) => (await table.data()) as Float32Array)));
    for (const slice of eachSlice(rows, EVALUATION_ROWS)) {
      predictions.set(await fused.predict(slice, model.samplesPrediction ? { seed: noise.seed, step: noise.step++ } : null), at);
      at += slice.length;
      await pacer.breathe();
    }
    return predictions;
  }
  for (const batch of eachBatch(dataset, rows, EVALUATION_ROWS)) {
    const count = batch.y.shape[0];
    const drawn = model.samplesPrediction ? drawNoise(model.noiseShapes(count), noise.seed, noise.step++) : [];
    const output = tf.tidy(() => model.predict(batch.x, batch.z, vectors, drawn));
    tf.dispose(drawn);
    predictions.set(await output.data(), at);
    output.dispose();
    at += count;
    await pacer.breathe();
  }
  return predictions;
}

/** Smallest probability a log loss sees, as in Keras. */
const CLIP = 1e-7;

/** Predictive loss: mean squared error in the response's own unit, or the log loss. */
export function predictiveLoss(dataset: Dataset, rows: Uint32Array, predictions: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const y = dataset.y[rows[i]];
    const f = predictions[i];
    if (dataset.task === 'regression') {
      sum += (y - f) ** 2;
    } else {
      // NaN must stay NaN, and min and max would hide it.
      const p = Number.isNaN(f) ? f : Math.min(Math.max(f, CLIP), 1 - CLIP);
      sum -= y > 0.5 ? Math.log(p) : Math.log(1 - p);
    }
  }
  return (sum / rows.length) * (dataset.task === 'regression' ? dataset.targetScale ** 2 : 1);
}

/** Predictions in the response's own unit, in double precision: a large mean would take the last digits of a single one. */
export function inOwnUnit({ task, targetScale, targetMean }: Dataset, values: Float32Array): Float64Array {
  return Float64Array.from(values, task === 'binary' ? undefined : (value) => value * targetScale + targetMean);
}

/** The name of the fixed effect that moves with the mean of the response. */
const INTERCEPT = 'Intercept';

/** An estimate in the response's own unit: a variance scales with its square, a fixed effect with it, and the intercept moves with its mean. */
export function estimateInOwnUnit({ task, targetScale, targetMean }: Dataset, estimate: Estimate): Estimate {
  if (task === 'binary' || estimate.ownUnit) return estimate;
  const scale = estimate.kind === 'variance' ? targetScale ** 2 : targetScale;
  const shift = estimate.kind === 'fixed effect' && estimate.name === INTERCEPT ? targetMean : 0;
  return {
    ...estimate,
    value: estimate.value * scale + shift,
    standardError: estimate.standardError === null ? null : estimate.standardError * scale,
  };
}
