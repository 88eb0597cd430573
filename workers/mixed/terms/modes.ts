import { fillFactor, scaleDown, scaleUp } from './factor';
import { type FamilyRows, ROW } from './families';
import type { TermLayout } from './layout';
import { addEffects, transposedTimes } from './products';
import { emptySums, sumBlocks, type TermSums } from './sums';

/** Rows of a generalised linear mixed model: η = offset + Xβ + Zb. */
export interface GeneralisedData {
  rows: number;
  /** X (n × p, row-major). */
  x: Float64Array;
  p: number;
  offset: Float64Array | null;
  terms: TermLayout['terms'];
  family: FamilyRows;
}

const MOST_STEPS = 60;
const MOST_HALVINGS = 30;
/** A Newton decrement below this, in units of the deviance, leaves the mode where it is. */
const TOLERANCE = 1e-17;
/** Below this the next step is not checked: what is left is rounding. */
const SURE = 1e-6;

/**
 * Modes of the spherical effects u given the response, β and θ: penalised iteratively reweighted least
 * squares, which starts where the last search ended (Bates et al. 2015; docs/methods.md A21).
 */
export class Modes {
  readonly layout: TermLayout;
  readonly sums: TermSums;
  /** u (size) at the mode. */
  spherical: Float64Array;
  /** η, dℓ/dη, weights, their derivatives and −d²ℓ/dη² of the rows at the mode (n each). */
  eta: Float64Array;
  readonly slope: Float64Array;
  readonly weight: Float64Array;
  readonly weightSlope: Float64Array;
  readonly observed: Float64Array;
  /** −2 Σ ℓ + |u|² at the mode, and log |A| there. */
  penalised = Number.NaN;
  logDeterminant = Number.NaN;
  readonly #data: GeneralisedData;

  constructor(layout: TermLayout, data: GeneralisedData) {
    const n = data.rows;
    this.layout = layout;
    this.#data = data;
    this.sums = emptySums(layout, 0);
    this.spherical = new Float64Array(layout.size);
    this.eta = new Float64Array(n);
    this.slope = new Float64Array(n);
    this.weight = new Float64Array(n);
    this.weightSlope = new Float64Array(n);
    this.observed = new Float64Array(n);
  }

  #predictor(factors: readonly Float64Array[], fixed: Float64Array, u: Float64Array): Float64Array {
    const b = u.slice();
    scaleUp(this.layout, factors, b, 1);
    const eta = fixed.slice();
    addEffects(this.layout, b, eta);
    return eta;
  }

  #value(eta: Float64Array, u: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < eta.length; i++) sum -= 2 * this.#data.family.log(i, eta[i]);
    for (let j = 0; j < u.length; j++) sum += u[j] * u[j];
    return sum;
  }

  #atRows(eta: Float64Array): void {
    const row = new Float64Array(ROW.size);
    for (let i = 0; i < eta.length; i++) {
      this.#data.family.at(i, eta[i], row);
      this.slope[i] = row[ROW.slope];
      this.weight[i] = row[ROW.weight];
      this.weightSlope[i] = row[ROW.weightSlope];
      this.observed[i] = row[ROW.observed];
    }
  }

  /** A at these weights in the place of its factor; NaN where it has none. */
  *factorise(factors: readonly Float64Array[], weights: Float64Array): Generator<void, number> {
    yield* sumBlocks(this.layout, this.sums, weights);
    fillFactor(this.layout, this.sums, factors);
    return yield* this.layout.cholesky.factorise();
  }

  /**
   * Goes to the mode; afterwards the factor of A there is in place. @param fixed offset + Xβ (n)
   * @returns whether the mode was reached
   */
  *find(factors: readonly Float64Array[], fixed: Float64Array): Generator<void, boolean> {
    let u = this.spherical;
    let eta = this.#predictor(factors, fixed, u);
    let value = this.#value(eta, u);
    if (!Number.isFinite(value)) {
      // A start from elsewhere may overflow here.
      u = new Float64Array(u.length);
      eta = this.#predictor(factors, fixed, u);
      value = this.#value(eta, u);
    }
    for (let step = 0; step < MOST_STEPS; step++) {
      this.#atRows(eta);
      const direction = transposedTimes(this.layout, this.slope);
      scaleDown(this.layout, factors, direction, 1);
      for (let j = 0; j < u.length; j++) direction[j] -= u[j];
      // Newton's steps have the observed weights, log |A| the expected ones; with a canonical link they are
      // the same.
      this.logDeterminant = yield* this.factorise(factors, this.observed);
      if (!Number.isFinite(this.logDeterminant) || !Number.isFinite(value)) break;
      const gradient = direction.slice();
      this.layout.cholesky.solve(direction, 1);
      let decrement = 0;
      for (let j = 0; j < u.length; j++) decrement += gradient[j] * direction[j];
      this.spherical = u;
      this.eta = eta;
      this.penalised = value;
      if (decrement < TOLERANCE * Math.max(1, u.length)) return yield* this.#arrive(factors);
      let found = false;
      for (let share = 1, halvings = 0; halvings < MOST_HALVINGS && !found; share /= 2, halvings++) {
        const next = u.map((one, j) => one + share * direction[j]);
        const there = this.#predictor(factors, fixed, next);
        const lower = this.#value(there, next);
        if (!(lower <= value || (decrement < SURE && Number.isFinite(lower)))) continue;
        [u, eta, value, found] = [next, there, lower, true];
      }
      if (found) continue;
      if (decrement < SURE) return yield* this.#arrive(factors);
      break;
    }
    this.penalised = Number.POSITIVE_INFINITY;
    return false;
  }

  /** Leaves the factor at the expected weights in place. */
  *#arrive(factors: readonly Float64Array[]): Generator<void, boolean> {
    if (!this.#data.family.canonical) this.logDeterminant = yield* this.factorise(factors, this.weight);
    return Number.isFinite(this.logDeterminant);
  }
}
