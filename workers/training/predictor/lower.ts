import type { GraphBuilder } from '../../model-file/builder';
import { integers, type Tensor } from '../../model-file/graph';

/** A value of the graph in the making: its name, its shape in a call of some rows, and which sizes vary. */
export interface Value {
  name: string;
  dims: readonly number[];
  /** Sizes that are not the same for another number of rows. */
  varies: readonly boolean[];
  type: 'float' | 'int64' | 'bool';
}

/** Rows of the recording that is translated: sizes that vary are so many, or a multiple. */
export const RECORDED_ROWS = 3;

/** A call of a tfjs kernel, as a recording has it. */
export interface Call {
  kernel: string;
  attributes: Readonly<Record<string, unknown>>;
  inputs: readonly Value[];
  named(name: string): Value | undefined;
  outputs: readonly Value[];
}

type Lowering = (call: Call, graph: GraphBuilder) => string[];

/** An operation that ONNX has under another name. */
const same =
  (op: string): Lowering =>
  ({ inputs }, graph) => [
    graph.node(
      op,
      inputs.map(({ name }) => name),
    ),
  ];

const list = (graph: GraphBuilder, values: readonly number[]): string => graph.constant(integers(values, [values.length]));
const scalar = (graph: GraphBuilder, value: number, type: 'float' | 'double' = 'float'): string =>
  graph.constant(type === 'float' ? { type, dims: [], data: Float32Array.of(value) } : { type, dims: [], data: Float64Array.of(value) });

/** The shape of a value as a tensor of whole numbers, with the number of rows in its place. */
export function shapeOf({ dims, varies }: Value, graph: GraphBuilder): string {
  if (dims.some((size, axis) => varies[axis] && size !== RECORDED_ROWS)) throw new UnknownOperation('a shape that grows with the rows');
  const parts = dims.map((size, axis) => (varies[axis] ? 'n' : graph.constant(integers([size], [1]))));
  return parts.length === 1 ? parts[0] : graph.node('Concat', parts, { axis: 0 });
}

/** A shape as Reshape takes it: −1 for the one size that varies. Null where several do. */
function shapeFor({ dims, varies }: Value): number[] | null {
  if (varies.filter(Boolean).length > 1) return null;
  return dims.map((size, axis) => (varies[axis] ? -1 : size));
}

const reshape: Lowering = ({ kernel, inputs: [input], outputs: [output] }, graph) => {
  const shape = shapeFor(output);
  if (!shape) throw new UnknownOperation(`${kernel} of two open sizes`);
  return [graph.node('Reshape', [input.name, list(graph, shape)])];
};

/** Axes as an attribute of tfjs has them: one, a list, or null for all. */
function axesOf(attribute: unknown, rank: number): number[] {
  const axes = typeof attribute === 'number' ? [attribute] : Array.isArray(attribute) ? (attribute as number[]) : [...Array(rank).keys()];
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

const reduce =
  (op: string): Lowering =>
  ({ attributes, inputs: [input] }, graph) => {
    const axes = axesOf(attributes.axis ?? attributes.reductionIndices, input.dims.length);
    return [graph.node(op, [input.name, list(graph, axes)], { keepdims: attributes.keepDims ? 1 : 0 })];
  };

const transposed = (graph: GraphBuilder, { name, dims }: Value): string =>
  graph.node('Transpose', [name], { perm: dims.map((_, axis) => (axis < dims.length - 2 ? axis : axis === dims.length - 2 ? axis + 1 : axis - 1)) });

function matMul({ attributes, inputs: [a, b] }: Call, graph: GraphBuilder): string {
  return graph.node('MatMul', [attributes.transposeA ? transposed(graph, a) : a.name, attributes.transposeB ? transposed(graph, b) : b.name]);
}

const ACTIVATIONS: Readonly<Record<string, string>> = { relu: 'Relu', sigmoid: 'Sigmoid' };

/** A product of no columns: zeros, where there is no numeric column. */
const empty = ({ inputs: [a], outputs: [output] }: Call, graph: GraphBuilder): string | null =>
  a.dims[a.dims.length - 1] === 0 ? graph.node('Expand', [scalar(graph, 0), shapeOf(output, graph)]) : null;

const fusedMatMul: Lowering = (call, graph) => {
  const { activation = 'linear' } = call.attributes;
  const bias = call.named('bias');
  const product = empty(call, graph) ?? matMul(call, graph);
  const sum = bias ? graph.node('Add', [product, bias.name]) : product;
  if (activation === 'linear') return [sum];
  const op = ACTIVATIONS[String(activation)];
  if (!op) throw new UnknownOperation(`the activation ${String(activation)}`);
  return [graph.node(op, [sum])];
};

const slice: Lowering = ({ kernel, attributes, inputs: [input], outputs: [output] }, graph) => {
  const begin = ([] as number[]).concat(attributes.begin as number | number[]);
  const axes = [...input.dims.keys()].filter((axis) => output.dims[axis] !== input.dims[axis]);
  if (axes.some((axis) => output.varies[axis] || input.varies[axis])) throw new UnknownOperation(`${kernel} of rows`);
  if (axes.length === 0) return [graph.node('Identity', [input.name])];
  const starts = axes.map((axis) => begin[axis] ?? 0);
  const ends = axes.map((axis, i) => starts[i] + output.dims[axis]);
  return [graph.node('Slice', [input.name, list(graph, starts), list(graph, ends), list(graph, axes)])];
};

const split: Lowering = ({ attributes, inputs: [input], outputs }, graph) => {
  const [axis] = axesOf(attributes.axis ?? 0, input.dims.length);
  return graph.split(
    'Split',
    [
      input.name,
      list(
        graph,
        outputs.map(({ dims }) => dims[axis]),
      ),
    ],
    outputs.length,
    { axis },
  );
};

/** Attention among the tokens of a row (workers/ops/token-attention.ts), in matrices. */
const attention: Lowering = ({ kernel, attributes, inputs: [qkv], named }, graph) => {
  const { tokens, heads, width, rate, causal } = attributes as { tokens: number; heads: number; width: number; rate: number; causal?: boolean };
  if (rate > 0 && named('uniform')) throw new UnknownOperation(`${kernel} with dropout`);
  const byToken = graph.node('Reshape', [qkv.name, list(graph, [-1, tokens, 3 * heads, width])]);
  const byHead = graph.node('Transpose', [byToken], { perm: [0, 2, 1, 3] });
  const [queries, keys, values] = graph.split('Split', [byHead, list(graph, [heads, heads, heads])], 3, { axis: 1 });
  const products = graph.node('MatMul', [queries, graph.node('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
  const scaled = graph.node('Mul', [products, scalar(graph, 1 / Math.sqrt(width))]);
  const later = Float32Array.from({ length: tokens * tokens }, (_, at) => (at % tokens > Math.floor(at / tokens) ? -1e30 : 0));
  const seen = causal ? graph.node('Add', [scaled, graph.constant({ type: 'float', dims: [tokens, tokens], data: later })]) : scaled;
  const mixed = graph.node('MatMul', [graph.node('Softmax', [seen], { axis: -1 }), values]);
  return [graph.node('Reshape', [graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] }), list(graph, [-1, heads * width])])];
};

/** Entmax-1.5 of each row by sorting (docs/methods.md A14), in double precision. */
const entmax: Lowering = ({ inputs: [x] }, graph) => {
  const width = x.dims[1];
  const last = list(graph, [-1]);
  const wide = graph.node('Cast', [x.name], { to: 11 });
  const z = graph.node('Div', [graph.node('Sub', [wide, graph.node('ReduceMax', [wide, last], { keepdims: 1 })]), scalar(graph, 2, 'double')]);
  const [sorted] = graph.split('TopK', [z, list(graph, [width])], 2, { axis: -1 });
  const counts = graph.constant({ type: 'double', dims: [width], data: Float64Array.from({ length: width }, (_, i) => i + 1) });
  const axis = graph.constant(integers([1], []));
  const mean = graph.node('Div', [graph.node('CumSum', [sorted, axis]), counts]);
  const squares = graph.node('Div', [graph.node('CumSum', [graph.node('Mul', [sorted, sorted]), axis]), counts]);
  const within = graph.node('Mul', [counts, graph.node('Sub', [squares, graph.node('Mul', [mean, mean])])]);
  const rest = graph.node('Div', [graph.node('Sub', [scalar(graph, 1, 'double'), within]), counts]);
  const thresholds = graph.node('Sub', [mean, graph.node('Sqrt', [graph.node('Max', [rest, scalar(graph, 0, 'double')])])]);
  const inside = graph.node('Cast', [graph.node('LessOrEqual', [thresholds, sorted])], { to: 7 });
  const support = graph.node('Sub', [graph.node('ReduceSum', [inside, last], { keepdims: 1 }), graph.constant(integers([1], []))]);
  const threshold = graph.node('GatherElements', [thresholds, support], { axis: 1 });
  const above = graph.node('Max', [graph.node('Sub', [z, threshold]), scalar(graph, 0, 'double')]);
  return [graph.node('Cast', [graph.node('Mul', [above, above])], { to: 1 })];
};

const TYPES: Readonly<Record<string, number>> = { float32: 1, int32: 7, bool: 9 };

/** tfjs kernels as operations of ONNX; what is not here no method's prediction has used so far. */
const LOWERINGS: Readonly<Record<string, Lowering>> = {
  Add: same('Add'),
  AddN: same('Sum'),
  Sub: same('Sub'),
  Multiply: same('Mul'),
  RealDiv: same('Div'),
  Maximum: same('Max'),
  Minimum: same('Min'),
  Pow: same('Pow'),
  Neg: same('Neg'),
  Abs: same('Abs'),
  Exp: same('Exp'),
  Log: same('Log'),
  Sqrt: same('Sqrt'),
  Reciprocal: same('Reciprocal'),
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Relu: same('Relu'),
  Erf: same('Erf'),
  Greater: same('Greater'),
  GreaterEqual: same('GreaterOrEqual'),
  Less: same('Less'),
  LessEqual: same('LessOrEqual'),
  Equal: same('Equal'),
  LogicalAnd: same('And'),
  LogicalNot: same('Not'),
  Select: same('Where'),
  Square: ({ inputs: [x] }, graph) => [graph.node('Mul', [x.name, x.name])],
  Rsqrt: ({ inputs: [x] }, graph) => [graph.node('Reciprocal', [graph.node('Sqrt', [x.name])])],
  Identity: same('Identity'),
  Cast: ({ attributes, inputs: [x] }, graph) => [graph.node('Cast', [x.name], { to: TYPES[String(attributes.dtype)] ?? 1 })],
  Reshape: reshape,
  ExpandDims: reshape,
  Concat: ({ attributes, inputs, outputs: [output] }, graph) => {
    const [axis] = axesOf(attributes.axis, output.dims.length);
    // A part without columns (no numeric column) adds nothing, and not every runtime takes it.
    const parts = inputs.filter(({ dims }) => dims[axis] !== 0);
    return parts.length === 1
      ? [graph.node('Identity', [parts[0].name])]
      : [
          graph.node(
            'Concat',
            parts.map(({ name }) => name),
            { axis },
          ),
        ];
  },
  SplitV: split,
  Slice: slice,
  Transpose: ({ attributes, inputs: [x] }, graph) => [graph.node('Transpose', [x.name], { perm: attributes.perm as number[] })],
  Tile: ({ attributes, inputs: [x] }, graph) => [graph.node('Tile', [x.name, list(graph, attributes.reps as number[])])],
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  Softmax: ({ inputs: [x] }, graph) => [graph.node('Softmax', [x.name], { axis: -1 })],
  ClipByValue: ({ attributes, inputs: [x] }, graph) => [
    graph.node('Clip', [x.name, scalar(graph, Number(attributes.clipValueMin)), scalar(graph, Number(attributes.clipValueMax))]),
  ],
  GatherV2: ({ attributes, named }, graph) => [
    graph.node('Gather', [(named('x') as Value).name, (named('indices') as Value).name], { axis: Number(attributes.axis) }),
  ],
  BatchMatMul: (call, graph) => [empty(call, graph) ?? matMul(call, graph)],
  _FusedMatMul: fusedMatMul,
  TokenAttention: attention,
  Entmax15: entmax,
};

/** An operation of tfjs that no model file has. */
export class UnknownOperation extends Error {}

/** The operations of ONNX that a tfjs kernel is. @throws UnknownOperation */
export function lower(call: Call, graph: GraphBuilder): string[] {
  const lowering = LOWERINGS[call.kernel];
  if (!lowering) throw new UnknownOperation(call.kernel);
  return lowering(call, graph);
}

/** Whether all values are the same number. */
export const uniform = ({ data }: Tensor): boolean => data.length > 0 && (data as Float32Array).every((value) => value === data[0]);
