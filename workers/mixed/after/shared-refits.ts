import { RandomStream } from '../../random/random';
import { type Breathe, inverseWithLogDeterminant } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { Descent } from '../terms/descent';
import { LinearRows } from '../terms/linear-rows';
import { ordersOf, Polynomials } from './polynomial';
import { devianceOf, ReducedSums, type ResponseSums, reduceResponses } from './reduced-sums';

/** Where the least deviance of a response is. */
export interface SharedRefit {
  theta: Float64Array;
  residualVariance: number;
  beta: Float64Array;
}

/** Terms whose levels are together so many at most have no part in the surface. */
const FEW_LEVELS = 48;
/** Numbers of their columns beside X: 160 MB. */
const MOST_COLUMNS = 2e7;
/** Most variance ratios of a surface. */
const MOST_RATIOS = 3;
/**
 * Degree of the surface in log θ of a ratio by its standard error there: one that is less sure bends more.
 */
const DEGREES = [
  [0.06, 4],
  [0.15, 6],
  [Number.POSITIVE_INFINITY, 8],
] as const;
/** The surface reaches so many standard errors around the fit. */
const REACH = 4.5;
/** Nodes for each product of the surface. */
const NODES = 2;
/** A ratio less than this many standard errors above 0 is too near to it. */
const FAR_FROM_NOTHING = 3;
const MOST_STEPS = 100;
/**
 * Step of log θ of the differences that give the curvature, and of those that give slopes, in standard
 * errors.
 */
const STEP = 1e-3;
/** In the place of the standard error of a ratio that is 0. */
const BESIDE = 0.1;
/** A ratio of few levels below this is 0, where the deviance rises by no more than this. */
const [MAYBE_NOTHING, FOR_NOTHING] = [1e-2, 1e-6];

/**
 * Refits of many responses at once, of models with uncorrelated terms, up to three of which have many levels:
 * what takes time, the factor of A, depends on θ and not on the response. At a few dozen ratios of the large
 * terms around the fit one factor each takes these terms out of the sums of all responses. The sums between
 * are polynomials through those; the ratios of small terms are exact, also where they are 0 (docs/methods.md
 * A22). Null where the model is not for it, for which single refits are.
 */
export class SharedRefits {
  readonly #rows: LinearRows;
  readonly #reml: boolean;
  /** Places in θ of the terms of the surface, and of the others. */
  readonly #large: readonly number[];
  readonly #small: readonly number[];
  /** Levels of the others; their columns stand before those of X. */
  readonly #levels: readonly number[];
  readonly #center: Float64Array;
  /** log θ − center = R z, z in standard errors. */
  readonly #root: Float64Array;
  /** θ of the others in the fit, and how far a search looks at first. */
  readonly #start: Float64Array;
  readonly #unit: Float64Array;
  readonly #nodes: Float64Array[];
  readonly #polynomials: Polynomials;

  private constructor(
    rows: LinearRows,
    reml: boolean,
    { large, small, levels }: Parts,
    theta: Float64Array,
    { covariance, errors }: { covariance: Float64Array; errors: Float64Array },
  ) {
    this.#rows = rows;
    this.#reml = reml;
    this.#large = large;
    this.#small = small;
    this.#levels = levels;
    this.#center = Float64Array.from(large, (k) => Math.log(theta[k]));
    this.#root = lowerRoot(covariance, large.length);
    this.#unit = Float64Array.from(small, (k) => (theta[k] > 0 ? Math.min(theta[k], errors[k] * theta[k]) : BESIDE));
    this.#start = Float64Array.from(small, (k, at) => (theta[k] > 0 ? theta[k] : this.#unit[at]));
    const degrees = large.map((k) => DEGREES.find(([most]) => errors[k] <= most)?.[1] ?? 8);
    this.#nodes = nodesOf(degrees);
    this.#polynomials = new Polynomials(this.#nodes, degrees);
  }

  static async of({ estimate }: LinearFormula, breathe: Breathe): Promise<SharedRefits | null> {
    const { rows, theta, fit } = estimate;
    const parts = partsOf(rows);
    if (parts.large.length > MOST_RATIOS || rows.terms.some(({ width }) => width > 1)) return null;
    if (parts.large.some((k) => !(theta[k] > 0))) return null;
    const found = await logCovariance(rows, theta, fit.reml, breathe);
    if (!found) return null;
    if (parts.large.some((k) => !(found.errors[k] * FAR_FROM_NOTHING < 1))) return null;
    const K = theta.length;
    const covariance = Float64Array.from({ length: parts.large.length ** 2 }, (_, at) => {
      const [a, b] = [parts.large[Math.floor(at / parts.large.length)], parts.large[at % parts.large.length]];
      return found.covariance[a * K + b];
    });
    const reduced = parts.small.length === 0 ? rows : await withColumns(rows, parts, breathe);
    return new SharedRefits(reduced, fit.reml, parts, theta, { covariance, errors: found.errors });
  }

  /** θ of the large terms. */
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
    const sums = reduceResponses(this.#rows, responses);
    await breathe();
    const found: ReducedSums[] = [];
    for (const node of this.#nodes) {
      found.push(await this.#reduced(node, sums, responses.length, breathe));
      prepared(found.length / this.#nodes.length);
    }
    const surface = (length: number, values: (at: ReducedSums) => (entry: number) => number): Float64Array[] =>
      Array.from({ length }, (_, entry) => this.#polynomials.through(found.map((at) => values(at)(entry))));
    const shared = surface(
      found[0].shared.length,
      ({ shared: own }) =>
        (entry) =>
          own[entry],
    );
    const w = found[0].columns;
    const surfaces: ((z: Float64Array) => ReducedSums)[] = [];
    const leasts: (Least | null)[] = [];
    for (let m = 0; m < responses.length; m++) {
      const own = surface(
        w + 1,
        ({ responses: all }) =>
          (entry) =>
            all[m * (w + 1) + entry],
      );
      const at = (z: Float64Array): ReducedSums => {
        const basis = this.#polynomials.basis(z.map((one) => one / REACH));
        return new ReducedSums(w, valuesAt(shared, basis), valuesAt(own, basis));
      };
      surfaces.push(at);
      leasts.push(await this.#least(at));
      await breathe();
    }
    const refits = leasts.map((least, m): SharedRefit | null => {
      if (!least) return null;
      const { residualVariance, beta } = this.#deviance(surfaces[m](least.z), 0, least.ratios);
      const [large, theta] = [this.#thetaAt(least.z), new Float64Array(this.#large.length + this.#small.length)];
      for (const [at, k] of this.#large.entries()) theta[k] = large[at];
      for (const [at, k] of this.#small.entries()) theta[k] = least.ratios[at];
      return { theta, residualVariance, beta };
    });
    return { refits, error: await this.#check(leasts, surfaces, sums, breathe) };
  }

  #deviance(sums: ReducedSums, response: number, ratios: Float64Array) {
    return devianceOf(sums, response, this.#levels, ratios, this.#rows.data.rows, this.#reml);
  }

  /** Least within the reach of the surface, from its middle; null where it is outside. */
  async #least(surface: (z: Float64Array) => ReducedSums): Promise<Least | null> {
    const [K, all] = [this.#large.length, this.#large.length + this.#small.length];
    const ratiosAt = (point: Float64Array): Float64Array => this.#unit.map((unit, at) => unit * point[K + at]);
    const value = (point: Float64Array): number => this.#deviance(surface(point.subarray(0, K)), 0, ratiosAt(point)).value;
    const start = new Float64Array(all);
    this.#start.forEach((ratio, at) => {
      start[K + at] = ratio / this.#unit[at];
    });
    const search = new Descent(
      start,
      async (point) => {
        const gradient = point.map((_, k) => {
          const [above, below] = [point.slice(), point.slice()];
          above[k] += STEP;
          below[k] -= STEP;
          return (value(above) - value(below)) / (2 * STEP);
        });
        return { value: value(point), gradient, curvature: new Float64Array(all).fill(2) };
      },
      1e-8,
    );
    await search.descend(MOST_STEPS);
    const z = search.point.slice(0, K);
    if (!(Math.hypot(...z) < REACH)) return null;
    const ratios = ratiosAt(search.point).map(Math.abs);
    for (let at = 0; at < ratios.length; at++) {
      if (ratios[at] >= MAYBE_NOTHING) continue;
      const without = ratios.map((ratio, other) => (other === at ? 0 : ratio));
      const [there, here] = [without, ratios].map((own) => this.#deviance(surface(z), 0, own).value);
      if (there <= here + FOR_NOTHING) ratios[at] = 0;
    }
    return { z, ratios };
  }

  /**
   * Largest difference of surface and deviance at the leasts of a few responses, among those that are near.
   */
  async #check(
    leasts: readonly (Least | null)[],
    surfaces: readonly ((z: Float64Array) => ReducedSums)[],
    sums: ResponseSums,
    breathe: Breathe,
  ): Promise<number> {
    let error = 0;
    const far = leasts.filter((least) => least !== null).sort((a, b) => Math.hypot(...b.z) - Math.hypot(...a.z));
    for (const { z: node } of [far[0], far[far.length >> 1]].filter((least) => least !== undefined)) {
      const exact = await this.#reduced(
        node.map((one) => one / REACH),
        sums,
        leasts.length,
        breathe,
      );
      for (const [m, least] of leasts.entries()) {
        if (!least || Math.hypot(...least.z.map((one, k) => one - node[k])) > 1) continue;
        const there = this.#deviance(exact, m, least.ratios).value;
        error = Math.max(error, Math.abs(this.#deviance(surfaces[m](node), 0, least.ratios).value - there));
      }
    }
    return error;
  }

  /** The sums at a node, its coordinates as shares of the reach. */
  #reduced(node: Float64Array, sums: ResponseSums, count: number, breathe: Breathe): Promise<ReducedSums> {
    return ReducedSums.at(this.#rows, this.#thetaAt(node.map((one) => one * REACH)), sums, count, breathe);
  }
}

/** Standard errors from the middle, and θ of the small terms. */
interface Least {
  z: Float64Array;
  ratios: Float64Array;
}

interface Parts {
  large: number[];
  small: number[];
  levels: number[];
}

/** Which terms the surface is of: all but those of few levels, the least first. */
function partsOf({ terms, data }: LinearRows): Parts {
  const small: number[] = [];
  let columns = 0;
  for (const k of [...terms.keys()].sort((a, b) => terms[a].levels - terms[b].levels)) {
    columns += terms[k].levels;
    if (columns > FEW_LEVELS || columns * data.rows > MOST_COLUMNS || small.length === terms.length - 1) break;
    small.push(k);
  }
  small.sort((a, b) => a - b);
  return { large: [...terms.keys()].filter((k) => !small.includes(k)), small, levels: small.map((k) => terms[k].levels) };
}

/** The rows of the large terms, with a column before X for each level of the small ones. */
function withColumns({ terms, data }: LinearRows, { large, small, levels }: Parts, breathe: Breathe): Promise<LinearRows> {
  const { rows, x, p, y } = data;
  const q = levels.reduce((sum, count) => sum + count, 0);
  const wide = new Float64Array(rows * (q + p));
  for (let i = 0; i < rows; i++) {
    let first = i * (q + p);
    for (const [at, k] of small.entries()) {
      wide[first + terms[k].codes[i]] = terms[k].design?.[i] ?? 1;
      first += levels[at];
    }
    for (let c = 0; c < p; c++) wide[first + c] = x[i * p + c];
  }
  return LinearRows.of({ rows, x: wide, p: q + p, y, terms: large.map((k) => terms[k]) }, breathe);
}

/** Covariance of log θ at the fit (K × K) from its curvature, with its roots; 0 for a ratio that is 0. */
async function logCovariance(
  rows: LinearRows,
  theta: Float64Array,
  reml: boolean,
  breathe: Breathe,
): Promise<{ covariance: Float64Array; errors: Float64Array } | null> {
  const K = theta.length;
  const inside = [...theta.keys()].filter((k) => theta[k] > 0);
  const size = inside.length;
  const information = new Float64Array(size * size);
  for (const [row, k] of inside.entries()) {
    const gradients: Float64Array[] = [];
    for (const sign of [1, -1]) {
      const moved = theta.slice();
      moved[k] *= Math.exp(sign * STEP);
      const { gradient } = await rows.evaluate(moved, { reml, residualVariance: null, gradient: true }, breathe);
      gradients.push(gradient.map((slope, l) => slope * moved[l]));
    }
    for (const [column, l] of inside.entries()) {
      const half = (gradients[0][l] - gradients[1][l]) / (2 * STEP) / 4;
      information[row * size + column] += half;
      information[column * size + row] += half;
    }
  }
  const inverse = inverseWithLogDeterminant(information, size)?.inverse;
  if (!inverse) return null;
  const covariance = new Float64Array(K * K);
  for (const [row, k] of inside.entries()) for (const [column, l] of inside.entries()) covariance[k * K + l] = inverse[row * size + column];
  return { covariance, errors: theta.map((_, k) => Math.sqrt(covariance[k * (K + 1)])) };
}

/** Values of polynomials with these coefficients where their products are these. */
const valuesAt = (polynomials: readonly Float64Array[], basis: Float64Array): Float64Array =>
  Float64Array.from(polynomials, (coefficients) => {
    let sum = 0;
    for (let a = 0; a < basis.length; a++) sum += coefficients[a] * basis[a];
    return sum;
  });

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
