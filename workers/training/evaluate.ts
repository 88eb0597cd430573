import { type Dataset, seenResponse, severalClasses } from '../data/dataset';
import { hasClasses } from '../data/tasks';
import { EVALUATION_ROWS } from '../engine/constants';
import type { Estimate } from '../methods/method';
import { mapped } from '../numbers/typed-arrays';
import { eachSlice } from './batches';
import { epochLoss } from './epoch-loss';
import type { Evaluator, NoiseSource, PlainPosterior, Prediction } from './evaluator';
import type { Pacer } from './pacer';

/** Batches of these rows, with a breath before each; they can be gone through more than once. */
const paced = (rows: Uint32Array, pacer: Pacer): AsyncIterable<Uint32Array> => ({
  async *[Symbol.asyncIterator]() {
    for (const slice of eachSlice(rows, EVALUATION_ROWS)) {
      await pacer.breathe();
      yield slice;
    }
  },
});

/**
 * Learns level vectors from `rows` and puts them in use; with `wanted`, at least those of the levels of these
 * rows.
 */
export function learnLevelVectors(evaluator: Evaluator, rows: Uint32Array, noise: NoiseSource, pacer: Pacer, wanted?: Uint32Array): Promise<void> {
  return evaluator.learnLevelVectors(paced(rows, pacer), noise, wanted);
}

/** Posterior of the level vectors given `rows`; null for a method without one. */
export function levelPosterior(evaluator: Evaluator, rows: Uint32Array, pacer: Pacer): Promise<PlainPosterior | null> {
  return evaluator.levelPosterior(paced(rows, pacer));
}

/**
 * The published validation loss: the training objective on the validation rows, in batches of the nominal
 * size. MMbeddings feed the rows' own response to the encoder here, so for them it is an ELBO and not a
 * prediction error (docs/methods.md DIS-13).
 */
export async function validationObjective(evaluator: Evaluator, rows: Uint32Array, noise: NoiseSource, pacer: Pacer): Promise<number> {
  const losses: number[] = [];
  const counts: number[] = [];
  for (const slice of eachSlice(rows, evaluator.batchSize)) {
    losses.push(await evaluator.objective(slice, { seed: noise.seed, step: noise.step++ }));
    counts.push(slice.length);
    await pacer.breathe();
  }
  return epochLoss(evaluator.epochLoss, losses, counts);
}

/** Predictions with the level vectors in use, in the order of `rows`. */
export async function predictRows(
  evaluator: Pick<Evaluator, 'predict' | 'samplesPrediction' | 'evaluationRows'>,
  rows: Uint32Array,
  noise: NoiseSource,
  pacer: Pacer,
): Promise<Prediction> {
  let whole: Prediction = { values: new Float32Array(rows.length), width: 1 };
  let at = 0;
  for (const slice of eachSlice(rows, evaluator.evaluationRows ?? EVALUATION_ROWS)) {
    const { values, width } = await evaluator.predict(slice, evaluator.samplesPrediction ? { seed: noise.seed, step: noise.step++ } : null);
    // The width is known with the first batch.
    if (width !== whole.width) whole = { values: new Float32Array(rows.length * width), width };
    whole.values.set(values, at);
    at += values.length;
    await pacer.breathe();
  }
  return whole;
}

/** Smallest probability a log loss sees, as in Keras. */
const CLIP = 1e-7;

/** Mean negative log of the probability of each row's own class. */
function classLogLoss(response: Float32Array, probabilities: Float32Array, classes: number): number {
  let sum = 0;
  for (let i = 0; i < response.length; i++) {
    const p = probabilities[i * classes + response[i]];
    // NaN must stay NaN.
    sum -= Math.log(Number.isNaN(p) ? p : Math.max(p, CLIP));
  }
  return sum / response.length;
}

/**
 * Predictive loss: mean squared error in the response's own unit over rows and steps, of times over the rows
 * whose event was seen; or the log loss.
 */
export function predictiveLoss(dataset: Dataset, rows: Uint32Array, predictions: Float32Array): number {
  const response = seenResponse(dataset, rows);
  const classes = severalClasses(dataset);
  if (classes !== undefined) return classLogLoss(response, predictions, classes);
  const { events } = dataset;
  let sum = 0;
  let counted = 0;
  for (let i = 0; i < response.length; i++) {
    if (events?.seen[rows[i]] === 0) continue;
    counted++;
    const y = response[i];
    const f = predictions[i];
    if (dataset.task === 'regression') {
      sum += (y - f) ** 2;
    } else {
      // NaN must stay NaN, and min and max would hide it.
      const p = Number.isNaN(f) ? f : Math.min(Math.max(f, CLIP), 1 - CLIP);
      sum -= y > 0.5 ? Math.log(p) : Math.log(1 - p);
    }
  }
  return (sum / Math.max(1, counted)) * (dataset.task === 'regression' ? dataset.targetScale ** 2 : 1);
}

/**
 * Predictions in the response's own unit, in double precision: a large mean would take the last digits of a
 * single one.
 */
export function inOwnUnit({ task, targetScale, targetMean }: Dataset, values: Float32Array): Float64Array {
  return hasClasses(task) ? Float64Array.from(values) : mapped(values, (value) => value * targetScale + targetMean);
}

/** The name of the fixed effect that moves with the mean of the response. */
const INTERCEPT = 'Intercept';

/**
 * An estimate in the response's own unit: a variance scales with its square, a fixed effect with it, and the
 * intercept moves with its mean.
 */
export function estimateInOwnUnit({ task, targetScale, targetMean }: Dataset, estimate: Estimate): Estimate {
  if (hasClasses(task) || estimate.ownUnit || estimate.kind === 'fit') return estimate;
  const scale = estimate.kind === 'variance' ? targetScale ** 2 : targetScale;
  const shift = estimate.kind === 'fixed effect' && estimate.name === INTERCEPT ? targetMean : 0;
  return {
    ...estimate,
    value: estimate.value * scale + shift,
    standardError: estimate.standardError === null ? null : estimate.standardError * scale,
  };
}
