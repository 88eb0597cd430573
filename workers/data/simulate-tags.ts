import type { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import type { Dataset, TagColumn } from './dataset';
import type { TagsDataset } from './schema';
import {
  aboveMedian,
  addNoise,
  bernoulli,
  downstreamLabels,
  inChunks,
  levelWeights,
  median,
  recipeFingerprint,
  refuseTooLarge,
  streamsOf,
  uniformFeatures,
} from './simulation-parts';
import { splitRows } from './split';
import { groupedTags, MOST_LEAVES, NO_LEAF, ONE_LEAF, PARENT } from './tag-groups';
import { TAG_WIDTH, type TagPieces, tagResponse } from './tag-response';
import { dropUnseenTags } from './tags/unseen';

/** Variances of the parents' vectors, and of the leaves' around their parent's, before they are scaled. */
const PARENT_VARIANCE = 0.16;
const LEAF_VARIANCE = 0.36;

/** Vectors before they are scaled (K × 4): leaves scatter around their parent. */
function unscaledVectors(parents: Int32Array, random: RandomStream): Float64Array {
  const vectors = new Float64Array(parents.length * TAG_WIDTH);
  for (let j = 0; j < parents.length; j++) {
    const parent = parents[j];
    const deviation = Math.sqrt(parent < 0 ? PARENT_VARIANCE : LEAF_VARIANCE);
    for (let m = 0; m < TAG_WIDTH; m++) vectors[j * TAG_WIDTH + m] = (parent < 0 ? 0 : vectors[parent * TAG_WIDTH + m]) + deviation * random.normal();
  }
  return vectors;
}

/** The set of one row, ascending: parents that are active, then leaves. Returns how many there are. */
type DrawSet = (into: number[]) => void;

/**
 * Leaves without replacement, each draw in proportion to the weights of those left: the distribution that
 * Gumbel top-k has too.
 */
export function setDrawer(groups: readonly number[], tables: readonly AliasTable[], random: RandomStream): DrawSet {
  const first = groups.map((_, g) => groups.length + groups.slice(0, g).reduce((sum, count) => sum + count, 0));
  return (into) => {
    const leaves: number[] = [];
    into.length = 0;
    for (let g = 0; g < groups.length; g++) {
      const u = random.uniform();
      const wanted = Math.min(u < NO_LEAF ? 0 : u < NO_LEAF + ONE_LEAF ? 1 : MOST_LEAVES, groups[g]);
      if (wanted === 0) continue;
      const one = tables[g].draw(random);
      leaves.push(first[g] + one);
      if (wanted === 2) {
        let two = tables[g].draw(random);
        while (two === one) two = tables[g].draw(random);
        leaves.push(first[g] + two);
      }
      if (random.uniform() < PARENT) into.push(g);
    }
    into.push(...leaves.sort((a, b) => a - b));
  };
}

/** The sets of all rows. */
function* drawnSets(rows: number, most: number, draw: DrawSet): Generator<number, Pick<TagColumn, 'offsets' | 'ids'>> {
  const offsets = new Uint32Array(rows + 1);
  const ids = new Int32Array(rows * most);
  const set: number[] = [];
  yield* inChunks(rows, 0.2, 0.6, (from, end) => {
    for (let i = from; i < end; i++) {
      draw(set);
      ids.set(set, offsets[i]);
      offsets[i + 1] = offsets[i] + set.length;
    }
  });
  return { offsets, ids: ids.slice(0, offsets[rows]) };
}

/** Running variance (ddof 0) of a number of each row. */
function varianceOf(): { add(value: number): void; value(): number } {
  let [count, mean, squares] = [0, 0, 0];
  return {
    add(value) {
      count++;
      const delta = value - mean;
      mean += delta / count;
      squares += delta * (value - mean);
    },
    value: () => (count > 0 ? squares / count : 0),
  };
}

/**
 * What a vector's numbers are multiplied by to give the pieces the variances asked for; 0 where a piece never
 * varies.
 */
function scales(spec: TagsDataset, variances: { [piece in keyof TagPieces]: number }): number[] {
  const ratio = (asked: number, drawn: number) => (drawn > 0 ? asked / drawn : 0);
  const pairs = ratio(spec.pairVariance, variances.pairs) ** 0.25;
  return [Math.sqrt(ratio(spec.mainVariance, variances.main)), Math.sqrt(ratio(spec.slopeVariance, variances.slope)), pairs, pairs];
}

/**
 * Rows with a set of tags (docs/methods.md F6): a smooth function of x, and of the tags main effects, slopes
 * on x5 and interactions of pairs. The truth is the vector of four numbers that each tag has.
 *
 * @throws LabFailure 'simulation-too-large', and those of `splitRows`
 */
export function* tagSimulation(spec: TagsDataset, seeds: { data: number; split: number }): Generator<number, Dataset> {
  const rows = spec.trainRows + spec.testRows;
  const { p, groups } = spec;
  const tags = groupedTags(groups);
  const { labels, parents, most } = tags;
  refuseTooLarge(rows, p + most, [labels.length], TAG_WIDTH);
  const stream = streamsOf(seeds.data, 'tags');
  const x = yield* uniformFeatures(rows, p, stream('x'), 0.2);
  const tables = groups.map((leaves, g) => new AliasTable(levelWeights(spec, leaves, stream(`weights/${g}`))));
  const sets = yield* drawnSets(rows, most, setDrawer(groups, tables, stream('sets')));
  const vectors = unscaledVectors(parents, stream('effects'));
  const pieces = (i: number, from: ArrayLike<number>): TagPieces => {
    return tagResponse(x.subarray(i * p, (i + 1) * p), from, sets.ids.subarray(sets.offsets[i], sets.offsets[i + 1]));
  };
  const seen = { numeric: varianceOf(), main: varianceOf(), slope: varianceOf(), pairs: varianceOf() };
  yield* inChunks(rows, 0.6, 0.75, (from, end) => {
    for (let i = from; i < end; i++) for (const [name, value] of Object.entries(pieces(i, vectors))) seen[name as keyof TagPieces].add(value);
  });
  const scale = scales(spec, { numeric: 0, main: seen.main.value(), slope: seen.slope.value(), pairs: seen.pairs.value() });
  const effects = Float32Array.from(vectors, (value, at) => value * scale[at % TAG_WIDTH]);
  const response = new Float64Array(rows);
  yield* inChunks(rows, 0.75, 0.95, (from, end) => {
    for (let i = from; i < end; i++) response[i] = total(pieces(i, effects));
  });
  const regression = spec.task === 'regression';
  const byChance = spec.binaryResponse === 'bernoulli';
  const y = regression
    ? addNoise(response, spec.noiseVariance, stream('noise'))
    : byChance
      ? bernoulli(response, stream('response'))
      : aboveMedian(response);
  const middle = regression || byChance ? 0 : median(response);
  const mean = (value: number): number => (regression ? value : byChance ? 1 / (1 + Math.exp(-value)) : Number(value > middle));
  const column: TagColumn = { name: 'tags', ...sets, ...tags };
  const split = splitRows(rows, spec.testRows, seeds.split, spec, [], [column]);
  yield 1;
  return {
    task: spec.task,
    rows,
    x,
    p,
    xScales: null,
    categorical: [],
    tags: spec.unseenTags === 'drop' ? dropUnseenTags([column], split, spec.validation === 'by-tag') : [column],
    y,
    targetScale: 1,
    targetMean: 0,
    targetName: 'y',
    classLabels: regression ? null : ['0', '1'],
    split,
    truth: {
      effects: [effects],
      d: TAG_WIDTH,
      components: {
        noiseVariance: regression ? spec.noiseVariance : null,
        effectVariances: [scale.map((factor) => factor ** 2 * meanVariance(groups))],
        fixed: [],
      },
      labels: [downstreamLabels(effects, TAG_WIDTH, stream('downstream'))],
      withTags: (row, tags) => mean(total(tagResponse(x.subarray(row * p, (row + 1) * p), effects, tags))),
    },
    fingerprint: recipeFingerprint('tags/1', spec, seeds.data),
  };
}

const total = ({ numeric, main, slope, pairs }: TagPieces): number => numeric + main + slope + pairs;

/** Variance of a number of the unscaled vectors, over parents and leaves together. */
function meanVariance(groups: readonly number[]): number {
  const leaves = groups.reduce((sum, count) => sum + count, 0);
  return (groups.length * PARENT_VARIANCE + leaves * (PARENT_VARIANCE + LEAF_VARIANCE)) / (groups.length + leaves);
}
