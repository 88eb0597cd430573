import { checkDescription, type Drop, dropsOf, interactionWidth, isInnerProduct } from '../description';
import type { FusedDescription, FusedProblem } from '../plan';
import { align, Regions, writeStructure } from './memory';

/** Rows of a block, as in assembly/problem.ts. */
const BLOCK = 192;
/** Rows of a group, as there. */
const GROUP = 768;
/** Panels of eight rows packed at a time, as in assembly/active.ts, and numbers of its widest tile of outputs. */
const CHUNK = 12;
const TILE = 52;
/** First byte after what the compiler may use. */
const BASE = 1024;
/** Blocks of a thread in one round of collecting level vectors: a round ends when all its rows are encoded. */
const ROUND_BLOCKS = 4;
/** Rows evaluated in one call, where batches are not larger. */
const EVALUATION_ROWS = 16_384;

/**
 * Bytes of data that a plan copies into its memory; of larger data it takes the rows of each call, which saves a copy for each method and costs an MMbeddings
 * step nothing that can be measured, an Embeddings step (10 numbers a row, little else) a half.
 */
const COPY_BYTES = 128 * 2 ** 20;

const KINDS: Record<FusedDescription['kind'], number> = { 'no-levels': 0, tables: 1, 'sampled-tables': 2, encoder: 3, 'random-intercepts': 4 };

/** Where a parameter lies among the parameters: `rows` × `columns` numbers, rows `stride` numbers apart. */
export interface ParameterPlace {
  name: string;
  rows: number;
  columns: number;
  offset: number;
  stride: number;
}

/** The fields of `Layer` in assembly/problem.ts, in their order there. */
interface LayerPlace {
  inputs: number;
  outputs: number;
  stride: number;
  kernel: number;
  bias: number;
  transposed: number;
  transposedStride: number;
  activation: number;
  delta: number;
  /** Dropout of the outputs: the number from which one is kept, the bits of its factor, the first column of the counter. */
  keepFrom: number;
  scale: number;
  column: number;
}

/** The bits of a float32. */
const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0];

/** Numbers of a row, padded to a vector of four. */
const padded = (numbers: number): number => align(numbers, 4);

/** Parameters in their order in memory, and the layers they belong to. Offsets are bytes. */
class Parameters {
  readonly places: ParameterPlace[] = [];
  readonly layers: LayerPlace[] = [];
  bytes = 0;

  /** A dense layer whose kernel's columns belong to one or more named layers side by side. */
  layer(inputs: number, parts: readonly { name: string; outputs: number }[]): void {
    const outputs = parts.reduce((sum, part) => sum + part.outputs, 0);
    const stride = padded(outputs);
    const kernel = this.#take(inputs * stride);
    const bias = this.#take(stride);
    let column = 0;
    for (const part of parts) {
      this.places.push(
        { name: `${part.name}/kernel`, rows: inputs, columns: part.outputs, offset: kernel / 4 + column, stride },
        { name: `${part.name}/bias`, rows: 1, columns: part.outputs, offset: bias / 4 + column, stride },
      );
      column += part.outputs;
    }
    this.layers.push({
      inputs,
      outputs,
      stride: stride * 4,
      kernel,
      bias,
      transposed: 0,
      transposedStride: padded(inputs) * 4,
      activation: 0,
      delta: 0,
      keepFrom: 0,
      scale: bitsOf(1),
      column: 0,
    });
  }

  single(name: string): number {
    const offset = this.#take(4);
    this.places.push({ name, rows: 1, columns: 1, offset: offset / 4, stride: 4 });
    return offset;
  }

  /** A table with a row of zeros after its last, for the rows that fill up a panel; another of one column, `bias`, may lie beside it. */
  table(name: string, rows: number, columns: number, bias?: string): number {
    const stride = padded(columns + (bias ? 1 : 0));
    const offset = this.#take((rows + 1) * stride);
    this.places.push({ name, rows, columns, offset: offset / 4, stride });
    if (bias) this.places.push({ name: bias, rows, columns: 1, offset: offset / 4 + columns, stride });
    return offset;
  }

  #take(numbers: number): number {
    const offset = this.bytes;
    this.bytes = align(offset + numbers * 4, 64);
    return offset;
  }
}

/** Most bytes of dense gradients that are summed apart for an even split, and most shares. */
const SHARE_BYTES = 8 * 2 ** 20;
const MOST_SHARES = 16;

/** Shares of a batch whose losses and gradients threads sum apart: several a thread, so that a slower one takes fewer, and one each where gradients are large. */
const sharesOf = (threads: number, denseBytes: number): number =>
  Math.max(threads, Math.min(4 * threads, MOST_SHARES, Math.floor(SHARE_BYTES / denseBytes)));

/** Where everything lies in the memory of a step of this problem. */
export interface Layout {
  bytes: number;
  /** Threads there is room for. */
  threads: number;
  /** Floating-point operations per row: forward (backward takes twice as many), and what gathering and sorting a row costs in the same coin. */
  rowOperations: { encoder: number; decoder: number; other: number };
  /** Rows of a block. */
  block: number;
  /** Rows of the data. */
  rowCount: number;
  /** True when the memory holds the rows of a call alone, which the host puts there, and not the data. */
  staged: boolean;
  /** Most rows of a step: the nominal batch, or all rows. */
  stepRows: number;
  /** Most rows of one prediction or collection of level vectors. */
  largestBatch: number;
  d: number;
  /** Numbers of a level vector's record. */
  record: number;
  places: ParameterPlace[];
  parameterBytes: number;
  denseBytes: number;
  /** What each thread is told. */
  problems: number[];
  /** The fields of `Call` in assembly/problem.ts. */
  call: number;
  /** What threads may take of a call: words of assembly/threads.ts. */
  offer: number;
  losses: number;
  parameters: number;
  gradients: number;
  stageM: number;
  stageV: number;
  x: number;
  y: number;
  /** Row numbers of an epoch, and of an evaluation. */
  epochRows: number;
  rows: number;
  predictions: number;
  /** Places of the rows of an evaluation whose vectors are collected. */
  collected: number;
  noise: number;
  features: { levels: number; codes: number; counts: number; vectors: number }[];
  /** Writes the structures that the module reads. `patience`: milliseconds that the first thread waits for the others. */
  write(memory: ArrayBufferLike, patience: number): void;
}

/** Layers and tables of a description, encoder first, then decoder, then tables. */
function parametersOf(description: FusedDescription, p: number, levels: readonly number[]) {
  const parameters = new Parameters();
  const intercepts = description.kind === 'random-intercepts';
  // Intercepts are no vectors: the network does not take them.
  const d = description.kind === 'no-levels' || intercepts ? 0 : description.d;
  const stack = intercepts ? 'network' : 'decoder';
  const features = description.kind === 'no-levels' ? [] : levels;
  let encoderLayers = 0;
  if (description.kind === 'encoder') {
    let width = p + 1;
    for (const outputs of description.encoder) {
      parameters.layer(width, [{ name: `encoder/dense${encoderLayers++}`, outputs }]);
      width = outputs;
    }
    parameters.layer(
      width,
      features.flatMap((_, k) => [
        { name: `encoder/mean${k}`, outputs: d },
        { name: `encoder/logVar${k}`, outputs: d },
      ]),
    );
  }
  const decoderBytesFrom = parameters.bytes;
  const firstDecoder = parameters.layers.length;
  let width = p + interactionWidth(description, features.length);
  for (const [i, outputs] of description.decoder.entries()) {
    parameters.layer(width, [{ name: `${stack}/dense${i}`, outputs }]);
    width = outputs;
  }
  parameters.layer(width, [{ name: `${stack}/output`, outputs: 1 }]);
  const variances = intercepts ? ['sigma2e', 'sigma2b'].map((name) => parameters.single(name)) : [0, 0];
  const denseBytes = parameters.bytes;
  return {
    parameters,
    d,
    features,
    variances,
    encoderLayers,
    decoderBytesFrom,
    firstDecoder,
    denseBytes,
    ...tablesOf(description, features, parameters),
  };
}

/** A table in memory: `rows` records of `stride` bytes. */
interface TablePlace {
  offset: number;
  rows: number;
  stride: number;
  /** Numbers of a record, a bias beside them included. */
  width: number;
}

/** All tables, and for each feature the offsets of those it takes directly. */
function tablesOf(description: FusedDescription, features: readonly number[], parameters: Parameters) {
  const tables: TablePlace[] = [];
  const add = (name: string, rows: number, width: number, bias?: string): number => {
    const offset = parameters.table(name, rows, width, bias);
    const numbers = width + (bias ? 1 : 0);
    tables.push({ offset, rows, stride: padded(numbers) * 4, width: numbers });
    return offset;
  };
  const none = features.map(() => ({ table: 0, logVar: 0 }));
  if (description.kind === 'tables' && description.lookups) {
    for (const [t, { rows, width }] of description.lookups.tables.entries()) add(`embedding${t}/table`, rows, width);
    return { tables, ofFeatures: none };
  }
  const ofFeatures = features.map((q, k) => {
    if (description.kind === 'tables')
      return { table: add(`embedding${k}/table`, q, description.d, description.biases ? `embedding${k}/bias` : undefined), logVar: 0 };
    if (description.kind !== 'sampled-tables') return none[k];
    return { table: add(`embedding${k}/mean`, q, description.d), logVar: add(`embedding${k}/logVar`, q, description.d) };
  });
  return { tables, ofFeatures };
}

function setDrop(layer: LayerPlace, { keepFrom, scale, column }: Drop): void {
  layer.keepFrom = keepFrom;
  layer.scale = bitsOf(scale);
  layer.column = column;
}

const operations = (layers: readonly LayerPlace[]): number => layers.reduce((sum, { inputs, outputs }) => sum + 2 * inputs * outputs, 0);

/** Panels of one block, which each thread has for itself. */
function scratchOf(
  regions: Regions,
  thread: number,
  sizes: { heads: number; inputs: number; vectors: number; noise: number; pairs: number; products: number; widest: number },
) {
  const block = (numbers: number): number => regions.take(BLOCK * numbers);
  return {
    thread,
    heads: block(sizes.heads),
    decoderInputs: block(sizes.inputs),
    vectorGradients: block(sizes.vectors + 4),
    noise: block(sizes.noise),
    output: block(1),
    response: block(1),
    pairs: block(sizes.pairs),
    products: block(sizes.products),
    // A list has room for each number and its offset, and for what is written behind its end.
    lists: regions.take(CHUNK * 8 * (2 * sizes.widest + 8)),
    ends: regions.take(CHUNK * 8),
    chunk: regions.take(CHUNK * 8 * Math.max(padded(sizes.widest), TILE)),
  };
}

/**
 * Sizes and places of a step's memory for so many threads. `injectedNoise` makes room for noise given from outside (tests).
 * Bytes grow with rows × (p + 3 + K), with batch × widths of the encoder, with q × d, and with threads × weights of the layers.
 */
export function layoutOf(description: FusedDescription, problem: FusedProblem, injectedNoise = false, threads = 1, copyLimit = COPY_BYTES): Layout {
  const n = problem.y.length;
  const { p } = problem;
  const levelCounts = problem.features.map((feature) => feature.levels);
  checkDescription(description, description.kind === 'no-levels' ? [] : levelCounts);
  const { parameters, d, features, variances, encoderLayers, decoderBytesFrom, firstDecoder, denseBytes, tables, ofFeatures } = parametersOf(
    description,
    p,
    levelCounts,
  );
  const K = features.length;
  const { layers } = parameters;
  const encoder = description.kind === 'encoder' ? description : null;
  const sampled = description.kind === 'sampled-tables';
  const plain = description.kind === 'tables' ? description : null;
  const lookups = plain?.lookups ?? null;
  const inner = isInnerProduct(description);
  const drops = dropsOf(description, K);
  const largest = Math.max(1, Math.min(problem.batchSize, n));
  const largestBatch = Math.max(largest, Math.min(EVALUATION_ROWS, n));
  const roundRows = threads > 1 && encoder ? ROUND_BLOCKS * BLOCK : BLOCK;
  // Positions of a batch up to the end of its last panel of eight rows; evaluation works in blocks.
  const ofBatch = align(Math.max(largest, threads * roundRows), 8) + 8;
  const positions = ofBatch + (encoder && K === 1 ? threads * GROUP : 0);
  /** Numbers of a row's vector of one feature: its bias follows the d. */
  const vector = d + (plain?.biases ? 1 : 0);
  const record = padded(vector);
  const regions = new Regions(BASE);
  const take = (numbers: number): number => regions.take(numbers);

  const shares = threads > 1 ? sharesOf(threads, denseBytes) : 1;
  const problems = Array.from({ length: threads }, () => take(96));
  const layerLists = problems.map(() => take(12 * layers.length));
  const structures = { call: take(16), losses: take(16), offer: take(16), sums: take(16 * shares), features: take(16 * K), zero: take(16) };
  const tableList = take(4 * tables.length);
  const lookupLists = (lookups?.features ?? []).map((list) => take(3 * list.length));
  const state = {
    parameters: take(parameters.bytes / 4),
    gradients: take(parameters.bytes / 4),
    m: take(parameters.bytes / 4),
    v: take(parameters.bytes / 4),
    stageM: take(encoder ? denseBytes / 4 : 0),
    stageV: take(encoder ? denseBytes / 4 : 0),
  };
  const partials = take(((shares - 1) * denseBytes) / 4);
  const staged = 4 * n * (p + 1 + K) > copyLimit;
  const held = staged ? largestBatch : n;
  const data = {
    x: take(held * p),
    y: take(held),
    epochRows: take(staged ? 0 : n),
    rows: take(largestBatch),
    predictions: take(largestBatch + 8),
    collected: take(encoder ? largestBatch : 0),
  };
  const noise = take(injectedNoise ? K * largest * d : 0);
  const order = take(positions);
  const residuals = take(description.kind === 'random-intercepts' ? positions : 0);
  const panels = {
    encoderInputs: take(encoder ? positions * (p + 1) : 0),
    halfSigmaNoise: take(encoder ? positions * K * d : 0),
    variances: take(encoder?.logVarAveraging === 'log-of-mean' ? positions * K * d : 0),
  };
  const sizes = {
    heads: encoder ? 2 * K * d : sampled ? d : 0,
    inputs: p + interactionWidth(description, K),
    vectors: K * vector,
    noise: sampled || drops.levels.keepFrom > 0 ? K * d : 0,
    pairs: inner ? K * vector : 0,
    products: inner ? 1 : 0,
    widest: Math.max(...layers.flatMap(({ inputs, outputs }) => [inputs, outputs])),
  };
  const scratch = problems.map((_, thread) => scratchOf(regions, thread, sizes));
  for (const [i, layer] of layers.entries()) {
    layer.transposed = take((layer.outputs * layer.transposedStride) / 4 + 16);
    if (encoder && i < encoderLayers) layer.activation = take(positions * layer.outputs);
    if (i >= firstDecoder && i < layers.length - 1) setDrop(layer, drops.layers[i - firstDecoder]);
  }
  // Blocks of the decoder's activations and of all derivatives are of one thread.
  const ownLayers = problems.map(() =>
    layers.map((layer, i) => ({
      ...layer,
      activation: i < firstDecoder ? layer.activation : take(BLOCK * layer.outputs),
      delta: take(BLOCK * layer.outputs),
    })),
  );
  // The fields of `Feature` in assembly/problem.ts, in their order there.
  const places = features.map((levels, k) => {
    const present = Math.min(levels, largest);
    return {
      levels,
      codes: take(held),
      counts: take(levels),
      present: take(present),
      presentCount: 0,
      starts: take(present + 1),
      places: take(positions),
      keys: take(positions),
      slots: take(encoder ? (present + 1) * 3 * record : lookups ? (present + 1) * record : 0),
      draws: take(encoder ? positions * 3 * record : 0),
      rowGradients: take(positions * record * (sampled ? 2 : 1)),
      table: ofFeatures[k].table,
      logVarTable: ofFeatures[k].logVar,
      vectors: take((levels + 1) * record),
      lookupCount: lookups?.features[k].length ?? 0,
      lookups: lookupLists[k] ?? 0,
    };
  });
  const lookupPlaces = (lookups?.features ?? []).map((list) => {
    let column = 0;
    return list.map(({ table, index }) => {
      const place = { table, index: take(index.length), column };
      column += tables[table].width;
      return place;
    });
  });

  return {
    bytes: regions.bytes,
    threads,
    rowOperations: { encoder: operations(layers.slice(0, firstDecoder)), decoder: operations(layers.slice(firstDecoder)), other: 1000 + 500 * K },
    block: BLOCK,
    rowCount: n,
    staged,
    stepRows: largest,
    largestBatch,
    d,
    record,
    places: parameters.places,
    parameterBytes: parameters.bytes,
    denseBytes,
    problems,
    call: structures.call,
    offer: structures.offer,
    losses: structures.losses,
    ...state,
    ...data,
    noise,
    features: places,
    write(memory, patience) {
      const weights = description.kind === 'sampled-tables' || description.kind === 'encoder' ? description : { beta: 0, priorVariance: 1 };
      for (const { thread, ...own } of scratch) {
        writeStructure(
          memory,
          problems[thread],
          [
            ...[problem.learningRate, 0.9, 0.999, 1e-7],
            ...[weights.beta, weights.priorVariance, Math.log(weights.priorVariance)],
            ...[plain?.l2 ?? 0, problem.batchSize, patience, drops.levels.scale],
            ...[description.kind === 'random-intercepts' ? description.leastVariance : 0],
          ],
          // In the order of `Problem` in assembly/problem.ts.
          [
            ...[structures.losses, structures.call, structures.offer, thread, structures.sums],
            ...[thread === 0 ? state.gradients : partials + (thread - 1) * denseBytes, partials, shares, roundRows],
            ...[KINDS[description.kind], problem.task === 'binary' ? 1 : 0, encoder?.logVarAveraging === 'log-of-mean' ? 1 : 0],
            ...[inner ? 1 : 0, plain?.biases ? 1 : 0, problem.lazyTables ? 1 : 0, encoder || lookups ? 1 : 0],
            ...[vector, drops.levels.keepFrom, drops.levels.column, tables.length, tableList, ...variances, residuals],
            ...[p, d, K, encoderLayers, firstDecoder, layers.length - 1, layerLists[thread], structures.features, data.x, data.y, order],
            ...[state.parameters, state.gradients, state.m, state.v, state.stageM, state.stageV, denseBytes, decoderBytesFrom, parameters.bytes],
            ...[panels.encoderInputs, encoder ? panels.halfSigmaNoise : own.noise, panels.variances, own.pairs, own.products],
            ...[own.heads, own.decoderInputs, own.vectorGradients, own.output, own.response, structures.zero],
            ...[own.lists, own.ends, own.chunk, ofBatch + thread * GROUP],
          ],
        );
        for (const [i, layer] of ownLayers[thread].entries()) writeStructure(memory, layerLists[thread] + i * 48, [], Object.values(layer));
      }
      for (const [k, place] of places.entries()) writeStructure(memory, structures.features + k * 64, [], Object.values(place));
      for (const [t, { offset, rows, stride, width }] of tables.entries())
        writeStructure(memory, tableList + t * 16, [], [offset, rows, stride, width]);
      for (const [k, list] of lookupPlaces.entries())
        for (const [i, { table, index, column }] of list.entries()) {
          writeStructure(memory, lookupLists[k] + i * 12, [], [table, index, column]);
          new Int32Array(memory, index).set(lookups?.features[k][i].index as Int32Array);
        }
    },
  };
}
