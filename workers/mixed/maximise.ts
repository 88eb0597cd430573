/** A function of log γ and its gradient, with whatever else the evaluation gives. */
export interface Evaluated {
  deviance: number;
  gradient: Float64Array;
  curvature: Float64Array;
}

/** log γ at which a variance counts as zero. */
export const FLOOR = -20;
/** log γ beyond which the residual is rounding: no noise is left, and the likelihood grows without end. */
export const CEILING = Math.log(1e12);
/** Largest change of a log γ in one step. */
const LONGEST = 3;
/**
 * A predicted decrease of the deviance below this ends the search: less than a hundred-thousandth of a
 * standard error is left.
 */
const TOLERANCE = 1e-11;
const MOST_HALVINGS = 25;

/**
 * Quasi-Newton search (BFGS) for the least deviance over log γ, a step at a time. The first curvature is that
 * of the model with each factor alone, so that few steps are needed; a γ that runs off to zero ends at the
 * floor, one that runs off to infinity at the ceiling.
 */
export class Maximiser<T extends Evaluated> {
  point: Float64Array;
  at: T | null = null;
  converged = false;
  readonly #evaluate: (logRatios: Float64Array) => Promise<T>;
  /** 1 for each log γ that is searched, 0 for one that stays. */
  readonly #searched: Float64Array;
  /** Inverse of the curvature (K × K). */
  #inverse = new Float64Array(0);

  /** @param stays for each log γ whether it keeps its start */
  constructor(start: ArrayLike<number>, evaluate: (logRatios: Float64Array) => Promise<T>, stays?: readonly boolean[]) {
    this.point = Float64Array.from(start);
    this.#evaluate = evaluate;
    this.#searched = this.point.map((_, k) => (stays?.[k] ? 0 : 1));
  }

  /** One step downhill; the first call also evaluates the start. Returns the evaluation at the new point. */
  async step(): Promise<T> {
    const K = this.point.length;
    if (!this.at) {
      this.at = await this.#evaluate(this.point);
      this.#inverse = new Float64Array(K * K);
      this.at.curvature.forEach((curvature, k) => {
        this.#inverse[k * K + k] = 1 / Math.max(curvature, 0.1);
      });
    }
    if (this.converged) return this.at;
    const from = this.at;
    const direction = this.#direction(from.gradient);
    const slope = direction.reduce((sum, d, k) => sum + d * from.gradient[k], 0);
    if (-slope < 2 * TOLERANCE) {
      this.converged = true;
      return from;
    }
    for (let share = 1, halvings = 0; halvings < MOST_HALVINGS; share /= 2, halvings++) {
      const point = this.point.map((value, k) => Math.min(CEILING, Math.max(FLOOR, value + share * direction[k])));
      const next = await this.#evaluate(point);
      // Armijo's rule; the last term lets rounding at the optimum pass.
      if (next.deviance <= from.deviance + 1e-4 * share * slope + 1e-11 * Math.abs(from.deviance)) {
        this.#learn(point, next);
        this.point = point;
        this.at = next;
        return next;
      }
    }
    this.converged = true;
    return from;
  }

  /**
   * −H g, no longer than LONGEST; nothing for a log γ that stays, or is at the floor or ceiling and would go
   * beyond.
   */
  #direction(gradient: Float64Array): Float64Array {
    const K = gradient.length;
    const beyond = (g: number, at: number): boolean => (at <= FLOOR && g > 0) || (at >= CEILING && g < 0);
    const free = gradient.map((g, k) => (beyond(g, this.point[k]) ? 0 : this.#searched[k]));
    const direction = gradient.map((_, k) => {
      let sum = 0;
      for (let l = 0; l < K; l++) sum += this.#inverse[k * K + l] * gradient[l] * free[l];
      return -sum * free[k];
    });
    const longest = Math.max(...direction.map(Math.abs));
    return longest > LONGEST ? direction.map((d) => (d * LONGEST) / longest) : direction;
  }

  /** BFGS update of the inverse curvature; left as it is where the step met no positive curvature. */
  #learn(point: Float64Array, next: T): void {
    const K = point.length;
    const s = point.map((value, k) => value - this.point[k]);
    const y = next.gradient.map((g, k) => g - (this.at as T).gradient[k]);
    const sy = s.reduce((sum, value, k) => sum + value * y[k], 0);
    if (sy <= 1e-12) return;
    const hy = y.map((_, k) => {
      let sum = 0;
      for (let l = 0; l < K; l++) sum += this.#inverse[k * K + l] * y[l];
      return sum;
    });
    const yhy = y.reduce((sum, value, k) => sum + value * hy[k], 0);
    for (let k = 0; k < K; k++) {
      for (let l = 0; l < K; l++) {
        this.#inverse[k * K + l] += ((1 + yhy / sy) * s[k] * s[l] - s[k] * hy[l] - hy[k] * s[l]) / sy;
      }
    }
  }
}
