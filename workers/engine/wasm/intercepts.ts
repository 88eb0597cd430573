import type { FusedProblem } from '../step-plan';

/**
 * Posterior means of random intercepts from the residuals of rows, and predictions with them (docs/methods.md
 * A11). The module fits the network alone.
 */
export class Intercepts {
  readonly #y: Float32Array;
  readonly #codes: Int32Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  #effects: Float32Array;

  constructor({ y, features: [{ codes, levels }] }: FusedProblem) {
    this.#y = y;
    this.#codes = codes;
    this.#sums = new Float64Array(levels);
    this.#counts = new Float64Array(levels);
    this.#effects = new Float32Array(levels);
  }

  clear(): void {
    this.#sums.fill(0);
    this.#counts.fill(0);
  }

  /** Adds the residuals of rows, given what the network fits them with. */
  add(rows: Uint32Array, fitted: Float32Array): void {
    for (let i = 0; i < rows.length; i++) {
      this.#sums[this.#codes[rows[i]]] += this.#y[rows[i]] - fitted[i];
      this.#counts[this.#codes[rows[i]]] += 1;
    }
  }

  /** σ²_b R_j / (σ²ₑ + n_j σ²_b) of each level; 0 without rows. */
  means(residualVariance: number, levelVariance: number): Float32Array {
    return Float32Array.from(this.#sums, (sum, j) => (levelVariance * sum) / (residualVariance + this.#counts[j] * levelVariance));
  }

  set(effects: Float32Array): void {
    this.#effects = effects.slice();
  }

  /** Predictions of rows: what the network fits, and the intercept of each row's level. */
  added(rows: Uint32Array, fitted: Float32Array): Float32Array {
    return fitted.map((value, i) => value + this.#effects[this.#codes[rows[i]]]);
  }
}
