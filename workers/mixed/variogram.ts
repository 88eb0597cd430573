import type { FieldKernel } from './kriging';

/** How unlike mean residuals of places are by their distance, and what the fitted field says of it. */
export interface Variogram {
  /**
   * Pairs of places in equal steps of distance: their mean distance, and half the mean square of their
   * difference.
   */
  bins: { distance: number; semivariance: number; pairs: number }[];
  /** σ²_e (1/N + 1/N′) / 2 on average, and with it what the field gives at these distances. */
  nugget: number;
  fitted: { distance: number; semivariance: number }[];
}

const BINS = 15;
const POINTS = 60;
/** Most places whose pairs are taken: a million pairs. */
const MOST_PLACES = 1500;

/** Places whose pairs are looked at between two breaths: a few milliseconds. */
const BREATH = 100;

/**
 * The semivariogram of the mean residuals of places that have rows, to half of the largest distance
 * (docs/methods.md F10); of more than 1,500 places, of so many evenly by number. Null with fewer than three.
 * Yields between parts of the work.
 *
 * @param points coordinates of every place, x and y one after the other
 * @param counts rows of each place, and `means` their mean residuals
 */
export function* variogram(
  points: ArrayLike<number>,
  counts: ArrayLike<number>,
  means: ArrayLike<number>,
  kernel: FieldKernel,
  residualVariance: number,
): Generator<void, Variogram | null> {
  const seen = Array.from({ length: counts.length }, (_, j) => j).filter((j) => counts[j] > 0);
  const step = Math.max(1, seen.length / MOST_PLACES);
  const places = Array.from({ length: Math.min(seen.length, MOST_PLACES) }, (_, i) => seen[Math.floor(i * step)]);
  if (places.length < 3) return null;
  const distance = (a: number, b: number): number => Math.hypot(points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1]);
  let longest = 0;
  for (let i = 0; i < places.length; i++) {
    if (i % BREATH === BREATH - 1) yield;
    for (let j = 0; j < i; j++) longest = Math.max(longest, distance(places[i], places[j]));
  }
  const reach = longest / 2;
  if (!(reach > 0)) return null;
  const bins = Array.from({ length: BINS }, () => ({ distance: 0, semivariance: 0, pairs: 0 }));
  let noise = 0;
  let pairs = 0;
  for (let i = 0; i < places.length; i++) {
    if (i % BREATH === BREATH - 1) yield;
    const a = places[i];
    for (let j = 0; j < i; j++) {
      const b = places[j];
      const apart = distance(a, b);
      if (apart >= reach) continue;
      const bin = bins[Math.floor((apart / reach) * BINS)];
      bin.distance += apart;
      bin.semivariance += (means[a] - means[b]) ** 2 / 2;
      bin.pairs++;
      noise += (1 / counts[a] + 1 / counts[b]) / 2;
      pairs++;
    }
  }
  if (pairs === 0) return null;
  const nugget = (residualVariance * noise) / pairs;
  return {
    bins: bins
      .filter((bin) => bin.pairs > 0)
      .map((bin) => ({ distance: bin.distance / bin.pairs, semivariance: bin.semivariance / bin.pairs, pairs: bin.pairs })),
    nugget,
    fitted: Array.from({ length: POINTS + 1 }, (_, i) => {
      const at = (reach * i) / POINTS;
      return { distance: at, semivariance: nugget + kernel.variance * (1 - Math.exp((-at * at) / (2 * kernel.squaredLength))) };
    }),
  };
}

/** The same with distances and semivariances in other units. */
export function inUnits({ bins, nugget, fitted }: Variogram, distance: number, semivariance: number): Variogram {
  const turned = <Point extends { distance: number; semivariance: number }>(point: Point): Point => ({
    ...point,
    distance: point.distance * distance,
    semivariance: point.semivariance * semivariance,
  });
  return { bins: bins.map(turned), nugget: nugget * semivariance, fitted: fitted.map(turned) };
}
