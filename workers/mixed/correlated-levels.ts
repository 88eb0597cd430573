import { type Breathe, backward, choleskyInPlace, forward } from './dense';
import { PlaceTree } from './neighbours';

/** Correlation ρ exp(−|s − s′|² / 2ℓ²) of the vectors of two levels at s and s′; 1 of a level with itself. */
export interface LevelCorrelation {
  /** ρ, from 0 to below 1. */
  share: number;
  /** ℓ² */
  squaredLength: number;
}

/** Correlations of different levels; that of a level with itself is 1. */
export interface Alike {
  /** Levels q. */
  levels: number;
  /** Whether a level has a place: it is like no other where it has none. */
  knows(level: number): boolean;
  of(a: number, b: number): number;
  /** Of these levels those that are most like another one, the nearest first. */
  nearestOf(seen: Int32Array): (level: number, most: number) => number[];
}

/**
 * Most levels with rows whose vectors are solved together; of more, each unseen one follows from the nearest.
 */
const MOST_EXACT = 500;
const NEAREST = 15;
/** Levels that each is given in the likelihood. */
const GIVEN = 10;
/** Most levels whose conditional density counts in the likelihood. */
const MOST_TERMS = 500;

/** Levels between two breaths. */
const BREATH = 50;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const SHARES = [0, 0.4, 0.7, 0.9, 0.98];
const LENGTHS = 8;
/** Steps of the pattern search in ρ and log ℓ², where it begins and where it ends. */
const STEPS = [0.1, 0.5] as const;
const FINEST = 1e-3;

const squared = (points: ArrayLike<number>, a: number, b: number): number =>
  (points[2 * a] - points[2 * b]) ** 2 + (points[2 * a + 1] - points[2 * b + 1]) ** 2;

/**
 * Levels that are alike where they are near.
 *
 * @param points x and y of each level, one after the other; not a number: it is nowhere
 */
export const placesAlike = (points: Float64Array, { share, squaredLength }: LevelCorrelation): Alike => ({
  levels: points.length / 2,
  knows: (level) => !Number.isNaN(points[2 * level]),
  of: (a, b) => share * Math.exp(-squared(points, a, b) / (2 * squaredLength)),
  nearestOf(seen) {
    const tree = new PlaceTree(Float64Array.from({ length: 2 * seen.length }, (_, at) => points[2 * seen[at >> 1] + (at & 1)]));
    return (level, most) => Array.from(tree.nearest(points[2 * level], points[2 * level + 1], most), (at) => seen[at]);
  },
});

/** The first `count` of a list that are nearest to a level, the nearest first. */
export function nearestIn(list: ArrayLike<number>, count: number, most: number, distanceTo: (other: number) => number): number[] {
  const nearest: { level: number; distance: number }[] = [];
  for (let i = 0; i < count; i++) {
    const distance = distanceTo(list[i]);
    if (nearest.length === most && distance >= nearest[most - 1].distance) continue;
    if (nearest.length === most) nearest.pop();
    let slot = nearest.length;
    while (slot > 0 && nearest[slot - 1].distance > distance) slot--;
    nearest.splice(slot, 0, { level: list[i], distance });
  }
  return nearest.map(({ level }) => level);
}

/** Terms of Vecchia's approximation: each level given the nearest of those before it. */
interface Terms {
  levels: Int32Array;
  /** Levels that term t is given: `near[from[t]] … near[from[t + 1] − 1]`. */
  near: Int32Array;
  from: Uint32Array;
  /**
   * Their pairs, two levels each: the lower triangle row by row, with a last row from the level to each;
   * those of term t begin with pair `at[t]`.
   */
  pairs: Int32Array;
  at: Uint32Array;
}

export function termsOf(seen: Int32Array, distance: (a: number, b: number) => number): Terms {
  const part = (level: number): number => ((level + 1) * GOLDEN) % 1;
  const order = Array.from(seen).sort((a, b) => part(a) - part(b) || a - b);
  const count = Math.min(order.length, MOST_TERMS);
  const levels = new Int32Array(count);
  const [near, from, pairs, at]: [number[], number[], number[], number[]] = [[], [0], [], [0]];
  for (let t = 0; t < count; t++) {
    const place = Math.floor((t * order.length) / count);
    const level = order[place];
    levels[t] = level;
    const nearest = nearestIn(order, place, GIVEN, (other) => distance(level, other));
    near.push(...nearest);
    for (const [i, one] of [...nearest, level].entries()) for (let j = 0; j < i; j++) pairs.push(one, nearest[j]);
    from.push(near.length);
    at.push(pairs.length / 2);
  }
  return {
    levels,
    near: Int32Array.from(near),
    from: Uint32Array.from(from),
    pairs: Int32Array.from(pairs),
    at: Uint32Array.from(at),
  };
}

/**
 * Puts the weights of n levels in the conditional mean of another one into `weights`, and returns what of its
 * variance is left.
 *
 * @param alike correlations of their pairs without ρ, the lower triangle row by row, then those with the
 * other one, from entry `at` on
 * @param factor scratch of n² numbers
 */
function conditional(alike: Float64Array, at: number, n: number, share: number, factor: Float64Array, weights: Float64Array): number {
  let entry = at;
  // So few columns are quicker in a plain loop than in panels; a row of the factor at a time.
  for (let i = 0; i < n; i++) {
    let square = 1;
    for (let j = 0; j < i; j++) {
      let value = share * alike[entry++];
      for (let k = 0; k < j; k++) value -= factor[i * n + k] * factor[j * n + k];
      value /= factor[j * n + j];
      factor[i * n + j] = value;
      square -= value * value;
    }
    factor[i * n + i] = Math.sqrt(square);
  }
  let variance = 1;
  for (let i = 0; i < n; i++) {
    let value = share * alike[entry++];
    for (let k = 0; k < i; k++) value -= factor[i * n + k] * weights[k];
    value /= factor[i * n + i];
    weights[i] = value;
    variance -= value * value;
  }
  for (let i = n - 1; i >= 0; i--) {
    let value = weights[i];
    for (let k = i + 1; k < n; k++) value -= factor[k * n + i] * weights[k];
    weights[i] = value / factor[i * n + i];
  }
  return variance;
}

/**
 * −2 log likelihood of the vectors of levels, without constants, with the variance of each dimension profiled
 * out (docs/methods.md A29), as a function of the correlations of the terms' pairs, which `share` multiplies.
 *
 * @param vectors [q, d]
 */
export function termsDeviance({ levels, near, from, at }: Terms, vectors: ArrayLike<number>, d: number) {
  const dimensions = Array.from({ length: d }, (_, m) => m).filter((m) => levels.some((level) => vectors[level * d + m] !== 0));
  const [factor, weights] = [new Float64Array(GIVEN * GIVEN), new Float64Array(GIVEN)];
  return (alike: Float64Array, share: number): number => {
    const sums = new Float64Array(d);
    let logDeterminant = 0;
    for (let t = 0; t < levels.length; t++) {
      const n = from[t + 1] - from[t];
      const variance = conditional(alike, at[t], n, share, factor, weights);
      logDeterminant += Math.log(variance);
      for (const m of dimensions) {
        let rest = vectors[levels[t] * d + m];
        for (let k = 0; k < n; k++) rest -= weights[k] * vectors[near[from[t] + k] * d + m];
        sums[m] += (rest * rest) / variance;
      }
    }
    let deviance = dimensions.length * logDeterminant;
    for (const m of dimensions) deviance += levels.length * Math.log(sums[m] / levels.length);
    return deviance;
  };
}

/** `termsDeviance` of places, as a function of ℓ² and then of ρ. */
export function correlationDeviance(points: Float64Array, seen: Int32Array, vectors: ArrayLike<number>, d: number) {
  const terms = termsOf(seen, (a, b) => squared(points, a, b));
  const deviance = termsDeviance(terms, vectors, d);
  const squares = Float64Array.from({ length: terms.pairs.length / 2 }, (_, i) => squared(points, terms.pairs[2 * i], terms.pairs[2 * i + 1]));
  const alike = new Float64Array(squares.length);
  let length = 0;
  return (squaredLength: number, share: number): number => {
    if (length !== squaredLength) for (let i = 0; i < alike.length; i++) alike[i] = Math.exp(-squares[i] / (2 * squaredLength));
    length = squaredLength;
    return deviance(alike, share);
  };
}

/** Fewer levels, or vectors that are all 0, say nothing of a correlation. */
export const saysSomething = (seen: Int32Array, vectors: ArrayLike<number>, d: number): boolean =>
  seen.length >= 3 && seen.some((level) => Array.from({ length: d }, (_, m) => vectors[level * d + m]).some((value) => value !== 0));

/** The side of the square that each level has to itself, squared, and the squared extent of all. */
function extentOf(points: Float64Array, seen: Int32Array): { own: number; all: number } {
  const sides = [0, 1].map((axis) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const level of seen) {
      least = Math.min(least, points[2 * level + axis]);
      most = Math.max(most, points[2 * level + axis]);
    }
    return most - least;
  });
  const all = sides[0] ** 2 + sides[1] ** 2;
  return { own: Math.max((sides[0] * sides[1]) / seen.length, all / seen.length ** 2), all };
}

/** Where training begins to look for a length: twice the side of the square that a level has to itself. */
export const usualSquaredLength = (points: Float64Array, seen: Int32Array): number => 4 * extentOf(points, seen).own || 1;

/**
 * ρ and ℓ² of the vectors of levels by maximum likelihood (docs/methods.md A29); null of fewer than three
 * levels, of levels at one point, and of vectors that are all 0.
 *
 * @param points x and y of each level, one after the other
 * @param seen levels that have vectors and coordinates
 * @param vectors [q, d]
 */
export async function fitCorrelation(
  points: Float64Array,
  seen: Int32Array,
  vectors: ArrayLike<number>,
  d: number,
  largestShare: number,
  breathe: Breathe,
): Promise<LevelCorrelation | null> {
  const { own, all } = extentOf(points, seen);
  if (!(all > 0) || !saysSomething(seen, vectors, d)) return null;
  const deviance = correlationDeviance(points, seen, vectors, d);
  const [shortest, longest] = [Math.log(own / 16), Math.log(4 * all)];
  let best = { share: 0, log: 0, deviance: Number.POSITIVE_INFINITY };
  const from = Math.log(own / 4);
  for (let i = 0; i < LENGTHS; i++) {
    const log = from + (i * (Math.log(all) - from)) / (LENGTHS - 1);
    for (const share of SHARES) {
      const value = deviance(Math.exp(log), Math.min(share, largestShare));
      if (value < best.deviance) best = { share: Math.min(share, largestShare), log, deviance: value };
    }
    await breathe();
  }
  let [shareStep, logStep]: number[] = [...STEPS];
  while (shareStep > FINEST || logStep > 2 * FINEST) {
    const { share, log } = best;
    for (const [ofShare, ofLog] of [
      [shareStep, 0],
      [-shareStep, 0],
      [0, logStep],
      [0, -logStep],
      [shareStep, -logStep],
      [-shareStep, logStep],
    ]) {
      const tried = { share: Math.min(largestShare, Math.max(0, share + ofShare)), log: Math.min(longest, Math.max(shortest, log + ofLog)) };
      const value = deviance(Math.exp(tried.log), tried.share);
      if (value < best.deviance) best = { ...tried, deviance: value };
    }
    await breathe();
    if (best.share !== share || best.log !== log) continue;
    shareStep /= 2;
    logStep /= 2;
  }
  return { share: best.share, squaredLength: Math.exp(best.log) };
}

/**
 * Vectors of levels without rows, given those that have some: the conditional mean of each dimension, and its
 * variance (docs/methods.md A29). Exact to 500 levels with rows; of more each follows from the 15 nearest.
 */
export class LevelField {
  /** The factor of the correlations of all seen levels, where they are solved together. */
  readonly #together: Float64Array | null;
  readonly #nearest: ((level: number, most: number) => number[]) | null;

  private constructor(
    readonly alike: Alike,
    readonly seen: Int32Array,
    together: Float64Array | null,
  ) {
    this.#together = together;
    this.#nearest = together ? null : alike.nearestOf(seen);
  }

  static async of(alike: Alike, seen: Int32Array, breathe: Breathe): Promise<LevelField> {
    const n = seen.length;
    if (n > MOST_EXACT) return new LevelField(alike, seen, null);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] = i === j ? 1 : alike.of(seen[i], seen[j]);
    await choleskyInPlace(matrix, n, breathe);
    return new LevelField(alike, seen, matrix);
  }

  /**
   * C⁻¹ b of the seen levels, for predictions at other places: [n, d]; null where there are more than
   * are solved together.
   */
  solved(vectors: ArrayLike<number>, d: number): Float64Array | null {
    if (!this.#together) return null;
    const n = this.seen.length;
    const found = new Float64Array(n * d);
    for (let m = 0; m < d; m++) {
      const column = Float64Array.from(this.seen, (level) => vectors[level * d + m]);
      forward(this.#together, column, n);
      backward(this.#together, column, n);
      for (let i = 0; i < n; i++) found[i * d + m] = column[i];
    }
    return found;
  }

  /** What an unseen level takes of which seen ones. */
  #weights(level: number): { near: Int32Array; weights: Float64Array; variance: number } {
    const { alike, seen } = this;
    if (this.#together) {
      const n = seen.length;
      const weights = Float64Array.from(seen, (other) => alike.of(level, other));
      forward(this.#together, weights, n);
      const explained = weights.reduce((sum, value) => sum + value * value, 0);
      backward(this.#together, weights, n);
      return { near: seen, weights, variance: 1 - explained };
    }
    const near = Int32Array.from((this.#nearest as (level: number, most: number) => number[])(level, NEAREST));
    const n = near.length;
    const all = [...near, level];
    const entries = all.flatMap((one, i) => all.slice(0, i).map((other) => alike.of(one, other)));
    const weights = new Float64Array(n);
    const variance = conditional(Float64Array.from(entries), 0, n, 1, new Float64Array(n * n), weights);
    return { near, weights, variance };
  }

  /** Levels without rows whose place is known. */
  #unseen(): number[] {
    const has = new Set(this.seen);
    return Array.from({ length: this.alike.levels }, (_, level) => level).filter((level) => !has.has(level) && this.alike.knows(level));
  }

  /**
   * Puts the conditional means of unseen levels into a table of all levels' vectors, [q, d].
   *
   * @param variances [q, d], of the seen levels: those of the unseen ones are put there too
   * @param prior prior variance of each dimension
   */
  async complete(
    vectors: Float32Array,
    d: number,
    breathe: Breathe,
    posterior?: { variances: Float32Array; prior: ArrayLike<number> },
  ): Promise<void> {
    const all = posterior ? null : this.solved(vectors, d);
    for (const [at, level] of this.#unseen().entries()) {
      if (at % BREATH === 0) await breathe();
      const row = vectors.subarray(level * d, (level + 1) * d);
      if (all) {
        const sums = new Float64Array(d);
        for (let i = 0; i < this.seen.length; i++) {
          const weight = this.alike.of(level, this.seen[i]);
          for (let m = 0; m < d; m++) sums[m] += weight * all[i * d + m];
        }
        row.set(sums);
        continue;
      }
      const { near, weights, variance } = this.#weights(level);
      for (let m = 0; m < d; m++) {
        let [mean, own] = [0, posterior ? posterior.prior[m] * variance : 0];
        for (let i = 0; i < near.length; i++) {
          mean += weights[i] * vectors[near[i] * d + m];
          if (posterior) own += weights[i] ** 2 * posterior.variances[near[i] * d + m];
        }
        row[m] = mean;
        if (posterior) posterior.variances[level * d + m] = own;
      }
    }
  }
}
