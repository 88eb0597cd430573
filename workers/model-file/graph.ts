/**
 * A fitted method as a small typed graph of ONNX operations: the writer, the reader, the interpreter and the
 * prediction of a file all work on this.
 */

/** Types of the values of a graph, by their names in ONNX. */
export type ElementType = 'float' | 'double' | 'int64' | 'bool' | 'string';

/** Numbers or texts of a tensor, row-major. 64-bit integers are held in 32 bits: codes, counts and shapes. */
export type Elements = Float32Array | Float64Array | Int32Array | Uint8Array | string[];

export interface Tensor {
  type: ElementType;
  dims: number[];
  data: Elements;
}

/** A value that a graph takes or gives; a dimension that is a name differs from call to call. */
export interface Port {
  name: string;
  type: ElementType;
  dims: (number | string)[];
}

export type Attribute = number | string | readonly number[] | readonly string[] | { float: number } | { floats: readonly number[] };

/** An operation of ONNX. An input that is '' is left out. */
export interface GraphNode {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, Attribute>;
  /** '' for ONNX itself, 'ai.onnx.ml' for its operations on tables. */
  domain?: 'ai.onnx.ml';
}

export interface Graph {
  name: string;
  inputs: Port[];
  outputs: Port[];
  constants: Map<string, Tensor>;
  /** In an order in which each comes after what it takes. */
  nodes: GraphNode[];
}

/** Without the operations and constants that these values do not need. */
export function pruned({ nodes, constants }: Pick<Graph, 'nodes' | 'constants'>, values: Iterable<string>): Pick<Graph, 'nodes' | 'constants'> {
  const needed = new Set(values);
  const kept = [...nodes].reverse().filter(({ inputs, outputs }) => {
    if (!outputs.some((name) => needed.has(name))) return false;
    for (const name of inputs) needed.add(name);
    return true;
  });
  return { nodes: kept.reverse(), constants: new Map([...constants].filter(([name]) => needed.has(name))) };
}

/** What a model file holds. */
export interface ModelFile {
  graph: Graph;
  metadata: Map<string, string>;
}

/** Versions of the operations: what `onnxruntime` 1.15 (2023) and later run. */
export const OPSET = 18;
export const ML_OPSET = 3;
export const IR_VERSION = 8;

/** Numbers in a tensor of these dimensions. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

export const floats = (values: ArrayLike<number>, dims: number[]): Tensor => ({ type: 'float', dims, data: Float32Array.from(values) });
export const doubles = (values: ArrayLike<number>, dims: number[]): Tensor => ({ type: 'double', dims, data: Float64Array.from(values) });
export const integers = (values: ArrayLike<number>, dims: number[]): Tensor => ({ type: 'int64', dims, data: Int32Array.from(values) });
