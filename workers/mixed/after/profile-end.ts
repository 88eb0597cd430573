import { LOG_SHAPES } from '../terms/generalised-rows';
import type { Parameter } from './parameters';

/** The profile of one parameter. */
export interface Profiled {
  kind: Parameter['kind'];
  estimate: number;
  /** Deviance of the fit. */
  least: number;
  /** Free numbers where a search with the parameter at this value begins. */
  start(value: number): Float64Array;
  /** Least deviance with the parameter at this value, from these free numbers on. */
  leastAt(value: number, from: Float64Array): Promise<{ value: number; free: Float64Array }>;
  /** Where the search for an end looks first, from the estimate. */
  firstStep: number;
}

const ENDLESS = Number.POSITIVE_INFINITY;

/** Where a parameter ends; a shape is its logarithm. */
const BOUNDS: Readonly<Record<Parameter['kind'], readonly [number, number]>> = {
  deviation: [0, ENDLESS],
  residual: [0, ENDLESS],
  correlation: [-1, 1],
  fixed: [-ENDLESS, ENDLESS],
  shape: LOG_SHAPES,
};

const MOST_POINTS = 40;
/** |ζ| this close to its aim ends the search for an end. */
const CLOSE = 1e-4;

/** A value as near to the bound as the likelihood can tell, where a bound can be an end; null: it cannot. */
function probe({ kind, estimate }: Profiled, side: -1 | 1, bound: number): number | null {
  if (kind === 'deviation' && side < 0) return 1e-4 * estimate;
  if (kind === 'correlation') return side * (1 - 1e-9);
  return kind === 'shape' ? bound : null;
}

/**
 * Where |ζ| reaches `aim` on this side of the estimate; the bound where it does not before it, NaN where no
 * end was found.
 */
export async function profileEnd(profiled: Profiled, side: -1 | 1, aim: number): Promise<number> {
  const { estimate, least } = profiled;
  const bound = BOUNDS[profiled.kind][side < 0 ? 0 : 1];
  if (Number.isNaN(estimate) || side * (estimate - bound) >= 0) return bound;
  let free = profiled.start(estimate);
  const rise = async (value: number): Promise<number> => {
    const found = await profiled.leastAt(value, free);
    // A search that was lost is nothing to begin the next one from.
    if (!Number.isFinite(found.value)) return Number.NaN;
    free = found.free;
    return Math.sqrt(Math.max(0, found.value - least)) - aim;
  };
  const near = probe(profiled, side, bound);
  if (near !== null && (await rise(near)) < 0) return bound;
  free = profiled.start(estimate);
  let [inside, insideRise] = [estimate, -aim];
  let far = estimate + side * profiled.firstStep;
  let farRise = Number.NaN;
  for (let point = 0; point < MOST_POINTS; point++) {
    if (side * (far - bound) >= 0) far = (inside + bound) / 2;
    farRise = await rise(far);
    if (farRise >= 0) break;
    if (Number.isNaN(farRise)) {
      far = (inside + far) / 2;
      continue;
    }
    // ζ is almost linear: from here on to where it should reach its aim, and a little more.
    const slope = (farRise - insideRise) / (far - inside);
    const step = slope * side > 0 ? Math.min(4 * Math.abs(far - estimate), 1.15 * Math.abs(farRise / slope)) : Math.abs(far - estimate);
    [inside, insideRise] = [far, farRise];
    far += side * Math.max(step, 1e-12);
  }
  // A likelihood that has not left this close to a bound does not leave before it.
  if (!(farRise >= 0)) return Math.abs(inside - bound) < CLOSE * Math.abs(estimate - bound) ? bound : Number.NaN;
  // Regula falsi with halved weights (Illinois).
  let [a, fa, b, fb] = [inside, insideRise, far, farRise];
  for (let point = 0; point < MOST_POINTS && Math.abs(fb) > CLOSE; point++) {
    const middle = b - (fb * (b - a)) / (fb - fa);
    const own = await rise(middle);
    if (Number.isNaN(own)) return own;
    if (own * fb < 0) [a, fa] = [b, fb];
    else fa /= 2;
    [b, fb] = [middle, own];
  }
  return b;
}
