/** UMAP's curve 1 / (1 + a x^{2b}) of closeness in the map. */
export interface UmapCurve {
  a: number;
  b: number;
}

const POINTS = 300;
const REACH = 3;

/**
 * The curve nearest by least squares to 1 within `minDist` and e^{−(x − minDist)} beyond, at 300 places of
 * 0 … 3 (McInnes, Healy & Melville 2018), by Levenberg–Marquardt in log a and log b.
 */
export function umapCurve(minDist: number): UmapCurve {
  const places = Array.from({ length: POINTS }, (_, i) => (REACH * i) / (POINTS - 1));
  const wanted = places.map((x) => (x < minDist ? 1 : Math.exp(-(x - minDist))));
  const closeness = (x: number, a: number, b: number): number => 1 / (1 + a * x ** (2 * b));
  const loss = (logA: number, logB: number): number =>
    places.reduce((sum, x, i) => sum + (wanted[i] - closeness(x, Math.exp(logA), Math.exp(logB))) ** 2, 0);
  let [logA, logB, damping] = [0, 0, 1e-3];
  let best = loss(logA, logB);
  for (let round = 0; round < 200; round++) {
    const [a, b] = [Math.exp(logA), Math.exp(logB)];
    let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
    places.forEach((x, i) => {
      if (x === 0) return;
      const value = closeness(x, a, b);
      // Derivatives by log a and log b.
      const byA = -value * (1 - value);
      const byB = byA * 2 * b * Math.log(x);
      const residual = wanted[i] - value;
      aa += byA * byA;
      ab += byA * byB;
      bb += byB * byB;
      ra += byA * residual;
      rb += byB * residual;
    });
    const [da, db] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = da * db - ab * ab;
    const stepA = (db * ra - ab * rb) / determinant;
    const stepB = (da * rb - ab * ra) / determinant;
    const next = loss(logA + stepA, logB + stepB);
    if (next <= best) {
      logA += stepA;
      logB += stepB;
      damping /= 10;
      const gained = best - next;
      best = next;
      if (gained < 1e-16 && Math.abs(stepA) + Math.abs(stepB) < 1e-10) break;
    } else damping *= 10;
    if (damping > 1e12) break;
  }
  return { a: Math.exp(logA), b: Math.exp(logB) };
}
