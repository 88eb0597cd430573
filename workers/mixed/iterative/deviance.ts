import { RandomStream } from '../../random/random';
import { type Breathe, breathing } from '../dense';
import { crossSlopes, gradientOf, type LinearEvaluation, profileOf } from '../terms/deviance';
import { factorsOf, scaleDown, scaleUp, thetaPlaces, timesBlocks } from '../terms/factor';
import type { TermGrid } from '../terms/layout';
import type { TermSums } from '../terms/sums';
import { conjugateGradients } from './conjugate';
import { Schur } from './schur';
import { spectrum } from './tridiagonal';

/** What an evaluation without a factor gives: its log determinant is estimated. */
export interface IterativeEvaluation extends LinearEvaluation {
  /** Monte Carlo standard error of the deviance. */
  standardError: number;
  /** By term the r × r blocks of A⁻¹ of each level (levels × r × r), estimated. */
  inverse: Float64Array[];
  /** Steps of the conjugate gradients, and whether they came to their end. */
  steps: number;
  solved: boolean;
}

/** Random vectors, and most numbers of them. */
const MOST_PROBES = 32;
const FEWEST_PROBES = 8;
const MOST_NUMBERS = 1e7;

/** Signs of the random vectors (columns × probes), the same at every θ, so that deviances can be compared. */
export function probesOf(grid: TermGrid, seed = 1): { signs: Float64Array; count: number } {
  const count = Math.max(FEWEST_PROBES, Math.min(MOST_PROBES, Math.floor(MOST_NUMBERS / grid.size)));
  const random = new RandomStream(seed, 'probes');
  return { signs: Float64Array.from({ length: grid.size * count }, () => (random.uniform() < 0.5 ? -1 : 1)), count };
}

/**
 * The profiled deviance of a linear mixed model without a factor of A (docs/methods.md A27): the largest term
 * is taken out exactly, what is left is solved by conjugate gradients with the blocks of its diagonal as
 * preconditioner, and log |A| is estimated by Lanczos' process from random vectors (Ubaru, Chen & Saad 2017,
 * Fast estimation of tr(f(A)) via stochastic Lanczos quadrature), as is its gradient. All else is exact.
 */
export async function iterativeDeviance(
  grid: TermGrid,
  sums: TermSums,
  theta: ArrayLike<number>,
  { reml, probes }: { reml: boolean; probes: ReturnType<typeof probesOf> },
  breathe: Breathe,
): Promise<IterativeEvaluation> {
  const { terms } = grid;
  const { width, sides } = sums;
  const factors = factorsOf(terms, theta);
  const schur = new Schur(grid, sums, factors);
  await breathe();
  const { count } = probes;
  const scaled = sides.slice();
  scaleDown(grid, factors, scaled, width);
  const trace = new TraceEstimate(grid, sums, factors, schur, count);
  let [steps, solved] = [0, true];
  // The response and the random vectors are solved together.
  const solutions = await breathing(
    schur.solve(scaled, width, function* (b, own) {
      const both = new Float64Array(schur.size * (own + count));
      const coloured = schur.colour(probes.signs.subarray(0, schur.size * count), count);
      for (let j = 0; j < schur.size; j++) {
        for (let c = 0; c < own; c++) both[j * (own + count) + c] = b[j * own + c];
        for (let c = 0; c < count; c++) both[j * (own + count) + own + c] = coloured[j * count + c];
      }
      const system = {
        size: schur.size,
        times: (v: Float64Array, all: number) => schur.times(v, all),
        precondition: (v: Float64Array, all: number) => schur.precondition(v, all),
      };
      const found = yield* conjugateGradients(system, both, own + count);
      steps = found.steps;
      solved = found.converged;
      const [ofSides, ofProbes] = [new Float64Array(schur.size * own), new Float64Array(schur.size * count)];
      for (let j = 0; j < schur.size; j++) {
        for (let c = 0; c < own; c++) ofSides[j * own + c] = found.x[j * (own + count) + c];
        for (let c = 0; c < count; c++) ofProbes[j * count + c] = found.x[j * (own + count) + own + c];
      }
      yield* trace.take(ofProbes, schur.precondition(coloured, count));
      trace.logs = found.lanczos.slice(own).map(({ diagonal, beside }, c) => {
        const { values, first } = spectrum(diagonal, beside);
        // All are positive; what is not, or almost not, is rounding of one too small to be found.
        const least = Number.EPSILON * values.reduce((most, value) => Math.max(most, value), 0);
        if (values.some((value) => value < least)) solved = false;
        return found.squares[own + c] * values.reduce((sum, value, k) => sum + first[k] ** 2 * Math.log(Math.max(value, least)), 0);
      });
      return ofSides;
    }),
    breathe,
  );
  const { mean, error } = meanOf(trace.logs);
  const logDeterminant = schur.logDeterminantOut + schur.logDeterminantBlocks + mean;
  const { swept, logDeterminantX, best } = profileOf(grid, sums, scaled, solutions, { reml, residualVariance: null });
  const { freedom, residualVariance, beta, spherical } = best;
  const fits = crossSlopes(grid, sums, factors, { spherical, solutions, beta, swept, reml });
  await breathe();
  const halves = await breathing(trace.halves(), breathe);
  const inverse = trace.inverseBlocks();
  return {
    value: logDeterminant + (reml ? logDeterminantX : 0) + freedom * (1 + Math.log(2 * Math.PI * residualVariance)),
    standardError: error,
    gradient: gradientOf(halves, fits, residualVariance, reml),
    curvature: curvaturesOf(grid, factors, inverse),
    residualSlope: 0,
    ...best,
    inverse,
    steps,
    solved,
  };
}

/** Below this, θ counts as this where a guess of the curvature divides by it. */
const SMALL = 0.05;

/** As `curvatures` of a factor has it, from blocks of A⁻¹. */
function curvaturesOf({ terms }: TermGrid, factors: readonly Float64Array[], inverse: readonly Float64Array[]): Float64Array {
  return Float64Array.from(thetaPlaces(terms), ({ k, a, b }) => {
    const { levels, width: r } = terms[k];
    let sum = 0;
    for (let j = 0; j < levels; j++) sum += (1 - inverse[k][(j * r + a) * r + a]) * (1 - inverse[k][(j * r + b) * r + b]);
    return ((a === b ? 4 : 2) * sum) / Math.max(SMALL, Math.abs(factors[k][a * r + a])) ** 2;
  });
}

/** Mean of independent values, and its standard error. */
function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** What random vectors tell of A⁻¹. */
class TraceEstimate {
  /** Of each random vector: what it makes of log |P⁻¹S|. */
  logs: number[] = [];
  readonly #grid: TermGrid;
  readonly #sums: TermSums;
  readonly #factors: readonly Float64Array[];
  readonly #schur: Schur;
  readonly #count: number;
  /** S⁻¹z and P⁻¹z in all columns (size × count). */
  #solved: Float64Array = new Float64Array(0);
  #known: Float64Array = new Float64Array(0);

  constructor(grid: TermGrid, sums: TermSums, factors: readonly Float64Array[], schur: Schur, count: number) {
    this.#grid = grid;
    this.#sums = sums;
    this.#factors = factors;
    this.#schur = schur;
    this.#count = count;
  }

  *take(solved: Float64Array, known: Float64Array): Generator<void, void> {
    this.#solved = yield* this.#schur.extend(solved, this.#count);
    this.#known = yield* this.#schur.extend(known, this.#count);
  }

  /**
   * By entry of θ half the derivative of log |A|: that of log |A₁₁|, exact, and of log |S| the mean of x'dS w
   * with x = S⁻¹z, w = P⁻¹z and zz' = P in the mean. Yields between parts of the work.
   */
  *halves(): Generator<void, Float64Array> {
    const { terms, firsts } = this.#grid;
    const count = this.#count;
    const spread = (v: Float64Array): Float64Array => {
      const up = v.slice();
      scaleUp(this.#grid, this.#factors, up, count);
      return timesBlocks(this.#grid, this.#sums, up, count);
    };
    const [x, w] = [this.#solved, this.#known];
    const g = spread(w);
    yield;
    const h = spread(x);
    yield;
    const { out, inverse } = this.#schur;
    return Float64Array.from(thetaPlaces(terms), ({ k, a, b }) => {
      const { levels, width: r } = terms[k];
      let half = 0;
      for (let j = 0; j < levels; j++) {
        const [one, other] = [(firsts[k] + j * r + a) * count, (firsts[k] + j * r + b) * count];
        for (let c = 0; c < count; c++) half += (x[other + c] * g[one + c] + w[other + c] * h[one + c]) / (2 * count);
      }
      if (k !== out) return half;
      const [T, G] = [this.#factors[k], this.#sums.own[k]];
      for (let j = 0; j < levels; j++)
        for (let c = 0; c < r; c++) for (let d = c; d < r; d++) half += inverse[(j * r + b) * r + c] * T[d * r + c] * G[(j * r + d) * r + a];
      return half;
    });
  }

  /**
   * By term the blocks of A⁻¹ of each level, between those of I and those that the own rows alone would give.
   */
  inverseBlocks(): Float64Array[] {
    const { terms, firsts } = this.#grid;
    const count = this.#count;
    return terms.map(({ levels, width: r }, k) => {
      const blocks = k === this.#schur.out ? this.#schur.inverse.slice() : new Float64Array(levels * r * r);
      for (let j = 0; j < levels; j++) {
        for (let a = 0; a < r; a++)
          for (let b = 0; b <= a; b++) {
            const [one, other] = [(firsts[k] + j * r + a) * count, (firsts[k] + j * r + b) * count];
            let sum = 0;
            for (let c = 0; c < count; c++) sum += this.#solved[one + c] * this.#known[other + c] + this.#solved[other + c] * this.#known[one + c];
            const at = (j * r + a) * r + b;
            blocks[at] += sum / (2 * count);
            if (b < a) blocks[(j * r + b) * r + a] = blocks[at];
            else blocks[at] = Math.min(1, Math.max(0, blocks[at]));
          }
      }
      return blocks;
    });
  }
}
