import type { Breathe } from './dense';
import { eachRow, type GrowthRows, pooledCurve } from './growth-curve';
import type { GrowthFit, VarianceEstimates } from './growth-fit';
import { differences, inverseOf, newtonMinimum } from './newton';

/**
 * What the likelihood needs of the rows at one (xmid, scal), by level: z'z and z'y, with z = 1 / (1 + exp(−(x
 * − xmid) / scal)).
 */
interface Shares {
  zz: Float64Array;
  zy: Float64Array;
}

/** log δ at which the variance counts as zero. */
const FLOOR = -16;

/**
 * The growth-curve model with a random asymptote alone, by exact maximum likelihood: y_j = (Asym + b_j) z_j +
 * e is linear in b, so that y_j ~ N(Asym z_j, σ² (I + δ z_j z_j')) in closed form (docs/methods.md A15; the
 * same maximum as lme4's nlmer). Asym and σ² are profiled out; Newton's method searches xmid, log scal and
 * log δ, a step an iteration.
 *
 * Lindstrom–Bates linearises the curve anew at each level's own effects and leaves out that V depends on xmid
 * and scal, so it ends a little off this maximum: on the Orange trees by 0.5 % in Asym, 0.7 % in xmid, 1.1 %
 * in scal.
 */
export class RandomAsymptote implements GrowthFit {
  beta: Float64Array = new Float64Array(3);
  betaCovariance: Float64Array = new Float64Array(9);
  effects: Float64Array;
  ratios: Float64Array = new Float64Array(1);
  residualVariance = 1;
  logLikelihood = Number.NEGATIVE_INFINITY;
  converged = false;
  readonly #rows: GrowthRows;
  readonly #squares: number;
  /** Centre and size of xmid, and the sign and size of scal, that make the search's variables of size 1. */
  #unit: { centre: number; scale: number } | null = null;
  #point: Float64Array = new Float64Array(3);

  constructor(rows: GrowthRows) {
    this.#rows = rows;
    this.#squares = rows.y.reduce((sum, y) => sum + y * y, 0);
    this.effects = new Float64Array(rows.levels);
  }

  async iterate(breathe: Breathe): Promise<void> {
    if (!this.#unit) {
      const { beta, variance } = pooledCurve(this.#rows);
      this.#unit = { centre: beta[1], scale: beta[2] };
      const ratio = (0.1 * beta[0]) ** 2 / Math.max(variance, Number.MIN_VALUE);
      this.#point = Float64Array.of(0, 0, Math.log(ratio));
    }
    const deviance = async (point: Float64Array) => this.#profile(await this.#shares(point, breathe), point[2]).deviance;
    const { point, converged } = await newtonMinimum(this.#point, deviance, { mostSteps: 1 });
    this.#point = point;
    this.converged = converged;
    await this.#take(breathe);
  }

  /** xmid and scal of a point of the search. */
  #curve(point: Float64Array): { xmid: number; scal: number } {
    const { centre, scale } = this.#unit as { centre: number; scale: number };
    return { xmid: centre + point[0] * scale, scal: scale * Math.exp(point[1]) };
  }

  async #shares(point: Float64Array, breathe: Breathe): Promise<Shares> {
    const { x, y, codes, levels } = this.#rows;
    const { xmid, scal } = this.#curve(point);
    const zz = new Float64Array(levels);
    const zy = new Float64Array(levels);
    await eachRow(x.length, breathe, (row) => {
      const z = 1 / (1 + Math.exp(-(x[row] - xmid) / scal));
      zz[codes[row]] += z * z;
      zy[codes[row]] += z * y[row];
    });
    return { zz, zy };
  }

  /** −2 log likelihood at given Asym, δ and σ², or where null maximised over them. */
  #profile({ zz, zy }: Shares, logRatio: number, known: { asym: number; variance: number } | null = null) {
    const ratio = logRatio <= FLOOR ? 0 : Math.exp(logRatio);
    let [information, pull, rest, logDeterminant] = [0, 0, this.#squares, 0];
    for (let j = 0; j < zz.length; j++) {
      const pivot = 1 + ratio * zz[j];
      information += zz[j] / pivot;
      pull += zy[j] / pivot;
      rest -= (ratio * zy[j] ** 2) / pivot;
      logDeterminant += Math.log(pivot);
    }
    const asym = known?.asym ?? pull / information;
    rest += asym * (asym * information - 2 * pull);
    const n = this.#rows.x.length;
    const variance = known?.variance ?? rest / n;
    return { deviance: n * Math.log(2 * Math.PI * variance) + rest / variance + logDeterminant, asym, variance, ratio };
  }

  /** Takes over the estimates of the point of now. */
  async #take(breathe: Breathe): Promise<void> {
    const shares = await this.#shares(this.#point, breathe);
    const { deviance, asym, variance, ratio } = this.#profile(shares, this.#point[2]);
    const { xmid, scal } = this.#curve(this.#point);
    this.beta = Float64Array.of(asym, xmid, scal);
    this.residualVariance = variance;
    this.ratios = Float64Array.of(ratio);
    this.logLikelihood = -deviance / 2;
    this.effects = shares.zz.map((zz, j) => (ratio * (shares.zy[j] - asym * zz)) / (1 + ratio * zz));
  }

  /**
   * Standard errors from the observed information of all five parameters, in scaled variables, by the delta
   * method; those of β are written to `betaCovariance`.
   */
  async variances(breathe: Breathe): Promise<VarianceEstimates> {
    const [asym, , scal] = this.beta;
    const { scale } = this.#unit as { scale: number };
    const inside = this.ratios[0] > 0;
    // Asym by its own size, xmid and scal as in the search, log σ², and log D where there is a variance.
    const half = async (at: Float64Array) => {
      const point = Float64Array.of(this.#point[0] + at[1], this.#point[1] + at[2], inside ? Math.log(this.ratios[0]) + at[4] - at[3] : FLOOR);
      const variance = this.residualVariance * Math.exp(at[3]);
      return this.#profile(await this.#shares(point, breathe), point[2], { asym: asym * (1 + at[0]), variance }).deviance / 2;
    };
    const d = inside ? 5 : 4;
    const { hessian } = await differences(half, new Float64Array(d), await half(new Float64Array(d)), 1e-3);
    const covariance = inverseOf(hessian, d);
    const sizes = [asym, scale, scal];
    this.betaCovariance = this.betaCovariance.map((_, i) => {
      const [a, b] = [Math.floor(i / 3), i % 3];
      return covariance ? covariance[a * d + b] * sizes[a] * sizes[b] : Number.NaN;
    });
    const error = (i: number, value: number) => (covariance ? value * Math.sqrt(covariance[i * d + i]) : null);
    const variance = this.ratios[0] * this.residualVariance;
    return {
      residual: { value: this.residualVariance, error: error(3, this.residualVariance) },
      effects: [{ value: variance, error: inside ? error(4, variance) : null }],
    };
  }

  /** σ² δ / (1 + δ z'z). */
  async posteriorVariances(breathe: Breathe): Promise<Float64Array> {
    const { zz } = await this.#shares(this.#point, breathe);
    const [ratio] = this.ratios;
    return zz.map((own) => (this.residualVariance * ratio) / (1 + ratio * own));
  }
}
