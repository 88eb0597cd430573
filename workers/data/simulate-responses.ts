import { logFactorial } from '../metrics/counts';
import type { RandomStream } from '../random/random';
import type { CategoricalColumn, Dataset, TrueComponents } from './dataset';
import type { LmmnnDataset } from './schema';

/** Responses of the LMMNN simulation that are neither normal nor binary (docs/methods.md F10). */

/** Largest mean that is drawn from: beyond it counts are no longer exact in single precision. */
const LARGEST_LOG_MEAN = Math.log(1e5);

/** y ~ Poisson(exp(η)); means above 100,000 are drawn as 100,000. */
export function poissonCounts(logMeans: Float64Array, random: RandomStream): Float32Array {
  return Float32Array.from(logMeans, (logMean) => poissonCount(Math.exp(Math.min(logMean, LARGEST_LOG_MEAN)), random));
}

/** A Poisson count of any mean: from 30 on by transformed rejection (Hörmann 1993, PTRS). */
export function poissonCount(mean: number, random: RandomStream): number {
  if (mean < 30) return random.poisson(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverse = 1.1239 + 1.1328 / (b - 3.4);
  const sure = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = 1 - random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= sure) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverse) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - logFactorial(k)) return k;
  }
}

/** Weibull baseline of the published simulation: cumulative hazard λ t^ν. */
const LAMBDA = 1;
const NU = 2;

/** Gamma of mean 1 and this variance (Marsaglia and Tsang 2000; below shape 1 by its power of a uniform). */
export function gammaOfMeanOne(variance: number, random: RandomStream): number {
  if (variance === 0) return 1;
  const shape = 1 / variance;
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - random.uniform();
    if (Math.log(u) >= 0.5 * x * x + d - d * v + d * Math.log(v)) continue;
    const power = shape < 1 ? (1 - random.uniform()) ** (1 / shape) : 1;
    return d * v * power * variance;
  }
}

/**
 * Times with hazard u_j e^f λ ν t^(ν−1), λ = 1 and ν = 2, where u_j is the gamma frailty of the row's level,
 * of mean 1. A share of the rows, drawn at random, is censored: at a uniform share of the time, or as
 * published at the time itself (docs/methods.md DIS-54).
 */
export function survivalTimes(
  spec: Pick<LmmnnDataset, 'interceptVariances' | 'censored' | 'censoring'>,
  logRisk: Float64Array,
  { codes, cardinality }: CategoricalColumn,
  stream: (name: string) => RandomStream,
): { y: Float32Array; events: NonNullable<Dataset['events']>; frailties: Float32Array; fixed: TrueComponents['fixed'] } {
  const { censored = 0.1, censoring = 'honest' } = spec;
  const ofFrailties = stream('frailties');
  const frailties = Float32Array.from({ length: cardinality }, () => gammaOfMeanOne(spec.interceptVariances[0], ofFrailties));
  const [ofTimes, ofCensoring] = [stream('times'), stream('censoring')];
  const y = new Float32Array(logRisk.length);
  const seen = new Float32Array(logRisk.length);
  for (let i = 0; i < y.length; i++) {
    // In logarithms: a frailty of variance 10 may be as small as 1e-200.
    const logFrailty = Math.log(Math.max(frailties[codes[i]], LEAST_FRAILTY));
    const logTime = (Math.log(-Math.log(1 - ofTimes.uniform())) - Math.log(LAMBDA) - logFrailty - logRisk[i]) / NU;
    const isCensored = ofCensoring.uniform() < censored;
    const share = ofCensoring.uniform();
    const time = Math.exp(logTime) * (isCensored && censoring === 'honest' ? share : 1);
    seen[i] = isCensored ? 0 : 1;
    y[i] = Math.min(LONGEST, Math.max(SHORTEST, time));
  }
  // The rate is only known together with the constant of a method's own function.
  return { y, events: { name: 'event', seen }, frailties, fixed: [{ name: 'Baseline shape', value: NU }] };
}

/** In single precision, where times and frailties are kept. */
const LEAST_FRAILTY = 1e-30;
const SHORTEST = 1e-12;
const LONGEST = 1e18;
