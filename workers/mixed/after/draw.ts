import { gammaOfMeanOne, poissonCount } from '../../data/simulate-responses';
import type { RandomStream } from '../../random/random';
import type { LinearFormula } from '../formula/fit';
import type { GeneralisedFormula } from '../formula/fit-generalised';
import { factorsOf, scaleUp } from '../terms/factor';
import { addEffects } from '../terms/products';

type Fitted = {
  rows: Pick<GeneralisedFormula['rows'], 'layout' | 'terms'>;
  theta: ArrayLike<number>;
  x: Float64Array;
  p: number;
  beta: Float64Array;
};

/** Xβ + Zb of each row, with b drawn anew: σ times standard normals, scaled by θ. */
function predictor({ rows: { layout, terms }, theta, x, p, beta }: Fitted, n: number, sigma: number, random: RandomStream): Float64Array {
  const eta = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let c = 0; c < p; c++) eta[i] += x[i * p + c] * beta[c];
  const b = Float64Array.from({ length: layout.size }, () => sigma * random.normal());
  scaleUp(layout, factorsOf(terms, theta), b, 1);
  addEffects(layout, b, eta);
  return eta;
}

/** A response from the fitted linear model: Xβ + Zb + e, with b and e drawn anew. */
export function drawResponse({ estimate }: Pick<LinearFormula, 'estimate'>, random: RandomStream): Float64Array {
  const { fit, rows, theta } = estimate;
  const { x, p, rows: n } = rows.data;
  const sigma = Math.sqrt(fit.residualVariance);
  const y = predictor({ rows, theta, x, p, beta: fit.beta }, n, sigma, random);
  for (let i = 0; i < n; i++) y[i] += sigma * random.normal();
  return y;
}

/**
 * A response from a fitted generalised model, with b drawn anew: counts, or shares of successes in the trials
 * of each row.
 */
export function drawGeneralised({ fit, rows, point }: Pick<GeneralisedFormula, 'fit' | 'rows' | 'point'>, random: RandomStream): Float64Array {
  const { x, p, rows: n, offset, family, trials } = rows.given;
  const eta = predictor({ rows, theta: point, x, p, beta: fit.beta }, n, 1, random);
  return eta.map((own, i) => {
    const at = own + (offset ? offset[i] : 0);
    if (family === 'binomial') {
      const m = trials ? trials[i] : 1;
      return m > 0 ? binomialCount(m, 1 / (1 + Math.exp(-at)), random) / m : 0;
    }
    const mean = Math.exp(at);
    return poissonCount(family === 'poisson' || fit.shape === null ? mean : mean * gammaOfMeanOne(1 / fit.shape, random), random);
  });
}

/** More trials than this are halved at an order statistic before they are drawn one by one. */
const ONE_BY_ONE = 32;

/**
 * Successes in n trials: where those are many, the trials' uniforms are split at their middle order
 * statistic, which has a beta distribution (Devroye 1986, X.4.3).
 */
export function binomialCount(n: number, probability: number, random: RandomStream): number {
  let [left, p, count] = [n, probability, 0];
  while (left > ONE_BY_ONE) {
    const middle = Math.floor((left + 1) / 2);
    const [a, b] = [middle, left + 1 - middle];
    const [one, other] = [a * gammaOfMeanOne(1 / a, random), b * gammaOfMeanOne(1 / b, random)];
    const split = one / (one + other);
    if (split <= p) {
      count += middle;
      [left, p] = [left - middle, (p - split) / (1 - split)];
    } else [left, p] = [middle - 1, p / split];
  }
  for (let trial = 0; trial < left; trial++) if (random.uniform() < p) count++;
  return count;
}
