/** Nodes z and weights w of a Gauss–Hermite rule for the mean over a standard normal: Σ w f(z), Σ w = 1. */
export interface Rule {
  nodes: Float64Array;
  weights: Float64Array;
}

const MOST_STEPS = 100;

/** The rule of so many nodes: roots of the Hermite polynomial He_n by Newton's method from the largest on. */
export function hermiteRule(count: number): Rule {
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const found: number[] = [];
  for (let k = 0; k < Math.ceil(count / 2); k++) {
    // Starts of Numerical Recipes' gauher, in units of a standard normal.
    const [a, b] = [found[k - 1] ?? 0, found[k - 2] ?? 0];
    let z: number;
    if (k === 0) z = Math.SQRT2 * (Math.sqrt(2 * count + 1) - 1.85575 * (2 * count + 1) ** (-1 / 6));
    else if (k === 1) z = a - (2 * 1.14 * count ** 0.426) / a;
    else if (k === 2) z = 1.86 * a - 0.86 * b;
    else if (k === 3) z = 1.91 * a - 0.91 * b;
    else z = 2 * a - b;
    if (count === 1 || (count % 2 === 1 && k === (count - 1) / 2)) z = 0;
    let slope = 0;
    for (let step = 0; step < MOST_STEPS; step++) {
      const { value, before } = hermite(count, z);
      // He_n / √n! has the derivative √n times the one before it.
      slope = Math.sqrt(count) * before;
      const change = value / slope;
      z -= change;
      if (Math.abs(change) < 1e-15 * (1 + Math.abs(z))) break;
    }
    slope = Math.sqrt(count) * hermite(count, z).before;
    found.push(z);
    for (const [at, node] of [
      [k, -z],
      [count - 1 - k, z],
    ]) {
      nodes[at] = node;
      weights[at] = 1 / slope ** 2;
    }
  }
  return { nodes, weights };
}

/** Hermite polynomials of norm 1 over the standard normal: of degree n, and of degree n − 1. */
function hermite(n: number, z: number): { value: number; before: number } {
  let [value, before] = [1, 0];
  for (let degree = 1; degree <= n; degree++) [value, before] = [(z * value - Math.sqrt(degree - 1) * before) / Math.sqrt(degree), value];
  return { value, before };
}
