import { inverseWithLogDeterminant } from '../dense';

/**
 * Polynomials in a few variables within ±1, of a degree of its own in each, fitted to values at nodes by
 * least squares: sums of products of Chebyshev polynomials T_a(x) T_b(y) … with a/degree + b/degree + … ≤ 1.
 */
export class Polynomials {
  /** Orders of each product. */
  readonly orders: readonly (readonly number[])[];
  /** Coefficients from values at the nodes (products × nodes). */
  readonly #fit: Float64Array;
  readonly #nodes: number;
  readonly #degrees: readonly number[];

  /** @param nodes points at which values will be known, more of them than there are products */
  constructor(nodes: readonly Float64Array[], degrees: readonly number[]) {
    this.#degrees = degrees;
    this.orders = ordersOf(degrees);
    this.#nodes = nodes.length;
    const count = this.orders.length;
    const design = nodes.map((node) => {
      const values = chebyshev(node, degrees);
      return this.orders.map((own) => own.reduce((product, order, at) => product * values[at][order], 1));
    });
    const normal = new Float64Array(count * count);
    for (const row of design) for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) normal[a * count + b] += row[a] * row[b];
    const inverse = inverseWithLogDeterminant(normal, count)?.inverse;
    if (!inverse) throw new Error('the nodes do not determine the polynomial');
    this.#fit = new Float64Array(count * nodes.length);
    for (let a = 0; a < count; a++)
      for (const [node, row] of design.entries())
        for (let b = 0; b < count; b++) this.#fit[a * nodes.length + node] += inverse[a * count + b] * row[b];
  }

  /** Coefficients of the polynomial through these values, as near as it comes. */
  through(values: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.orders, (_, a) => {
      let sum = 0;
      for (let node = 0; node < this.#nodes; node++) sum += this.#fit[a * this.#nodes + node] * values[node];
      return sum;
    });
  }

  /** The products at a point: a polynomial there is their sum, each times its coefficient. */
  basis(point: Float64Array): Float64Array {
    const own = chebyshev(point, this.#degrees);
    return Float64Array.from(this.orders, (orders) => orders.reduce((product, order, at) => product * own[at][order], 1));
  }
}

/** T_0 … T_degree of each coordinate. */
function chebyshev(point: Float64Array, degrees: readonly number[]): number[][] {
  return degrees.map((degree, at) => {
    const x = point[at];
    const value = [1, x];
    for (let k = 2; k <= degree; k++) value.push(2 * x * value[k - 1] - value[k - 2]);
    return value;
  });
}

/** Orders whose shares of the degrees add up to at most `left`. */
export function ordersOf(degrees: readonly number[], left = 1): number[][] {
  if (degrees.length === 0) return [[]];
  const [degree, ...others] = degrees;
  const all: number[][] = [];
  for (let order = 0; order <= degree && order / degree <= left + 1e-9; order++)
    for (const rest of ordersOf(others, left - order / degree)) all.push([order, ...rest]);
  return all;
}
