import type { Scaling } from './schema';

export interface Scale {
  mean: number;
  /** Standard deviation (ddof 0); 1 for a constant column. */
  scale: number;
}

/** Of values that stay in their own unit. */
export const AS_IS: Scale = { mean: 0, scale: 1 };

/**
 * A column whose deviation is below this share of its mean is constant: doubles of one number differ by 2⁻⁵²
 * of it at most, sums of them by a few times that.
 */
const CONSTANT = 8 * Number.EPSILON;

/** Values whose mean is this many deviations from 0 lose three of their seven digits in single precision. */
const FAR = 1e3;

/**
 * Mean and standard deviation of the finite values in `rows`; a constant or empty column gets scale 1, so
 * that it becomes zero.
 */
export function scaleOf(value: (row: number) => number, rows: readonly Uint32Array[]): Scale {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const part of rows) {
    for (let i = 0; i < part.length; i++) {
      const v = value(part[i]);
      if (!Number.isFinite(v)) continue;
      count++;
      const delta = v - mean;
      mean += delta / count;
      squares += delta * (v - mean);
    }
  }
  const deviation = count > 0 ? Math.sqrt(squares / count) : 0;
  return { mean, scale: deviation > CONSTANT * Math.abs(mean) ? deviation : 1 };
}

/**
 * What a column is centred and scaled by before it is rounded to single precision. Left as it is, it keeps
 * its unit, and its origin as well unless the mean is so far away that rounding would take digits of the
 * deviations; estimates and predictions are told from the column's own origin all the same.
 */
export function scaleFor(own: Scale, scaling: Scaling): Scale {
  if (scaling === 'standardized') return own;
  return Math.abs(own.mean) > FAR * own.scale ? { mean: own.mean, scale: 1 } : AS_IS;
}
