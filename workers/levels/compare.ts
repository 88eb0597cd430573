import { LabFailure } from '../data/failure';
import { sampleIndices } from '../metrics/sample';
import { stratifiedLevels } from '../metrics/stratified';
import { numbersAt } from '../numbers/typed-arrays';
import { nearestLevels } from './neighbours';
import { componentScores, type LevelVectors, principalComponents } from './pca';
import { procrustes, rotated } from './procrustes';
import { orderBy } from './radix';
import type { LevelComparison } from './types';

const MOST_DRAWN = 20_000;
const MOST_MOVED = 50;
/** Levels whose neighbours are compared, among so many. */
const ASKED = 500;
const AMONG = 20_000;
const NEIGHBOURS = 10;

/** Vectors to compare, with the levels that training rows have. */
export interface ComparedVectors {
  vectors: LevelVectors;
  rows: ArrayLike<number>;
  /** Null where the labels are the numbers. */
  labels: readonly string[] | null;
}

/** Levels that both have in training rows, by label: their number in each. */
function matched(a: ComparedVectors, b: ComparedVectors): { first: Uint32Array; second: Uint32Array } {
  const [first, second]: [number[], number[]] = [[], []];
  const take = (j: number, other: number): void => {
    if (a.rows[j] > 0 && b.rows[other] > 0) {
      first.push(j);
      second.push(other);
    }
  };
  if (a.labels === b.labels) for (let j = 0; j < Math.min(a.rows.length, b.rows.length); j++) take(j, j);
  else {
    const places = new Map(Array.from({ length: b.rows.length }, (_, j) => [b.labels?.[j] ?? String(j), j]));
    for (let j = 0; j < a.rows.length; j++) {
      const other = places.get(a.labels?.[j] ?? String(j));
      if (other !== undefined) take(j, other);
    }
  }
  return { first: Uint32Array.from(first), second: Uint32Array.from(second) };
}

/** Mean share of the ten nearest that are the same in both tables, whose rows are the same levels. */
function commonNeighbours(a: LevelVectors, b: LevelVectors, n: number, seed: number): LevelComparison['common'] {
  const neighbours = Math.min(NEIGHBOURS, n - 1);
  const asked = sampleIndices(n, ASKED, seed, 'common neighbours');
  let same = 0;
  for (const level of asked) {
    const near = new Set(nearestLevels(a, level, 'euclidean', neighbours).levels);
    for (const other of nearestLevels(b, level, 'euclidean', neighbours).levels) if (near.has(other)) same++;
  }
  return { share: same / (asked.length * neighbours), byChance: neighbours / (n - 1), neighbours, levels: asked.length };
}

/**
 * Two sets of vectors of the same levels after an orthogonal Procrustes rotation of the second onto the
 * first: what a rotation leaves different is a difference between them, and coordinates alone are none.
 */
export function compareLevels(a: ComparedVectors, b: ComparedVectors, scale: boolean, seed: number): LevelComparison {
  const { first, second } = matched(a, b);
  const n = first.length;
  if (n < 3) {
    throw new LabFailure(
      'too-few-levels',
      `Only ${n} levels are in training rows of both, by their labels.`,
      'Compare vectors of the same feature and data.',
    );
  }
  const rotation = procrustes(a.vectors, b.vectors, first, second, scale);
  const { d } = rotation;
  const turned = rotated(b.vectors, rotation, second);
  const own = Float32Array.from({ length: n * d }, (_, at) => {
    const m = at % d;
    return m < a.vectors.d ? a.vectors.values[first[Math.floor(at / d)] * a.vectors.d + m] : 0;
  });
  const distances = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let m = 0; m < d; m++) squares += (own[i * d + m] - turned[i * d + m]) ** 2;
    distances[i] = Math.sqrt(squares);
  }
  const farthest = orderBy(distances, true).slice(0, MOST_MOVED);
  const rowsOf = numbersAt(Float64Array, a.rows, first);
  const drawn = Uint32Array.from(new Set([...stratifiedLevels(rowsOf, MOST_DRAWN, seed, 'levels compared'), ...farthest])).sort();
  const placeOf = new Map(Array.from(drawn, (i, place) => [i, place]));
  const components = principalComponents({ values: own, d });
  const scores = (values: Float32Array, component: number) => componentScores({ values, d }, components, component, drawn);
  // Neighbours are looked for among a sample: rows of these tables are the same levels.
  const among = stratifiedLevels(rowsOf, AMONG, seed, 'levels compared');
  const taken = ({ values, d: width }: LevelVectors, levels: Uint32Array): LevelVectors => ({
    values: Float32Array.from({ length: among.length * width }, (_, at) => values[levels[among[Math.floor(at / width)]] * width + (at % width)]),
    d: width,
  });
  return {
    levels: numbersAt(Uint32Array, first, drawn),
    of: n,
    first: { x: scores(own, 0), y: scores(own, 1) },
    second: { x: scores(turned, 0), y: scores(turned, 1) },
    shares: [components.shares[0], components.shares[1] ?? 0],
    r2: rotation.r2,
    r2Unrotated: rotation.r2Unrotated,
    scale: rotation.scale,
    common: commonNeighbours(taken(a.vectors, first), taken(b.vectors, second), among.length, seed),
    moved: numbersAt(Float32Array, distances, drawn),
    most: Uint32Array.from(farthest, (i) => placeOf.get(i) ?? 0),
  };
}
