/** Rows of r = h'b_j + e, b_j ~ N(0, D), e ~ N(0, σ²): one factor, few random coefficients a level. */
export interface PolynomialRows {
  /** h (n × k, row-major). */
  design: ArrayLike<number>;
  width: number;
  /** r (n), and the level of each row (n) of so many. */
  residuals: ArrayLike<number>;
  codes: ArrayLike<number>;
  levels: number;
}

/**
 * Means b_j and variances of their entries given the rows, levels × k each. A variance is NaN where D is
 * indefinite and leaves a negative one.
 */
export interface PolynomialEffects {
  means: Float64Array;
  variances: Float64Array;
}

/**
 * Best linear unbiased predictions of the coefficients of each level and their conditional variances, level
 * by level: b_j = (σ² I + D S_j)⁻¹ D c_j with S_j = Σ hh', c_j = Σ hr (docs/methods.md F10). A level without
 * rows has 0 and the diagonal of D. D may be indefinite, as three correlations that exclude each other make
 * it.
 */
export function polynomialEffects(
  { design, width: k, residuals, codes, levels }: PolynomialRows,
  covariance: ArrayLike<number>,
  variance: number,
): PolynomialEffects {
  const squares = new Float64Array(levels * k * k);
  const products = new Float64Array(levels * k);
  for (let i = 0; i < residuals.length; i++) {
    const at = codes[i];
    for (let a = 0; a < k; a++) {
      products[at * k + a] += design[i * k + a] * residuals[i];
      for (let b = 0; b < k; b++) squares[(at * k + a) * k + b] += design[i * k + a] * design[i * k + b];
    }
  }
  const means = new Float64Array(levels * k);
  const variances = new Float64Array(levels * k);
  // [σ² I + D S | D c | σ² D], row by row.
  const columns = 2 * k + 1;
  const system = new Float64Array(k * columns);
  for (let j = 0; j < levels; j++) {
    for (let a = 0; a < k; a++) {
      const row = a * columns;
      for (let b = 0; b < k; b++) {
        let sum = a === b ? variance : 0;
        for (let c = 0; c < k; c++) sum += covariance[a * k + c] * squares[(j * k + c) * k + b];
        system[row + b] = sum;
        system[row + k + 1 + b] = variance * covariance[a * k + b];
      }
      let side = 0;
      for (let c = 0; c < k; c++) side += covariance[a * k + c] * products[j * k + c];
      system[row + k] = side;
    }
    eliminate(system, k, columns);
    for (let a = 0; a < k; a++) {
      means[j * k + a] = system[a * columns + k];
      variances[j * k + a] = varianceOrNone(system[a * columns + k + 1 + a], covariance[a * (k + 1)]);
    }
  }
  return { means, variances };
}

/** Share of a coefficient's variance that is rounding of 0 in what is left of it. */
const ROUNDING = 1e-6;

/** 0 in the place of its rounding, as at the border, where a correlation is 1; NaN where it is negative. */
const varianceOrNone = (left: number, variance: number): number => (left >= 0 ? left : left >= -ROUNDING * variance ? 0 : Number.NaN);

/** Solves for the right sides in place of them, with the largest pivot of each column. */
function eliminate(system: Float64Array, k: number, columns: number): void {
  for (let a = 0; a < k; a++) {
    let pivot = a;
    for (let i = a + 1; i < k; i++) if (Math.abs(system[i * columns + a]) > Math.abs(system[pivot * columns + a])) pivot = i;
    for (let c = 0; c < columns; c++) {
      const upper = system[a * columns + c];
      system[a * columns + c] = system[pivot * columns + c];
      system[pivot * columns + c] = upper;
    }
    const inverse = 1 / system[a * columns + a];
    for (let c = 0; c < columns; c++) system[a * columns + c] *= inverse;
    for (let i = 0; i < k; i++) {
      const factor = system[i * columns + a];
      if (i === a || factor === 0) continue;
      for (let c = 0; c < columns; c++) system[i * columns + c] -= factor * system[a * columns + c];
    }
  }
}

/**
 * The covariance of coefficients in another unit of time, t = (own − mean) / scale: Σ_i b_i t^i as a
 * polynomial in the own time has coefficients Cb, and covariance CDC'.
 */
export function covarianceInOwnTime(covariance: ArrayLike<number>, k: number, mean: number, scale: number): Float64Array {
  const turn = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    let choose = 1;
    for (let power = i; power >= 0; power--) {
      // The part of t^i in own^power: binomial(i, power) (−mean)^(i − power) / scale^i.
      turn[power * k + i] = (choose * (-mean) ** (i - power)) / scale ** i;
      choose = (choose * power) / (i - power + 1);
    }
  }
  const own = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++)
      for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) own[a * k + b] += turn[a * k + i] * covariance[i * k + j] * turn[b * k + j];
  return own;
}
