import { type Breathe, breathing } from './dense';
import { predictEffects } from './effects';
import { effectOf } from './factor';
import type { Evaluation } from './likelihood';
import { type MixedFit, MixedModel } from './mixed-model';
import { feasibleStructure, type MixedData, type MixedStructure, noOtherWay } from './sums';

/**
 * Least weight μ(1 − μ) of a row, so that the working response of a row fitted without doubt stays a number.
 */
const LEAST_WEIGHT = 1e-6;
/**
 * Largest change of log (σ² + 0.001) and of a linear predictor between rounds at which the fit stands still.
 */
const TOLERANCE = 1e-4;

/** Working weights μ(1 − μ) and response η + (y − μ) / weight of a logistic model at η. */
function working(eta: Float64Array, y: ArrayLike<number>): { weights: Float64Array; response: Float64Array } {
  const weights = new Float64Array(eta.length);
  const response = new Float64Array(eta.length);
  for (let i = 0; i < eta.length; i++) {
    const mean = 1 / (1 + Math.exp(-eta[i]));
    weights[i] = Math.max(LEAST_WEIGHT, mean * (1 - mean));
    response[i] = eta[i] + (y[i] - mean) / weights[i];
  }
  return { weights, response };
}

/** η = Xβ + Σ_k b_k[z_k]. */
function predictor({ rows, x, p, factors }: MixedData, { beta, effects }: Pick<Evaluation, 'beta' | 'effects'>): Float64Array {
  const eta = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < p; j++) eta[i] += x[i * p + j] * beta[j];
    for (let k = 0; k < factors.length; k++) eta[i] += effectOf(factors[k], effects[k], i);
  }
  return eta;
}

/**
 * Logistic mixed model with crossed random intercepts by penalised quasi-likelihood (Breslow & Clayton 1993):
 * rounds of a weighted linear mixed model of the working response with residual variance 1. Variances of
 * levels with few rows come out too small, as is known of the method.
 */
export class LogisticMixedModel {
  readonly #data: MixedData;
  #structure: MixedStructure | null = null;
  #eta: Float64Array;
  #ratios: Float64Array;
  #fit: MixedFit | null = null;
  #converged = false;

  /** `data.y` is 0 or 1. */
  constructor(data: MixedData, start?: ArrayLike<number>) {
    this.#data = data;
    this.#eta = new Float64Array(data.rows);
    this.#ratios = Float64Array.from({ length: data.factors.length }, (_, k) => start?.[k] ?? 0.5);
  }

  get converged(): boolean {
    return this.#converged;
  }

  /** σ²_k of now. */
  get ratios(): Float64Array {
    return this.#ratios;
  }

  /**
   * One round: weights, working response, the linear mixed model of it. The deviance is Laplace's
   * approximation of −2 log likelihood, at the round's weights.
   */
  async iterate(breathe: Breathe): Promise<MixedFit> {
    const { weights, response } = working(this.#eta, this.#data.y);
    this.#structure ??= await breathing(feasibleStructure(this.#data.factors, this.#data.rows), breathe).catch((failure: unknown) => {
      throw noOtherWay(failure, 'A mixed model of two classes');
    });
    const model = new MixedModel({ ...this.#data, y: response, weights }, { residualVariance: 1 }, this.#ratios, this.#structure);
    const fit = await model.fit(breathe);
    const eta = predictor(this.#data, fit);
    const moved = eta.reduce((largest, value, i) => Math.max(largest, Math.abs(value - this.#eta[i])), 0);
    const changed = Math.max(...fit.variances.map((variance, k) => Math.abs(Math.log((variance + 1e-3) / (this.#ratios[k] + 1e-3)))));
    this.#converged = moved < TOLERANCE && changed < TOLERANCE;
    this.#eta = eta;
    this.#ratios = fit.variances;
    this.#fit = { ...fit, deviance: this.#laplace(fit, weights, response) };
    return this.#fit;
  }

  /** 2 Σ −log p(y | η) + Σ b²/σ² + log |A|, with log |A| from the deviance of the working response. */
  #laplace({ deviance, effects, variances }: MixedFit, weights: Float64Array, response: Float64Array): number {
    let squares = 0;
    for (const [k, b] of effects.entries()) if (variances[k] > 0) for (const value of b) squares += value ** 2 / variances[k];
    let residual = 0;
    let loss = 0;
    this.#eta.forEach((eta, i) => {
      residual += weights[i] * (response[i] - eta) ** 2;
      loss += nll(eta, this.#data.y[i]);
    });
    const logDeterminant = deviance - this.#eta.length * Math.log(2 * Math.PI) - residual - squares;
    return 2 * loss + squares + logDeterminant;
  }

  /** Rounds until nothing changes. */
  async fit(breathe: Breathe, mostRounds = 60): Promise<MixedFit> {
    let fit = this.#fit ?? (await this.iterate(breathe));
    for (let round = 1; round < mostRounds && !this.#converged; round++) fit = await this.iterate(breathe);
    return fit;
  }
}

/** −log p(y) of a 0/1 response at logit η. */
const nll = (eta: number, y: number): number => Math.log1p(Math.exp(-Math.abs(eta))) + Math.max(eta, 0) - y * eta;

const MOST_STEPS = 100;
const MOST_HALVINGS = 40;
/** Share of the penalised likelihood that is rounding. */
const ROUNDING = 1e-12;

/**
 * Modes of the intercepts of a logistic model given its fixed part and variances, by Newton's method with
 * halved steps: what best linear unbiased predictions are for a Gaussian response. A whole step can end far
 * behind the mode, where rows have next to no weight, and the next one as far before it: a level of rare
 * events with many of them.
 *
 * @param fixed f(X) (n), on the logit scale
 * @param variances σ²_k
 * @returns b_k (q_k) of each factor and the rows' working weights at the mode
 */
export async function conditionalModes(
  fixed: Float64Array,
  y: ArrayLike<number>,
  factors: MixedData['factors'],
  variances: ArrayLike<number>,
  breathe: Breathe,
): Promise<{ effects: Float64Array[]; weights: Float64Array }> {
  const logits = (effects: readonly Float64Array[]): Float64Array =>
    fixed.map((value, i) => factors.reduce((sum, factor, k) => sum + effectOf(factor, effects[k], i), value));
  /** −log p(y | η) + Σ b²/2σ². */
  const penalised = (eta: Float64Array, effects: readonly Float64Array[]): number => {
    const loss = eta.reduce((sum, value, i) => sum + nll(value, y[i]), 0);
    return effects.reduce(
      (sum, b, k) => (variances[k] > 0 ? sum + b.reduce((squares, value) => squares + value ** 2, 0) / (2 * variances[k]) : sum),
      loss,
    );
  };
  let effects = factors.map(({ levels }) => new Float64Array(levels));
  let eta = fixed;
  let here = penalised(eta, effects);
  for (let step = 0; ; step++) {
    const { weights, response } = working(eta, y);
    const whole = await predictEffects(
      response.map((value, i) => value - fixed[i]),
      factors,
      variances,
      breathe,
      weights,
    );
    const moved = logits(whole).reduce((largest, value, i) => Math.max(largest, Math.abs(value - eta[i])), 0);
    if (moved < 1e-8) return { effects: whole, weights };
    if (step === MOST_STEPS) return { effects, weights };
    for (let share = 1, halvings = 0; ; share /= 2, halvings++) {
      const next = whole.map((b, k) => b.map((value, j) => effects[k][j] + share * (value - effects[k][j])));
      const nextEta = logits(next);
      const there = penalised(nextEta, next);
      if (there > here + ROUNDING * Math.abs(here) && halvings < MOST_HALVINGS) continue;
      [effects, eta, here] = [next, nextEta, there];
      break;
    }
  }
}
