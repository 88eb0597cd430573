import * as tf from '@tensorflow/tfjs';
import { breathing } from '../../mixed/dense';
import { predictEffects } from '../../mixed/effects';
import { type Factor, factorOfSets, type LevelFactor, sparseDesign } from '../../mixed/factor';
import { evaluate } from '../../mixed/likelihood';
import { conditionalModes } from '../../mixed/logistic';
import { quickStructure, sumRows } from '../../mixed/sums';
import { loadProducts } from '../../mixed/wasm/kernel';
import { type Members, membersOf } from '../../ops/members';
import type { Batch, LevelPosterior, LevelVectors } from '../method';
import { binaryPosteriors } from './binary-posterior';
import { nextTask } from './next-task';
import { concatenated } from './row-numbers';

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/** What random intercepts are predicted from: f(X) and y of all rows of all batches, and their levels. */
interface Collected {
  fixed: Float64Array;
  y: Float64Array;
  factors: Factor[];
}

/** Levels of rows, batch by batch. */
interface Joining {
  levels: number;
  /** Where each row has one level: those of each batch. */
  codes: Int32Array[];
  /** Where rows have sets of levels: how many a row, and the levels themselves. */
  counts: number[];
  ids: number[];
}

/** Adds the levels of a batch. */
async function join({ codes, counts, ids }: Joining, members: Members): Promise<void> {
  if (members instanceof tf.Tensor) {
    codes.push((await members.data()) as Int32Array);
    return;
  }
  const places = members.ids.shape[1];
  const [all, mask] = await Promise.all([members.ids.data(), members.mask.data()]);
  for (let from = 0; from < all.length; from += places) {
    const own = all.subarray(from, from + places).filter((_, place) => mask[from + place] === 1);
    counts.push(own.length);
    ids.push(...own);
  }
}

/** The factor of all rows. */
function joined({ levels, codes, counts, ids }: Joining): Factor {
  if (codes.length > 0) return { codes: concatenated(codes, Int32Array), levels };
  const offsets = new Int32Array(counts.length + 1);
  for (const [i, count] of counts.entries()) offsets[i + 1] = offsets[i] + count;
  return factorOfSets({ offsets, ids, levels });
}

/** `fixed` gives f(X) [rows, 1]; it runs inside tf.tidy. */
async function collect(batches: Batches, levels: readonly number[], fixed: (x: tf.Tensor2D) => tf.Tensor2D): Promise<Collected> {
  const [f, responses]: ArrayLike<number>[][] = [[], []];
  const features = levels.map((q): Joining => ({ levels: q, codes: [], counts: [], ids: [] }));
  for await (const batch of batches) {
    const values = tf.tidy(() => fixed(batch.x));
    f.push(await values.data());
    values.dispose();
    responses.push(await batch.y.data());
    const members = membersOf(batch);
    for (const [k, feature] of features.entries()) await join(feature, members[k]);
  }
  return { fixed: concatenated(f, Float64Array), y: concatenated(responses, Float64Array), factors: features.map(joined) };
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
 * Posterior means and variances of the intercepts given f and the variances. The variances are exact where
 * their sparse factor takes seconds; else each is the variance given the intercepts of
 * all other levels, σ²_k σ²_e / (σ²_e + n_j σ²_k), a lower bound.
 */
export async function interceptPosterior(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variances: Variances,
): Promise<LevelPosterior> {
  const rows = await collect(batches, levels, fixed);
  return posteriorOf(rows.factors, residualsOf(rows), variances);
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
  const posterior = await posteriorOf(rows.factors, residualsOf(rows), { residual: 1, levels: variances }, weights);
  tf.dispose(posterior.means);
  return { ...posterior, means: effects.map(asColumn) };
}

/**
 * Posterior means and variances of the intercepts of one feature of a binary response, by nodes around the
 * mode of each level (`binaryPosteriors`); 0 and σ²_b for a level without rows.
 */
export async function adaptivePosterior(
  batches: Batches,
  levels: readonly number[],
  fixed: (x: tf.Tensor2D) => tf.Tensor2D,
  variance: number,
): Promise<LevelPosterior> {
  const { fixed: logits, y, factors } = await collect(batches, levels, fixed);
  const { means, variances } = binaryPosteriors(logits, y, factors[0] as LevelFactor, variance);
  return { means: [asColumn(means)], variances: [asColumn(variances)] };
}

async function posteriorOf(
  factors: readonly Factor[],
  residuals: Float64Array,
  variances: Variances,
  weights?: Float64Array,
): Promise<LevelPosterior> {
  const ratios = ratiosOf(variances);
  const structure = await breathing(quickStructure(factors, residuals.length), nextTask);
  if (structure) {
    const data = { rows: residuals.length, x: new Float64Array(0), p: 0, y: residuals, factors, weights };
    await loadProducts();
    const sums = await breathing(sumRows(data, structure), nextTask);
    const { effects, conditionalVariances } = await evaluate(sums, ratios, { reml: false, residualVariance: variances.residual }, nextTask);
    return { means: effects.map(asColumn), variances: conditionalVariances.map(asColumn) };
  }
  const means = await predictEffects(residuals, factors, ratios, nextTask, weights);
  const { starts, columns, values, firsts, size } = sparseDesign(factors, residuals.length);
  const precision = new Float64Array(size);
  for (let i = 0; i < residuals.length; i++)
    for (let at = starts[i]; at < starts[i + 1]; at++) precision[columns[at]] += (weights?.[i] ?? 1) * values[at] ** 2;
  const bounds = factors.map(({ levels }, k) => precision.slice(firsts[k], firsts[k] + levels).map((n) => variances.levels[k] / (1 + n * ratios[k])));
  return { means: means.map(asColumn), variances: bounds.map(asColumn) };
}
