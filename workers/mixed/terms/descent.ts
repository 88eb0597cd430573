/** A value to be made small, and its gradient, at some point. */
export interface Descended {
  value: number;
  gradient: Float64Array;
  /** First guesses of second derivatives, or of the inverse of all of them (size × size). */
  curvature: Float64Array;
  inverse?: Float64Array | null;
}

/** A predicted decrease below this ends the search. */
const TOLERANCE = 1e-9;
/** Least and greatest first curvature. */
const LEAST_CURVATURE = 1e-3;
const MOST_TRIES = 30;
/** Longest step as a share of 1 + |point|. */
const LONGEST = 1;
/** Of Armijo and of Wolfe. */
const DECREASE = 1e-4;
const SLOPE = 0.9;

/**
 * Quasi-Newton search (BFGS) for the least value of a smooth function of a few numbers, a step at a time, by
 * exact gradients, with steps that satisfy the Wolfe conditions where they can (Nocedal & Wright 2006, ch. 3
 * and 6). Nothing is bounded.
 */
export class Descent<T extends Descended> {
  point: Float64Array;
  at: T | null = null;
  converged = false;
  /** Evaluations so far. */
  evaluations = 0;
  /** True where the last step found nothing lower although the gradient said so. */
  stuck = false;
  readonly #evaluate: (point: Float64Array) => Promise<T>;
  readonly #tolerance: number;
  /** Inverse of the curvature (size × size). */
  #inverse = new Float64Array(0);
  #fresh = true;

  constructor(start: ArrayLike<number>, evaluate: (point: Float64Array) => Promise<T>, tolerance = TOLERANCE) {
    this.point = Float64Array.from(start);
    this.#evaluate = evaluate;
    this.#tolerance = tolerance;
  }

  /** Inverse of the curvature as far as it has been learnt (size × size). */
  get inverse(): Float64Array {
    return this.#inverse.slice();
  }

  async #try(point: Float64Array): Promise<T> {
    this.evaluations++;
    return this.#evaluate(point);
  }

  #begin(at: T): void {
    const size = this.point.length;
    this.#fresh = true;
    if (at.inverse) {
      this.#inverse = at.inverse.slice();
      return;
    }
    this.#inverse = new Float64Array(size * size);
    at.curvature.forEach((curvature, k) => {
      this.#inverse[k * size + k] = 1 / Math.max(curvature, LEAST_CURVATURE);
    });
  }

  /** One step downhill; the first call also evaluates the start. */
  async step(): Promise<T> {
    if (!this.at) {
      this.at = await this.#try(this.point);
      this.#begin(this.at);
    }
    if (this.converged) return this.at;
    const from = this.at;
    let direction = this.#direction(from.gradient);
    let slope = dot(direction, from.gradient);
    if (!(slope < 0) && !this.#fresh) {
      this.#begin(from);
      direction = this.#direction(from.gradient);
      slope = dot(direction, from.gradient);
    }
    if (!(-slope >= 2 * this.#tolerance)) {
      this.converged = true;
      return from;
    }
    const size = Math.sqrt(dot(direction, direction));
    const longest = LONGEST * (1 + Math.sqrt(dot(this.point, this.point)));
    const most = longest / size;
    const found = await this.#search(from, direction, slope, Math.min(1, most), most);
    if (!found) {
      if (!this.#fresh) {
        // What was learnt of the curvature may be wrong: once more from the first guess.
        this.#begin(from);
        return from;
      }
      this.stuck = true;
      this.converged = true;
      return from;
    }
    this.#learn(found.point, found.next);
    this.point = found.point;
    this.at = found.next;
    return found.next;
  }

  /** Steps to the end of the search, `most` of them at most. @param enough true where a point will do */
  async descend(most: number, enough: (at: T) => boolean = () => false): Promise<T> {
    let at = await this.step();
    for (let step = 1; step < most && !this.converged && !enough(at); step++) at = await this.step();
    return at;
  }

  /** A point along the direction, lower by Armijo's rule and, within a few tries, flat enough by Wolfe's. */
  async #search(from: T, direction: Float64Array, slope: number, first: number, most: number): Promise<{ point: Float64Array; next: T } | null> {
    let [low, high] = [0, Number.POSITIVE_INFINITY];
    let best: { point: Float64Array; next: T } | null = null;
    const noise = 1e-13 * Math.abs(from.value);
    for (let share = first, tries = 0; tries < MOST_TRIES; tries++) {
      const point = this.point.map((value, k) => value + share * direction[k]);
      const next = await this.#try(point);
      if (!(next.value <= from.value + DECREASE * share * slope + noise)) {
        high = share;
        // Least of the parabola through the value and slope here and the value there.
        const rise = next.value - from.value - share * slope;
        const least = Number.isFinite(rise) && rise > 0 ? (-slope * share * share) / (2 * rise) : 0;
        share = best ? (low + high) / 2 : Math.min(0.5 * share, Math.max(0.1 * share, least));
        if (best && tries >= 6) break;
        continue;
      }
      best = { point, next };
      const there = dot(direction, next.gradient);
      if (there >= SLOPE * slope || share >= most) break;
      low = share;
      share = high === Number.POSITIVE_INFINITY ? Math.min(most, 2.5 * share) : (low + high) / 2;
    }
    return best;
  }

  #direction(gradient: Float64Array): Float64Array {
    const size = gradient.length;
    return gradient.map((_, k) => {
      let sum = 0;
      for (let l = 0; l < size; l++) sum += this.#inverse[k * size + l] * gradient[l];
      return -sum;
    });
  }

  /** BFGS update of the inverse curvature; left as it is where the step met no positive curvature. */
  #learn(point: Float64Array, next: T): void {
    const size = point.length;
    const s = point.map((value, k) => value - this.point[k]);
    const y = next.gradient.map((g, k) => g - (this.at as T).gradient[k]);
    const sy = dot(s, y);
    if (!(sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return;
    this.#fresh = false;
    const hy = this.#direction(y).map((value) => -value);
    const yhy = dot(y, hy);
    for (let k = 0; k < size; k++)
      for (let l = 0; l < size; l++) this.#inverse[k * size + l] += ((1 + yhy / sy) * s[k] * s[l] - s[k] * hy[l] - hy[k] * s[l]) / sy;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
