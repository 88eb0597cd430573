import { EVALUATION_ROWS } from '../constants';
import { checkDescription, type Drop, dropsOf, interactionWidth, isInnerProduct, mostTags, tagsOf } from '../description';
import type { FusedDescription, FusedProblem, TagLists } from '../step-plan';
import { align, Regions } from './memory';
import { padded, parametersOf } from './parameters';
import { ROUND_BLOCKS, sharesOf } from './shares';
import { bytesOf, SIZES, type Values } from './structures';

const { BLOCK, GROUP, CHUNK, TILE } = SIZES;
/** First byte after what the compiler may use. */
const BASE = 1024;
/** What a step is made of and how large it is; nothing of it is an address. */
export type Shape = ReturnType<typeof shapeOf>;

/** @throws when the description does not fit the problem */
export function shapeOf(description: FusedDescription, problem: FusedProblem, threads: number, copyLimit: number) {
  const n = problem.y.length;
  const withLevels = description.kind === 'no-levels' ? [] : problem.features.map((feature) => feature.levels);
  checkDescription(description, withLevels, problem.tags?.length);
  const tags = tagsOf(description).map((column, c) => ({ ...column, ...(problem.tags as readonly TagLists[])[c] }));
  const parts = parametersOf(description, problem.p, [...withLevels, ...tags.map((column) => column.tags)], tags.length);
  const K = parts.features.length;
  const encoder = description.kind === 'encoder' ? description : null;
  const plain = description.kind === 'tables' ? description : null;
  // Nothing but rows that are learned from comes in steps.
  const largest = Math.max(1, Math.min(problem.batchSize, problem.learned?.length ?? n));
  const largestBatch = Math.max(largest, Math.min(EVALUATION_ROWS, n));
  const roundRows = threads > 1 && encoder ? ROUND_BLOCKS * BLOCK : BLOCK;
  // Positions of a batch up to the end of its last panel of eight rows; evaluation works in blocks.
  const ofBatch = align(Math.max(largest, threads * roundRows), 8) + 8;
  /** Numbers of a row's vector of one feature: its bias follows the d. */
  const vector = parts.d + (plain?.biases ? 1 : 0);
  const learned = problem.learned && problem.learned.length + largestBatch < n ? problem.learned : null;
  const first = learned?.length ?? n;
  const idsOf = (column: TagLists): number =>
    learned ? learned.reduce((sum, row) => sum + column.offsets[row + 1] - column.offsets[row], 0) : column.ids.length;
  const tagsKept = tags.map(idsOf);
  const ofTags = tagsKept.reduce((sum, ids) => sum + first + ids, 0);
  const kept = 4 * (first * (problem.p + 1 + withLevels.length) + ofTags) > copyLimit ? 0 : first;
  const drawn = tags.some((column) => 'draw' in column && column.draw === 'tag');
  return {
    ...parts,
    /** Columns of tags, the last ones of the features. */
    tags,
    /** Some tags have draws of their own. */
    drawn,
    description,
    problem,
    threads,
    n,
    K,
    encoder,
    plain,
    lookups: plain?.lookups ?? null,
    sampled: description.kind === 'sampled-tables',
    intercepts: description.kind === 'random-intercepts',
    inner: isInnerProduct(description),
    drops: dropsOf(description, K),
    largest,
    largestBatch,
    roundRows,
    ofBatch,
    /** Positions of a batch, and behind them those of each thread's groups. */
    positions: ofBatch + (encoder && K === 1 && tags.length === 0 ? threads * GROUP : 0),
    vector,
    record: padded(vector),
    shares: sharesOf(threads, parts.denseBytes),
    /** Rows whose data stay in the memory: all, those that are learned from, or none. */
    kept,
    /** Rows that there is room for: behind those that stay come the others of one call. */
    held: kept < n ? kept + largestBatch : n,
    /** Tags of the rows that stay, of each column of tags. */
    tagsKept: kept > 0 ? tagsKept : tags.map(() => 0),
  };
}

/** Addresses of the structures. */
function structuresOf(shape: Shape, regions: Regions) {
  const { threads, parameters, shares, K, tables, lookups } = shape;
  const take = (numbers: number): number => regions.take(numbers);
  const list = (name: 'Layer' | 'Table' | 'Lookup' | 'Feature', count: number): number => take((bytesOf(name) * count) / 4);
  const problems = Array.from({ length: threads }, () => take(bytesOf('Problem') / 4));
  return {
    problems,
    layers: problems.map(() => list('Layer', parameters.layers.length)),
    call: take(bytesOf('Call') / 4),
    losses: take(16),
    offer: take(bytesOf('Offer') / 4),
    sums: take(16 * shares),
    features: list('Feature', K),
    zero: take(16),
    tables: list('Table', tables.length),
    lookups: (lookups?.features ?? []).map((places) => list('Lookup', places.length)),
  };
}

/** Panels of one block, which each thread has for itself. */
function scratchOf(shape: Shape, regions: Regions) {
  const { encoder, sampled, K, d, vector, inner, drops, description, problem, parameters } = shape;
  const block = (numbers: number): number => regions.take(BLOCK * numbers);
  const widest = Math.max(vector, ...parameters.layers.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  return {
    heads: block(encoder ? 2 * K * d : sampled ? d : 0),
    decoderInputs: block(problem.p + interactionWidth(description, K)),
    vectorGradients: block(K * vector + 4),
    noise: block(sampled || drops.levels.keepFrom > 0 ? K * d : 0),
    output: block(1),
    response: block(1),
    pairs: block(inner ? K * vector : 0),
    products: block(inner ? 1 : 0),
    // A list has room for each number and its offset, and for what is written behind its end.
    lists: regions.take(CHUNK * 8 * (2 * widest + 8)),
    ends: regions.take(CHUNK * 8),
    chunk: regions.take(CHUNK * 8 * Math.max(padded(widest), TILE * 4)),
  };
}

function setDrop(layer: Values<'Layer'>, { keepFrom, scale, column }: Drop): void {
  layer.keepFrom = keepFrom;
  layer.scale = scale;
  layer.column = column;
}

/**
 * The layers of each thread: what the encoder leaves is of the batch; blocks of the decoder's activations and
 * of all derivatives are of one thread.
 */
function layersOf(shape: Shape, regions: Regions): Values<'Layer'>[][] {
  const { parameters, encoder, encoderLayers, firstDecoder, drops, positions, threads } = shape;
  const { layers } = parameters;
  for (const [i, layer] of layers.entries()) {
    layer.transposed = regions.take((layer.outputs * layer.transposedStride) / 4 + 16);
    if (encoder && i < encoderLayers) layer.activation = regions.take(positions * layer.outputs);
    if (i >= firstDecoder && i < layers.length - 1) setDrop(layer, drops.layers[i - firstDecoder]);
  }
  return Array.from({ length: threads }, () =>
    layers.map((layer, i) => ({
      ...layer,
      activation: i < firstDecoder ? layer.activation : regions.take(BLOCK * layer.outputs),
      delta: regions.take(BLOCK * layer.outputs),
    })),
  );
}

/** Sets of the rows that lie in the memory, and what a step keeps of a column of tags. */
function setsOf(shape: Shape, k: number, regions: Regions) {
  const { tags, tagsKept, K, n, largest, largestBatch, kept, held, encoder, positions } = shape;
  const c = k - (K - tags.length);
  const column = tags[c];
  if (!column) return { pairs: largest, held, keys: positions, sets: { setStarts: 0, tags: 0, mean: 0, drawn: 0, pairStarts: 0 } };
  const pairs = mostTags(column, largest);
  const sets = {
    setStarts: regions.take(held + 1),
    tags: regions.take(tagsKept[c] + (kept < n ? mostTags(column, largestBatch) : 0)),
    mean: column.pooling === 'mean' ? 1 : 0,
    drawn: encoder && 'draw' in column && column.draw === 'tag' ? 1 : 0,
    pairStarts: encoder ? regions.take(largest + 1) : 0,
  };
  return { pairs, held: 0, keys: encoder ? pairs : 0, sets };
}

function featuresOf(shape: Shape, regions: Regions, lookupLists: readonly number[]): Values<'Feature'>[] {
  const { features, positions, record, encoder, lookups, sampled, ofFeatures } = shape;
  const take = (numbers: number): number => regions.take(numbers);
  return features.map((levels, k) => {
    const { pairs, held, keys, sets } = setsOf(shape, k, regions);
    const present = Math.min(levels, pairs);
    return {
      levels,
      ...sets,
      codes: take(held),
      counts: take(levels),
      present: take(present),
      presentCount: 0,
      starts: take(present + 1),
      places: take(sets.setStarts > 0 ? pairs : positions),
      keys: take(keys),
      slots: take(encoder ? (present + 1) * (sets.drawn ? 4 : 3) * record : lookups ? (present + 1) * record : 0),
      draws: take(encoder ? positions * 3 * record : 0),
      rowGradients: take(positions * record * (sampled ? 2 : 1)),
      table: ofFeatures[k].table,
      logVarTable: ofFeatures[k].logVar,
      vectors: take((levels + 1) * record),
      variances: sets.drawn ? take((levels + 1) * record) : 0,
      lookupCount: lookups?.features[k].length ?? 0,
      lookups: lookupLists[k] ?? 0,
    };
  });
}

/** The tables that a level's vector comes from, with room for the row of each level. */
function lookupsOf({ lookups, tables }: Shape, regions: Regions): Values<'Lookup'>[][] {
  return (lookups?.features ?? []).map((list) => {
    let column = 0;
    return list.map(({ table, index }) => {
      const place = { table, index: regions.take(index.length), column };
      column += tables[table].width;
      return place;
    });
  });
}

/** Rows of the noise of all features: those of a batch, or tags that draw. */
const noiseRows = ({ tags, K, largest }: Shape): number =>
  tags.reduce((sum, column) => sum + ('draw' in column && column.draw === 'tag' ? column.tags : largest), (K - tags.length) * largest);

/** Addresses of everything in the memory, one region after the other. */
export type Addresses = ReturnType<typeof addressesOf>;

export function addressesOf(shape: Shape, injectedNoise: boolean) {
  const { parameters, denseBytes, encoder, intercepts, shares, kept, held, K, d, largestBatch, positions, problem } = shape;
  const regions = new Regions(BASE);
  const take = (numbers: number): number => regions.take(numbers);
  const structures = structuresOf(shape, regions);
  const state = {
    parameters: take(parameters.bytes / 4),
    gradients: take(parameters.bytes / 4),
    m: take(parameters.bytes / 4),
    v: take(parameters.bytes / 4),
    stageM: take(encoder ? denseBytes / 4 : 0),
    stageV: take(encoder ? denseBytes / 4 : 0),
  };
  const partials = take(((shares - 1) * denseBytes) / 4);
  const data = {
    x: take(held * problem.p),
    y: take(held),
    epochRows: take(kept),
    rows: take(largestBatch),
    predictions: take(largestBatch + 8),
    collected: take(encoder ? largestBatch : 0),
  };
  const noise = take(injectedNoise ? noiseRows(shape) * d : 0);
  const order = take(positions);
  const residuals = take(intercepts ? positions : 0);
  const panels = {
    encoderInputs: take(encoder ? positions * (problem.p + 1) : 0),
    halfSigmaNoise: take(encoder ? positions * K * d : 0),
    variances: take(shape.drawn || encoder?.logVarAveraging === 'log-of-mean' ? positions * K * d : 0),
  };
  const scratch = structures.problems.map(() => scratchOf(shape, regions));
  const layers = layersOf(shape, regions);
  const features = featuresOf(shape, regions, structures.lookups);
  const lookups = lookupsOf(shape, regions);
  return { structures, state, partials, data, noise, order, residuals, panels, scratch, layers, features, lookups, bytes: regions.bytes };
}
