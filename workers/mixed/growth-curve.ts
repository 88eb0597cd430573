import { LabFailure } from '../data/failure';
import { solveCholesky } from '../metrics/cholesky';
import type { Breathe } from './dense';

/** Rows of a growth model: x and y in their own unit, and the level of each row (0 … levels−1). */
export interface GrowthRows {
  x: Float64Array;
  y: Float64Array;
  codes: Int32Array;
  levels: number;
}

/** Rows between two breaths. */
const CHUNK = 1 << 15;

/**
 * The logistic growth curve f = Asym / (1 + exp(−(x − xmid) / scal)) (docs/methods.md A15; SSlogis of R), and
 * its derivatives with respect to the three parameters in `gradient`.
 */
export function logistic(x: number, asym: number, xmid: number, scal: number, gradient: Float64Array): number {
  const share = 1 / (1 + Math.exp(-(x - xmid) / scal));
  const slope = (asym * share * (1 - share)) / scal;
  gradient[0] = share;
  gradient[1] = -slope;
  gradient[2] = (-slope * (x - xmid)) / scal;
  return asym * share;
}

/** Calls `visit` for every row, letting others run between chunks. */
export async function eachRow(rows: number, breathe: Breathe, visit: (row: number) => void): Promise<void> {
  for (let from = 0; from < rows; from += CHUNK) {
    const end = Math.min(rows, from + CHUNK);
    for (let row = from; row < end; row++) visit(row);
    await breathe();
  }
}

/** Rows that are enough for a start. */
const START_ROWS = 10_000;

/**
 * Nonlinear least squares of one curve through all rows, levels ignored (through 10,000 of them, evenly
 * spaced, where there are more): where every fit begins. The first guess is the line through log(y / (Asym −
 * y)) of the rows well inside the curve; then Gauss–Newton with halved steps.
 *
 * @returns Asym, xmid, scal and the mean squared residual
 * @throws LabFailure 'no-growth-curve' where no curve goes through the rows
 */
export function pooledCurve(rows: Pick<GrowthRows, 'x' | 'y'>): { beta: Float64Array; variance: number } {
  const stride = Math.ceil(rows.x.length / START_ROWS);
  const x = rows.x.filter((_, row) => row % stride === 0);
  const y = rows.y.filter((_, row) => row % stride === 0);
  let beta = firstGuess(x, y);
  const gradient = new Float64Array(3);
  const squaresAt = (at: Float64Array): number =>
    x.reduce((sum, value, row) => sum + (y[row] - logistic(value, at[0], at[1], at[2], gradient)) ** 2, 0);
  let squares = squaresAt(beta);
  for (let count = 0; count < 100; count++) {
    const product = new Float64Array(9);
    const step = new Float64Array(3);
    for (let row = 0; row < x.length; row++) {
      const residual = y[row] - logistic(x[row], beta[0], beta[1], beta[2], gradient);
      for (let a = 0; a < 3; a++) {
        step[a] += gradient[a] * residual;
        for (let b = 0; b < 3; b++) product[3 * a + b] += gradient[a] * gradient[b];
      }
    }
    const expected = step.slice();
    solveCholesky(product, step);
    const gain = step.reduce((sum, entry, a) => sum + entry * expected[a], 0);
    if (!(gain > 1e-14 * squares)) break;
    let share = 1;
    for (; share > 1e-8; share /= 2) {
      const next = beta.map((entry, a) => entry + share * step[a]);
      const there = squaresAt(next);
      if (!(there < squares)) continue;
      beta = next;
      squares = there;
      break;
    }
    if (share <= 1e-8) break;
  }
  if (!beta.every(Number.isFinite) || !Number.isFinite(squares) || beta[2] === 0) throw noCurve();
  return { beta, variance: squares / x.length };
}

function firstGuess(x: Float64Array, y: Float64Array): Float64Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of y) highest = Math.max(highest, value);
  if (!(highest > 0)) throw noCurve();
  const asym = 1.05 * highest;
  let [n, meanX, meanL, xx, xl] = [0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    if (!(y[row] > 0.02 * asym)) continue;
    const logit = Math.log(y[row] / (asym - y[row]));
    n++;
    const dx = x[row] - meanX;
    meanX += dx / n;
    const dl = logit - meanL;
    meanL += dl / n;
    xx += dx * (x[row] - meanX);
    xl += dx * (logit - meanL);
  }
  const slope = xl / xx;
  if (!(n >= 3 && Number.isFinite(slope) && slope !== 0)) throw noCurve();
  return Float64Array.of(asym, meanX - meanL / slope, 1 / slope);
}

function noCurve(): LabFailure {
  return new LabFailure(
    'no-growth-curve',
    'No logistic growth curve goes through these rows: the response must be positive and change with x.',
    'Choose a table of growth curves, or another method.',
  );
}
