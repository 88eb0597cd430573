import * as tf from '@tensorflow/tfjs';
import { denseLevels, type Factor, sumCrossed } from '../mixed/crossed';
import { predictEffects } from '../mixed/effects';
import { evaluate } from '../mixed/likelihood';
import type { Batch, LevelPosterior, LevelVectors } from './method';

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/** Most levels beside the largest feature for which the posterior variance of each level is exact. */
const EXACT_LEVELS = 1500;

/** Lets messages in between parts of long work. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** What random intercepts are predicted from: residuals y − f(X) of all rows of all batches and their levels. */
interface Residuals {
  values: Float64Array;
  factors: Factor[];
}

/** `fixed` gives f(X) [rows, 1]; it runs inside tf.tidy. */
async function collect(batches: Batches, levels: readonly number[], fixed: (x: tf.Tensor2D) => tf.Tensor2D): Promise<Residuals> {
  const values: number[] = [];
  const codes = levels.map((): number[] => []);
  for await (const { x, y, z } of batches) {
    const residual = tf.tidy(() => tf.sub(y, fixed(x)));
    const [part, ...parts] = await Promise.all([residual.data(), ...z.map((ids) => ids.data())]);
    residual.dispose();
    for (let i = 0; i < part.length; i++) values.push(part[i]);
    for (const [k, ids] of parts.entries()) for (let i = 0; i < ids.length; i++) codes[k].push(ids[i]);
  }
  return { values: Float64Array.from(values), factors: levels.map((q, k) => ({ codes: Int32Array.from(codes[k]), levels: q })) };
}

/** Variances of a random-intercept model, as numbers. */
export interface Variances {
  residual: number;
  /** σ²_k by feature. */
  levels: readonly number[];
}

const ratiosOf = ({ residual, levels }: Variances): number[] => levels.map((variance) => variance / residual);

const asColumn = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [values.length, 1]);

/** Best linear unbiased predictions of the intercepts of every level, K × [q_k, 1] (METHODS.md A11); 0 for a level without rows. */
export async function interceptVectors(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: Variances,
): Promise<LevelVectors> {
  const { values, factors } = await collect(batches, levels, fixed);
  const effects = await predictEffects(values, factors, ratiosOf(variances), nextTask);
  return effects.map(asColumn);
}

/**
 * Posterior means and variances of the intercepts given f and the variances. With one feature, or few enough levels beside the largest, the variances are
 * exact; else each is the variance given the intercepts of all other levels, σ²_k σ²_e / (σ²_e + n_j σ²_k), a lower bound.
 */
export async function interceptPosterior(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: Variances,
): Promise<LevelPosterior> {
  const { values, factors } = await collect(batches, levels, fixed);
  const ratios = ratiosOf(variances);
  if (denseLevels(levels) <= EXACT_LEVELS) {
    const sums = sumCrossed({ rows: values.length, x: new Float64Array(0), p: 0, y: values, factors });
    const { effects, conditionalVariances } = await evaluate(sums, ratios, { reml: false, residualVariance: variances.residual }, nextTask);
    return { means: effects.map(asColumn), variances: conditionalVariances.map(asColumn) };
  }
  const means = await predictEffects(values, factors, ratios, nextTask);
  const bounds = factors.map(({ codes, levels: q }, k) => {
    const counts = new Float64Array(q);
    for (const code of codes) counts[code]++;
    return counts.map((n) => variances.levels[k] / (1 + n * ratios[k]));
  });
  return { means: means.map(asColumn), variances: bounds.map(asColumn) };
}
