import type { Factor } from '../factor';
import { sumsOfColumns, timesEffects } from './design';
import { BatchSystem } from './system';

/** −log p(y) of some rows with a binary response, and its derivatives. */
export interface BernoulliLikelihood {
  /** By Laplace's approximation; NaN where the mode is not found. */
  value: number;
  /** With respect to the logit of each row without its intercepts (m), and to each σ²_k. */
  byLogit: Float64Array;
  byVariances: Float64Array;
}

const MOST_STEPS = 60;
const MOST_HALVINGS = 30;
/** A Newton decrement below this leaves the mode where it is. */
const TOLERANCE = 1e-17;
/** Below this the next step is not checked: what is left is rounding. */
const SURE = 1e-6;

/** What the rows say at logits η: μ, μ(1 − μ) and −Σ log p. */
function atLogits(eta: Float64Array, y: ArrayLike<number>): { mean: Float64Array; weight: Float64Array; loss: number } {
  const mean = new Float64Array(eta.length);
  const weight = new Float64Array(eta.length);
  let loss = 0;
  for (let i = 0; i < eta.length; i++) {
    const small = Math.exp(-Math.abs(eta[i]));
    const share = 1 / (1 + small);
    mean[i] = eta[i] >= 0 ? share : small * share;
    weight[i] = small * share * share;
    loss += Math.log1p(small) + Math.max(eta[i], 0) - y[i] * eta[i];
  }
  return { mean, weight, loss };
}

/** The rows at the mode of the spherical effects u = b / σ, with the factor of A there in place. */
interface AtMode {
  mean: Float64Array;
  weight: Float64Array;
  /** −Σ log p + ½ |u|². */
  penalised: number;
  logDeterminant: number;
}

/** Newton's method for the mode, from u = 0, with halved steps. Null where it is not reached. */
function toMode(system: BatchSystem, logits: Float64Array, y: ArrayLike<number>): AtMode | null {
  const { design, scale, size } = system;
  /** b = S u, and the sum of squares of u. */
  let b = new Float64Array(size);
  const squaresOf = (effects: Float64Array): number => effects.reduce((sum, value, j) => sum + (value / scale[j]) ** 2, 0);
  const predictor = (effects: Float64Array): Float64Array => {
    const eta = timesEffects(design, effects);
    for (let i = 0; i < eta.length; i++) eta[i] += logits[i];
    return eta;
  };
  let rows = atLogits(predictor(b), y);
  let penalised = rows.loss;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { mean, weight } = rows;
    const logDeterminant = system.factorise(weight);
    if (!Number.isFinite(logDeterminant) || !Number.isFinite(penalised)) return null;
    /** Z'(y − μ) − b / σ²: σ times it is the gradient in u. */
    const slope = sumsOfColumns(
      design,
      mean.map((value, i) => y[i] - value),
    );
    for (let j = 0; j < size; j++) slope[j] -= b[j] / (scale[j] * scale[j]);
    const move = slope.slice();
    system.solve(move);
    let decrement = 0;
    for (let j = 0; j < size; j++) decrement += slope[j] * move[j];
    const arrived = { mean, weight, penalised, logDeterminant };
    if (decrement < TOLERANCE * Math.max(1, size)) return arrived;
    let found = false;
    for (let share = 1, halvings = 0; halvings < MOST_HALVINGS && !found; share /= 2, halvings++) {
      const next = b.map((value, j) => value + share * move[j]);
      const there = atLogits(predictor(next), y);
      const lower = there.loss + squaresOf(next) / 2;
      if (!(lower <= penalised || (decrement < SURE && Number.isFinite(lower)))) continue;
      [b, rows, penalised, found] = [next, there, lower, true];
    }
    if (!found) return decrement < SURE ? arrived : null;
  }
  return null;
}

/**
 * The likelihood of a batch of 0/1 responses with random intercepts of one or several factors in the logit,
 * by Laplace's approximation (docs/methods.md A11): −log p ≈ −Σ log p(y | η) + ½ |u|² + ½ log |A| at the mode
 * of u, η = f + ZSu, A = I + SZ'WZS with W = μ(1 − μ). The gradient is that of this sum, the mode moving with
 * f and σ²: with h_i = z_i'SA⁻¹Sz_i, s = h w' and t = s − W Z SA⁻¹S Z's it is μ − y + ½ t in f, and ½ (tr_k −
 * v'v + v'Z_k't) in σ²_k with v = Z_k'(y − μ).
 *
 * @param logits f of each row (m)
 * @param variances σ²_k, above 0
 */
export function bernoulliLikelihood(
  logits: ArrayLike<number>,
  y: ArrayLike<number>,
  factors: readonly Factor[],
  variances: ArrayLike<number>,
): BernoulliLikelihood {
  const m = logits.length;
  const system = new BatchSystem(factors, m, variances, false);
  const { design } = system;
  const at = toMode(system, Float64Array.from(logits), y);
  if (at === null)
    return { value: Number.NaN, byLogit: new Float64Array(m).fill(Number.NaN), byVariances: new Float64Array(factors.length).fill(Number.NaN) };
  const { mean, weight, penalised, logDeterminant } = at;
  const inverse = system.inverse();
  const growth = system.growth(inverse);
  // h_i w'_i: what a change of the logit of a row adds to log |A| by its weight.
  const s = system.leverages(inverse).map((leverage, i) => leverage * weight[i] * (1 - 2 * mean[i]));
  const moved = sumsOfColumns(design, s);
  system.solve(moved);
  const back = timesEffects(design, moved);
  const t = s.map((value, i) => value - weight[i] * back[i]);
  const v = sumsOfColumns(
    design,
    mean.map((value, i) => y[i] - value),
  );
  const w = sumsOfColumns(design, t);
  return {
    value: penalised + logDeterminant / 2,
    byLogit: mean.map((value, i) => value - y[i] + t[i] / 2),
    byVariances: system.byFactor((j) => (growth[j] - v[j] * v[j] + w[j] * v[j]) / 2),
  };
}
