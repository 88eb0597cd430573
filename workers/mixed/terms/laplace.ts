import { type Breathe, breathing, inverseWithLogDeterminant } from '../dense';
import { levelIntegrals, quadratureSides, type Sides } from './adaptive';
import { curvatures, determinantSlopes, factorsOf, scaleDown, scaleUp, thetaCount, thetaPlaces } from './factor';
import type { TermLayout } from './layout';
import type { GeneralisedData, Modes } from './modes';
import { addEffects, transposedTimes } from './products';
import type { Rule } from './quadrature';

/** The approximated likelihood of a generalised linear mixed model at one θ and β. */
export interface MarginalEvaluation {
  /** −2 log likelihood, approximated. */
  value: number;
  /** Its derivative with respect to θ, then β. */
  gradient: Float64Array;
  curvature: Float64Array;
  /** First guess of the inverse of its second derivatives. */
  inverse: Float64Array | null;
  /** Covariance of β given θ (p × p), from the weights at the mode; null where it has none. */
  betaCovariance: Float64Array | null;
}

/** What is told of a point whose modes were not reached: a search turns back from it. */
const unreached = (size: number): MarginalEvaluation => ({
  value: Number.POSITIVE_INFINITY,
  gradient: new Float64Array(size),
  curvature: new Float64Array(size).fill(1),
  inverse: null,
  betaCovariance: null,
});

/** Goes to the modes at θ and β; null where they were not reached. */
async function toModes(modes: Modes, { rows, x, p, offset }: GeneralisedData, point: Float64Array, breathe: Breathe): Promise<Float64Array[] | null> {
  const { terms } = modes.layout;
  const count = thetaCount(terms);
  const factors = factorsOf(terms, point);
  const fixed = offset ? offset.slice() : new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let c = 0; c < p; c++) fixed[i] += x[i * p + c] * point[count + c];
  await breathe();
  return (await breathing(modes.find(factors, fixed), breathe)) ? factors : null;
}

/** The value of `marginalDeviance` alone; infinite where the modes were not reached. */
export async function marginalValue(modes: Modes, data: GeneralisedData, point: Float64Array, rule: Rule | null, breathe: Breathe): Promise<number> {
  const factors = await toModes(modes, data, point, breathe);
  if (!factors) return Number.POSITIVE_INFINITY;
  return rule ? levelIntegrals(modes, data, factors, rule).value : modes.penalised + modes.logDeterminant;
}

/**
 * Laplace's approximation at the modes, or adaptive Gauss–Hermite quadrature around them for one term of one
 * effect, with exact gradients (docs/methods.md A21). @param point θ, then β @param rule nodes of the
 * quadrature; null: Laplace's
 */
export async function marginalDeviance(
  modes: Modes,
  data: GeneralisedData,
  point: Float64Array,
  rule: Rule | null,
  breathe: Breathe,
): Promise<MarginalEvaluation> {
  const { rows, x, p } = data;
  const factors = await toModes(modes, data, point, breathe);
  if (!factors) return unreached(point.length);
  const count = point.length - p;
  const information = fixedInformation(modes, data, factors);
  const covariance = inverseWithLogDeterminant(information, p)?.inverse ?? null;
  const sides = rule ? quadratureSides(modes, data, factors, rule) : await laplaceSides(modes, data, factors, breathe);
  await breathe();
  const gradient = new Float64Array(point.length);
  gradient.set(sides.theta);
  for (let i = 0; i < rows; i++) for (let c = 0; c < p; c++) gradient[count + c] += sides.rows[i] * x[i * p + c];
  const inverse = new Float64Array(point.length ** 2);
  for (let t = 0; t < count; t++) inverse[t * (point.length + 1)] = 1 / Math.max(1e-3, sides.curvature[t]);
  for (let c = 0; c < p; c++)
    for (let d = 0; d < p; d++) inverse[(count + c) * point.length + count + d] = covariance ? covariance[c * p + d] / 2 : c === d ? 1e-2 : 0;
  return { value: sides.value, gradient, curvature: new Float64Array(0), inverse, betaCovariance: covariance };
}

/** X'WX − C'A⁻¹C with C = Λ'Z'WX, by the factor that is in place (p × p). */
function fixedInformation(modes: Modes, { rows, x, p }: GeneralisedData, factors: readonly Float64Array[]): Float64Array {
  const { layout, weight } = modes;
  const { size, terms, firsts } = layout;
  const sides = new Float64Array(size * p);
  const information = new Float64Array(p * p);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < p; c++) for (let d = 0; d < p; d++) information[c * p + d] += weight[i] * x[i * p + c] * x[i * p + d];
    for (let k = 0; k < terms.length; k++) {
      const { codes, width: r, design } = terms[k];
      for (let a = 0; a < r; a++) {
        const value = weight[i] * (design ? design[i * r + a] : 1);
        const at = (firsts[k] + codes[i] * r + a) * p;
        for (let c = 0; c < p; c++) sides[at + c] += value * x[i * p + c];
      }
    }
  }
  scaleDown(layout, factors, sides, p);
  const solved = sides.slice();
  layout.cholesky.solve(solved, p);
  for (let j = 0; j < size; j++)
    for (let c = 0; c < p; c++) for (let d = 0; d < p; d++) information[c * p + d] -= sides[j * p + c] * solved[j * p + d];
  return information;
}

async function laplaceSides(modes: Modes, { family }: GeneralisedData, factors: readonly Float64Array[], breathe: Breathe): Promise<Sides> {
  const { layout, sums, spherical, slope, weightSlope, observed } = modes;
  const { cholesky } = layout;
  const n = slope.length;
  const value = modes.penalised + modes.logDeterminant;
  // h_i w'_i: what a change of η of a row adds to log |A|.
  const kept = family.canonical ? cholesky.values.slice() : null;
  await breathing(cholesky.invert(), breathe);
  const halves = determinantSlopes(layout, sums, factors);
  const curvature = curvatures(layout, factors);
  const s = leverages(layout, factors);
  for (let i = 0; i < n; i++) s[i] *= weightSlope[i];
  // The factor of A at the observed weights gives how the modes move.
  if (kept) cholesky.values.set(kept);
  else await breathing(modes.factorise(factors, observed), breathe);
  const q = transposedTimes(layout, s);
  scaleDown(layout, factors, q, 1);
  cholesky.solve(q, 1);
  const up = q.slice();
  scaleUp(layout, factors, up, 1);
  const moved = new Float64Array(n);
  addEffects(layout, up, moved);
  const t = s.map((one, i) => one - observed[i] * moved[i]);
  const zs = transposedTimes(layout, slope);
  const zt = transposedTimes(layout, t);
  const places = thetaPlaces(layout.terms);
  const theta = Float64Array.from(places, ({ k, a, b }, at) => {
    const { levels, width: r } = layout.terms[k];
    let sum = 2 * halves[at];
    for (let j = 0; j < levels; j++) {
      const [one, other] = [layout.firsts[k] + j * r + a, layout.firsts[k] + j * r + b];
      sum += -2 * zs[one] * spherical[other] + zt[one] * spherical[other] + zs[one] * q[other];
    }
    return sum;
  });
  return { value, theta, rows: t.map((one, i) => one - 2 * slope[i]), curvature };
}

/** z'ΛA⁻¹Λ'z of each row, from the entries of A⁻¹ in place. */
function leverages({ terms, pairs, ownAt, cholesky, rows }: TermLayout, factors: readonly Float64Array[]): Float64Array {
  const inverse = cholesky.values;
  const result = new Float64Array(rows);
  /** T'z of each term in one row. */
  const down = terms.map(({ width }) => new Float64Array(width));
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < terms.length; k++) {
      const { codes, width: r, design } = terms[k];
      const [T, own] = [factors[k], down[k]];
      for (let b = 0; b < r; b++) {
        own[b] = 0;
        for (let a = b; a < r; a++) own[b] += T[a * r + b] * (design ? design[i * r + a] : 1);
      }
      const at = codes[i] * r * r;
      for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) sum += own[a] * inverse[ownAt[k][at + a * r + b]] * own[b];
    }
    for (const { k, l, ofRow, at } of pairs) {
      const [r, s] = [terms[k].width, terms[l].width];
      const from = ofRow[i] * r * s;
      for (let a = 0; a < r; a++) for (let b = 0; b < s; b++) sum += 2 * down[k][a] * inverse[at[from + a * s + b]] * down[l][b];
    }
    result[i] = sum;
  }
  return result;
}
