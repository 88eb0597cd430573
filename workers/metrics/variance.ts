import type { Vectors } from './distances';

/**
 * Mean over dimensions of the variance (ddof 0) of each column: the estimate of σ²_b (docs/methods.md C8).
 */
export function levelVariance({ values, d }: Vectors): number {
  const levels = values.length / d;
  let total = 0;
  for (let m = 0; m < d; m++) {
    let mean = 0;
    for (let j = 0; j < levels; j++) mean += values[j * d + m];
    mean /= levels;
    let squares = 0;
    for (let j = 0; j < levels; j++) squares += (values[j * d + m] - mean) ** 2;
    total += squares / levels;
  }
  return total / d;
}
