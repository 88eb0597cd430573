import { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import type { Dataset, TagColumn } from './dataset';
import { LabFailure } from './failure';
import type { TagSeriesDataset } from './schema';
import { clockOf, knownSeries } from './series/parts';
import { recur, TRAITS, traitsOf } from './series/recurrence';
import { type Series, windowsOf } from './series/series';
import { splitWindows, timeParts } from './series/split';
import { setDrawer } from './simulate-tags';
import { downstreamLabels, recipeFingerprint, streamsOf } from './simulation-parts';
import { scaleOf } from './standardize';
import { groupedTags } from './tag-groups';

/** Steps before the first that is kept. */
const BURN_IN = 100;

/** Most cells of a simulation. */
const LIMIT = 50_000_000;

/**
 * Series whose tags decide how they move, and a target that they drive (docs/methods.md F6): a tag's true
 * vector has a number for the memory, the amplitude of the season and the loading on the target.
 *
 * @throws LabFailure 'simulation-too-large', and those of `splitWindows`
 */
export function* tagSeriesSimulation(spec: TagSeriesDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const { series: count, steps, groups, predicts, length, period } = spec;
  if (count * (steps + BURN_IN) > LIMIT)
    throw new LabFailure(
      'simulation-too-large',
      `This simulation would have ${(count * steps).toLocaleString('en-US')} values; at most ${LIMIT.toLocaleString('en-US')} are allowed.`,
      'Ask for fewer series or fewer steps.',
    );
  const stream = streamsOf(seeds.data, 'tag-series');
  const tags = groupedTags(groups);
  const column: TagColumn = { name: 'tags', ...tags, ...drawnSets(count, groups, stream('sets')) };
  const sets = Array.from({ length: count }, (_, f) => column.ids.subarray(column.offsets[f], column.offsets[f + 1]));
  const effects = tagVectors(tags.parents, spec, stream('effects'));
  const phases = Float64Array.from(
    { length: count },
    (
      (random) => () =>
        2 * Math.PI * random.uniform()
    )(stream('phases')),
  );
  yield 0.1;
  const [ofSeries, ofTarget] = [stream('series'), stream('target')];
  const drawn = recur(
    traitsOf(effects, sets, spec.strongestMemory),
    phases,
    { ...spec, seriesDeviation: Math.sqrt(spec.seriesVariance), targetDeviation: Math.sqrt(spec.targetVariance) },
    { series: () => ofSeries.normal(), target: () => ofTarget.normal() },
    steps + BURN_IN,
    BURN_IN,
  );
  yield 0.8;
  const outputs = predicts === 'forecast' ? spec.horizon : length;
  const { test } = timeParts({ steps, outputs }, spec.trainShare);
  const own = scaleOf((t) => drawn.target[t], [Uint32Array.from({ length: test }, (_, t) => t)]);
  const ofOwn = predicts === 'next-step';
  const series: Series = {
    task: predicts,
    steps,
    length,
    outputs,
    names: Array.from({ length: count }, (_, f) => `series ${f + 1}`),
    values: drawn.series,
    scales: null,
    clock: predicts === 'forecast' || !spec.clock ? [] : clockOf(steps, period),
    target: ofOwn ? null : Float32Array.from(drawn.target, (value) => (value - own.mean) / own.scale),
    known: knownSeries(count, predicts === 'forecast' ? 0 : spec.heldOut, new RandomStream(seeds.split, 'held-out series')),
    innovationVariance: ofOwn ? spec.seriesVariance : spec.targetVariance,
    times: null,
  };
  const split = splitWindows(series, spec.trainShare, seeds.split);
  yield 1;
  return {
    task: 'regression',
    rows: windowsOf(series),
    x: new Float32Array(0),
    p: 0,
    xScales: null,
    categorical: [],
    tags: [column],
    series,
    y: new Float32Array(0),
    targetScale: ofOwn ? 1 : own.scale,
    targetMean: ofOwn ? 0 : own.mean,
    targetName: ofOwn ? 'next value' : 'target',
    classLabels: null,
    split,
    truth: {
      effects: [effects],
      d: TRAITS,
      components: {
        noiseVariance: series.innovationVariance,
        effectVariances: [Array.from({ length: TRAITS }, () => spec.groupVariance + (spec.leafVariance * leavesOf(groups)) / tags.labels.length)],
        fixed: [],
      },
      labels: [downstreamLabels(effects, TRAITS, stream('downstream'))],
    },
    fingerprint: recipeFingerprint('tag-series/1', spec, seeds.data),
  };
}

const leavesOf = (groups: readonly number[]): number => groups.reduce((sum, leaves) => sum + leaves, 0);

/** The set of each series; every leaf of a group is as likely as another. */
function drawnSets(count: number, groups: readonly number[], random: RandomStream): Pick<TagColumn, 'offsets' | 'ids'> {
  const draw = setDrawer(
    groups,
    groups.map((leaves) => new AliasTable(new Float64Array(leaves).fill(1))),
    random,
  );
  const offsets = new Uint32Array(count + 1);
  const ids: number[] = [];
  const set: number[] = [];
  for (let f = 0; f < count; f++) {
    draw(set);
    ids.push(...set);
    offsets[f + 1] = ids.length;
  }
  return { offsets, ids: Int32Array.from(ids) };
}

/** True vectors of the tags (K × 3): those of leaves around their group's. */
function tagVectors(parents: Int32Array, { groupVariance, leafVariance }: TagSeriesDataset, random: RandomStream): Float32Array {
  const vectors = new Float32Array(parents.length * TRAITS);
  for (let j = 0; j < parents.length; j++) {
    const leaf = parents[j] >= 0;
    for (let m = 0; m < TRAITS; m++)
      vectors[j * TRAITS + m] = (leaf ? vectors[parents[j] * TRAITS + m] : 0) + Math.sqrt(leaf ? leafVariance : groupVariance) * random.normal();
  }
  return vectors;
}
