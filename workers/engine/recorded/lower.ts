import type * as tf from '@tensorflow/tfjs';
import { ENTMAX } from '../kernels/entmax';
import { INVERSE_LOG_DETERMINANT, inverseLogDeterminant } from '../kernels/inverse-log-determinant';
import { BERNOULLI_INTERCEPTS_NLL, bernoulliInterceptsNll, INTERCEPTS_NLL, interceptsNll, SLOPES_NLL, slopesNll } from '../kernels/level-likelihoods';
import { ATTENTION, ATTENTION_GRADIENT, type AttentionShape } from '../kernels/token-attention';
import { isScalar, reshaped, sizeOf, spread, type View } from './arrays';
import { at, type Builder, type Word } from './builder';
import { recordFailure } from './failure';
import { ACTIVATIONS, type FUNCTIONS, RECORDED, type REDUCTIONS } from './instructions';
import type { Traced, TracedKernel } from './trace';

/** A kernel of a trace with the arrays that it takes. */
interface Call {
  kernel: TracedKernel;
  inputs: Readonly<Record<string, View>>;
  list: readonly View[];
  /** Of its first result. */
  shape: readonly number[];
}

type Lowering = (call: Call, builder: Builder) => View | View[];

const unknown = (what: string) => recordFailure('record-operation', `there is no instruction for ${what}`);

/** The one number that an array is, where that is known beforehand. */
const numberOf = (view: View): number | null => (isScalar(view) ? view.buffer.constant : null);

const entries =
  (fn: keyof typeof FUNCTIONS, ...names: string[]): Lowering =>
  ({ inputs, list, shape }, builder) =>
    builder.elementwise(fn, names.length > 0 ? names.map((name) => inputs[name]) : list, shape);

const FOLDED = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
};

/**
 * A sum or product without what does not change it, where the other array is repeated to the result's shape;
 * of two numbers that are known beforehand the result is.
 */
const without =
  (fn: keyof typeof FOLDED, neutral: number, either: boolean): Lowering =>
  ({ inputs: { a, b }, shape }, builder) => {
    const [one, two] = [numberOf(a), numberOf(b)];
    if (one !== null && two !== null) return builder.scalar(Math.fround(FOLDED[fn](one, two)), shape);
    if (two === neutral) return spread(a, shape);
    if (either && one === neutral) return spread(b, shape);
    return builder.elementwise(fn, [a, b], shape);
  };

/** Axes as an attribute of tfjs has them: one, a list, or null for all. */
function axesOf(attribute: unknown, rank: number): number[] {
  const axes = typeof attribute === 'number' ? [attribute] : Array.isArray(attribute) ? (attribute as number[]) : [...Array(rank).keys()];
  return axes.map((axis) => (axis < 0 ? axis + rank : axis));
}

const reduction =
  (kind: keyof typeof REDUCTIONS, mean = false): Lowering =>
  ({ kernel, inputs: { x }, shape }, builder) => {
    const axes = axesOf(kernel.attributes.axis ?? kernel.attributes.reductionIndices, x.shape.length);
    const count = sizeOf(axes.map((axis) => x.shape[axis]));
    const result = builder.reduce(kind, x, axes, mean ? 1 / count : 1);
    return reshape(result, shape, builder);
  };

const reshape = (view: View, shape: readonly number[], builder: Builder): View =>
  reshaped(view, shape) ?? (reshaped(builder.packed(view), shape) as View);

const sameNumbers: Lowering = ({ list: [x], shape }, builder) => reshape(x, shape, builder);

/** The last two dimensions, changed where wanted, and the ones before. */
function matrix(view: View, transposed: unknown): { rows: number; columns: number; row: number; column: number; before: readonly number[] } {
  const rank = view.shape.length;
  const [r, c] = transposed ? [rank - 1, rank - 2] : [rank - 2, rank - 1];
  return { rows: view.shape[r], columns: view.shape[c], row: view.strides[r], column: view.strides[c], before: view.shape.slice(0, -2) };
}

/** The step from one matrix to the next, where there is one step for all; null where there is not. */
function stepOf(view: View): number | null {
  const axes = [...view.shape.keys()].slice(0, -2).filter((axis) => view.shape[axis] !== 1);
  const last = axes.at(-1);
  if (last === undefined) return 0;
  for (const [i, axis] of axes.entries()) {
    const next = axes[i + 1];
    if (next !== undefined && view.strides[axis] !== view.strides[next] * view.shape[next]) return null;
  }
  return view.strides[last];
}

const product: Lowering = ({ kernel, inputs: { a, b, bias }, shape }, builder) => {
  const { transposeA, transposeB, activation = 'linear' } = kernel.attributes;
  if (!(String(activation) in ACTIVATIONS)) throw unknown(`the activation "${activation}" of "${kernel.name}"`);
  const result = builder.result(shape);
  if (result.buffer.size === 0) return result;
  const before = shape.slice(0, -2);
  const matrices = sizeOf(before);
  const arranged = (view: View, transposed: unknown, packedRows: boolean): { view: View; step: number; part: ReturnType<typeof matrix> } => {
    let taken = view;
    let flip = transposed;
    // Columns of the second matrix lie next to each other.
    const given = matrix(taken, flip);
    if (packedRows && given.columns !== 1 && given.column !== 1) {
      const order = [...view.shape.keys()];
      if (flip) order.splice(-2, 2, order.length - 1, order.length - 2);
      taken = builder.packed({ ...view, shape: order.map((axis) => view.shape[axis]), strides: order.map((axis) => view.strides[axis]) });
      flip = false;
    }
    const rank = taken.shape.length;
    const all = spread(taken, [...before, ...taken.shape.slice(rank - 2)]);
    const step = stepOf(all);
    if (step !== null) return { view: all, step, part: matrix(all, flip) };
    const moved = builder.packed(all);
    return { view: moved, step: stepOf(moved) as number, part: matrix(moved, flip) };
  };
  const left = arranged(a, transposeA, false);
  const right = arranged(b, transposeB, true);
  const { rows: m, columns: k } = left.part;
  const n = right.part.columns;
  const added = bias && builder.packed(reshape(bias, [sizeOf(bias.shape)], builder));
  const wide = added && added.shape[0] === 1 && n > 1 ? builder.packed(spread(added, [n])) : added;
  // A part after the other of the same second matrix is one long part.
  const whole = matrices > 1 && right.step === 0 && left.step === left.part.row * m;
  const words: Word[] = [
    ...[at(left.view), 4 * left.part.row, 4 * left.part.column, whole ? 0 : 4 * left.step],
    ...[at(right.view), 4 * right.part.row, 4 * right.step, at(result), whole ? 0 : 4 * m * n],
    ...[whole ? m * matrices : m, k, n, whole ? 1 : matrices, wide ? at(wide) : 0, ACTIVATIONS[String(activation) as keyof typeof ACTIVATIONS]],
  ];
  builder.plain('product', words, [left.view, right.view, ...(wide ? [wide] : [])], [result.buffer]);
  return result;
};

const concat: Lowering = ({ kernel, list, shape }, builder) => {
  const [axis] = axesOf(kernel.attributes.axis, shape.length);
  const parts = list.filter(({ shape: own }) => sizeOf(own) > 0);
  if (parts.length === 1) return parts[0];
  const result = builder.result(shape);
  const rows = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const row = 4 * inner * shape[axis];
  let first = 0;
  for (const part of parts) {
    const width = part.shape[axis] * inner;
    // Parts of an array in rows are taken from where they are.
    const inRows = part.shape.length === 2 && axis === 1 && part.strides[1] === 1;
    const source = inRows ? part : builder.packed(part);
    const from = inRows ? 4 * part.strides[0] : 4 * width;
    builder.plain('copy', [at(source), from, { buffer: result.buffer, offset: 4 * first }, row, rows, width], [source], [result.buffer]);
    first += width;
  }
  return result;
};

const pack: Lowering = (call, builder) => {
  const { kernel, list, shape } = call;
  const [axis] = axesOf(kernel.attributes.axis ?? 0, shape.length);
  const parts = list.map((view) => {
    const wide = [...view.shape];
    wide.splice(axis, 0, 1);
    return reshape(view, wide, builder);
  });
  return concat({ ...call, kernel: { ...kernel, attributes: { axis } }, list: parts }, builder);
};

const moved = (view: View, begin: readonly number[], shape: readonly number[]): View => ({
  ...view,
  shape,
  offset: view.offset + begin.reduce((sum, start, axis) => sum + start * view.strides[axis], 0),
});

const slice: Lowering = ({ kernel, inputs: { x }, shape }) => {
  const begin = ([] as number[]).concat(kernel.attributes.begin as number | number[]);
  return moved(
    x,
    x.shape.map((_, axis) => begin[axis] ?? 0),
    shape,
  );
};

const split: Lowering = ({ kernel, inputs: { x } }) => {
  const [axis] = axesOf(kernel.attributes.axis ?? 0, x.shape.length);
  let first = 0;
  return kernel.outputs.map(({ shape }) => {
    const part = moved(
      x,
      x.shape.map((_, own) => (own === axis ? first : 0)),
      shape,
    );
    first += shape[axis];
    return part;
  });
};

const unpack: Lowering = ({ kernel, inputs: { value } }) => {
  const [axis] = axesOf(kernel.attributes.axis ?? 0, value.shape.length);
  return kernel.outputs.map((_, place) => {
    const one = moved(
      value,
      value.shape.map((_, own) => (own === axis ? place : 0)),
      value.shape,
    );
    return { ...one, shape: one.shape.filter((_, own) => own !== axis), strides: one.strides.filter((_, own) => own !== axis) };
  });
};

const transpose: Lowering = ({ kernel, inputs: { x } }) => {
  const perm = kernel.attributes.perm as number[];
  return { ...x, shape: perm.map((axis) => x.shape[axis]), strides: perm.map((axis) => x.strides[axis]) };
};

const tile: Lowering = ({ kernel, inputs: { x }, shape }, builder) => {
  const reps = kernel.attributes.reps as number[];
  // [2, 3] times [4, 5] is [4, 2, 5, 3] with two steps of 0.
  const view = {
    ...x,
    shape: x.shape.flatMap((n, axis) => [reps[axis], n]),
    strides: x.strides.flatMap((stride) => [0, stride]),
  };
  return reshape(view, shape, builder);
};

const pad: Lowering = ({ kernel, inputs: { x }, shape }, builder) => {
  const { paddings, constantValue } = kernel.attributes as { paddings: [number, number][]; constantValue: number };
  const wide = [...x.shape.keys()].filter((axis) => paddings[axis][0] + paddings[axis][1] > 0);
  if (wide.length === 0) return x;
  if (sizeOf(shape) === 0) return builder.result(shape);
  const pieces = (view: View, [axis, ...rest]: readonly number[]): View => {
    if (axis === undefined) return view;
    const piece = (n: number): View[] =>
      n > 0
        ? [
            builder.scalar(
              constantValue,
              view.shape.map((size, own) => (own === axis ? n : size)),
            ),
          ]
        : [];
    const list = [...piece(paddings[axis][0]), ...(view.shape[axis] > 0 ? [view] : []), ...piece(paddings[axis][1])];
    const joined = view.shape.map((n, own) => (own === axis ? n + paddings[axis][0] + paddings[axis][1] : n));
    return pieces(concat({ kernel: { ...kernel, attributes: { axis } }, inputs: {}, list, shape: joined }, builder) as View, rest);
  };
  return pieces(x, wide);
};

const gather: Lowering = ({ kernel, inputs: { x, indices }, shape }, builder) => {
  const [axis] = axesOf(kernel.attributes.axis ?? 0, x.shape.length);
  if (Number(kernel.attributes.batchDims ?? 0) !== 0) throw unknown('"GatherV2" of batches');
  const result = builder.result(shape);
  if (result.buffer.size === 0) return result;
  const [source, index] = [builder.packed(x), builder.packed(indices)];
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  builder.plain('gather', [at(source), at(index), at(result), outer, x.shape[axis], sizeOf(indices.shape), inner], [source, index], [result.buffer]);
  return result;
};

const segments: Lowering = ({ kernel, inputs: { x, segmentIds }, shape }, builder) => {
  const result = builder.result(shape);
  if (result.buffer.size === 0) return result;
  const [source, ids] = [builder.packed(x), builder.packed(segmentIds)];
  const width = sizeOf(shape.slice(1));
  const words = [at(source), at(ids), at(result), sizeOf(segmentIds.shape), width, Number(kernel.attributes.numSegments)];
  builder.plain('segments', words, [source, ids], [result.buffer]);
  return result;
};

const ofRows =
  (operation: 'softmax' | 'entmax', last: number[] = []): Lowering =>
  ({ list: [x], shape }, builder) => {
    const result = builder.result(shape);
    if (result.buffer.size === 0) return result;
    const source = builder.packed(x);
    const width = shape[shape.length - 1];
    builder.plain(operation, [at(source), at(result), sizeOf(shape) / width, width, ...last], [source], [result.buffer]);
    return result;
  };

/** Numbers that are so far apart lie in no line of a cache that two threads write. */
const APART = 32;

/**
 * Numbers that a thread needs at an attention: three matrices of tokens × tokens, keys or values on their
 * side and a head's result, each with room behind it; or three lists.
 */
function attentionScratch(tokens: number, width: number): number {
  const padded = 4 * Math.ceil(tokens / 4);
  const byMatrices = tokens >= RECORDED.LEAST_TOKENS && tokens <= RECORDED.MOST_TOKENS;
  const own = byMatrices ? (3 * tokens + width) * padded + tokens * width + 5 * 8 : 3 * (tokens + 4);
  return APART * Math.ceil(own / APART);
}

const attention =
  (gradient: boolean): Lowering =>
  ({ kernel, inputs, shape }, builder) => {
    const { tokens, heads, width, rate, causal } = kernel.attributes as unknown as AttentionShape;
    const result = builder.result(shape);
    if (result.buffer.size === 0) return result;
    const taken = ['qkv', ...(gradient ? ['dy'] : [])].map((name) => builder.packed(inputs[name]));
    const uniform = inputs.uniform && builder.packed(inputs.uniform);
    const own = attentionScratch(tokens, width);
    const scratch = builder.result([builder.threads, own]);
    const words: Word[] = [
      ...taken.map(at),
      uniform ? at(uniform) : 0,
      at(result),
      ...[shape[0] / tokens, tokens, heads, width, { float: rate }, causal ? 1 : 0, at(scratch), 4 * own],
    ];
    builder.plain(gradient ? 'attentionGradient' : 'attention', words, [...taken, ...(uniform ? [uniform] : [])], [result.buffer, scratch.buffer]);
    return result;
  };

/**
 * A kernel of the lab's in JavaScript: factors in double precision, which no instruction would be faster at.
 */
const inJavaScript =
  (compute: (values: (name: string) => Float32Array | null, out: Float32Array) => void): Lowering =>
  ({ inputs, shape }, builder) => {
    const result = builder.result(shape);
    if (result.buffer.size === 0) return result;
    const packed = new Map(Object.entries(inputs).map(([name, view]): [string, View] => [name, builder.packed(view)]));
    builder.host([...packed.values()], [result.buffer], (of) =>
      compute((name) => {
        const view = packed.get(name);
        return view ? of(view.buffer).subarray(view.offset, view.offset + sizeOf(view.shape)) : null;
      }, of(result.buffer)),
    );
    return result;
  };

const inverse = inJavaScript((values, out) => {
  const a = values('a') as Float32Array;
  inverseLogDeterminant(a, Math.round(Math.sqrt(a.length)), out);
});

const cast: Lowering = ({ kernel, inputs: { x }, shape }, builder) => {
  const [from, to] = [kernel.inputs.x.dtype, String(kernel.attributes.dtype)];
  if (to === 'bool' && from !== 'bool') return builder.elementwise('isTrue', [x], shape);
  if (to === 'int32' && from === 'float32') return builder.elementwise('truncate', [x], shape);
  return x;
};

const power: Lowering = ({ inputs: { a, b }, shape }, builder) => {
  const exponent = numberOf(b);
  const one = (fn: keyof typeof FUNCTIONS): View => builder.elementwise(fn, [a], shape);
  if (exponent === 2) return one('square');
  if (exponent === 1) return spread(a, shape);
  if (exponent === 0.5) return one('sqrt');
  if (exponent === -0.5) return one('rsqrt');
  if (exponent === -1) return one('reciprocal');
  if (exponent === 1.5) return builder.elementwise('multiply', [a, one('sqrt')], shape);
  if (exponent === 3) return builder.elementwise('multiply', [a, one('square')], shape);
  throw unknown(`"Pow" with the exponent ${exponent ?? 'of a tensor'}`);
};

const addN: Lowering = ({ list, shape }, builder) => list.reduce((sum, view) => builder.elementwise('add', [sum, view], shape));

/** tfjs kernels as instructions. What is not here makes a step run op by op. */
const LOWERINGS: Readonly<Record<string, Lowering>> = {
  Add: without('add', 0, true),
  AddN: addN,
  Sub: without('subtract', 0, false),
  Multiply: without('multiply', 1, true),
  RealDiv: without('divide', 1, false),
  Maximum: entries('maximum', 'a', 'b'),
  Minimum: entries('minimum', 'a', 'b'),
  SquaredDifference: entries('squaredDifference', 'a', 'b'),
  Pow: power,
  Greater: entries('greater', 'a', 'b'),
  GreaterEqual: entries('greaterEqual', 'a', 'b'),
  Less: entries('less', 'a', 'b'),
  LessEqual: entries('lessEqual', 'a', 'b'),
  Equal: entries('equal', 'a', 'b'),
  NotEqual: entries('notEqual', 'a', 'b'),
  LogicalAnd: entries('and', 'a', 'b'),
  LogicalOr: entries('or', 'a', 'b'),
  LogicalNot: entries('not'),
  Select: entries('select', 'condition', 't', 'e'),
  Neg: entries('negate'),
  Abs: entries('absolute'),
  Exp: entries('exp'),
  Expm1: entries('expm1'),
  Log: entries('log'),
  Log1p: entries('log1p'),
  Sqrt: entries('sqrt'),
  Rsqrt: entries('rsqrt'),
  Reciprocal: entries('reciprocal'),
  Tanh: entries('tanh'),
  Sigmoid: entries('sigmoid'),
  Relu: entries('relu'),
  Erf: entries('erf'),
  Square: entries('square'),
  Floor: entries('floor'),
  Softplus: entries('softplus'),
  Sign: entries('sign'),
  Step: ({ kernel, inputs: { x }, shape }, builder) => builder.elementwise('step', [x], shape, [Number(kernel.attributes.alpha)]),
  LeakyRelu: ({ kernel, inputs: { x }, shape }, builder) => builder.elementwise('leakyRelu', [x], shape, [Number(kernel.attributes.alpha)]),
  ClipByValue: ({ kernel: { attributes }, inputs: { x }, shape }, builder) =>
    builder.elementwise('clip', [x], shape, [Number(attributes.clipValueMin), Number(attributes.clipValueMax)]),
  ZerosLike: ({ shape }, builder) => builder.scalar(0, shape),
  OnesLike: ({ shape }, builder) => builder.scalar(1, shape),
  Identity: ({ list: [x] }) => x,
  Cast: cast,
  Reshape: sameNumbers,
  ExpandDims: sameNumbers,
  Squeeze: sameNumbers,
  BroadcastTo: ({ inputs: { x }, shape }) => spread(x, shape),
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Slice: slice,
  Transpose: transpose,
  Tile: tile,
  PadV2: pad,
  Sum: reduction('sum'),
  Mean: reduction('sum', true),
  Max: reduction('max'),
  Min: reduction('min'),
  Prod: reduction('product'),
  Any: reduction('max'),
  All: reduction('min'),
  BatchMatMul: product,
  _FusedMatMul: product,
  GatherV2: gather,
  UnsortedSegmentSum: segments,
  Softmax: ofRows('softmax', [0]),
  LogSoftmax: ofRows('softmax', [1]),
  [ENTMAX]: ofRows('entmax'),
  [INVERSE_LOG_DETERMINANT]: inverse,
  [INTERCEPTS_NLL]: inJavaScript(interceptsNll),
  [BERNOULLI_INTERCEPTS_NLL]: inJavaScript(bernoulliInterceptsNll),
  [SLOPES_NLL]: inJavaScript(slopesNll),
  [ATTENTION]: attention(false),
  [ATTENTION_GRADIENT]: attention(true),
};

/** Operations on whole numbers that stay exact as float32, below 2²⁴. */
const WHOLE = new Set([
  INTERCEPTS_NLL,
  BERNOULLI_INTERCEPTS_NLL,
  SLOPES_NLL,
  'Identity',
  'Cast',
  'Reshape',
  'ExpandDims',
  'Squeeze',
  'GatherV2',
  'UnsortedSegmentSum',
  'Concat',
  'Pack',
  'Unpack',
  'SplitV',
  'Slice',
]);
const COMPARISONS = new Set([
  'Maximum',
  'Minimum',
  'Select',
  'LogicalAnd',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Equal',
  'NotEqual',
  'Transpose',
  'Tile',
  'ZerosLike',
  'OnesLike',
]);

const isWhole = ({ dtype }: { dtype: tf.DataType }): boolean => dtype === 'int32';

/** Throws LabFailure naming every one of these kernels that has no instruction. */
export function requireKnown(kernels: readonly TracedKernel[]): void {
  const missing = new Set(kernels.flatMap(({ name }) => (name in LOWERINGS ? [] : [`"${name}"`])));
  if (missing.size > 0) throw unknown([...missing].sort().join(', '));
}

/**
 * The arrays that a kernel leaves, with the instructions that compute them in the builder.
 *
 * @throws LabFailure naming the kernel where it has no instruction in this form
 */
export function lower(kernel: TracedKernel, arrays: ReadonlyMap<Traced, View>, builder: Builder): View[] {
  const lowering = LOWERINGS[kernel.name];
  const arithmetic = !WHOLE.has(kernel.name) && !COMPARISONS.has(kernel.name);
  if (arithmetic && kernel.list.some(isWhole)) throw unknown(`"${kernel.name}" of whole numbers`);
  const view = (traced: Traced): View => arrays.get(traced) as View;
  const inputs = Object.fromEntries(Object.entries(kernel.inputs).map(([name, traced]) => [name, view(traced)]));
  return [lowering({ kernel, inputs, list: kernel.list.map(view), shape: kernel.outputs[0].shape }, builder)].flat();
}
