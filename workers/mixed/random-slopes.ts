import { type Breathe, choleskyInPlace, inverseWithLogDeterminant } from './dense';

/** Rows of y = f + φ'b_j + e, b_j ~ N(0, D), e ~ N(0, σ²): one factor, slopes on h features. */
export interface SlopesData {
  /** φ (n × h, row-major). */
  features: Float32Array;
  width: number;
  /** y − f (n). */
  residuals: Float64Array;
  /** Level of each row (n), and how many there are. */
  codes: Int32Array;
  levels: number;
}

export interface Slopes {
  /** Posterior means b_j (levels × h) and, where asked for, variances of their entries. */
  means: Float64Array;
  variances: Float64Array;
  /**
   * Σ_j b_j b_j' + Cov(b_j), over all levels: q times the next D. With `scalarProducts`, b'b in every entry
   * in place of b b'.
   */
  second: Float64Array;
  /** Σ e'e + tr(φ Cov(b) φ') over all rows: n times the next σ². */
  squares: number;
}

/**
 * The expectation step of random slopes (docs/methods.md A11b) with h × h algebra in place of the published
 * n_j × n_j: with A_j = φ_j'φ_j and D = RR', Cov(b_j) = σ² R (σ² I + R'A_jR)⁻¹ R' and b_j = Cov(b_j) φ_j'(y −
 * f)_j / σ².
 *
 * @param covariance D (h × h), positive semi-definite
 * @param scalarProducts sums the published bug: for a vector, NumPy's `b @ b.T` is the number b'b, added to
 * every entry
 */
export async function expectSlopes(
  { features, width: h, residuals, codes, levels }: SlopesData,
  covariance: Float64Array,
  variance: number,
  breathe: Breathe,
  scalarProducts = false,
): Promise<Slopes> {
  const n = residuals.length;
  const root = await rootOf(covariance, h);
  const rows = rowsByLevel(codes, levels);
  const slopes: Slopes = {
    means: new Float64Array(levels * h),
    variances: new Float64Array(levels * h),
    second: new Float64Array(h * h),
    squares: 0,
  };
  // Features in the directions of R: ψ = R'φ, so that D becomes the identity.
  const turned = new Float64Array(n * h);
  for (let i = 0; i < n; i++)
    for (let a = 0; a < h; a++) {
      let sum = 0;
      for (let b = a; b < h; b++) sum += root[b * h + a] * features[i * h + b];
      turned[i * h + a] = sum;
    }
  const gram = new Float64Array(h * h);
  const product = new Float64Array(h);
  const half = new Float64Array(h * h);
  for (let j = 0; j < levels; j++) {
    gram.fill(0);
    product.fill(0);
    for (let at = rows.starts[j]; at < rows.starts[j + 1]; at++) {
      const i = rows.order[at];
      for (let a = 0; a < h; a++) {
        const value = turned[i * h + a];
        product[a] += value * residuals[i];
        for (let b = 0; b <= a; b++) gram[a * h + b] += value * turned[i * h + b];
      }
    }
    for (let a = 0; a < h; a++) {
      gram[a * h + a] += variance;
      for (let b = 0; b < a; b++) gram[b * h + a] = gram[a * h + b];
    }
    const inverse = inverseWithLogDeterminant(gram.slice(), h)?.inverse;
    if (!inverse) throw new Error('the covariance of random slopes is not finite');
    // Posterior of the slopes in the turned directions: mean S ψ'r and covariance σ² S, S the inverse.
    const means = slopes.means.subarray(j * h, (j + 1) * h);
    const spherical = product.map((_, a) => dotRow(inverse, a, product, h));
    for (let a = 0; a < h; a++) for (let b = 0; b <= a; b++) means[a] += root[a * h + b] * spherical[b];
    for (let a = 0; a < h; a++)
      for (let b = 0; b < h; b++) {
        let sum = 0;
        for (let c = 0; c <= a; c++) sum += root[a * h + c] * inverse[c * h + b];
        half[a * h + b] = sum;
      }
    const scalar = scalarProducts ? means.reduce((sum, value) => sum + value * value, 0) : 0;
    for (let a = 0; a < h; a++)
      for (let b = 0; b < h; b++) {
        let sum = 0;
        for (let c = 0; c <= b; c++) sum += half[a * h + c] * root[b * h + c];
        const posterior = variance * sum;
        if (a === b) slopes.variances[j * h + a] = posterior;
        slopes.second[a * h + b] += posterior + (scalarProducts ? scalar : means[a] * means[b]);
      }
    // tr(φ Cov φ') = σ² tr(S ψ'ψ) = σ² (h − σ² tr S), and the rows' own residuals.
    let trace = 0;
    for (let a = 0; a < h; a++) trace += inverse[a * h + a];
    slopes.squares += variance * (h - variance * trace);
    for (let at = rows.starts[j]; at < rows.starts[j + 1]; at++) {
      const i = rows.order[at];
      let fitted = 0;
      for (let a = 0; a < h; a++) fitted += features[i * h + a] * means[a];
      slopes.squares += (residuals[i] - fitted) ** 2;
    }
    if (j % 64 === 63) await breathe();
  }
  return slopes;
}

function dotRow(matrix: Float64Array, row: number, vector: Float64Array, h: number): number {
  let sum = 0;
  for (let b = 0; b < h; b++) sum += matrix[row * h + b] * vector[b];
  return sum;
}

/**
 * A lower triangular R with RR' = D; a D that has lost a direction gets a billionth of its trace in every
 * one.
 */
async function rootOf(covariance: Float64Array, h: number): Promise<Float64Array> {
  const trace = covariance.reduce((sum, value, at) => (at % (h + 1) === 0 ? sum + value : sum), 0);
  for (let jitter = 0; jitter < 1; jitter = jitter === 0 ? 1e-9 : 10 * jitter) {
    const root = covariance.map((value, at) => value + (at % (h + 1) === 0 ? jitter * Math.max(trace, 1e-12) : 0));
    if (Number.isNaN(await choleskyInPlace(root, h, async () => {}))) continue;
    return root;
  }
  throw new Error('the covariance of random slopes is not finite');
}

/** Row numbers sorted by level: those of level j are order[starts[j] … starts[j + 1] − 1]. */
export function rowsByLevel(codes: ArrayLike<number>, levels: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(levels + 1);
  for (let i = 0; i < codes.length; i++) starts[codes[i] + 1]++;
  for (let j = 0; j < levels; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const order = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) order[next[codes[i]]++] = i;
  return { starts, order };
}

/**
 * The criterion that MeNets stop by, on validation rows with the slopes of all levels (docs/methods.md A11b):
 * Σ (y − f − φ'b)² / σ² + Σ_j b_j'D⁻¹b_j + q log |D| + n log σ².
 */
export function slopesCriterion(
  { features, width: h, residuals, codes, levels }: SlopesData,
  means: Float64Array,
  covariance: Float64Array,
  variance: number,
): number {
  const inverted = inverseWithLogDeterminant(covariance.slice(), h);
  if (!inverted) return Number.NaN;
  let criterion = levels * inverted.logDeterminant + residuals.length * Math.log(variance);
  for (let i = 0; i < residuals.length; i++) {
    let residual = residuals[i];
    for (let a = 0; a < h; a++) residual -= features[i * h + a] * means[codes[i] * h + a];
    criterion += residual ** 2 / variance;
  }
  for (let j = 0; j < levels; j++) {
    const b = means.subarray(j * h, (j + 1) * h);
    for (let a = 0; a < h; a++) criterion += b[a] * dotRow(inverted.inverse, a, b, h);
  }
  return criterion;
}
