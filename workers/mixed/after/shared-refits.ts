import { RandomStream } from '../../random/random';
import { type Breathe, breathing, inverseWithLogDeterminant } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { sweep } from '../sweep';
import { Descent } from '../terms/descent';
import { factorsOf, fillFactor, scaleDown } from '../terms/factor';
import type { LinearRows } from '../terms/linear-rows';
import { ordersOf, Polynomials } from './polynomial';

/** Deviance of many responses at one θ, by one factor. */
interface ManyDeviances {
  /** By response: the profiled deviance, σ², and β (responses × p). */
  values: Float64Array;
  variances: Float64Array;
  betas: Float64Array;
}

/** Where the least deviance of a response is. */
export interface SharedRefit {
  theta: Float64Array;
  residualVariance: number;
  beta: Float64Array;
}

/** Most variance ratios of a surface. */
const MOST_RATIOS = 3;
/**
 * Degree of the surface in log θ of a ratio by its standard error there: one that is less sure bends more.
 */
const DEGREES = [
  [0.06, 3],
  [0.15, 5],
  [Number.POSITIVE_INFINITY, 8],
] as const;
/** The surface reaches so many standard errors around the fit. */
const REACH = 4;
/** Nodes for each product of the surface. */
const NODES = 2;
/** A ratio less than this many standard errors above 0 is too near to it. */
const FAR_FROM_NOTHING = 3;
const MOST_STEPS = 60;
/** Step of log θ of the differences that give the curvature. */
const STEP = 1e-3;

/**
 * Refits of many responses at once, of models with up to three uncorrelated terms: what takes time, the
 * factor of A, depends on θ and not on the response. The deviances of all responses are found at a few dozen
 * θ around the fit, by one factor each; a polynomial in log θ through them gives each response its least
 * (docs/methods.md A22). Null where the model is not for it, for which single refits are.
 */
export class SharedRefits {
  readonly #rows: LinearRows;
  readonly #reml: boolean;
  readonly #center: Float64Array;
  /** log θ − center = R z, z in standard errors. */
  readonly #root: Float64Array;
  readonly #nodes: Float64Array[];
  readonly #polynomials: Polynomials;

  private constructor(rows: LinearRows, reml: boolean, center: Float64Array, root: Float64Array, errors: Float64Array) {
    this.#rows = rows;
    this.#reml = reml;
    this.#center = center;
    this.#root = root;
    const degrees = Array.from(errors, (error) => DEGREES.find(([most]) => error <= most)?.[1] ?? 8);
    this.#nodes = nodesOf(degrees);
    this.#polynomials = new Polynomials(this.#nodes, degrees);
  }

  static async of({ estimate }: LinearFormula, breathe: Breathe): Promise<SharedRefits | null> {
    const { rows, theta, fit } = estimate;
    const K = theta.length;
    if (K > MOST_RATIOS || rows.terms.some(({ width }) => width > 1) || theta.some((ratio) => !(ratio > 0))) return null;
    const center = theta.map(Math.log);
    const gradientAt = async (at: Float64Array): Promise<Float64Array> => {
      const { gradient } = await rows.evaluate(at.map(Math.exp), { reml: fit.reml, residualVariance: null, gradient: true }, breathe);
      return gradient.map((slope, k) => slope * Math.exp(at[k]));
    };
    const information = new Float64Array(K * K);
    for (let k = 0; k < K; k++) {
      const gradients: Float64Array[] = [];
      for (const sign of [1, -1]) {
        const moved = center.slice();
        moved[k] += sign * STEP;
        gradients.push(await gradientAt(moved));
      }
      for (let l = 0; l < K; l++) {
        const half = (gradients[0][l] - gradients[1][l]) / (2 * STEP) / 4;
        information[k * K + l] += half;
        information[l * K + k] += half;
      }
    }
    const covariance = inverseWithLogDeterminant(information, K)?.inverse;
    if (!covariance) return null;
    const errors = center.map((_, k) => Math.sqrt(covariance[k * (K + 1)]));
    if (errors.some((error) => !(error * FAR_FROM_NOTHING < 1))) return null;
    return new SharedRefits(rows, fit.reml, center, lowerRoot(covariance, K), errors);
  }

  #thetaAt(z: Float64Array): Float64Array {
    const K = z.length;
    return z.map((_, k) => {
      let log = this.#center[k];
      for (let l = 0; l <= k; l++) log += this.#root[k * K + l] * z[l];
      return Math.exp(log);
    });
  }

  /**
   * The least of each response (n each). Null for one that is not within the reach of the surface.
   * @returns also how far the surface is from the deviances at points that it was not made of
   */
  async refit(
    responses: readonly Float64Array[],
    breathe: Breathe,
    prepared: (share: number) => void = () => {},
  ): Promise<{ refits: (SharedRefit | null)[]; error: number }> {
    const { data } = this.#rows;
    const { p } = data;
    const sums = sumResponses(this.#rows, responses);
    await breathe();
    const found: ManyDeviances[] = [];
    for (const node of this.#nodes) {
      found.push(await this.#deviances(node, sums, responses.length, breathe));
      prepared(found.length / this.#nodes.length);
    }
    const surface = (values: (at: ManyDeviances) => number): Float64Array => this.#polynomials.through(found.map(values));
    const places: (Float64Array | null)[] = [];
    const deviances: Float64Array[] = [];
    for (let m = 0; m < responses.length; m++) {
      const coefficients = surface(({ values }) => values[m]);
      deviances.push(coefficients);
      places.push(await this.#least(coefficients));
    }
    const refits = places.map((z, m): SharedRefit | null => {
      if (!z) return null;
      const value = (coefficients: Float64Array): number =>
        this.#polynomials.at(
          coefficients,
          z.map((one) => one / REACH),
        ).value;
      return {
        theta: this.#thetaAt(z),
        residualVariance: Math.exp(value(surface(({ variances }) => Math.log(variances[m])))),
        beta: Float64Array.from({ length: p }, (_, c) => value(surface(({ betas }) => betas[m * p + c]))),
      };
    });
    return { refits, error: await this.#check(places, deviances, sums, breathe) };
  }

  /** Least of a polynomial within the reach, from its middle; null where it is outside. */
  async #least(coefficients: Float64Array): Promise<Float64Array | null> {
    const K = this.#center.length;
    const search = new Descent(
      new Float64Array(K),
      async (z) => {
        const { value, gradient } = this.#polynomials.at(
          coefficients,
          z.map((one) => one / REACH),
        );
        return { value, gradient: gradient.map((slope) => slope / REACH), curvature: new Float64Array(K).fill(2) };
      },
      1e-10,
    );
    await search.descend(MOST_STEPS);
    return Math.hypot(...search.point) < REACH ? search.point : null;
  }

  /**
   * Largest difference of surface and deviance at the leasts of a few responses, among those that are near.
   */
  async #check(places: readonly (Float64Array | null)[], deviances: readonly Float64Array[], sums: ResponseSums, breathe: Breathe): Promise<number> {
    let error = 0;
    const some = places.filter((z) => z !== null).slice(0, 3);
    for (const node of some) {
      const { values } = await this.#deviances(
        node.map((one) => one / REACH),
        sums,
        places.length,
        breathe,
      );
      for (const [m, z] of places.entries()) {
        if (!z || Math.hypot(...z.map((one, k) => one - node[k])) > 1) continue;
        error = Math.max(
          error,
          Math.abs(
            this.#polynomials.at(
              deviances[m],
              node.map((one) => one / REACH),
            ).value - values[m],
          ),
        );
      }
    }
    return error;
  }

  async #deviances(node: Float64Array, { sides, products, squares }: ResponseSums, count: number, breathe: Breathe): Promise<ManyDeviances> {
    const { layout, sums, data } = this.#rows;
    const { p, rows } = data;
    const factors = factorsOf(layout.terms, this.#thetaAt(node.map((one) => one * REACH)));
    fillFactor(layout, sums, factors);
    const logDeterminant = await breathing(layout.cholesky.factorise(), breathe);
    const fixed = sums.sides.slice();
    scaleDown(layout, factors, fixed, p + 1);
    const halfX = layout.cholesky.halfSolve(fixed, p + 1);
    const scaled = sides.slice();
    scaleDown(layout, factors, scaled, count);
    const halfY = layout.cholesky.halfSolve(scaled, count);
    await breathe();
    const S = new Float64Array(p * p);
    const XY = products.slice();
    const left = squares.slice();
    for (let c = 0; c < p; c++) for (let d = 0; d < p; d++) S[c * p + d] = sums.products[c * (p + 1) + d];
    for (let j = 0; j < layout.size; j++) {
      for (let c = 0; c < p; c++) {
        const own = halfX[j * (p + 1) + c];
        for (let d = 0; d < p; d++) S[c * p + d] -= own * halfX[j * (p + 1) + d];
        for (let m = 0; m < count; m++) XY[c * count + m] -= own * halfY[j * count + m];
      }
      for (let m = 0; m < count; m++) left[m] -= halfY[j * count + m] ** 2;
    }
    const { logDeterminant: logDeterminantX, rank } = sweep(S, p, p);
    const freedom = this.#reml ? rows - rank : rows;
    const result: ManyDeviances = { values: new Float64Array(count), variances: new Float64Array(count), betas: new Float64Array(count * p) };
    for (let m = 0; m < count; m++) {
      let residual = left[m];
      for (let c = 0; c < p; c++) {
        let beta = 0;
        for (let d = 0; d < p; d++) beta += S[c * p + d] * XY[d * count + m];
        result.betas[m * p + c] = beta;
        residual -= beta * XY[c * count + m];
      }
      result.variances[m] = residual / freedom;
      result.values[m] = logDeterminant + (this.#reml ? logDeterminantX : 0) + freedom * (1 + Math.log(2 * Math.PI * result.variances[m]));
    }
    return result;
  }
}

/** Z'Y (size × responses), X'Y (p × responses) and the squares of the responses. */
interface ResponseSums {
  sides: Float64Array;
  products: Float64Array;
  squares: Float64Array;
}

function sumResponses({ terms, layout, data }: LinearRows, responses: readonly Float64Array[]): ResponseSums {
  const { x, p, rows } = data;
  const count = responses.length;
  const sums = { sides: new Float64Array(layout.size * count), products: new Float64Array(p * count), squares: new Float64Array(count) };
  for (const [m, y] of responses.entries())
    for (let i = 0; i < rows; i++) {
      sums.squares[m] += y[i] * y[i];
      for (let c = 0; c < p; c++) sums.products[c * count + m] += x[i * p + c] * y[i];
      for (let k = 0; k < terms.length; k++) sums.sides[(layout.firsts[k] + terms[k].codes[i]) * count + m] += (terms[k].design?.[i] ?? 1) * y[i];
    }
  return sums;
}

/**
 * Nodes in a ball of radius 1: along the axis of the highest degree as Chebyshev's, so that the ends are
 * held, and at random around it.
 */
function nodesOf(degrees: readonly number[]): Float64Array[] {
  const K = degrees.length;
  const long = degrees.indexOf(Math.max(...degrees));
  const count = Math.ceil(NODES * ordersOf(degrees).length) + 1;
  const random = new RandomStream(1, 'surface');
  return Array.from({ length: count }, (_, at) => {
    const along = Math.cos((Math.PI * (at + 0.5)) / count);
    const around = Float64Array.from({ length: K }, (__, k) => (k === long ? 0 : random.normal()));
    const size = Math.hypot(...around) || 1;
    const radius = Math.sqrt(1 - along ** 2) * random.uniform() ** (1 / Math.max(1, K - 1));
    return around.map((one, k) => (k === long ? along : (one / size) * radius));
  });
}

/** A lower triangular R with RR' = C. */
function lowerRoot(C: Float64Array, K: number): Float64Array {
  const R = new Float64Array(K * K);
  for (let a = 0; a < K; a++)
    for (let b = 0; b <= a; b++) {
      let entry = C[a * K + b];
      for (let c = 0; c < b; c++) entry -= R[a * K + c] * R[b * K + c];
      R[a * K + b] = a === b ? Math.sqrt(Math.max(0, entry)) : entry / R[b * K + b];
    }
  return R;
}
