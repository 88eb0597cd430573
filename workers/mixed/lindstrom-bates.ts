import { solveCholesky } from '../metrics/cholesky';
import type { Breathe } from './dense';
import { eachRow, type GrowthRows, logistic, pooledCurve } from './growth-curve';
import type { GrowthFit, VarianceEstimates } from './growth-fit';
import { LevelBlock } from './level-block';
import { differences, inverseOf, newtonMinimum } from './newton';

/** −2 log likelihood of a linear mixed model at ratios δ = D / σ², with what belongs to it. */
interface Linear {
  deviance: number;
  residualVariance: number;
  /** Change of β from where the model was linearised. */
  step: Float64Array;
  /** (Σ X'V⁻¹X)⁻¹, to be multiplied by σ². */
  unscaled: Float64Array;
  /** log |V|, and r'V⁻¹r. */
  logDeterminant: number;
  squares: number;
}

/**
 * Sums of a linearised model by level: X'X (9) and X'w (3), and over all rows w'w. w is measured from the
 * fixed part: w = y − f + Z b.
 */
interface LevelSums {
  products: Float64Array;
  responses: Float64Array;
  squares: number;
}

/** log δ at which a variance counts as zero. */
const FLOOR = -16;
/**
 * Change of the log likelihood, and of β relative to its standard error, at which the alternation has
 * converged.
 */
const SETTLED = 1e-7;

/**
 * The classical fit of the growth-curve mixed model (Lindstrom & Bates 1990; docs/methods.md A15) by maximum
 * likelihood: y = f(x, β + b_j) + e with the logistic curve f, b ~ N(0, D), D diagonal, on Asym alone or on
 * all three parameters. An iteration is
 *
 * 1. penalised nonlinear least squares: min over β and all b of Σ(y − f)² / σ² + Σ b'D⁻¹b, by Gauss–Newton
 * with halved steps, level by level;
 * 2. linear mixed effects: f linearised there, the linear model's D and σ² by maximum likelihood.
 *
 * Work and memory grow with rows and levels only.
 */
export class LindstromBates implements GrowthFit {
  beta: Float64Array = new Float64Array(3);
  effects: Float64Array;
  ratios: Float64Array;
  residualVariance = 1;
  logLikelihood = Number.NEGATIVE_INFINITY;
  converged = false;
  betaCovariance: Float64Array = new Float64Array(9);
  readonly #rows: GrowthRows;
  readonly #random: number;
  #started = false;

  /** @param random how many parameters are random: 1 (Asym) or 3 */
  constructor(rows: GrowthRows, random: 1 | 3) {
    this.#rows = rows;
    this.#random = random;
    this.effects = new Float64Array(rows.levels * random);
    this.ratios = new Float64Array(random);
  }

  /** One alternation; the first also fits the pooled curve, from which everything starts. */
  async iterate(breathe: Breathe): Promise<void> {
    if (!this.#started) this.#start();
    await this.#penalised(breathe);
    const before = this.logLikelihood;
    const at = await this.#linear(breathe);
    this.logLikelihood = -at.deviance / 2;
    const moved = Math.max(...at.step.map((step, a) => Math.abs(step) / Math.sqrt(this.betaCovariance[4 * a])));
    this.converged = Math.abs(this.logLikelihood - before) < SETTLED && moved < Math.sqrt(SETTLED);
  }

  #start(): void {
    const { beta, variance } = pooledCurve(this.#rows);
    this.beta = beta;
    this.residualVariance = Math.max(variance, Number.MIN_VALUE);
    // Each random parameter starts with a tenth of the curve's own value as standard deviation.
    this.ratios = this.ratios.map((_, m) => (0.1 * beta[m]) ** 2 / this.residualVariance);
    this.#started = true;
  }

  /** Σ(y − f)² + Σ b² / δ at β and b, times 1. */
  async #penalty(beta: Float64Array, effects: Float64Array, breathe: Breathe): Promise<number> {
    const { x, y, codes } = this.#rows;
    const gradient = new Float64Array(3);
    let sum = 0;
    await eachRow(x.length, breathe, (row) => {
      sum += (y[row] - this.#curve(row, beta, effects, codes, gradient)) ** 2;
    });
    const r = this.#random;
    for (let i = 0; i < effects.length; i++) if (this.ratios[i % r] > 0) sum += effects[i] ** 2 / this.ratios[i % r];
    return sum;
  }

  #curve(row: number, beta: Float64Array, effects: Float64Array, codes: Int32Array, gradient: Float64Array): number {
    const at = codes[row] * this.#random;
    const all = this.#random === 3;
    return logistic(this.#rows.x[row], beta[0] + effects[at], beta[1] + (all ? effects[at + 1] : 0), beta[2] + (all ? effects[at + 2] : 0), gradient);
  }

  /** X'X and X'(y − f) of each level at β and b. */
  async #sums(breathe: Breathe): Promise<LevelSums> {
    const { x, y, codes, levels } = this.#rows;
    const products = new Float64Array(levels * 9);
    const responses = new Float64Array(levels * 3);
    const gradient = new Float64Array(3);
    let squares = 0;
    await eachRow(x.length, breathe, (row) => {
      const residual = y[row] - this.#curve(row, this.beta, this.effects, codes, gradient);
      const at = codes[row];
      squares += residual ** 2;
      for (let a = 0; a < 3; a++) {
        responses[3 * at + a] += gradient[a] * residual;
        for (let b = 0; b < 3; b++) products[9 * at + 3 * a + b] += gradient[a] * gradient[b];
      }
    });
    return { products, responses, squares };
  }

  /** The PNLS step: β and b to the least penalised sum of squares. */
  async #penalised(breathe: Breathe): Promise<void> {
    let value = await this.#penalty(this.beta, this.effects, breathe);
    for (let count = 0; count < 100; count++) {
      const sums = await this.#sums(breathe);
      const { beta, effects, gain } = this.#gaussNewton(sums);
      if (!(gain > 1e-13 * value)) return;
      let share = 1;
      for (; share > 1e-8; share /= 2) {
        const nextBeta = this.beta.map((entry, a) => entry + share * beta[a]);
        const nextEffects = this.effects.map((entry, i) => entry + share * effects[i]);
        const there = await this.#penalty(nextBeta, nextEffects, breathe);
        if (!(there < value)) continue;
        this.beta = nextBeta;
        this.effects = nextEffects;
        value = there;
        break;
      }
      if (share <= 1e-8) return;
    }
  }

  /** The Gauss–Newton step of β and all b, levels eliminated one by one, and the decrease it promises. */
  #gaussNewton({ products, responses }: LevelSums): { beta: Float64Array; effects: Float64Array; gain: number } {
    const r = this.#random;
    const roots = this.ratios.map(Math.sqrt);
    const level = new LevelBlock(r);
    const schur = new Float64Array(9);
    const beta = new Float64Array(3);
    // Spherical effects u = b / √δ: (S Z'Z S + I) du + S Z'X dβ = S Z'r − u.
    const gradientOf = (j: number, m: number) => roots[m] * responses[3 * j + m] - (roots[m] > 0 ? this.effects[r * j + m] / roots[m] : 0);
    const { levels } = this.#rows;
    for (let j = 0; j < levels; j++) {
      level.factor(products, j, roots);
      for (let m = 0; m < r; m++) level.right[m] = gradientOf(j, m);
      level.forward();
      level.subtract(products, responses, j, schur, beta);
    }
    const pull = beta.slice();
    solveCholesky(schur, beta);
    let gain = beta.reduce((sum, step, a) => sum + step * pull[a], 0);
    const effects = new Float64Array(levels * r);
    for (let j = 0; j < levels; j++) {
      level.factor(products, j, roots);
      for (let m = 0; m < r; m++) level.right[m] = gradientOf(j, m);
      level.forward();
      for (let m = 0; m < r; m++) gain += level.right[m] ** 2;
      level.solveEffects(beta, roots, effects, j);
    }
    return { beta, effects, gain };
  }

  /** The LME step: D and σ² of the model linearised at β and b. */
  async #linear(breathe: Breathe): Promise<Linear> {
    const sums = await this.#linearised(breathe);
    const evaluate = async (logs: Float64Array) => {
      await breathe();
      return this.#linearDeviance(sums, ratiosOf(logs)).deviance;
    };
    const start = this.ratios.map((ratio) => Math.max(Math.log(ratio), FLOOR + 1));
    const { point } = await newtonMinimum(start, evaluate);
    this.ratios = ratiosOf(point);
    // An effect whose variance has gone is no longer there; the next PNLS step could not move it.
    this.effects = this.effects.map((b, i) => (this.ratios[i % this.#random] > 0 ? b : 0));
    const at = this.#linearDeviance(sums, this.ratios);
    this.residualVariance = at.residualVariance;
    this.betaCovariance = at.unscaled.map((entry) => entry * at.residualVariance);
    return at;
  }

  /** The sums with w = y − f + Z b in place of y − f. */
  async #linearised(breathe: Breathe): Promise<LevelSums> {
    const { products, responses, squares } = await this.#sums(breathe);
    const r = this.#random;
    let sum = squares;
    const moved = responses.slice();
    for (let j = 0; j < this.#rows.levels; j++) {
      for (let m = 0; m < r; m++) {
        const b = this.effects[r * j + m];
        sum += 2 * b * responses[3 * j + m];
        for (let a = 0; a < 3; a++) moved[3 * j + a] += products[9 * j + 3 * a + m] * b;
        for (let l = 0; l < r; l++) sum += b * products[9 * j + 3 * m + l] * this.effects[r * j + l];
      }
    }
    return { products, responses: moved, squares: sum };
  }

  /**
   * −2 log likelihood of the linearised model at δ, maximised over β and σ² (V = I + Z δ Z' in units of σ²).
   */
  #linearDeviance({ products, responses, squares }: LevelSums, ratios: Float64Array): Linear {
    const r = this.#random;
    const roots = ratios.map(Math.sqrt);
    const level = new LevelBlock(r);
    const information = new Float64Array(9);
    const step = new Float64Array(3);
    let rest = squares;
    let logDeterminant = 0;
    for (let j = 0; j < this.#rows.levels; j++) {
      logDeterminant += level.factor(products, j, roots);
      for (let m = 0; m < r; m++) level.right[m] = roots[m] * responses[3 * j + m];
      level.forward();
      level.subtract(products, responses, j, information, step);
      for (let m = 0; m < r; m++) rest -= level.right[m] ** 2;
    }
    const pull = step.slice();
    const unscaled = inverseOf(information, 3) ?? new Float64Array(9).fill(Number.NaN);
    solveCholesky(information, step);
    for (let a = 0; a < 3; a++) rest -= step[a] * pull[a];
    const n = this.#rows.x.length;
    const residualVariance = rest / n;
    const deviance = n * Math.log(2 * Math.PI * residualVariance) + n + logDeterminant;
    return { deviance, residualVariance, step, unscaled, logDeterminant, squares: rest };
  }

  /**
   * Standard errors from the observed information of the linearised model in the logarithms of the variances,
   * by the delta method.
   */
  async variances(breathe: Breathe): Promise<VarianceEstimates> {
    const sums = await this.#linearised(breathe);
    const n = this.#rows.x.length;
    const inside = [...this.ratios.keys()].filter((m) => this.ratios[m] > 0);
    const half = async (logs: Float64Array) => {
      await breathe();
      const variance = Math.exp(logs[0]);
      const ratios = this.ratios.map(() => 0);
      inside.forEach((m, i) => {
        ratios[m] = Math.exp(logs[i + 1]) / variance;
      });
      const { logDeterminant, squares } = this.#linearDeviance(sums, ratios);
      return (n * Math.log(2 * Math.PI * variance) + logDeterminant + squares / variance) / 2;
    };
    const values = [this.residualVariance, ...inside.map((m) => this.ratios[m] * this.residualVariance)];
    const point = Float64Array.from(values, Math.log);
    const { hessian } = await differences(half, point, await half(point), 1e-3);
    const covariance = inverseOf(hessian, point.length);
    const error = (i: number) => (covariance ? values[i] * Math.sqrt(covariance[i * point.length + i]) : null);
    return {
      residual: { value: values[0], error: error(0) },
      effects: [...this.ratios].map((ratio, m) => ({
        value: ratio * this.residualVariance,
        error: ratio > 0 ? error(1 + inside.indexOf(m)) : null,
      })),
    };
  }

  /** σ² (Z'Z + δ⁻¹)⁻¹, its diagonal. */
  async posteriorVariances(breathe: Breathe): Promise<Float64Array> {
    const { products } = await this.#sums(breathe);
    const r = this.#random;
    const roots = this.ratios.map(Math.sqrt);
    const level = new LevelBlock(r);
    const variances = new Float64Array(this.#rows.levels * r);
    for (let j = 0; j < this.#rows.levels; j++) {
      level.factor(products, j, roots);
      for (let m = 0; m < r; m++) {
        level.right.fill(0);
        level.right[m] = 1;
        level.forward();
        variances[j * r + m] = this.residualVariance * this.ratios[m] * level.right.reduce((sum, entry) => sum + entry ** 2, 0);
      }
    }
    return variances;
  }
}

function ratiosOf(logs: Float64Array): Float64Array {
  return logs.map((log) => (log <= FLOOR ? 0 : Math.exp(Math.min(log, 60))));
}
