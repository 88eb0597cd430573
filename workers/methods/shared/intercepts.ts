import * as tf from '@tensorflow/tfjs';
import { denseLevels, type Factor, sumCrossed } from '../../mixed/crossed';
import { predictEffects } from '../../mixed/effects';
import { evaluate } from '../../mixed/likelihood';
import { conditionalModes } from '../../mixed/logistic';
import type { Batch, LevelPosterior, LevelVectors } from '../method';
import { nextTask } from './next-task';

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/**
 * Most levels, not counting the feature with most levels, for which the posterior variance of each level is
 * exact.
 */
const EXACT_LEVELS = 1500;

/** What random intercepts are predicted from: f(X) and y of all rows of all batches, and their levels. */
interface Collected {
  fixed: Float64Array;
  y: Float64Array;
  factors: Factor[];
}

/** `fixed` gives f(X) [rows, 1]; it runs inside tf.tidy. */
async function collect(batches: Batches, levels: readonly number[], fixed: (x: tf.Tensor2D) => tf.Tensor2D): Promise<Collected> {
  const parts: { fixed: ArrayLike<number>; y: ArrayLike<number>; codes: ArrayLike<number>[] }[] = [];
  for await (const { x, y, z } of batches) {
    const values = tf.tidy(() => fixed(x));
    const [f, response, ...codes] = await Promise.all([values.data(), y.data(), ...z.map((ids) => ids.data())]);
    values.dispose();
    parts.push({ fixed: Float64Array.from(f), y: Float64Array.from(response), codes: codes.map((ids) => Int32Array.from(ids)) });
  }
  const rows = parts.reduce((sum, { y }) => sum + y.length, 0);
  const joined: Collected = {
    fixed: new Float64Array(rows),
    y: new Float64Array(rows),
    factors: levels.map((q) => ({ codes: new Int32Array(rows), levels: q })),
  };
  let at = 0;
  for (const part of parts) {
    joined.fixed.set(part.fixed, at);
    joined.y.set(part.y, at);
    for (const [k, { codes }] of joined.factors.entries()) codes.set(part.codes[k], at);
    at += part.y.length;
  }
  return joined;
}

const residualsOf = ({ fixed, y }: Collected): Float64Array => y.map((value, i) => value - fixed[i]);

/** Variances of a random-intercept model, as numbers. */
export interface Variances {
  residual: number;
  /** σ²_k by feature. */
  levels: readonly number[];
}

const ratiosOf = ({ residual, levels }: Variances): number[] => levels.map((variance) => variance / residual);

const asColumn = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [values.length, 1]);

/**
 * Best linear unbiased predictions of the intercepts of every level, K × [q_k, 1] (docs/methods.md A11); 0
 * for a level without rows.
 */
export async function interceptVectors(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: Variances,
): Promise<LevelVectors> {
  const rows = await collect(batches, levels, fixed);
  const effects = await predictEffects(residualsOf(rows), rows.factors, ratiosOf(variances), nextTask);
  return effects.map(asColumn);
}

/**
 * Posterior means and variances of the intercepts given f and the variances. With one feature, or few enough
 * levels in the other features, the variances are exact; else each is the variance given the intercepts of
 * all other levels, σ²_k σ²_e / (σ²_e + n_j σ²_k), a lower bound.
 */
export async function interceptPosterior(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: Variances,
): Promise<LevelPosterior> {
  const rows = await collect(batches, levels, fixed);
  return posteriorOf(rows.factors, levels, residualsOf(rows), variances);
}

/** Modes of the intercepts of a binary response given the fixed part and the variances, K × [q_k, 1]. */
export async function modeVectors(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: readonly number[],
): Promise<LevelVectors> {
  const rows = await collect(batches, levels, fixed);
  const { effects } = await conditionalModes(rows.fixed, rows.y, rows.factors, variances, nextTask);
  return effects.map(asColumn);
}

/** Modes of the intercepts of a binary response, and their variances by the curvature there (Laplace). */
export async function modePosterior(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: readonly number[],
): Promise<LevelPosterior> {
  const rows = await collect(batches, levels, fixed);
  const { effects, weights } = await conditionalModes(rows.fixed, rows.y, rows.factors, variances, nextTask);
  const posterior = await posteriorOf(rows.factors, levels, residualsOf(rows), { residual: 1, levels: variances }, weights);
  tf.dispose(posterior.means);
  return { ...posterior, means: effects.map(asColumn) };
}

async function posteriorOf(
  factors: readonly Factor[],
  levels: readonly number[],
  residuals: Float64Array,
  variances: Variances,
  weights?: Float64Array,
): Promise<LevelPosterior> {
  const ratios = ratiosOf(variances);
  if (denseLevels(levels) <= EXACT_LEVELS) {
    const sums = sumCrossed({ rows: residuals.length, x: new Float64Array(0), p: 0, y: residuals, factors, weights });
    const { effects, conditionalVariances } = await evaluate(sums, ratios, { reml: false, residualVariance: variances.residual }, nextTask);
    return { means: effects.map(asColumn), variances: conditionalVariances.map(asColumn) };
  }
  const means = await predictEffects(residuals, factors, ratios, nextTask, weights);
  const bounds = factors.map(({ codes, levels: q }, k) => {
    const precision = new Float64Array(q);
    codes.forEach((code, i) => {
      precision[code] += weights?.[i] ?? 1;
    });
    return precision.map((n) => variances.levels[k] / (1 + n * ratios[k]));
  });
  return { means: means.map(asColumn), variances: bounds.map(asColumn) };
}
