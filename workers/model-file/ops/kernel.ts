import { type Attribute, type Elements, type ElementType, type GraphNode, sizeOf, type Tensor } from '../graph';
import { damaged } from '../protobuf';

/** How an operation is computed, and how many inputs and outputs it may have. */
export interface Kernel {
  /** Fewest and most inputs. */
  inputs: readonly [least: number, most: number];
  /** Attributes that it may have. */
  attributes?: readonly string[];
  outputs?: readonly [least: number, most: number];
  domain?: 'ai.onnx.ml';
  /** Inputs that are left out are undefined. */
  run(inputs: readonly Tensor[], node: GraphNode): Tensor[];
}

export type Kernels = Readonly<Record<string, Kernel>>;

/** Most numbers of one tensor that is computed: a file that asks for more means no good. */
const MOST = 2 ** 28;

/** Room for the elements of a tensor. @throws LabFailure where they are more than any model of the lab has */
export function room(type: ElementType, dims: readonly number[]): Elements {
  const size = sizeOf(dims);
  if (!(size >= 0 && size <= MOST)) throw damaged('it asks for a table of more than 268 million numbers');
  if (type === 'float') return new Float32Array(size);
  if (type === 'double') return new Float64Array(size);
  if (type === 'int64') return new Int32Array(size);
  return type === 'bool' ? new Uint8Array(size) : new Array<string>(size).fill('');
}

/** The numbers of a tensor. @throws LabFailure where they are texts */
export function numbersOf({ data }: Tensor): Exclude<Elements, string[]> {
  if (Array.isArray(data)) throw damaged('it computes with texts');
  return data;
}

/** The whole numbers of a small tensor that says how: axes, a shape. */
export function wholeNumbers(tensor: Tensor): number[] {
  if (tensor.type !== 'int64' || sizeOf(tensor.dims) > 64) throw damaged('a shape is no list of whole numbers');
  return [...(tensor.data as Int32Array)];
}

export const integerOf = ({ attributes }: GraphNode, name: string, fallback: number): number => {
  const value: Attribute = attributes?.[name] ?? fallback;
  if (typeof value !== 'number') throw damaged(`the attribute ${name} is no whole number`);
  return value;
};

export function integersOf({ attributes }: GraphNode, name: string): readonly number[] | undefined {
  const value = attributes?.[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return value as number[];
  throw damaged(`the attribute ${name} is no list of whole numbers`);
}

/** An axis counted from the front. */
export function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(from) || from < 0 || from >= rank) throw damaged('an axis does not exist');
  return from;
}

/** Lengths before, of, and after an axis. */
export const around = (dims: readonly number[], axis: number): { before: number; length: number; after: number } => ({
  before: sizeOf(dims.slice(0, axis)),
  length: dims[axis],
  after: sizeOf(dims.slice(axis + 1)),
});
