import type { RandomStream } from '../random/random';
import type { CategoricalColumn, LevelGraph } from './dataset';
import { MOST_NODES } from './edges/level-graph';
import { LabFailure } from './failure';
import { drawnGraph, graphField } from './graph-effects';
import type { LmmnnDataset } from './schema';
import { normalEffects } from './simulation-parts';

/** What the random effects of the LMMNN simulation add to the response, and what they add to the data. */
export interface DrawnEffects {
  /** True effects of each feature's levels (q × d, row-major). */
  effects: Float32Array[];
  d: number;
  /** Variance of each dimension, by feature. */
  variances: number[][];
  /** Numbers of a row in the features that stand after x₁ … x_p (`addedColumns`). */
  columns: ((row: number) => number)[];
  /** Edges between the levels of the first feature. */
  graph?: LevelGraph;
  /** A row's response with the effects, from the one without. */
  added(row: number, response: number): number;
}

type Streams = (name: string) => RandomStream;

/** The variance of feature k, or of coefficient k: the last one counts for all after it. */
const varianceOf = ({ interceptVariances }: LmmnnDataset, k: number): number => interceptVariances[Math.min(k, interceptVariances.length - 1)];

/**
 * Random effects of docs/methods.md B3 and F10. `stream` names streams of random numbers. Yields the
 * finished share of the simulation where it may rest.
 */
export function* drawEffects(
  spec: LmmnnDataset,
  categorical: readonly CategoricalColumn[],
  stream: Streams,
  share: number,
): Generator<number, DrawnEffects> {
  switch (spec.effects ?? 'intercepts') {
    case 'intercepts':
      return intercepts(spec, categorical, stream);
    case 'polynomials':
      return polynomials(spec, categorical, stream);
    case 'places':
      return yield* places(spec, categorical, stream, share);
    case 'graph':
      return yield* joined(spec, categorical, stream, share);
    case 'products':
      return hidden(spec, categorical, stream, (z) => z, 1 / 3);
    case 'cosines':
      // Mean of z² cos² z over (−1, 1).
      return hidden(spec, categorical, stream, (z) => z * Math.cos(z), 1 / 6 + Math.sin(2) / 8 + Math.cos(2) / 4);
  }
}

function intercepts(spec: LmmnnDataset, categorical: readonly CategoricalColumn[], stream: Streams): DrawnEffects {
  const effects = categorical.map(({ cardinality }, k) => normalEffects(cardinality, [varianceOf(spec, k)], stream(`effects/${k}`)));
  return { effects, d: 1, variances: effects.map((_, k) => [varianceOf(spec, k)]), columns: [], added: sumOf(effects, categorical) };
}

const sumOf =
  (effects: readonly Float32Array[], categorical: readonly CategoricalColumn[]) =>
  (row: number, response: number): number => {
    let sum = response;
    for (let k = 0; k < effects.length; k++) sum += effects[k][categorical[k].codes[row]];
    return sum;
  };

/**
 * t + t² + b_j0 + b_j1 t + b_j2 t² with t = 0, 1, 2, … within a level over the rows of the longest level, and
 * the intercept correlated with the others.
 */
function polynomials(spec: LmmnnDataset, categorical: readonly CategoricalColumn[], stream: Streams): DrawnEffects {
  if (categorical.length !== 1)
    throw new LabFailure(
      'simulation-features',
      `Random polynomials are drawn for one feature, and the simulation has ${categorical.length}.`,
      'Leave one number of levels, or choose other random effects.',
    );
  const [{ codes, cardinality: q }] = categorical;
  const counts = new Uint32Array(q);
  const times = Float64Array.from(codes, (code) => counts[code]++);
  const longest = counts.reduce((most, count) => Math.max(most, count), 1);
  for (let i = 0; i < times.length; i++) times[i] /= longest;
  const variances = [0, 1, 2].map((a) => varianceOf(spec, a));
  const deviations = variances.map(Math.sqrt);
  const rho = spec.correlation ?? 0.3;
  // The Cholesky factor of correlations ρ of the first with both others, and 0 between those.
  const root = Math.sqrt(1 - rho * rho);
  const last = Math.sqrt(Math.max(0, 1 - rho * rho - (rho * rho * rho * rho) / (1 - rho * rho)));
  const effects = new Float32Array(3 * q);
  const random = stream('effects/0');
  for (let j = 0; j < q; j++) {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    effects[3 * j] = deviations[0] * a;
    effects[3 * j + 1] = deviations[1] * (rho * a + root * b);
    effects[3 * j + 2] = deviations[2] * (rho * a - ((rho * rho) / root) * b + last * c);
  }
  return {
    effects: [effects],
    d: 3,
    variances: [variances],
    columns: [(row) => times[row]],
    added(row, response) {
      const t = times[row];
      const at = 3 * codes[row];
      return response + t + t * t + effects[at] + effects[at + 1] * t + effects[at + 2] * t * t;
    },
  };
}

/** Waves that a field of many places is made of, and places times waves between two rests. */
const WAVES = 4000;
const REST = 500_000;

/**
 * Levels of the first feature are places in a square of side 20; their effects are a Gaussian field of
 * covariance κ₀ exp(−|s − s′|² / 2κ₁). Other features have intercepts. The field is a sum of random waves,
 * whose covariance is this one and whose law is normal but for terms of 1 / waves (Rahimi & Recht 2007).
 */
function* places(spec: LmmnnDataset, categorical: readonly CategoricalColumn[], stream: Streams, share: number): Generator<number, DrawnEffects> {
  const [first, ...others] = categorical;
  const q = first.cardinality;
  const where = stream('places');
  const coordinates = Float32Array.from({ length: 2 * q }, () => where.uniform() * 20 - 10);
  const random = stream('effects/0');
  const scale = 1 / Math.sqrt(spec.squaredLength ?? 1);
  const sums = new Float64Array(q);
  for (let wave = 0, since = 0; wave < WAVES; wave++, since += q) {
    if (since > REST) {
      yield share;
      since = 0;
    }
    const [u, v] = [scale * random.normal(), scale * random.normal()];
    const phase = 2 * Math.PI * random.uniform();
    for (let j = 0; j < q; j++) sums[j] += Math.cos(u * coordinates[2 * j] + v * coordinates[2 * j + 1] + phase);
  }
  const amplitude = Math.sqrt((2 * varianceOf(spec, 0)) / WAVES);
  const effects = [
    Float32Array.from(sums, (sum) => amplitude * sum),
    ...others.map(({ cardinality }, k) => normalEffects(cardinality, [varianceOf(spec, k + 1)], stream(`effects/${k + 1}`))),
  ];
  return {
    effects,
    d: 1,
    variances: effects.map((_, k) => [varianceOf(spec, k)]),
    columns: [0, 1].map((axis) => (row: number) => coordinates[2 * first.codes[row] + axis]),
    added: sumOf(effects, categorical),
  };
}

/**
 * Levels of the first feature are joined by edges, and their effects are a field over the graph. Other
 * features have intercepts.
 *
 * @throws LabFailure 'simulation-levels' where it has more levels than a graph may have
 */
function* joined(spec: LmmnnDataset, categorical: readonly CategoricalColumn[], stream: Streams, share: number): Generator<number, DrawnEffects> {
  const [{ cardinality: q }, ...others] = categorical;
  if (q > MOST_NODES)
    throw new LabFailure(
      'simulation-levels',
      `A graph is drawn over up to ${MOST_NODES.toLocaleString('en')} levels, and the first feature has ${q.toLocaleString('en')}.`,
      'Ask for fewer levels, or choose other random effects.',
    );
  const shape = spec.graph ?? 'grid';
  const graph = drawnGraph(shape, q, stream('graph'));
  const work = graphField(shape, graph, spec.dependence ?? 0.98, stream('effects/0'));
  let step = work.next();
  for (; !step.done; step = work.next()) yield share;
  const deviation = Math.sqrt(varianceOf(spec, 0));
  const effects = [
    Float32Array.from(step.value, (value) => deviation * value),
    ...others.map(({ cardinality }, k) => normalEffects(cardinality, [varianceOf(spec, k + 1)], stream(`effects/${k + 1}`))),
  ];
  return { effects, d: 1, variances: effects.map((_, k) => [varianceOf(spec, k)]), columns: [], graph, added: sumOf(effects, categorical) };
}

/**
 * Levels have hidden features w ~ U(−1, 1), a tenth as many as there are levels, and an effect Σ_l g(w_l) b_l
 * with b ~ N(0, σ²_b I): as much as a random intercept of variance l σ²_b E g(w)².
 */
function hidden(
  spec: LmmnnDataset,
  categorical: readonly CategoricalColumn[],
  stream: Streams,
  g: (w: number) => number,
  square: number,
): DrawnEffects {
  const widths = categorical.map(({ cardinality }) => Math.max(1, Math.floor(0.1 * cardinality)));
  const effects = categorical.map(({ cardinality }, k) => {
    const weights = normalEffects(1, new Float64Array(widths[k]).fill(varianceOf(spec, k)), stream(`effects/${k}`));
    const random = stream(`hidden/${k}`);
    return Float32Array.from({ length: cardinality }, () => {
      let sum = 0;
      for (const weight of weights) sum += g(random.uniform() * 2 - 1) * weight;
      return sum;
    });
  });
  const variances = effects.map((_, k) => [widths[k] * varianceOf(spec, k) * square]);
  return { effects, d: 1, variances, columns: [], added: sumOf(effects, categorical) };
}
