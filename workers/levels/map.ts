import { LabFailure } from '../data/failure';
import { stratifiedLevels } from '../metrics/stratified';
import { distinctLevels } from './distinct';
import type { Job } from './job';
import { type Layout, layOut, placeRest, positions, type Told } from './layout';
import { componentScores } from './pca';
import type { MethodLevels } from './table';
import { fitTruth, fittedTruth } from './truth-fit';
import type { LevelMap, LevelMapKind, LevelMapRequest, MapAxis } from './types';

/** Most levels of the sample; of these t-SNE and UMAP fit fewer (docs/methods.md F12). */
const MOST = { pca: 20_000, numbers: 20_000, truth: 20_000, tsne: 2000, umap: 5000 } as const satisfies Record<LevelMapKind['kind'], number>;
/** Never more in a layout, whatever is asked for: t-SNE takes four bytes for each pair. */
const LIMITS = { tsne: 5000, umap: 20_000 };
/** Points of a map with the rest put in: what the page can draw. */
const MOST_DRAWN = 1_000_000;

type Points = Pick<LevelMap, 'x' | 'y' | 'axes' | 'truth' | 'directions'>;
const NOTHING: MapAxis = { dimension: null, share: null, r2: null };

const inRange = (dimension: number, width: number): number => {
  if (Number.isInteger(dimension) && dimension >= 0 && dimension < Math.max(2, width)) return dimension;
  throw new LabFailure('no-such-dimension', `There is no dimension ${dimension + 1} of ${width}.`, 'Choose another dimension.');
};

/** Scores on two components. Vectors of one number lie on a line. */
function componentMap(levels: MethodLevels, dimensions: [number, number], shown: Uint32Array): Points {
  const { d } = levels.needed;
  const { components } = levels;
  const [x, y] = dimensions.map((dimension) => componentScores(levels.needed, components, inRange(dimension, d), shown));
  const axes = dimensions.map((dimension): MapAxis => (dimension < d ? { dimension, share: components.shares[dimension], r2: null } : NOTHING)) as [
    MapAxis,
    MapAxis,
  ];
  const directions = new Float32Array(2 * d);
  for (const [k, dimension] of dimensions.entries()) {
    if (dimension < d) directions.set(components.axes.subarray(dimension * d, (dimension + 1) * d), k * d);
  }
  return { x, y, axes, directions, truth: null };
}

function numberMap(levels: MethodLevels, dimensions: [number, number], shown: Uint32Array): Points {
  const { values, d } = levels.needed;
  const [x, y] = dimensions.map((dimension) => {
    const m = inRange(dimension, d);
    return Float32Array.from(shown, (level) => (m < d ? values[level * d + m] : 0));
  });
  const axes = dimensions.map((dimension): MapAxis => (dimension < d ? { dimension, share: null, r2: null } : NOTHING)) as [MapAxis, MapAxis];
  const directions = new Float32Array(2 * d);
  for (const [k, dimension] of dimensions.entries()) if (dimension < d) directions[k * d + dimension] = 1;
  return { x, y, axes, directions, truth: null };
}

/** True dimensions as the vectors have them, and where the truth has the levels. */
function truthMap(levels: MethodLevels, dimensions: [number, number], shown: Uint32Array): Points {
  const { truth } = levels.run.dataset;
  const effects = truth?.effects[levels.of.feature];
  if (!truth || !effects) {
    throw new LabFailure('no-truth', 'The true effects of these levels are not known.', 'Simulate data, or look at the principal components.');
  }
  const { d } = truth;
  const { seen } = levels.of;
  const actual = (dimension: number): Float32Array<ArrayBuffer> => Float32Array.from(shown, (level) => effects[level * d + dimension]);
  const axisOf = (dimension: number) => {
    const found = fitTruth(levels.needed, (level) => effects[level * d + dimension], seen);
    return { values: fittedTruth(levels.needed, found, shown), coefficients: found.coefficients, axis: { dimension, share: null, r2: found.r2 } };
  };
  if (d === 1) {
    const { values, axis } = axisOf(0);
    return { x: actual(0), y: values, axes: [{ dimension: 0, share: null, r2: null }, axis], directions: null, truth: null };
  }
  const [first, second] = dimensions.map((dimension) => axisOf(inRange(dimension, d)));
  return {
    x: first.values,
    y: second.values,
    axes: [first.axis, second.axis],
    directions: Float32Array.from([...first.coefficients, ...second.coefficients]),
    truth: { x: actual(dimensions[0]), y: actual(dimensions[1]) },
  };
}

/** The last layout of neighbours: the rest is put into it without laying it out again. */
export class LastLayout {
  #known: { levels: MethodLevels; asked: string; layout: Layout } | null = null;

  async of(levels: MethodLevels, asked: string, make: () => Promise<Layout>): Promise<Layout> {
    if (this.#known?.levels === levels && this.#known.asked === asked) return this.#known.layout;
    this.#known = null;
    const layout = await make();
    this.#known = { levels, asked, layout };
    return layout;
  }

  clear(): void {
    this.#known = null;
  }
}

/** A map of a feature's levels. Progress is told step by step; rejects with 'cancelled' when the job is. */
export async function mapOf(
  levels: MethodLevels,
  { view, limit, rest, job: id }: LevelMapRequest,
  job: Job,
  tell: Told,
  last: LastLayout,
): Promise<LevelMap> {
  const started = performance.now();
  const { of, run } = levels;
  const most = Math.max(1, Math.floor(limit ?? MOST[view.kind]));
  const capped = view.kind === 'tsne' || view.kind === 'umap' ? Math.min(most, LIMITS[view.kind]) : most;
  const seed = run.plan.seeds.data;
  const sample = stratifiedLevels(of.rows, capped, seed, 'levels of the map');
  const drawn = rest ? stratifiedLevels(of.rows, Math.max(MOST_DRAWN, capped), seed, 'levels drawn') : sample;
  const common = { method: levels.method, feature: of.feature, job: id, view, of: of.levels, sampled: sample.length };
  const ended = () => performance.now() - started;
  if (view.kind === 'tsne' || view.kind === 'umap') {
    const layout = await last.of(levels, JSON.stringify([view, capped]), () => layOut(levels.needed, sample, view, job, tell));
    const shown = positions(layout);
    const duplicates = sample.length - layout.distinct.levels.length;
    const others = rest ? await withRest(levels, sample, drawn, layout, job, tell) : null;
    return {
      ...{ ...common, axes: [NOTHING, NOTHING], directions: null, truth: null, duplicates, projectedFrom: sample.length },
      levels: others ? joined(Uint32Array, sample, others.levels) : sample,
      x: others ? joined(Float32Array, shown.x, others.x) : shown.x,
      y: others ? joined(Float32Array, shown.y, others.y) : shown.y,
      milliseconds: ended(),
    };
  }
  const points = (view.kind === 'pca' ? componentMap : view.kind === 'numbers' ? numberMap : truthMap)(levels, view.dimensions, drawn);
  const duplicates = sample.length - distinctLevels(levels.needed, sample).levels.length;
  return { ...common, ...points, levels: drawn, duplicates, projectedFrom: drawn.length, milliseconds: ended() };
}

async function withRest(levels: MethodLevels, sample: Uint32Array, drawn: Uint32Array, layout: Layout, job: Job, tell: Told) {
  const there = new Uint8Array(levels.of.levels);
  for (const level of sample) there[level] = 1;
  const rest = drawn.filter((level) => there[level] === 0);
  return { levels: rest, ...(await placeRest(levels.needed, layout, rest, job, tell)) };
}

function joined<A extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(kind: new (length: number) => A, first: A, second: A): A {
  const both = new kind(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
