/**
 * The r × r block A = S Z'Z S + I of one level (S = diag √δ) and its Cholesky factor, with the coupling C =
 * L⁻¹ S Z'X to β.
 */
export class LevelBlock {
  readonly right: Float64Array;
  readonly #r: number;
  readonly #factor: Float64Array;
  readonly #coupling: Float64Array;

  constructor(r: number) {
    this.#r = r;
    this.right = new Float64Array(r);
    this.#factor = new Float64Array(r * r);
    this.#coupling = new Float64Array(r * 3);
  }

  /**
   * Factors the block of level j and returns log |A|. @param products X'X of all levels (9 each); Z are the
   * first r columns of X
   */
  factor(products: Float64Array, j: number, roots: Float64Array): number {
    const r = this.#r;
    const L = this.#factor;
    let logDeterminant = 0;
    for (let m = 0; m < r; m++) {
      for (let l = 0; l <= m; l++) {
        let entry = roots[m] * roots[l] * products[9 * j + 3 * m + l] + (m === l ? 1 : 0);
        for (let k = 0; k < l; k++) entry -= L[m * r + k] * L[l * r + k];
        L[m * r + l] = m === l ? Math.sqrt(entry) : entry / L[l * r + l];
      }
      logDeterminant += 2 * Math.log(L[m * r + m]);
      for (let a = 0; a < 3; a++) {
        let entry = roots[m] * products[9 * j + 3 * m + a];
        for (let k = 0; k < m; k++) entry -= L[m * r + k] * this.#coupling[3 * k + a];
        this.#coupling[3 * m + a] = entry / L[m * r + m];
      }
    }
    return logDeterminant;
  }

  /** right ← L⁻¹ right */
  forward(): void {
    const r = this.#r;
    for (let m = 0; m < r; m++) {
      for (let k = 0; k < m; k++) this.right[m] -= this.#factor[m * r + k] * this.right[k];
      this.right[m] /= this.#factor[m * r + m];
    }
  }

  /** Adds X'V⁻¹X and X'V⁻¹w of the level, `right` being L⁻¹ of its effects' side. */
  subtract(products: Float64Array, responses: Float64Array, j: number, matrix: Float64Array, vector: Float64Array): void {
    for (let a = 0; a < 3; a++) {
      vector[a] += responses[3 * j + a];
      for (let b = 0; b < 3; b++) matrix[3 * a + b] += products[9 * j + 3 * a + b];
    }
    for (let m = 0; m < this.#r; m++) {
      for (let a = 0; a < 3; a++) {
        const left = this.#coupling[3 * m + a];
        vector[a] -= left * this.right[m];
        for (let b = 0; b < 3; b++) matrix[3 * a + b] -= left * this.#coupling[3 * m + b];
      }
    }
  }

  /** b = S L⁻ᵀ (right − C dβ), written to level j of `effects`. */
  solveEffects(beta: Float64Array, roots: Float64Array, effects: Float64Array, j: number): void {
    const r = this.#r;
    for (let m = 0; m < r; m++) for (let a = 0; a < 3; a++) this.right[m] -= this.#coupling[3 * m + a] * beta[a];
    for (let m = r - 1; m >= 0; m--) {
      for (let k = m + 1; k < r; k++) this.right[m] -= this.#factor[k * r + m] * this.right[k];
      this.right[m] /= this.#factor[m * r + m];
      effects[r * j + m] = roots[m] * this.right[m];
    }
  }
}
