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
/** A Newton decrement, |Δu|² by the curvature, below this leaves the mode where it is. */
const TOLERANCE = 1e-20;
/** After a step below this the mode is reached: what is left is rounding. */
const LAST = 1e-10;
/** Below this a step is not checked: rounding decides whether it goes down. */
const SURE = 1e-6;

/** What the rows say at logits η. */
interface AtLogits {
  /** y − μ and μ(1 − μ), and the derivative of this with respect to η. */
  residual: Float64Array;
  weight: Float64Array;
  weightSlope: Float64Array;
  /** −Σ log p. */
  loss: number;
}

function atLogits(eta: Float64Array, y: ArrayLike<number>): AtLogits {
  const m = eta.length;
  const [residual, weight, weightSlope] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  let loss = 0;
  for (let i = 0; i < m; i++) {
    const small = Math.exp(-Math.abs(eta[i]));
    const share = 1 / (1 + small);
    const mean = eta[i] >= 0 ? share : small * share;
    residual[i] = y[i] - mean;
    weight[i] = small * share * share;
    weightSlope[i] = weight[i] * (1 - 2 * mean);
    loss += Math.log1p(small) + Math.max(eta[i], 0) - y[i] * eta[i];
  }
  return { residual, weight, weightSlope, loss };
}

/** The rows at the mode of the spherical effects u = b / σ, with the factor of A there in place. */
interface AtMode {
  rows: AtLogits;
  /** −Σ log p + ½ |u|². */
  penalised: number;
  logDeterminant: number;
}

/** Newton's method for the mode, from u = 0, with halved steps. Null where it is not reached. */
function toMode(system: BatchSystem, logits: Float64Array, y: ArrayLike<number>): AtMode | null {
  const { design, scale, size } = system;
  const precision = scale.map((value) => 1 / (value * value));
  /** The rows at effects b = S u, and −Σ log p + ½ |u|². */
  const at = (effects: Float64Array): { rows: AtLogits; penalised: number } => {
    const eta = timesEffects(design, effects);
    for (let i = 0; i < eta.length; i++) eta[i] += logits[i];
    const rows = atLogits(eta, y);
    let squares = 0;
    for (let j = 0; j < size; j++) squares += effects[j] * effects[j] * precision[j];
    return { rows, penalised: rows.loss + squares / 2 };
  };
  let b = new Float64Array(size);
  let here = at(b);
  for (let step = 0; step < MOST_STEPS; step++) {
    const logDeterminant = system.factorise(here.rows.weight);
    if (!Number.isFinite(logDeterminant) || !Number.isFinite(here.penalised)) return null;
    /** Z'(y − μ) − b / σ²: σ times it is the gradient in u. */
    const slope = sumsOfColumns(design, here.rows.residual);
    for (let j = 0; j < size; j++) slope[j] -= b[j] * precision[j];
    const move = slope.slice();
    system.solve(move);
    let decrement = 0;
    for (let j = 0; j < size; j++) decrement += slope[j] * move[j];
    const arrived = { ...here, logDeterminant };
    if (decrement < TOLERANCE) return arrived;
    let found = false;
    for (let share = 1, halvings = 0; halvings < MOST_HALVINGS && !found; share /= 2, halvings++) {
      const next = new Float64Array(size);
      for (let j = 0; j < size; j++) next[j] = b[j] + share * move[j];
      const there = at(next);
      if (!(there.penalised <= here.penalised || (decrement < SURE && Number.isFinite(there.penalised)))) continue;
      [b, here, found] = [next, there, true];
    }
    if (!found) return decrement < SURE ? arrived : null;
    // The error of a whole step is the square of what it moves.
    if (decrement < LAST) {
      const last = system.factorise(here.rows.weight);
      return Number.isFinite(last) ? { ...here, logDeterminant: last } : null;
    }
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
  const { rows, penalised, logDeterminant } = at;
  const inverse = system.inverse();
  const growth = system.growth(inverse);
  // h_i w'_i: what a change of the logit of a row adds to log |A| by its weight.
  const s = system.leverages(inverse);
  for (let i = 0; i < m; i++) s[i] *= rows.weightSlope[i];
  const moved = sumsOfColumns(design, s);
  system.solve(moved);
  const back = timesEffects(design, moved);
  const t = s;
  for (let i = 0; i < m; i++) t[i] -= rows.weight[i] * back[i];
  const v = sumsOfColumns(design, rows.residual);
  const w = sumsOfColumns(design, t);
  return {
    value: penalised + logDeterminant / 2,
    byLogit: t.map((value, i) => value / 2 - rows.residual[i]),
    byVariances: system.byFactor((j) => (growth[j] - v[j] * v[j] + w[j] * v[j]) / 2),
  };
}
