import { ADAM } from '../constants';
import type { Addresses, Shape } from './regions';
import { bytesOf, KINDS, SIZES, type StructureName, type Values, writeStructure } from './structures';

const flag = (value: unknown): number => (value ? 1 : 0);

/** What thread `thread` is told. */
function problemValues(shape: Shape, addresses: Addresses, thread: number, patience: number): Values<'Problem'> {
  const { description, problem, drops, encoder, plain, lookups, intercepts, denseBytes, variances } = shape;
  const { structures, state, partials, data, panels } = addresses;
  const own = addresses.scratch[thread];
  const weights = description.kind === 'sampled-tables' || description.kind === 'encoder' ? description : { beta: 0, priorVariance: 1 };
  return {
    learningRate: problem.learningRate,
    ...ADAM,
    beta: weights.beta,
    priorVariance: weights.priorVariance,
    logPriorVariance: Math.log(weights.priorVariance),
    l2: plain?.l2 ?? 0,
    nominalRows: problem.batchSize,
    patience,
    levelScale: drops.levels.scale,
    leastVariance: description.kind === 'random-intercepts' ? description.leastVariance : 0,
    losses: structures.losses,
    call: structures.call,
    offer: structures.offer,
    thread,
    sums: structures.sums,
    partial: thread === 0 ? state.gradients : partials + (thread - 1) * denseBytes,
    partials,
    shares: shape.shares,
    roundRows: shape.roundRows,
    kind: KINDS[description.kind],
    binary: flag(problem.task === 'binary'),
    paperLogVar: flag(encoder?.logVarAveraging === 'log-of-mean'),
    inner: flag(shape.inner),
    biases: flag(plain?.biases),
    lazy: flag(problem.lazyTables),
    slotted: flag(encoder || lookups),
    vector: shape.vector,
    levelKeepFrom: drops.levels.keepFrom,
    levelColumn: drops.levels.column,
    tableCount: shape.tables.length,
    tables: structures.tables,
    residualVariance: intercepts ? variances[0] : 0,
    levelVariance: intercepts ? variances[1] : 0,
    residuals: addresses.residuals,
    p: problem.p,
    d: shape.d,
    features: shape.K,
    encoderLayers: shape.encoderLayers,
    firstDecoder: shape.firstDecoder,
    lastDecoder: shape.parameters.layers.length - 1,
    layers: structures.layers[thread],
    featureList: structures.features,
    x: data.x,
    y: data.y,
    order: addresses.order,
    parameters: state.parameters,
    gradients: state.gradients,
    m: state.m,
    v: state.v,
    stageM: state.stageM,
    stageV: state.stageV,
    denseBytes,
    decoderBytesFrom: shape.decoderBytesFrom,
    parameterBytes: shape.parameters.bytes,
    encoderInputs: panels.encoderInputs,
    // Draws of tables are of one block.
    halfSigmaNoise: encoder ? panels.halfSigmaNoise : own.noise,
    variances: panels.variances,
    pairs: own.pairs,
    products: own.products,
    heads: own.heads,
    decoderInputs: own.decoderInputs,
    vectorGradients: own.vectorGradients,
    output: own.output,
    response: own.response,
    zero: structures.zero,
    lists: own.lists,
    ends: own.ends,
    chunk: own.chunk,
    groupAt: shape.ofBatch + thread * SIZES.GROUP,
  };
}

function writeList<Name extends StructureName>(memory: ArrayBufferLike, address: number, name: Name, list: readonly Values<Name>[]): void {
  for (const [i, values] of list.entries()) writeStructure(memory, address + i * bytesOf(name), name, values);
}

/**
 * Writes everything that the module reads before its first call. `patience`: milliseconds that the first
 * thread waits for the others.
 */
export function writeStructures(memory: ArrayBufferLike, shape: Shape, addresses: Addresses, patience: number): void {
  const { structures } = addresses;
  for (const [thread, address] of structures.problems.entries()) {
    writeStructure(memory, address, 'Problem', problemValues(shape, addresses, thread, patience));
    writeList(memory, structures.layers[thread], 'Layer', addresses.layers[thread]);
  }
  writeList(memory, structures.features, 'Feature', addresses.features);
  writeList(memory, structures.tables, 'Table', shape.tables);
  for (const [k, list] of addresses.lookups.entries()) {
    writeList(memory, structures.lookups[k], 'Lookup', list);
    for (const [i, { index }] of list.entries()) new Int32Array(memory, index).set(shape.lookups?.features[k][i].index as Int32Array);
  }
}
