import { softplus } from '../../metrics/softplus';

/** What a response family says of one row at a linear predictor η, by its canonical or log link. */
export interface FamilyRows {
  /** Log likelihood of row i at η, constants included. */
  log(i: number, eta: number): number;
  /** Writes mean-related quantities of row i at η to `into`, as `ROW` has them. */
  at(i: number, eta: number, into: Float64Array): void;
  /** Whether the weights are the negative second derivatives of the log likelihood (a canonical link). */
  canonical: boolean;
}

/** Places in what `at` writes: dℓ/dη, weight w, dw/dη, and −d²ℓ/dη². */
export const ROW = { slope: 0, weight: 1, weightSlope: 2, observed: 3, size: 4 } as const;

/** Least weight of a row, so that one fitted without doubt stays a number. */
const LEAST = 1e-300;

/** log Γ(x), x > 0: Stirling's series from 10 on, below by the recurrence. */
export function logGamma(x: number): number {
  let [shift, at] = [0, x];
  while (at < 10) {
    shift -= Math.log(at);
    at++;
  }
  const z = 1 / (at * at);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / at;
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Shares y of successes in trials m, logit link. @param trials of each row; null: 1 */
export function binomialRows(y: ArrayLike<number>, trials: ArrayLike<number> | null): FamilyRows {
  const constant = Float64Array.from(y, (share, i) => {
    const m = trials ? trials[i] : 1;
    return m === 1 ? 0 : logGamma(m + 1) - logGamma(m * share + 1) - logGamma(m * (1 - share) + 1);
  });
  return {
    canonical: true,
    log: (i, eta) => (trials ? trials[i] : 1) * (y[i] * eta - softplus(eta)) + constant[i],
    at(i, eta, into) {
      const m = trials ? trials[i] : 1;
      const small = Math.exp(-Math.abs(eta));
      const mean = eta >= 0 ? 1 / (1 + small) : small / (1 + small);
      const weight = (m * small) / (1 + small) ** 2;
      into[ROW.slope] = m * (y[i] - mean);
      into[ROW.weight] = Math.max(LEAST, weight);
      into[ROW.weightSlope] = weight * (1 - 2 * mean);
      into[ROW.observed] = into[ROW.weight];
    },
  };
}

/** Counts y, log link. */
export function poissonRows(y: ArrayLike<number>): FamilyRows {
  const constant = Float64Array.from(y, (count) => -logGamma(count + 1));
  return {
    canonical: true,
    log: (i, eta) => y[i] * eta - Math.exp(eta) + constant[i],
    at(i, eta, into) {
      const mean = Math.exp(eta);
      into[ROW.slope] = y[i] - mean;
      into[ROW.weight] = Math.max(LEAST, mean);
      into[ROW.weightSlope] = mean;
      into[ROW.observed] = into[ROW.weight];
    },
  };
}

/** Counts y with variance μ + μ²/shape, log link; weights are expected ones, as lme4 has them. */
export function negativeBinomialRows(y: ArrayLike<number>, shape: number): FamilyRows {
  const constant = Float64Array.from(y, (count) => logGamma(count + shape) - logGamma(shape) - logGamma(count + 1) + shape * Math.log(shape));
  return {
    canonical: false,
    log: (i, eta) =>
      constant[i] + y[i] * eta - (y[i] + shape) * (eta > 0 ? eta + Math.log(1 + shape * Math.exp(-eta)) : Math.log(shape + Math.exp(eta))),
    at(i, eta, into) {
      const mean = Math.exp(eta);
      // shape / (shape + mean), which is 0 and not NaN where the mean overflows.
      const share = 1 / (1 + mean / shape);
      into[ROW.slope] = share * (y[i] - mean);
      into[ROW.weight] = Math.max(LEAST, share * mean);
      into[ROW.weightSlope] = share * share * mean;
      into[ROW.observed] = (share * share * mean * (y[i] + shape)) / shape;
    },
  };
}
