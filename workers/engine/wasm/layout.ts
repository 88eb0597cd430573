import type { FusedDescription, FusedProblem } from '../plan';
import { align, Regions, writeStructure } from './memory';

/** Rows of a block, as in assembly/problem.ts. */
const BLOCK = 192;
/** First byte after what the compiler may use. */
const BASE = 1024;
/** Rows evaluated in one call, where batches are not larger. */
const EVALUATION_ROWS = 16_384;

const KINDS: Record<FusedDescription['kind'], number> = { 'no-levels': 0, tables: 1, 'sampled-tables': 2, encoder: 3 };

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
}

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
    });
  }

  /** A table with a row of zeros after its last, for the rows that fill up a panel. */
  table(name: string, rows: number, columns: number): number {
    const offset = this.#take((rows + 1) * padded(columns));
    this.places.push({ name, rows, columns, offset: offset / 4, stride: padded(columns) });
    return offset;
  }

  #take(numbers: number): number {
    const offset = this.bytes;
    this.bytes = align(offset + numbers * 4, 64);
    return offset;
  }
}

/** Where everything lies in the memory of a step of this problem. */
export interface Layout {
  bytes: number;
  /** Rows of the data. */
  rowCount: number;
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
  problem: number;
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
  noise: number;
  features: { levels: number; codes: number; vectors: number }[];
  /** Writes the structures that the module reads. */
  write(memory: ArrayBuffer): void;
}

/** Layers and tables of a description, encoder first, then decoder, then tables. */
function parametersOf(description: FusedDescription, p: number, levels: readonly number[]) {
  const parameters = new Parameters();
  const d = description.kind === 'no-levels' ? 0 : description.d;
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
  let width = p + features.length * d;
  for (const [i, outputs] of description.decoder.entries()) {
    parameters.layer(width, [{ name: `decoder/dense${i}`, outputs }]);
    width = outputs;
  }
  parameters.layer(width, [{ name: 'decoder/output', outputs: 1 }]);
  const denseBytes = parameters.bytes;
  const tables = features.map((q, k) => {
    if (description.kind === 'tables') return { table: parameters.table(`embedding${k}/table`, q, d), logVar: 0 };
    if (description.kind !== 'sampled-tables') return { table: 0, logVar: 0 };
    return { table: parameters.table(`embedding${k}/mean`, q, d), logVar: parameters.table(`embedding${k}/logVar`, q, d) };
  });
  return { parameters, d, features, encoderLayers, decoderBytesFrom, firstDecoder, denseBytes, tables };
}

/**
 * Sizes and places of a step's memory. `injectedNoise` makes room for noise given from outside (tests).
 * Bytes grow with rows × (p + 3 + K), with batch × widths of the encoder, and with q × d.
 */
export function layoutOf(description: FusedDescription, problem: FusedProblem, injectedNoise = false): Layout {
  const n = problem.y.length;
  const { p } = problem;
  const { parameters, d, features, encoderLayers, decoderBytesFrom, firstDecoder, denseBytes, tables } = parametersOf(
    description,
    p,
    problem.features.map((feature) => feature.levels),
  );
  const K = features.length;
  const { layers } = parameters;
  const encoder = description.kind === 'encoder' ? description : null;
  const sampled = description.kind === 'sampled-tables';
  const largest = Math.max(1, Math.min(problem.batchSize, n));
  const largestBatch = Math.max(largest, Math.min(EVALUATION_ROWS, n));
  // Positions of a batch up to the end of its last panel of eight rows; evaluation works in blocks.
  const positions = align(Math.max(largest, BLOCK), 8) + 8;
  const record = padded(d);
  const regions = new Regions(BASE);
  const take = (numbers: number): number => regions.take(numbers);
  const block = (numbers: number): number => take(BLOCK * numbers);

  const structures = { problem: take(64), losses: take(16), layers: take(9 * layers.length), features: take(14 * K), zero: take(16) };
  const state = {
    parameters: take(parameters.bytes / 4),
    gradients: take(parameters.bytes / 4),
    m: take(parameters.bytes / 4),
    v: take(parameters.bytes / 4),
    stageM: take(encoder ? denseBytes / 4 : 0),
    stageV: take(encoder ? denseBytes / 4 : 0),
  };
  const data = { x: take(n * p), y: take(n), epochRows: take(n), rows: take(largestBatch), predictions: take(largestBatch + 8) };
  const noise = take(injectedNoise ? K * largest * d : 0);
  const order = take(positions);
  const panels = {
    encoderInputs: take(encoder ? positions * (p + 1) : 0),
    halfSigmaNoise: encoder ? take(positions * K * d) : block(sampled ? K * d : 0),
    variances: take(encoder?.logVarAveraging === 'paper' ? positions * K * d : 0),
    heads: block(encoder ? 2 * K * d : sampled ? d : 0),
    decoderInputs: block(p + K * d),
    vectorGradients: block(K * d + 4),
    output: block(1),
    response: block(1),
  };
  for (const [i, layer] of layers.entries()) {
    layer.transposed = take((layer.outputs * layer.transposedStride) / 4 + 16);
    const hidden = encoder !== null && i < encoderLayers;
    layer.activation = hidden ? take(positions * layer.outputs) : i < firstDecoder ? 0 : block(layer.outputs);
    layer.delta = block(layer.outputs);
  }
  // The fields of `Feature` in assembly/problem.ts, in their order there.
  const places = features.map((levels, k) => {
    const present = Math.min(levels, largest);
    return {
      levels,
      codes: take(n),
      counts: take(levels),
      present: take(present),
      presentCount: 0,
      starts: take(present + 1),
      places: take(positions),
      keys: take(positions),
      slots: take(encoder ? (present + 1) * 3 * record : 0),
      draws: take(encoder ? positions * 3 * record : 0),
      rowGradients: take(positions * record * (sampled ? 2 : 1)),
      table: tables[k].table,
      logVarTable: tables[k].logVar,
      vectors: take((levels + 1) * record),
    };
  });

  return {
    bytes: regions.bytes,
    rowCount: n,
    stepRows: largest,
    largestBatch,
    d,
    record,
    places: parameters.places,
    parameterBytes: parameters.bytes,
    denseBytes,
    problem: structures.problem,
    losses: structures.losses,
    ...state,
    ...data,
    noise,
    features: places,
    write(memory) {
      const weights = description.kind === 'sampled-tables' || description.kind === 'encoder' ? description : { beta: 0, priorVariance: 1 };
      writeStructure(
        memory,
        structures.problem,
        [
          ...[problem.learningRate, 0.9, 0.999, 1e-7],
          ...[weights.beta, weights.priorVariance, Math.log(weights.priorVariance)],
          ...[description.kind === 'tables' ? description.l2 : 0, problem.batchSize],
        ],
        // In the order of `Problem` in assembly/problem.ts.
        [
          ...[structures.losses, KINDS[description.kind], problem.task === 'binary' ? 1 : 0, encoder?.logVarAveraging === 'paper' ? 1 : 0],
          ...[p, d, K, encoderLayers, firstDecoder, layers.length - 1, structures.layers, structures.features, data.x, data.y, order],
          ...[state.parameters, state.gradients, state.m, state.v, state.stageM, state.stageV, denseBytes, decoderBytesFrom, parameters.bytes],
          ...[panels.encoderInputs, panels.halfSigmaNoise, panels.variances, panels.heads, panels.decoderInputs, panels.vectorGradients],
          ...[panels.output, panels.response, structures.zero],
        ],
      );
      for (const [i, layer] of layers.entries()) writeStructure(memory, structures.layers + i * 36, [], Object.values(layer));
      for (const [k, place] of places.entries()) writeStructure(memory, structures.features + k * 56, [], Object.values(place));
    },
  };
}
