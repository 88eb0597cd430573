import { readFileSync } from 'node:fs';
import { UMAP } from 'umap-js';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { Job } from './job';
import { placeRest } from './layout';
import { jointProbabilities, Tsne, tsneGradient } from './tsne';
import { fuzzyGraph, nearestNeighbours, Umap } from './umap';
import { umapCurve } from './umap-curve';

interface Numbers {
  shape: number[];
  values: number[];
}
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as T;
const { umap } = read<{ umap: { curves: { minDist: number; a: number; b: number }[]; X: Numbers; neighbours: number; memberships: Numbers } }>(
  'levels',
);
const tsne = read<Record<'X' | 'probabilities' | 'Y' | 'gradient', Numbers> & { perplexity: number; cost: number }>('tsne');

/** What a generator returns, its pieces done at once. */
function whole<T>(pieces: Generator<number, T>): T {
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value as T;
  }
}

/** Points around so many centres, and a picture to start from: two of their numbers. */
function groups(n: number, centres: number, d = 8, seed = 1) {
  const random = new RandomStream(seed, 'layout test');
  const places = Array.from({ length: centres * d }, () => 4 * random.normal());
  const group = Array.from({ length: n }, (_, i) => i % centres);
  const values = Float32Array.from({ length: n * d }, (_, at) => places[group[Math.floor(at / d)] * d + (at % d)] + random.normal());
  const start = Float64Array.from({ length: 2 * n }, (_, at) => values[Math.floor(at / 2) * d + (at % 2)]);
  return { values, group, start, d };
}

/** Share of the nearest ten in the picture that are of the point's own group. */
function purity(y: ArrayLike<number>, group: number[]): number {
  const { points, k } = whole(nearestNeighbours(y, group.length, 2, 10));
  let own = 0;
  for (let i = 0; i < points.length; i++) if (group[points[i]] === group[Math.floor(i / k)]) own++;
  return own / points.length;
}

/** Share of a point's ten nearest that the picture has among its ten nearest. */
function kept(values: ArrayLike<number>, d: number, y: ArrayLike<number>): number {
  const n = y.length / 2;
  const [before, after] = [whole(nearestNeighbours(values, n, d, 10)), whole(nearestNeighbours(y, n, 2, 10))];
  let same = 0;
  for (let i = 0; i < n; i++) {
    const near = new Set(before.points.subarray(10 * i, 10 * i + 10));
    for (const point of after.points.subarray(10 * i, 10 * i + 10)) if (near.has(point)) same++;
  }
  return same / (10 * n);
}

describe('exact t-SNE', () => {
  const n = tsne.X.shape[0];

  it('has the joint probabilities, cost and gradient of the reference', () => {
    const joint = whole(jointProbabilities(tsne.X.values, n, tsne.X.shape[1], tsne.perplexity, 1e-12));
    for (const [i, value] of tsne.probabilities.values.entries()) expect(Math.abs(joint[i] - value)).toBeLessThan(1e-8);
    const gradient = new Float64Array(2 * n);
    const cost = whole(tsneGradient(joint, Float64Array.from(tsne.Y.values), gradient, 1, true));
    expect(cost).toBeCloseTo(tsne.cost, 6);
    for (const [i, value] of tsne.gradient.values.entries()) expect(gradient[i]).toBeCloseTo(value, 7);
  });

  it('does not depend on the unit of the vectors', () => {
    const small = whole(
      jointProbabilities(
        tsne.X.values.map((value) => value * 1e-4),
        n,
        tsne.X.shape[1],
        3,
        1e-12,
      ),
    );
    for (const [i, value] of tsne.probabilities.values.entries()) expect(Math.abs(small[i] - value)).toBeLessThan(1e-7);
  });

  it('parts groups, lowers its cost and is the same again', () => {
    const { values, group, start, d } = groups(150, 5);
    const joint = whole(jointProbabilities(values, 150, d, 15));
    const run = (steps: number): Tsne => {
      const layout = new Tsne(joint, start);
      for (let step = 0; step < steps; step++) whole(layout.step());
      return layout;
    };
    const costOf = (layout: Tsne): number => whole(tsneGradient(joint, layout.y, new Float64Array(300), 1, true));
    const late = run(500);
    expect(purity(late.y, group)).toBeGreaterThan(0.97);
    expect(costOf(late)).toBeLessThan(0.7 * costOf(run(0)));
    expect([...run(60).y]).toEqual([...run(60).y]);
  });
});

describe('UMAP', () => {
  it('has the curve of scipy for any least distance', () => {
    for (const { minDist, a, b } of umap.curves) {
      const found = umapCurve(minDist);
      expect(found.a).toBeCloseTo(a, 5);
      expect(found.b).toBeCloseTo(b, 5);
    }
  });

  it('has the memberships of dense distances, each pair in both directions', () => {
    const [n, d] = umap.X.shape;
    const graph = whole(fuzzyGraph(whole(nearestNeighbours(umap.X.values, n, d, umap.neighbours - 1))));
    const dense = new Float64Array(n * n);
    graph.weight.forEach((weight, edge) => {
      expect(dense[graph.head[edge] * n + graph.tail[edge]]).toBe(0);
      dense[graph.head[edge] * n + graph.tail[edge]] = weight;
    });
    for (const [i, value] of umap.memberships.values.entries()) expect(dense[i]).toBeCloseTo(value, 7);
  });

  it('keeps as many neighbours as umap-js and parts groups as well', () => {
    const n = 400;
    const { values, group, start, d } = groups(n, 8);
    const layout = new Umap(whole(fuzzyGraph(whole(nearestNeighbours(values, n, d, 14)))), start, 300, new RandomStream(1, 'umap test'));
    for (let step = 0; step < 300; step++) whole(layout.pass());
    const random = new RandomStream(1, 'umap-js');
    const other = new UMAP({ nNeighbors: 15, minDist: 0.1, nEpochs: 300, random: () => random.uniform() });
    const rows = Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d)));
    const theirs = other.fit(rows).flat();
    expect(kept(values, d, layout.y)).toBeGreaterThan(kept(values, d, theirs) - 0.02);
    expect(purity(layout.y, group)).toBeGreaterThan(0.97);
    expect(purity(theirs, group)).toBeGreaterThan(0.97);
  });

  it('is the same for the same seed, another for another', () => {
    const { values, start, d } = groups(60, 3);
    const graph = whole(fuzzyGraph(whole(nearestNeighbours(values, 60, d, 14))));
    const run = (seed: number): number[] => {
      const layout = new Umap(graph, start, 40, new RandomStream(seed, 'umap test'));
      for (let step = 0; step < 40; step++) whole(layout.pass());
      return [...layout.y];
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1).every(Number.isFinite)).toBe(true);
  });
});

describe('levels put into a finished map', () => {
  it('stand between their five nearest vectors, as comparing all of them finds', async () => {
    const [n, more, d] = [60, 40, 6];
    const { values } = groups(n + more, 5, d, 4);
    // One that is put in has the vector of one that was laid out.
    values.copyWithin((n + 3) * d, 7 * d, 8 * d);
    const distinct = { levels: Uint32Array.from({ length: n }, (_, i) => i), place: Uint32Array.from({ length: n }, (_, i) => i) };
    const random = new RandomStream(9, 'positions');
    const y = Float64Array.from({ length: 2 * n }, () => random.normal());
    const rest = Uint32Array.from({ length: more }, (_, i) => n + i);
    const placed = await placeRest({ values, d }, { distinct, y }, rest, new Job(1), () => {});
    const distance = (a: number, b: number): number => Math.hypot(...Array.from({ length: d }, (_, m) => values[a * d + m] - values[b * d + m]));
    for (const [at, level] of rest.entries()) {
      const near = Array.from({ length: n }, (_, i) => ({ i, far: distance(level, i) }))
        .sort((a, b) => a.far - b.far)
        .slice(0, 5);
      const weights = near.map(({ far }) => 1 / Math.max(far, 1e-12));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const wanted = [0, 1].map((axis) => near.reduce((total, { i }, k) => total + weights[k] * y[2 * i + axis], 0) / sum);
      expect(placed.x[at]).toBeCloseTo(wanted[0], 5);
      expect(placed.y[at]).toBeCloseTo(wanted[1], 5);
    }
    expect(placed.x[3]).toBeCloseTo(y[14], 5);
  });
});
