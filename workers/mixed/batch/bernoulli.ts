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

/**
 * What the effects add to the logits: b of the columns of the design, and of each row the sum e of those
 * that it alone has, whose variance is τ.
 */
interface Effects {
  b: Float64Array;
  e: Float64Array;
  /** Zb + e (m) */
  sum: Float64Array;
}

/** The rows at some effects. */
interface AtEffects {
  rows: AtLogits;
  /** −Σ log p + ½ |u|², u = b / σ. */
  penalised: number;
}

/** The rows at the mode, with the factor of A there in place. */
interface AtMode extends AtEffects {
  logDeterminant: number;
}

/** Newton's method for the mode, from 0, with halved steps. */
class ModeSearch {
  readonly #system: BatchSystem;
  readonly #logits: ArrayLike<number>;
  readonly #y: ArrayLike<number>;
  readonly #own: Float64Array;
  readonly #precision: Float64Array;
  /** 1 / (1 + τw) of each row, at the weights of the last factor. */
  readonly kept: Float64Array;

  /** @param own τ of each row (m) */
  constructor(system: BatchSystem, logits: ArrayLike<number>, y: ArrayLike<number>, own: Float64Array) {
    this.#system = system;
    this.#logits = logits;
    this.#y = y;
    this.#own = own;
    this.#precision = system.scale.map((value) => 1 / (value * value));
    this.kept = new Float64Array(own.length);
  }

  #at({ b, e, sum }: Effects): AtEffects {
    const [logits, own, precision] = [this.#logits, this.#own, this.#precision];
    const eta = sum.slice();
    let squares = 0;
    for (let i = 0; i < eta.length; i++) {
      eta[i] += logits[i];
      if (own[i] > 0) squares += (e[i] * e[i]) / own[i];
    }
    for (let j = 0; j < b.length; j++) squares += b[j] * b[j] * precision[j];
    const rows = atLogits(eta, this.#y);
    return { rows, penalised: rows.loss + squares / 2 };
  }

  /**
   * The factor at these weights. A row's own effects are noise of its logit: it weighs w / (1 + τw), and
   * log |A| has log (1 + τw) besides that of the columns.
   * @returns log |A|, or NaN where it has none
   */
  #factorise(weight: Float64Array): number {
    const [own, kept] = [this.#own, this.kept];
    const weights = new Float64Array(weight.length);
    let logDeterminant = 0;
    for (let i = 0; i < weight.length; i++) {
      const grown = 1 + own[i] * weight[i];
      kept[i] = 1 / grown;
      weights[i] = weight[i] / grown;
      if (own[i] > 0) logDeterminant += Math.log(grown);
    }
    return logDeterminant + this.#system.factorise(weights);
  }

  /** The whole step from some effects by the factor there, and its decrement. */
  #step({ b, e }: Effects, { residual, weight }: AtLogits): { move: Effects; decrement: number } {
    const { design } = this.#system;
    const [own, kept, precision] = [this.#own, this.kept, this.#precision];
    const m = e.length;
    let decrement = 0;
    // Z'(y − μ) − b / σ², less what the rows' own effects answer for: (y − μ − e / τ) τw / (1 + τw).
    const left = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      left[i] = kept[i] * (residual[i] + weight[i] * e[i]);
      if (own[i] === 0) continue;
      const slope = own[i] * residual[i] - e[i];
      decrement += (slope * slope * kept[i]) / own[i];
    }
    const slopes = sumsOfColumns(design, left);
    for (let j = 0; j < slopes.length; j++) slopes[j] -= b[j] * precision[j];
    const moved = slopes.slice();
    this.#system.solve(moved);
    for (let j = 0; j < slopes.length; j++) decrement += slopes[j] * moved[j];
    const sum = timesEffects(design, moved);
    const ofRows = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      if (own[i] === 0) continue;
      ofRows[i] = kept[i] * (own[i] * (residual[i] - weight[i] * sum[i]) - e[i]);
      sum[i] += ofRows[i];
    }
    return { move: { b: moved, e: ofRows, sum }, decrement };
  }

  /** Null where the mode is not reached. */
  run(): AtMode | null {
    const m = this.#own.length;
    let effects: Effects = { b: new Float64Array(this.#system.size), e: new Float64Array(m), sum: new Float64Array(m) };
    let here = this.#at(effects);
    for (let step = 0; step < MOST_STEPS; step++) {
      const logDeterminant = this.#factorise(here.rows.weight);
      if (!Number.isFinite(logDeterminant) || !Number.isFinite(here.penalised)) return null;
      const { move, decrement } = this.#step(effects, here.rows);
      const arrived = { ...here, logDeterminant };
      if (decrement < TOLERANCE) return arrived;
      let found = false;
      for (let share = 1, halvings = 0; halvings < MOST_HALVINGS && !found; share /= 2, halvings++) {
        const next = { b: along(effects.b, move.b, share), e: along(effects.e, move.e, share), sum: along(effects.sum, move.sum, share) };
        const there = this.#at(next);
        if (!(there.penalised <= here.penalised || (decrement < SURE && Number.isFinite(there.penalised)))) continue;
        [effects, here, found] = [next, there, true];
      }
      if (!found) return decrement < SURE ? arrived : null;
      // The error of a whole step is the square of what it moves.
      if (decrement < LAST) {
        const last = this.#factorise(here.rows.weight);
        return Number.isFinite(last) ? { ...here, logDeterminant: last } : null;
      }
    }
    return null;
  }
}

/** from + share × move */
function along(from: Float64Array, move: Float64Array, share: number): Float64Array {
  const to = new Float64Array(from.length);
  for (let j = 0; j < to.length; j++) to[j] = from[j] + share * move[j];
  return to;
}

/**
 * The likelihood of a batch of 0/1 responses with random intercepts of one or several factors in the logit,
 * by Laplace's approximation (docs/methods.md A11): −log p ≈ −Σ log p(y | η) + ½ |u|² + ½ log |A| at the mode
 * of u, η = f + ZSu, A = I + SZ'WZS with W = μ(1 − μ). The gradient is that of this sum, the mode moving with
 * f and σ²: with h_i = z_i'SA⁻¹Sz_i, s = h w' and t = s − W Z SA⁻¹S Z's it is μ − y + ½ t in f, and ½ (tr_k −
 * v'v + v'Z_k't) in σ²_k with v = Z_k'(y − μ). Levels that one row alone has are taken out of A: with τ the
 * sum of their variances, a = 1 / (1 + τw) and h° by the others, h = a² h° + aτ, and such a level adds
 * wa (1 − wa h°) to the trace.
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
  const system = new BatchSystem(factors, m, variances);
  const { design } = system;
  const own = new Float64Array(m);
  for (const [k, alone] of design.alone.entries()) if (alone) for (let i = 0; i < m; i++) own[i] += alone[i] * variances[k];
  const search = new ModeSearch(system, logits, y, own);
  const at = search.run();
  if (at === null)
    return { value: Number.NaN, byLogit: new Float64Array(m).fill(Number.NaN), byVariances: new Float64Array(factors.length).fill(Number.NaN) };
  const { rows, penalised, logDeterminant } = at;
  const { kept } = search;
  const inverse = system.inverse();
  const growth = system.growth(inverse);
  const leverages = system.leverages(inverse);
  /** h_i w'_i: what a change of the logit of a row adds to log |A| by its weight. */
  const s = new Float64Array(m);
  const sOfShared = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    s[i] = kept[i] * (kept[i] * leverages[i] + own[i]) * rows.weightSlope[i];
    sOfShared[i] = kept[i] * s[i];
  }
  const moved = sumsOfColumns(design, sOfShared);
  system.solve(moved);
  const back = timesEffects(design, moved);
  const t = new Float64Array(m);
  const byLogit = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    t[i] = kept[i] * (s[i] - rows.weight[i] * back[i]);
    byLogit[i] = t[i] / 2 - rows.residual[i];
  }
  const v = sumsOfColumns(design, rows.residual);
  const w = sumsOfColumns(design, t);
  const byVariances = system.byFactor((j) => (growth[j] - v[j] * v[j] + w[j] * v[j]) / 2);
  for (const [k, alone] of design.alone.entries()) {
    if (!alone) continue;
    for (let i = 0; i < m; i++) {
      if (alone[i] === 0) continue;
      const weight = kept[i] * rows.weight[i];
      byVariances[k] += (weight * (1 - weight * leverages[i]) + rows.residual[i] * (t[i] - rows.residual[i])) / 2;
    }
  }
  return { value: penalised + logDeterminant / 2, byLogit, byVariances };
}
