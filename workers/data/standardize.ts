export interface Scale {
  mean: number;
  /** Standard deviation (ddof 0); 1 for a constant column. */
  scale: number;
}

/** Of values that stay in their own unit. */
export const AS_IS: Scale = { mean: 0, scale: 1 };

/** Mean and standard deviation of the finite values in `rows`; a constant or empty column gets scale 1, so that it becomes zero. */
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
  // Rounding leaves a constant column with a deviation of about 1e-16 of its mean.
  return { mean, scale: deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
}
