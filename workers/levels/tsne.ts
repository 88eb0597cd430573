/** Rows of pairs between two chances for others: at 2,000 points about 2 ms. */
const ROWS_AT_ONCE = 100;
/** Bisections of a bandwidth at most, and how near the logarithm of the perplexity it must come. */
const BISECTIONS = 200;

/** Constants of docs/methods.md F12. */
const EXAGGERATION = 12;
const EXAGGERATED_STEPS = 250;
export const TSNE_STEPS = 1000;
const START_DEVIATION = 1e-4;

/** The perplexity of so many points where none is asked for. */
export const usualPerplexity = (n: number): number => Math.min(30, (n - 1) / 3);

/**
 * Joint probabilities of the points (n × n, symmetric, sum 1): Gaussians on squared distances, each row's
 * bandwidth by bisection of its entropy to log(perplexity) (docs/methods.md F12). Yields between pieces of
 * work.
 */
export function* jointProbabilities(
  values: ArrayLike<number>,
  n: number,
  d: number,
  perplexity: number,
  tolerance = 1e-5,
): Generator<number, Float32Array> {
  const joint = new Float32Array(n * n);
  const squares = new Float64Array(n);
  const weights = new Float64Array(n);
  const wanted = Math.log(perplexity);
  for (let i = 0; i < n; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let m = 0, p = i * d, q = j * d; m < d; m++, p++, q++) sum += (values[p] - values[q]) ** 2;
      squares[j] = sum;
      if (j !== i && sum < least) least = sum;
    }
    // In units of the row's own distances, so that the search begins near its end whatever the scale.
    let mean = 0;
    for (let j = 0; j < n; j++) if (j !== i) mean += (squares[j] - least) / (n - 1);
    let [low, high, beta] = [0, Number.POSITIVE_INFINITY, mean > 0 ? 1 / mean : 1];
    let total = 1;
    for (let round = 0; round < BISECTIONS; round++) {
      let moment = 0;
      total = 0;
      for (let j = 0; j < n; j++) {
        const exponent = (squares[j] - least) * beta;
        weights[j] = j === i ? 0 : Math.exp(-exponent);
        total += weights[j];
        moment += weights[j] * exponent;
      }
      // Σ p log p of p = w / total.
      const entropy = Math.log(total) + moment / total;
      if (Math.abs(entropy - wanted) < tolerance) break;
      if (entropy > wanted) {
        low = beta;
        beta = high === Number.POSITIVE_INFINITY ? 2 * beta : (low + high) / 2;
      } else {
        high = beta;
        beta = (low + high) / 2;
      }
    }
    for (let j = 0; j < n; j++) {
      const share = weights[j] / total / (2 * n);
      joint[i * n + j] += share;
      joint[j * n + i] += share;
    }
    if (i % 20 === 19) yield i + 1;
  }
  return joint;
}

/** Forces on points, kept from step to step: attraction, and repulsion before it is divided by its total. */
interface Forces {
  attraction: Float64Array;
  repulsion: Float64Array;
}

const forcesOf = (n: number): Forces => ({ attraction: new Float64Array(2 * n), repulsion: new Float64Array(2 * n) });

/**
 * Gradient of the cost (with the joint probabilities times `exaggeration`) into `gradient` (n × 2), and the
 * cost itself where it is asked for. Every pair is looked at once: what repels is divided by the total of all
 * pairs at the end. Yields between pieces of work.
 */
export function* tsneGradient(
  joint: Float32Array,
  y: Float64Array,
  gradient: Float64Array,
  exaggeration = 1,
  withCost = false,
  { attraction, repulsion }: Forces = forcesOf(y.length / 2),
): Generator<number, number> {
  const n = y.length / 2;
  attraction.fill(0);
  repulsion.fill(0);
  let [total, cost, mass] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x0, y0] = [y[2 * i], y[2 * i + 1]];
    let [ax, ay, rx, ry, sum] = [0, 0, 0, 0, 0];
    for (let j = i + 1, p = i * n + j, at = 2 * j; j < n; j++, p++, at += 2) {
      const dx = x0 - y[at];
      const dy = y0 - y[at + 1];
      const near = 1 / (1 + dx * dx + dy * dy);
      const pull = joint[p] * near;
      const push = near * near;
      sum += near;
      ax += pull * dx;
      ay += pull * dy;
      rx += push * dx;
      ry += push * dy;
      attraction[at] -= pull * dx;
      attraction[at + 1] -= pull * dy;
      repulsion[at] -= push * dx;
      repulsion[at + 1] -= push * dy;
      if (withCost && joint[p] > 0) {
        cost += 2 * joint[p] * Math.log(joint[p] / near);
        mass += 2 * joint[p];
      }
    }
    total += 2 * sum;
    attraction[2 * i] += ax;
    attraction[2 * i + 1] += ay;
    repulsion[2 * i] += rx;
    repulsion[2 * i + 1] += ry;
    if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield i;
  }
  for (let i = 0; i < 2 * n; i++) gradient[i] = 4 * (exaggeration * attraction[i] - repulsion[i] / total);
  return cost + mass * Math.log(total);
}

/**
 * Exact t-SNE (docs/methods.md F12): gradient descent with momentum and gains from the first two principal
 * components, scaled to a standard deviation of 10⁻⁴; no random number is drawn.
 */
export class Tsne {
  /** Positions: n × 2. */
  readonly y: Float64Array;
  readonly #joint: Float32Array;
  readonly #velocity: Float64Array;
  readonly #gains: Float64Array;
  readonly #gradient: Float64Array;
  readonly #rate: number;
  readonly #forces: Forces;
  #step = 0;

  /** @param start n × 2, of any scale */
  constructor(joint: Float32Array, start: Float64Array) {
    const n = start.length / 2;
    this.#joint = joint;
    this.y = start.slice();
    this.#velocity = new Float64Array(2 * n);
    this.#gains = new Float64Array(2 * n).fill(1);
    this.#gradient = new Float64Array(2 * n);
    this.#rate = Math.max(n / 48, 50);
    this.#forces = forcesOf(n);
    this.#centre();
    let squares = 0;
    for (let i = 0; i < n; i++) squares += this.y[2 * i] ** 2;
    const deviation = Math.sqrt(squares / n);
    for (let i = 0; i < 2 * n; i++) this.y[i] *= deviation > 0 ? START_DEVIATION / deviation : 0;
  }

  /** One step. Yields between pieces of work. */
  *step(): Generator<number, void> {
    const early = this.#step < EXAGGERATED_STEPS;
    yield* tsneGradient(this.#joint, this.y, this.#gradient, early ? EXAGGERATION : 1, false, this.#forces);
    const momentum = early ? 0.5 : 0.8;
    const [velocity, gains, gradient, y] = [this.#velocity, this.#gains, this.#gradient, this.y];
    for (let i = 0; i < y.length; i++) {
      gains[i] = Math.max(0.01, gradient[i] > 0 === velocity[i] > 0 ? gains[i] * 0.8 : gains[i] + 0.2);
      velocity[i] = momentum * velocity[i] - this.#rate * gains[i] * gradient[i];
      y[i] += velocity[i];
    }
    this.#centre();
    this.#step++;
  }

  #centre(): void {
    const { y } = this;
    const n = y.length / 2;
    let [x, z] = [0, 0];
    for (let i = 0; i < n; i++) {
      x += y[2 * i] / n;
      z += y[2 * i + 1] / n;
    }
    for (let i = 0; i < n; i++) {
      y[2 * i] -= x;
      y[2 * i + 1] -= z;
    }
  }
}
