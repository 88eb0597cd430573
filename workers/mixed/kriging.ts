import { type Breathe, backward, choleskyInPlace, forward } from './dense';
import { PlaceTree } from './neighbours';

/** κ₀ exp(−|s − s′|² / 2κ₁): a variance and a squared length. */
export interface FieldKernel {
  variance: number;
  squaredLength: number;
}

/** Most places with rows that are solved together; of more, each is predicted from the nearest. */
export const MOST_TOGETHER = 1_000;
const NEAREST = 64;

/** Rows of a matrix between two breaths: a few milliseconds. */
const BREATH = 100;

/**
 * Best linear unbiased predictions of a Gaussian field at places, from mean residuals of the places that have
 * rows (docs/methods.md F10): b = K_·o (K_oo + σ²_e diag(1/N))⁻¹ r̄. Exact to 1,000 places with rows; of
 * more, each place is predicted from the 64 nearest with rows.
 */
export class Kriging {
  /** Places with rows. */
  readonly #seen: Int32Array;
  /** The factor of all of them, or what each place takes of its neighbours. */
  #together: Float64Array | null = null;
  #neighbours: Int32Array[] = [];
  #weights: Float64Array[] = [];
  #own: Float64Array = new Float64Array(0);

  /**
   * @param points coordinates of every place, x and y one after the other
   * @param counts rows of each place
   */
  private constructor(
    readonly points: Float64Array,
    readonly counts: ArrayLike<number>,
    readonly kernel: FieldKernel,
    readonly residualVariance: number,
  ) {
    this.#seen = Int32Array.from({ length: points.length / 2 }, (_, j) => j).filter((j) => counts[j] > 0);
  }

  static async of(
    points: Float64Array,
    counts: ArrayLike<number>,
    kernel: FieldKernel,
    residualVariance: number,
    breathe: Breathe,
  ): Promise<Kriging> {
    const kriging = new Kriging(points, counts, kernel, residualVariance);
    await (kriging.#seen.length <= MOST_TOGETHER ? kriging.#solveTogether(breathe) : kriging.#solveEach(breathe));
    return kriging;
  }

  #covariance(x: number, y: number, place: number): number {
    const { variance, squaredLength } = this.kernel;
    return variance * Math.exp(-((x - this.points[2 * place]) ** 2 + (y - this.points[2 * place + 1]) ** 2) / (2 * squaredLength));
  }

  /** K + σ²_e diag(1/N) of these places. */
  #noisy(places: Int32Array): Float64Array {
    const n = places.length;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const place = places[i];
      for (let j = 0; j < i; j++) {
        const value = this.#covariance(this.points[2 * place], this.points[2 * place + 1], places[j]);
        matrix[i * n + j] = value;
        matrix[j * n + i] = value;
      }
      matrix[i * n + i] = this.kernel.variance + this.residualVariance / this.counts[place];
    }
    return matrix;
  }

  async #solveTogether(breathe: Breathe): Promise<void> {
    const matrix = this.#noisy(this.#seen);
    await choleskyInPlace(matrix, this.#seen.length, breathe);
    this.#together = matrix;
  }

  /** The places with rows. */
  #tree(): PlaceTree {
    return new PlaceTree(Float64Array.from({ length: 2 * this.#seen.length }, (_, at) => this.points[2 * this.#seen[at >> 1] + (at & 1)]));
  }

  async #solveEach(breathe: Breathe): Promise<void> {
    const places = this.points.length / 2;
    const tree = this.#tree();
    this.#own = new Float64Array(places);
    for (let place = 0; place < places; place++) {
      const [x, y] = [this.points[2 * place], this.points[2 * place + 1]];
      const near = tree.nearest(x, y, NEAREST).map((at) => this.#seen[at]);
      const { weights, variance } = await this.#weightsOf(near, x, y);
      this.#neighbours[place] = near;
      this.#weights[place] = weights;
      this.#own[place] = variance;
      if (place % BREATH === 0) await breathe();
    }
  }

  /** What a point takes of the mean residuals of these places, and what of its variance is left. */
  async #weightsOf(places: Int32Array, x: number, y: number): Promise<{ weights: Float64Array; variance: number }> {
    const n = places.length;
    const l = this.#noisy(places);
    await choleskyInPlace(l, n, async () => {});
    const weights = Float64Array.from(places, (place) => this.#covariance(x, y, place));
    forward(l, weights, n);
    let explained = 0;
    for (const value of weights) explained += value * value;
    backward(l, weights, n);
    return { weights, variance: Math.max(0, this.kernel.variance - explained) };
  }

  /**
   * (K_oo + σ²_e diag(1/N))⁻¹ r̄ of the places with rows, 0 elsewhere; null where each place has its own
   * solution.
   */
  weights(means: ArrayLike<number>): Float64Array | null {
    const n = this.#seen.length;
    if (!this.#together) return null;
    const solution = Float64Array.from(this.#seen, (place) => means[place]);
    forward(this.#together, solution, n);
    backward(this.#together, solution, n);
    const all = new Float64Array(this.points.length / 2);
    for (let i = 0; i < n; i++) all[this.#seen[i]] = solution[i];
    return all;
  }

  /** The field at every place, also at those without rows. `means`: mean residual of each place. */
  async effects(means: ArrayLike<number>, breathe: Breathe): Promise<Float64Array> {
    const together = this.weights(means);
    // Of each place's own neighbours few products are taken.
    const every = together ? BREATH : 100 * BREATH;
    const found = new Float64Array(this.points.length / 2);
    for (let place = 0; place < found.length; place++) {
      if (place > 0 && place % every === 0) await breathe();
      if (together) {
        found[place] = this.#sum(this.points[2 * place], this.points[2 * place + 1], together);
        continue;
      }
      const weights = this.#weights[place];
      const near = this.#neighbours[place];
      for (let i = 0; i < near.length; i++) found[place] += weights[i] * means[near[i]];
    }
    return found;
  }

  #sum(x: number, y: number, weights: Float64Array): number {
    let sum = 0;
    for (const place of this.#seen) sum += this.#covariance(x, y, place) * weights[place];
    return sum;
  }

  /** The field at points that are no places. */
  async at(points: ArrayLike<number>, means: ArrayLike<number>): Promise<Float64Array> {
    const together = this.weights(means);
    const tree = together ? null : this.#tree();
    const found = new Float64Array(points.length / 2);
    for (let i = 0; i < found.length; i++) {
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      if (together) found[i] = this.#sum(x, y, together);
      if (!tree) continue;
      const near = tree.nearest(x, y, NEAREST).map((at) => this.#seen[at]);
      const { weights } = await this.#weightsOf(near, x, y);
      for (let k = 0; k < near.length; k++) found[i] += weights[k] * means[near[k]];
    }
    return found;
  }

  /** Variance of the field at every place given the rows. */
  async variances(breathe: Breathe): Promise<Float64Array> {
    if (!this.#together) return this.#own;
    const n = this.#seen.length;
    const found = new Float64Array(this.points.length / 2);
    for (let place = 0; place < found.length; place++) {
      const side = Float64Array.from(this.#seen, (other) => this.#covariance(this.points[2 * place], this.points[2 * place + 1], other));
      forward(this.#together, side, n);
      let explained = 0;
      for (const value of side) explained += value * value;
      found[place] = Math.max(0, this.kernel.variance - explained);
      if (place % BREATH === 0) await breathe();
    }
    return found;
  }
}
