import { COPY_BYTES } from '../constants';
import type { FusedDescription, FusedProblem } from '../step-plan';
import type { ParameterPlace } from './parameters';
import { addressesOf, shapeOf } from './regions';
import { SIZES, type Values } from './structures';
import { writeStructures } from './write-structures';

/** Where everything lies in the memory of a step of this problem. */
export interface MemoryLayout {
  bytes: number;
  /** Threads there is room for. */
  threads: number;
  /**
   * Floating-point operations per row: forward (backward takes twice as many), and the cost of gathering and
   * sorting a row, in the same unit.
   */
  rowOperations: { encoder: number; decoder: number; other: number };
  /** Rows of a block. */
  block: number;
  /** Rows of the data. */
  rowCount: number;
  /**
   * Rows whose data stay in the memory: all, those that are learned from, or none. The host puts the data of
   * the others behind them, call by call.
   */
  kept: number;
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
  /** Address of the `Problem` of each thread. */
  problems: number[];
  /** Address of `Call`. */
  call: number;
  /** Address of `Offer`. */
  offer: number;
  losses: number;
  parameters: number;
  gradients: number;
  /** Adam's moments, as the parameters lie. */
  firstMoments: number;
  secondMoments: number;
  stageM: number;
  stageV: number;
  x: number;
  y: number;
  /** Places of the rows of an epoch, and of an evaluation. */
  epochRows: number;
  rows: number;
  predictions: number;
  /** Places of the rows of an evaluation whose vectors are collected. */
  collected: number;
  noise: number;
  features: Values<'Feature'>[];
  /**
   * Writes the structures that the module reads. `patience`: milliseconds that the first thread waits for the
   * others.
   */
  write(memory: ArrayBufferLike, patience: number): void;
}

const operations = (layers: readonly { inputs: number; outputs: number }[]): number =>
  layers.reduce((sum, { inputs, outputs }) => sum + 2 * inputs * outputs, 0);

/**
 * Sizes and places of a step's memory for so many threads. `injectedNoise` makes room for noise given from
 * outside (tests). Bytes grow with the rows that are learned from × (p + 3 + K), with batch × widths of the
 * encoder, with q × d, and with threads × weights of the layers.
 */
export function memoryLayout(
  description: FusedDescription,
  problem: FusedProblem,
  injectedNoise = false,
  threads = 1,
  copyLimit = COPY_BYTES,
): MemoryLayout {
  const shape = shapeOf(description, problem, threads, copyLimit);
  const addresses = addressesOf(shape, injectedNoise);
  const { parameters, firstDecoder, K } = shape;
  const { structures, state, data } = addresses;
  return {
    bytes: addresses.bytes,
    threads,
    rowOperations: {
      encoder: operations(parameters.layers.slice(0, firstDecoder)),
      decoder: operations(parameters.layers.slice(firstDecoder)),
      other: 1000 + 500 * K,
    },
    block: SIZES.BLOCK,
    rowCount: shape.n,
    kept: shape.kept,
    stepRows: shape.largest,
    largestBatch: shape.largestBatch,
    d: shape.d,
    record: shape.record,
    places: parameters.places,
    parameterBytes: parameters.bytes,
    denseBytes: shape.denseBytes,
    problems: structures.problems,
    call: structures.call,
    offer: structures.offer,
    losses: structures.losses,
    parameters: state.parameters,
    gradients: state.gradients,
    firstMoments: state.m,
    secondMoments: state.v,
    stageM: state.stageM,
    stageV: state.stageV,
    ...data,
    noise: addresses.noise,
    features: addresses.features,
    write: (memory, patience) => writeStructures(memory, shape, addresses, patience),
  };
}
