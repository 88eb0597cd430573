/** An interval of this many standard errors holds the truth 95 times in a hundred. */
const INTERVAL = 1.96;

/**
 * The 95 % interval of an estimate: so many standard errors to each side, for a variance of its logarithm
 * (Wald, by the delta method), so that no end is negative. Null where there is none.
 */
export function intervalOf(kind: 'variance' | 'fixed effect' | 'fit', value: number | null, standardError: number | null): [number, number] | null {
  if (value === null || standardError === null || !Number.isFinite(standardError)) return null;
  const half = INTERVAL * standardError;
  if (kind === 'fixed effect') return [value - half, value + half];
  if (!(value > 0)) return null;
  const factor = Math.exp(half / value);
  return [value / factor, value * factor];
}
