import { logGamma } from '../terms/families';

const MOST_TERMS = 1000;

/** P(χ² ≥ x) with so many degrees of freedom; with 0 of them χ² is 0. */
export function aboveChiSquare(x: number, freedom: number): number {
  if (x <= 0) return 1;
  if (freedom === 0) return 0;
  const [a, z] = [freedom / 2, x / 2];
  const scale = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    // Series of the lower incomplete gamma function.
    let [term, sum] = [1 / a, 1 / a];
    for (let k = 1; k < MOST_TERMS && term > 1e-17 * sum; k++) {
      term *= z / (a + k);
      sum += term;
    }
    return 1 - scale * sum;
  }
  // Continued fraction of the upper one, by Lentz's method.
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return scale * h;
}

/**
 * p value of a likelihood ratio for one of r effects whose covariances with the others go too: on the
 * boundary the ratio is χ² with r − 1 or with r degrees of freedom, half of the time each (Stram & Lee 1994).
 */
export const boundaryPValue = (ratio: number, r: number): number => (aboveChiSquare(ratio, r - 1) + aboveChiSquare(ratio, r)) / 2;
