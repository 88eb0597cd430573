import { numbersAt } from '../numbers/typed-arrays';
import type { RandomStream } from '../random/random';
import { Nearest } from './neighbours';
import { umapCurve } from './umap-curve';

/** Nearest neighbours of every point: n × k, nearest first, the point itself left out. */
export interface NeighbourGraph {
  k: number;
  points: Uint32Array;
  distances: Float64Array;
}

/** Pairs compared between two chances for others: a few milliseconds. */
const PAIRS_AT_ONCE = 200_000;

/**
 * Exact nearest neighbours of n points of d numbers, by comparing all pairs. Yields, with the points done,
 * between pieces of work.
 */
export function* nearestNeighbours(values: ArrayLike<number>, n: number, d: number, k: number): Generator<number, NeighbourGraph> {
  const graph: NeighbourGraph = { k, points: new Uint32Array(n * k), distances: new Float64Array(n * k) };
  const nearest = new Nearest(k);
  const rowsAtOnce = Math.max(1, Math.floor(PAIRS_AT_ONCE / n));
  for (let i = 0; i < n; i++) {
    let bound = nearest.bound;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      let sum = 0;
      for (let m = 0, p = i * d, q = j * d; m < d; m++, p++, q++) sum += (values[p] - values[q]) ** 2;
      if (sum < bound) {
        nearest.add(sum, j);
        bound = nearest.bound;
      }
    }
    const { levels, keys } = nearest.take();
    graph.points.set(levels, i * k);
    graph.distances.set(keys.map(Math.sqrt), i * k);
    if (i % rowsAtOnce === rowsAtOnce - 1) yield i + 1;
  }
  return graph;
}

/** Edges of the fuzzy graph: memberships of the pair (head, tail), each pair once in either direction. */
export interface FuzzyGraph {
  head: Uint32Array;
  tail: Uint32Array;
  weight: Float64Array;
}

const POINTS_AT_ONCE = 200;
const BISECTIONS = 64;
const TOLERANCE = 1e-10;
/** A bandwidth is at least this share of the mean distance to the neighbours. */
const LEAST_SCALE = 1e-3;

/**
 * Memberships of each point's neighbours, exp(−(distance − ρ) / σ) with ρ the nearest's distance and σ such
 * that they add up to log₂ (k + 1), joined as w + w' − w w' (McInnes, Healy & Melville 2018, with the point
 * itself as the first of k + 1 neighbours, as the authors' code and umap-js have it). Yields between pieces
 * of work.
 */
export function* fuzzyGraph({ k, points, distances }: NeighbourGraph): Generator<number, FuzzyGraph> {
  const n = points.length / k;
  const wanted = Math.log2(k + 1);
  const own = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = distances.subarray(i * k, (i + 1) * k);
    const rho = row.find((distance) => distance > 0) ?? 0;
    let [low, high, sigma] = [0, Number.POSITIVE_INFINITY, 1];
    for (let round = 0; round < BISECTIONS; round++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += row[j] > rho ? Math.exp(-(row[j] - rho) / sigma) : 1;
      if (Math.abs(sum - wanted) < TOLERANCE) break;
      if (sum > wanted) {
        high = sigma;
        sigma = (low + high) / 2;
      } else {
        low = sigma;
        sigma = high === Number.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2;
      }
    }
    let mean = 0;
    for (let j = 0; j < k; j++) mean += row[j] / (k + 1);
    sigma = Math.max(sigma, LEAST_SCALE * mean);
    for (let j = 0; j < k; j++) own[i * k + j] = row[j] > rho ? Math.exp(-(row[j] - rho) / sigma) : 1;
    if (i % POINTS_AT_ONCE === POINTS_AT_ONCE - 1) yield i + 1;
  }
  const head: number[] = [];
  const tail: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const other = points[i * k + j];
      const back = points.subarray(other * k, (other + 1) * k).indexOf(i);
      // A pair that is neighbours both ways is joined from its smaller point.
      if (back >= 0 && other < i) continue;
      const there = own[i * k + j];
      const here = back >= 0 ? own[other * k + back] : 0;
      const joined = there + here - there * here;
      head.push(i, other);
      tail.push(other, i);
      weight.push(joined, joined);
    }
    if (i % POINTS_AT_ONCE === POINTS_AT_ONCE - 1) yield n + i;
  }
  return { head: Uint32Array.from(head), tail: Uint32Array.from(tail), weight: Float64Array.from(weight) };
}

/** Steps where none are asked for, as umap-js has them. */
export const usualUmapSteps = (n: number): number => (n <= 2500 ? 500 : n <= 5000 ? 400 : n <= 7500 ? 300 : 200);

const NEGATIVE_SAMPLES = 5;
const LONGEST = 4;
const START_SPREAD = 10;
/** Edges between two chances for others: a few milliseconds. */
const EDGES_AT_ONCE = 20_000;

/**
 * UMAP's layout: edges pull as often as they are strong, five random points push at each pull (McInnes,
 * Healy & Melville 2018; docs/methods.md F12). It starts from given positions, as a picture of principal
 * components, and draws its random points from the stream: the same seed gives the same map.
 */
export class Umap {
  /** Positions: n × 2. */
  readonly y: Float64Array;
  readonly #graph: FuzzyGraph;
  readonly #every: Float64Array;
  readonly #next: Float64Array;
  readonly #nextPush: Float64Array;
  readonly #a: number;
  readonly #b: number;
  #step = 0;

  /** @param start n × 2, of any scale; the longer side becomes 20 long */
  constructor(
    graph: FuzzyGraph,
    start: Float64Array,
    readonly steps: number,
    readonly random: RandomStream,
    minDist = 0.1,
  ) {
    const strongest = graph.weight.reduce((most, weight) => Math.max(most, weight), 0);
    const kept = Array.from(graph.weight.keys()).filter((edge) => graph.weight[edge] >= strongest / steps);
    this.#graph = {
      head: numbersAt(Uint32Array, graph.head, kept),
      tail: numbersAt(Uint32Array, graph.tail, kept),
      weight: numbersAt(Float64Array, graph.weight, kept),
    };
    this.#every = this.#graph.weight.map((weight) => strongest / weight);
    this.#next = this.#every.slice();
    this.#nextPush = this.#every.map((every) => every / NEGATIVE_SAMPLES);
    ({ a: this.#a, b: this.#b } = umapCurve(minDist));
    const reach = start.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Points at one place would never part: a ten-thousandth of the map between them.
    this.y = start.map((value) => (reach > 0 ? (START_SPREAD * value) / reach : 0) + 1e-3 * random.normal());
  }

  /** One step. Yields between pieces of work. */
  *pass(): Generator<number, void> {
    const { y, random, steps } = this;
    const { head, tail } = this.#graph;
    const [every, next, nextPush, a, b, n] = [this.#every, this.#next, this.#nextPush, this.#a, this.#b, y.length / 2];
    const rate = 1 - this.#step / steps;
    const step = this.#step++;
    const clip = (value: number): number => (value > LONGEST ? LONGEST : value < -LONGEST ? -LONGEST : value);
    for (let edge = 0; edge < head.length; edge++) {
      if (edge % EDGES_AT_ONCE === EDGES_AT_ONCE - 1) yield edge;
      if (next[edge] > step) continue;
      const [i, j] = [2 * head[edge], 2 * tail[edge]];
      let [dx, dy] = [y[i] - y[j], y[i + 1] - y[j + 1]];
      const apart = dx * dx + dy * dy;
      if (apart > 0) {
        const powered = apart ** b;
        const pull = (-2 * a * b * powered) / (apart * (1 + a * powered));
        const [mx, my] = [clip(pull * dx) * rate, clip(pull * dy) * rate];
        y[i] += mx;
        y[i + 1] += my;
        y[j] -= mx;
        y[j + 1] -= my;
      }
      next[edge] += every[edge];
      const everyPush = every[edge] / NEGATIVE_SAMPLES;
      const pushes = Math.floor((step - nextPush[edge]) / everyPush);
      for (let p = 0; p < pushes; p++) {
        const other = 2 * random.integer(n);
        if (other === i) continue;
        dx = y[i] - y[other];
        dy = y[i + 1] - y[other + 1];
        const away = dx * dx + dy * dy;
        const push = away > 0 ? (2 * b) / ((0.001 + away) * (1 + a * away ** b)) : 0;
        y[i] += (away > 0 ? clip(push * dx) : LONGEST) * rate;
        y[i + 1] += (away > 0 ? clip(push * dy) : LONGEST) * rate;
      }
      nextPush[edge] += pushes * everyPush;
    }
  }
}
