import type { LevelGraph } from '../data/dataset';
import { type Alike, nearestIn, saysSomething, termsDeviance, termsOf } from './correlated-levels';
import { type Breathe, breathing } from './dense';
import { SparseCholesky } from './sparse/cholesky';
import type { Pattern } from './sparse/ordering';
import { analyse } from './sparse/symbolic';

/**
 * Dependences ρ at which the correlations of a graph are exact: ρ / (1 − ρ) = 1, 4, 16, 64, 256. Between two
 * of them, and between 0 and the first, they go straight (docs/methods.md A29).
 */
export const DEPENDENCES = [1, 4, 16, 64, 256].map((ratio) => ratio / (1 + ratio));
export const STEPS = DEPENDENCES.length;

/** Correlations of all pairs of levels (q) at each of `DEPENDENCES`. */
export interface GraphCorrelations {
  levels: number;
  /** q × q × STEPS; 1 of a level with itself. */
  values: Float32Array;
}

/** Right-hand sides that are solved together. */
const SIDES = 64;
const FINEST = 1e-3;

/** The place of a dependence among `DEPENDENCES`: 0 is none, 1 the first, and STEPS the last. */
export const placeOf = (dependence: number): number =>
  dependence <= DEPENDENCES[0] ? dependence / DEPENDENCES[0] : Math.min(STEPS, 1 + Math.log(dependence / (1 - dependence)) / Math.log(4));

/** The dependence at a place. */
export function dependenceAt(place: number): number {
  if (place <= 1) return place * DEPENDENCES[0];
  const ratio = 4 ** (place - 1);
  return ratio / (1 + ratio);
}

/** The share that each of `DEPENDENCES` has at a place, [STEPS]. */
const sharesAt = (place: number): number[] => DEPENDENCES.map((_, step) => Math.max(0, 1 - Math.abs(place - step - 1)));

/** The neighbours of each node with the weights of their edges; an edge has weight 1 on average. */
function neighboursOf({ nodes, from, to, weights }: LevelGraph): { pattern: Pattern; weights: Float64Array } {
  const mean = weights.reduce((sum, weight) => sum + weight / weights.length, 0);
  const starts = new Int32Array(nodes + 1);
  for (const ends of [from, to]) for (const node of ends) starts[node + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const filled = starts.slice(0, nodes);
  const [neighbours, own] = [new Int32Array(2 * from.length), new Float64Array(2 * from.length)];
  for (const [ends, others] of [
    [from, to],
    [to, from],
  ])
    for (let i = 0; i < ends.length; i++) {
      const at = filled[ends[i]]++;
      neighbours[at] = others[i];
      own[at] = weights[i] / mean;
    }
  return { pattern: { size: nodes, starts, neighbours }, weights: own };
}

/** Correlations that were found before: several models of a graph need them. */
const found = new WeakMap<LevelGraph, GraphCorrelations>();

/**
 * Correlations of the levels of a graph under Q⁻¹ with Q = ρ (D − W) + (1 − ρ) I (Leroux, Lei & Breslow
 * 2000), at each of `DEPENDENCES`, by a sparse factor. Yields between parts of the work. Those of a graph are
 * computed once.
 *
 * @param levels q: the first nodes
 */
export function* graphCorrelations(graph: LevelGraph, levels: number): Generator<void, GraphCorrelations> {
  const before = found.get(graph);
  if (before) return before;
  const { pattern, weights } = neighboursOf(graph);
  const { size, starts, neighbours } = pattern;
  const factor = new SparseCholesky(yield* analyse(pattern));
  const values = new Float32Array(levels * levels * STEPS);
  for (const [step, dependence] of DEPENDENCES.entries()) {
    factor.values.fill(0);
    for (let node = 0; node < size; node++) {
      let degree = 0;
      for (let at = starts[node]; at < starts[node + 1]; at++) {
        degree += weights[at];
        if (neighbours[at] < node) factor.values[factor.position(node, neighbours[at])] = -dependence * weights[at];
      }
      factor.values[factor.position(node, node)] = dependence * degree + 1 - dependence;
    }
    yield* factor.factorise();
    const deviations = new Float64Array(levels);
    for (let first = 0; first < levels; first += SIDES) {
      const width = Math.min(SIDES, levels - first);
      const columns = new Float64Array(size * width);
      for (let c = 0; c < width; c++) columns[(first + c) * width + c] = 1;
      factor.solve(columns, width);
      for (let a = 0; a < levels; a++) for (let c = 0; c < width; c++) values[(a * levels + first + c) * STEPS + step] = columns[a * width + c];
      for (let c = 0; c < width; c++) deviations[first + c] = Math.sqrt(columns[(first + c) * width + c]);
      yield;
    }
    for (let a = 0; a < levels; a++)
      for (let b = 0; b < levels; b++) {
        const at = (a * levels + b) * STEPS + step;
        values[at] = a === b ? 1 : values[at] / (deviations[a] * deviations[b]);
      }
  }
  const correlations = { levels, values };
  found.set(graph, correlations);
  return correlations;
}

/** Levels that are alike along the edges of a graph, at a place among `DEPENDENCES`. */
export function graphAlike({ levels, values }: GraphCorrelations, place: number): Alike {
  const shares = sharesAt(place);
  const of = (a: number, b: number): number => {
    let sum = 0;
    for (let step = 0, at = (a * levels + b) * STEPS; step < STEPS; step++) sum += shares[step] * values[at + step];
    return sum;
  };
  return {
    levels,
    knows: () => true,
    of,
    nearestOf: (seen) => (level, most) => nearestIn(seen, seen.length, most, (other) => -of(level, other)),
  };
}

/** `termsDeviance` of a graph, as a function of the place among `DEPENDENCES`. */
export function graphDeviance({ levels, values }: GraphCorrelations, seen: Int32Array, vectors: ArrayLike<number>, d: number) {
  // Which levels are near is told at the middle: with more dependence all of a component are.
  const middle = (a: number, b: number): number => -values[(a * levels + b) * STEPS + (STEPS >> 1)];
  const terms = termsOf(seen, middle);
  const deviance = termsDeviance(terms, vectors, d);
  const alike = new Float64Array(terms.pairs.length / 2);
  return (place: number): number => {
    const { of } = graphAlike({ levels, values }, place);
    for (let i = 0; i < alike.length; i++) alike[i] = of(terms.pairs[2 * i], terms.pairs[2 * i + 1]);
    return deviance(alike, 1);
  };
}

/**
 * The place among `DEPENDENCES` of the largest likelihood of the vectors of levels (docs/methods.md A29);
 * null of fewer than three levels, and of vectors that are all 0.
 *
 * @param seen levels that have vectors
 * @param vectors [q, d]
 */
export async function fitDependence(
  correlations: GraphCorrelations,
  seen: Int32Array,
  vectors: ArrayLike<number>,
  d: number,
  breathe: Breathe,
): Promise<number | null> {
  if (!saysSomething(seen, vectors, d)) return null;
  const deviance = graphDeviance(correlations, seen, vectors, d);
  let best = { place: 0, deviance: Number.POSITIVE_INFINITY };
  const look = (place: number): void => {
    const value = deviance(place);
    if (value < best.deviance) best = { place, deviance: value };
  };
  for (let place = 0; place <= STEPS; place += 0.5) look(place);
  await breathe();
  for (let step = 0.25; step > FINEST; ) {
    const { place } = best;
    look(Math.min(STEPS, place + step));
    look(Math.max(0, place - step));
    if (best.place === place) step /= 2;
    await breathe();
  }
  return best.place;
}

/** `graphCorrelations`, letting others run. */
export const correlationsOf = (graph: LevelGraph, levels: number, breathe: Breathe): Promise<GraphCorrelations> =>
  breathing(graphCorrelations(graph, levels), breathe);
