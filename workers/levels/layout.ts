import { LabFailure } from '../data/failure';
import { RandomStream } from '../random/random';
import { type Distinct, distinctLevels, takeVectors } from './distinct';
import type { Job } from './job';
import { Nearest } from './neighbours';
import { componentScores, type LevelVectors, principalComponents } from './pca';
import { orderBy } from './radix';
import { jointProbabilities, TSNE_STEPS, Tsne, usualPerplexity } from './tsne';
import type { LevelMapKind, LevelMapStep } from './types';
import { fuzzyGraph, nearestNeighbours, Umap, usualUmapSteps } from './umap';

/** Fewer vectors than this are no map of neighbours (docs/methods.md F12). */
const LEAST = 4;
/** New positions are told at most this often. */
const PICTURE_MILLISECONDS = 200;
/** Neighbours that a level is put between. */
const PLACED_BY = 5;
/** Levels put in between two looks at the clock: a millisecond or less. */
const LEVELS_AT_ONCE = 16;

/** Without its job, which the room knows. */
export type Told = (step: Omit<LevelMapStep, 'job'>) => void;

/** A map of neighbours: positions of the distinct vectors, and which of them each level has. */
export interface Layout {
  distinct: Distinct;
  /** n × 2. */
  y: Float64Array;
}

/** Positions of levels that share those of their vectors. */
export function positions({ distinct, y }: Layout): { x: Float32Array<ArrayBuffer>; y: Float32Array<ArrayBuffer> } {
  return { x: Float32Array.from(distinct.place, (at) => y[2 * at]), y: Float32Array.from(distinct.place, (at) => y[2 * at + 1]) };
}

/**
 * t-SNE or UMAP of some levels, step by step. Rejects with 'cancelled', and with 'too-few-levels' below four.
 */
export async function layOut(
  vectors: LevelVectors,
  levels: Uint32Array,
  view: Extract<LevelMapKind, { kind: 'tsne' | 'umap' }>,
  job: Job,
  tell: Told,
): Promise<Layout> {
  const distinct = distinctLevels(vectors, levels);
  const n = distinct.levels.length;
  if (n < LEAST) {
    throw new LabFailure(
      'too-few-levels',
      `${n === 1 ? 'All levels have one vector' : `There are only ${n} different vectors`}, too few for a map of neighbours.`,
      'Look at the principal components instead.',
    );
  }
  const { d } = vectors;
  const values = takeVectors(vectors, distinct.levels);
  const own = Uint32Array.from({ length: n }, (_, i) => i);
  const components = principalComponents({ values, d });
  const [first, second] = [0, 1].map((component) => componentScores({ values, d }, components, component, own));
  const start = Float64Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? first : second)[at >> 1]);
  let told = Number.NEGATIVE_INFINITY;
  const report = (phase: LevelMapStep['phase'], step: number, of: number, y: Float64Array | null): void => {
    const now = performance.now();
    if (now - told < PICTURE_MILLISECONDS && step < of) return;
    told = now;
    tell({ phase, step, of, points: y && { levels: levels.slice(), ...positions({ distinct, y }) } });
  };
  if (view.kind === 'tsne') {
    const perplexity = Math.max(1, Math.min(view.perplexity ?? usualPerplexity(n), (n - 1) / 3));
    const steps = view.steps ?? TSNE_STEPS;
    const joint = await job.whole(jointProbabilities(values, n, d, perplexity), (at) => report('neighbours', at, n, null));
    const layout = new Tsne(joint, start);
    for (let step = 1; step <= steps; step++) {
      await job.whole(layout.step());
      report('layout', step, steps, layout.y);
      await job.breathe();
    }
    return { distinct, y: layout.y };
  }
  const neighbours = Math.max(2, Math.min(view.neighbours ?? 15, n - 1));
  const steps = view.steps ?? usualUmapSteps(n);
  const graph = await job.whole(nearestNeighbours(values, n, d, Math.min(neighbours, n) - 1), (at) => report('neighbours', at, n, null));
  const layout = new Umap(await job.whole(fuzzyGraph(graph)), start, steps, new RandomStream(view.seed, 'umap'), view.minDist ?? 0.1);
  for (let step = 1; step <= steps; step++) {
    await job.whole(layout.pass());
    report('layout', step, steps, layout.y);
    await job.breathe();
  }
  return { distinct, y: layout.y };
}

/**
 * Vectors turned onto their components, in the order of the first: distances stay what they are, no two are
 * nearer than their first numbers, and the first few numbers hold most of a distance.
 */
function alongComponents(known: Float32Array, d: number) {
  const { axes } = principalComponents({ values: known, d });
  const n = known.length / d;
  const turn = (values: ArrayLike<number>, from: number, into: Float64Array, at: number): void => {
    for (let c = 0; c < d; c++) {
      let score = 0;
      for (let m = 0; m < d; m++) score += axes[c * d + m] * values[from + m];
      into[at + c] = score;
    }
  };
  const turned = new Float64Array(n * d);
  for (let i = 0; i < n; i++) turn(known, i * d, turned, i * d);
  const order = orderBy(Float64Array.from({ length: n }, (_, i) => turned[i * d]));
  const vectors = new Float64Array(n * d);
  for (let i = 0; i < n; i++) vectors.set(turned.subarray(order[i] * d, (order[i] + 1) * d), i * d);
  return { order, vectors, first: Float64Array.from({ length: n }, (_, i) => vectors[i * d]), turn };
}

/** The first place of rising numbers that is not below one. */
function placeOf(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Puts other levels into a finished map: between their five nearest vectors in it, the nearer the more (at
 * the one whose vector they have). Neighbours are exact: scores on the first components bound distances from
 * below, so that few pairs are compared to their end.
 */
export async function placeRest(
  vectors: LevelVectors,
  { distinct, y }: Layout,
  rest: Uint32Array,
  job: Job,
  tell: Told,
): Promise<{ x: Float32Array<ArrayBuffer>; y: Float32Array<ArrayBuffer> }> {
  const { values, d } = vectors;
  const n = distinct.levels.length;
  const { order, vectors: known, first, turn } = alongComponents(takeVectors(vectors, distinct.levels), d);
  const own = new Float64Array(d);
  const nearest = new Nearest(Math.min(PLACED_BY, n));
  const out = { x: new Float32Array(rest.length), y: new Float32Array(rest.length) };
  let told = performance.now();
  for (let i = 0; i < rest.length; i++) {
    turn(values, rest[i] * d, own, 0);
    const middle = placeOf(first, own[0]);
    let bound = nearest.bound;
    // Upwards to where the first number alone is farther than the nearest found, then downwards.
    for (const step of [1, -1]) {
      for (let j = step > 0 ? middle : middle - 1; j >= 0 && j < n; j += step) {
        let sum = (first[j] - own[0]) ** 2;
        if (sum > bound) break;
        for (let m = 1, at = j * d + 1; m < d && sum < bound; m++, at++) {
          const apart = own[m] - known[at];
          sum += apart * apart;
        }
        if (sum < bound) {
          nearest.add(sum, order[j]);
          bound = nearest.bound;
        }
      }
    }
    const { levels, keys } = nearest.take();
    let [weights, x, z] = [0, 0, 0];
    for (let k = 0; k < levels.length; k++) {
      // One at no distance outweighs all others.
      const weight = 1 / Math.max(Math.sqrt(keys[k]), 1e-9 * Math.sqrt(keys[keys.length - 1]) + 1e-300);
      weights += weight;
      x += weight * y[2 * levels[k]];
      z += weight * y[2 * levels[k] + 1];
    }
    out.x[i] = x / weights;
    out.y[i] = z / weights;
    if (i % LEVELS_AT_ONCE === LEVELS_AT_ONCE - 1) {
      if (performance.now() - told > PICTURE_MILLISECONDS) {
        told = performance.now();
        tell({ phase: 'rest', step: i + 1, of: rest.length, points: null });
      }
      await job.breathe();
    }
  }
  return out;
}
