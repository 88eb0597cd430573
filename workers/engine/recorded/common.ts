import type * as tf from '@tensorflow/tfjs';
import { eachPiece, type PieceData, piecesOf } from '../../data/pieces';
import { COPY_BYTES } from '../constants';
import type { TracedPlanOptions } from '../traced-plan';
import { Buffer } from './arrays';
import type { Layout } from './machine';

/** A parameter in the machine's memory, and how Adam moves it. */
export interface Trained {
  name: string;
  variable: tf.Variable;
  weights: Buffer;
  firstMoments: Buffer;
  secondMoments: Buffer;
  lazy: boolean;
  floor: number;
  rate: number;
}

/** What the steps of a plan, of whatever number of rows, have in common. */
export interface Common<Place extends Layout = Layout> extends Pick<TracedPlanOptions, 'loss' | 'noiseShapes' | 'noiseSeed'> {
  machine: Place;
  dataset: PieceData;
  trained: Trained[];
  /** Variables that a step assigns what the loss computes for them. */
  carried: ReadonlyMap<string, tf.Variable>;
  /** Variables other than parameters, by where they are. */
  others: Map<tf.Variable, Buffer>;
  /**
   * Numbers of the data that a training row is, in the machine's memory, in the order of the training rows;
   * empty where they are too many.
   */
  rowNumbers: ReadonlyMap<ArrayLike<number>, Buffer>;
  /** Where each row is among the training rows; −1 for others. */
  readonly places: Int32Array;
  /** Numbers of tensors from before a step, which all steps share. */
  numbers: Map<Float32Array, Buffer>;
  /** Where steps, which run one after the other, keep what is between their instructions. */
  arena: { base: number; bytes: number };
}

/** Whole numbers up to this one are float32 too, as the places of training rows are. */
const MOST_ROWS = 2 ** 24;

/** Places for the numbers of the data that training rows have of their own, where they are not too many. */
function keepRows(machine: Layout, dataset: TracedPlanOptions['dataset']): Map<ArrayLike<number>, Buffer> {
  const kept = new Map<ArrayLike<number>, Buffer>();
  const { length } = dataset.split.train;
  const own = eachPiece(piecesOf(dataset)).flatMap(({ source, width }) => (source.from === 'rows' && width > 0 ? [{ ...source, width }] : []));
  const bytes = own.reduce((sum, { width }) => sum + 4 * length * width, 0);
  if (bytes > COPY_BYTES || length >= MOST_ROWS) return kept;
  for (const { values, width } of own) kept.set(values, machine.keep(kept.get(values) ?? new Buffer(length * width)));
  return kept;
}

/** Where each row is among the training rows; −1 for others. */
function placesOf({ rows, split: { train } }: TracedPlanOptions['dataset']): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (let i = 0; i < train.length; i++) places[train[i]] = i;
  return places;
}

/** What all steps of a plan have in common: places for weights, moments, state and the data's own numbers. */
export function commonOf<Place extends Layout>(
  { dataset, loss, noiseShapes, noiseSeed, ...options }: TracedPlanOptions,
  machine: Place,
): Common<Place> {
  const keep = ({ size }: tf.Variable): Buffer => machine.keep(new Buffer(size));
  const carried = options.state ?? new Map<string, tf.Variable>();
  let places: Int32Array | null = null;
  return {
    machine,
    dataset,
    trained: [...options.parameters].map(([name, variable]) => ({
      name,
      variable,
      weights: keep(variable),
      firstMoments: keep(variable),
      secondMoments: keep(variable),
      lazy: options.lazy?.has(name) ?? false,
      floor: options.floors?.get(name) ?? Number.NEGATIVE_INFINITY,
      rate: options.rates?.get(name) ?? 1,
    })),
    carried,
    others: new Map([...carried.values()].map((variable): [tf.Variable, Buffer] => [variable, keep(variable)])),
    rowNumbers: keepRows(machine, dataset),
    // What is laid out to be measured takes no rows.
    get places() {
      places ??= placesOf(dataset);
      return places;
    },
    numbers: new Map(),
    arena: { base: 0, bytes: -1 },
    loss,
    noiseShapes,
    noiseSeed,
  };
}
