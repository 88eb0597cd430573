import type { RandomStream } from '../random/random';
import type { LevelGraph } from './dataset';
import { levelGraph } from './edges/level-graph';

/** Graphs that are simulated. */
export type GraphShape = 'grid' | 'ring' | 'geometric';

/** Mean number of neighbours in a random geometric graph, but for its border. */
const NEIGHBOURS = 6;
/** Columns of the inverse between two rests. */
const REST = 50;

/**
 * A graph over q levels: a grid with rows as long as the square root of q, a ring, or points of a square that
 * are joined where they are near (a random geometric graph), in the order of their first coordinate.
 */
export function drawnGraph(shape: GraphShape, q: number, random: RandomStream): LevelGraph {
  const pairs: [number, number][] = [];
  if (shape === 'ring') for (let j = 0; j < (q > 2 ? q : q - 1); j++) pairs.push([j, (j + 1) % q]);
  else if (shape === 'grid') {
    const width = Math.ceil(Math.sqrt(q));
    for (let j = 0; j < q; j++) {
      if ((j + 1) % width !== 0 && j + 1 < q) pairs.push([j, j + 1]);
      if (j + width < q) pairs.push([j, j + width]);
    }
  } else {
    const points = Array.from({ length: q }, () => [random.uniform(), random.uniform()]).sort(([a], [b]) => a - b);
    const squared = NEIGHBOURS / (Math.PI * q);
    for (let j = 0; j < q; j++)
      for (let k = j + 1; k < q && (points[k][0] - points[j][0]) ** 2 <= squared; k++)
        if ((points[k][0] - points[j][0]) ** 2 + (points[k][1] - points[j][1]) ** 2 <= squared) pairs.push([j, k]);
  }
  const of = (end: 0 | 1): Int32Array => Int32Array.from(pairs, (pair) => pair[end]);
  return levelGraph(0, q, { nodes: q, from: of(0), to: of(1), weights: new Float64Array(pairs.length).fill(1) });
}

/** Where each level of a ring stands so that neighbours are near: 0, q − 1, 1, q − 2, … */
const folded = (q: number) => (j: number) => (2 * j < q ? 2 * j : 2 * (q - j) - 1);

/**
 * A draw of N(0, C) over the levels of a drawn graph, C = K with unit variances,
 * K = (ρ (D − W) + (1 − ρ) I)⁻¹ (docs/methods.md A29): u = L⁻ᵀz with LL' = K⁻¹, a matrix whose
 * entries lie in a band. Yields where it may rest.
 */
export function* graphField(
  shape: GraphShape,
  { nodes: q, from, to }: LevelGraph,
  dependence: number,
  random: RandomStream,
): Generator<void, Float64Array> {
  const place = shape === 'ring' ? folded(q) : (j: number) => j;
  let band = 0;
  for (let i = 0; i < from.length; i++) band = Math.max(band, Math.abs(place(from[i]) - place(to[i])));
  const width = band + 1;
  /** Row i of L, its entry of column j at i · width + j − i + band. */
  const factor = new Float64Array(q * width);
  for (let i = 0; i < q; i++) factor[i * width + band] = 1 - dependence;
  for (let i = 0; i < from.length; i++) {
    const [a, b] = [place(from[i]), place(to[i])];
    factor[a * width + band] += dependence;
    factor[b * width + band] += dependence;
    factor[Math.max(a, b) * width + band - Math.abs(a - b)] -= dependence;
  }
  for (let i = 0; i < q; i++) {
    const first = Math.max(0, i - band);
    for (let j = first; j <= i; j++) {
      let sum = factor[i * width + j - i + band];
      for (let k = Math.max(first, j - band); k < j; k++) sum -= factor[i * width + k - i + band] * factor[j * width + k - j + band];
      factor[i * width + j - i + band] = i === j ? Math.sqrt(sum) : sum / factor[j * width + band];
    }
    if (i % REST === 0) yield;
  }
  const field = Float64Array.from({ length: q }, () => random.normal());
  for (let i = q - 1; i >= 0; i--) {
    field[i] /= factor[i * width + band];
    for (let j = Math.max(0, i - band); j < i; j++) field[j] -= factor[i * width + j - i + band] * field[i];
  }
  // The variance of level i is the squared length of L⁻¹e_i.
  for (let i = 0; i < q; i++) {
    const column = new Float64Array(q);
    let square = 0;
    for (let j = i; j < q; j++) {
      let sum = Number(i === j);
      for (let k = Math.max(i, j - band); k < j; k++) sum -= factor[j * width + k - j + band] * column[k];
      column[j] = sum / factor[j * width + band];
      square += column[j] ** 2;
    }
    field[i] /= Math.sqrt(square);
    if (i % REST === 0) yield;
  }
  return Float64Array.from({ length: q }, (_, j) => field[place(j)]);
}
