import * as tf from '@tensorflow/tfjs';
import { INVERSE_LOG_DETERMINANT } from './inverse-log-determinant';

/**
 * What tfjs's kernels do with an empty dimension (no numeric column, no rows, no level): tfjs-wasm gives the
 * memory it was handed without writing to it, so that a product or a sum of nothing is what another tensor
 * has left there; tfjs-webgpu binds buffers without bytes, which the device refuses; tfjs-cpu says that a
 * mean of nothing is 0. So these kernels are asked only where no dimension is empty, and mathematics answers
 * elsewhere.
 */

type Infos = Record<string, tf.TensorInfo>;
/** How a kernel makes a tensor of one value, and what it is itself. */
interface Call {
  inputs: Infos;
  attrs: Record<string, unknown>;
  /** A tensor in which every entry is `value`. */
  fill(shape: number[], value: number, dtype: tf.DataType): tf.TensorInfo;
  /** The backend's own kernel with other inputs. */
  own(inputs: Infos): tf.TensorInfo;
  dispose(info: tf.TensorInfo): void;
}
/** The result where a dimension is empty, or null: then the backend's own kernel computes it. */
type Rule = (call: Call) => tf.TensorInfo | null;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
const isEmpty = ({ shape }: { shape: readonly number[] }): boolean => shape.includes(0);

/**
 * A product over an empty dimension is that over one zero, with whatever the kernel does to the product
 * afterwards.
 */
const product: Rule = ({ inputs, attrs, fill, own, dispose }) => {
  const { a, b } = inputs;
  if (!isEmpty(a) && !isEmpty(b)) return null;
  const [rowsAt, innerOfA] = attrs.transposeA ? [1, 2] : [2, 1];
  const [innerOfB, columnsAt] = attrs.transposeB ? [1, 2] : [2, 1];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, a.shape[a.shape.length - rowsAt], b.shape[b.shape.length - columnsAt]];
  if (sizeOf(shape) === 0) return fill(shape, 0, a.dtype);
  const widened = ({ shape, dtype }: tf.TensorInfo, fromEnd: number): tf.TensorInfo =>
    fill(
      shape.map((n, i) => (i === shape.length - fromEnd ? 1 : n)),
      0,
      dtype,
    );
  const zeros = { a: widened(a, innerOfA), b: widened(b, innerOfB) };
  const result = own({ ...inputs, ...zeros });
  dispose(zeros.a);
  dispose(zeros.b);
  return result;
};

/** A reduction of nothing is the number that changes nothing. */
const reduction =
  (identity: (dtype: tf.DataType) => number, dtypeOf: (dtype: tf.DataType) => tf.DataType = (dtype) => dtype): Rule =>
  ({ inputs: { x }, attrs, fill }) => {
    if (!isEmpty(x)) return null;
    const axes = tf.util.parseAxisParam((attrs.axis ?? attrs.reductionIndices) as number | number[], x.shape);
    const shape = attrs.keepDims ? x.shape.map((n, i) => (axes.includes(i) ? 1 : n)) : x.shape.filter((_, i) => !axes.includes(i));
    const dtype = dtypeOf(x.dtype);
    return fill(shape, identity(dtype), dtype);
  };

/** Entry by entry: as many entries as the inputs have together. */
const entries: Rule = ({ inputs, fill }) => {
  const infos = Object.values(inputs);
  if (!infos.some(isEmpty)) return null;
  const shape = infos.map((info) => info.shape).reduce((a, b) => tf.broadcast_util.assertAndGetBroadcastShape(a, b));
  return fill(shape, 0, infos[0].dtype);
};

/** Zeros of a shape that is known beforehand, where nothing is added to them. */
const zeros =
  (added: string, shapeOf: (inputs: Infos, attrs: Record<string, unknown>) => number[]): Rule =>
  ({ inputs, attrs, fill }) => {
    const shape = shapeOf(inputs, attrs);
    return isEmpty(inputs[added]) || isEmpty({ shape }) ? fill(shape, 0, inputs[added].dtype) : null;
  };

const gather: Rule = ({ inputs: { x, indices }, attrs, fill }) => {
  const [axis] = tf.util.parseAxisParam((attrs.axis ?? 0) as number, x.shape);
  const shape = [...x.shape.slice(0, axis), ...indices.shape.slice((attrs.batchDims ?? 0) as number), ...x.shape.slice(axis + 1)];
  return isEmpty({ shape }) ? fill(shape, 0, x.dtype) : null;
};

const RULES: Readonly<Record<string, Rule>> = {
  BatchMatMul: product,
  _FusedMatMul: product,
  Sum: reduction(() => 0),
  Prod: reduction(() => 1),
  Max: reduction((dtype) => (dtype === 'int32' ? -(2 ** 31) : Number.NEGATIVE_INFINITY)),
  Min: reduction((dtype) => (dtype === 'int32' ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY)),
  Mean: reduction(
    () => Number.NaN,
    () => 'float32',
  ),
  Any: reduction(() => 0),
  All: reduction(() => 1),
  Prelu: ({ inputs: { x, alpha }, ...call }) => entries({ ...call, inputs: { x, alpha } }),
  Softmax: ({ inputs: { logits }, ...call }) => entries({ ...call, inputs: { logits } }),
  LogSoftmax: ({ inputs: { logits }, ...call }) => entries({ ...call, inputs: { logits } }),
  GatherV2: gather,
  ScatterNd: zeros('updates', (_, attrs) => attrs.shape as number[]),
  [INVERSE_LOG_DETERMINANT]: zeros('a', ({ a }) => [a.shape[0] + 1, a.shape[0]]),
  UnsortedSegmentSum: zeros('x', ({ x, segmentIds }, attrs) => [attrs.numSegments as number, ...x.shape.slice(segmentIds.shape.length)]),
};

/** Kernels that answer by such a rule, so that none is wrapped twice. */
const answering = new WeakSet<tf.KernelFunc>();

function wrap(backendName: string, config: tf.KernelConfig, rule: Rule): void {
  const { kernelFunc } = config;
  const answer: tf.KernelFunc = (call) => {
    const { backend } = call;
    const result = rule({
      inputs: call.inputs as Infos,
      attrs: (call.attrs ?? {}) as Record<string, unknown>,
      fill: (shape, value, dtype) =>
        tf.getKernel('Fill', backendName).kernelFunc({ inputs: {}, attrs: { shape, value, dtype }, backend }) as tf.TensorInfo,
      own: (inputs) => kernelFunc({ ...call, inputs }) as tf.TensorInfo,
      dispose: ({ dataId }) => (backend as tf.KernelBackend).disposeData(dataId),
    });
    return result ?? kernelFunc(call);
  };
  answering.add(answer);
  tf.unregisterKernel(config.kernelName, backendName);
  tf.registerKernel({ ...config, kernelFunc: answer });
}

/**
 * Gradients of two inputs that are broadcast to each other. tfjs sums them over dimensions that became larger
 * than 1, and 0 is not.
 */
const BROADCAST = ['Add', 'Sub', 'Multiply', 'RealDiv', 'SquaredDifference', 'Maximum', 'Minimum', 'Pow', 'Mod', 'FloorDiv', 'Prelu'];
const answeringGradients = new WeakSet<tf.GradFunc>();

/** What nothing came of has a gradient of zeros. */
function answerEmptyGradients(): void {
  for (const name of BROADCAST) {
    const config = tf.getGradient(name);
    if (!config || answeringGradients.has(config.gradFunc)) continue;
    const { gradFunc, inputsToSave = [] } = config;
    const answer: tf.GradFunc = (dy, saved, attrs) =>
      isEmpty(dy as tf.Tensor)
        ? Object.fromEntries(inputsToSave.map((input, i) => [input, () => tf.zerosLike(saved[i])]))
        : gradFunc(dy, saved, attrs);
    answeringGradients.add(answer);
    tf.unregisterGradient(name);
    tf.registerGradient({ ...config, gradFunc: answer });
  }
}

/**
 * Makes the kernels of a backend, and gradients, answer by the rules above; to be called when all of its
 * kernels are registered, and once more when one was replaced.
 */
export function answerEmptyDimensions(backendName: 'webgpu' | 'wasm' | 'cpu'): void {
  for (const [name, rule] of Object.entries(RULES)) {
    const config = tf.getKernel(name, backendName);
    if (config && !answering.has(config.kernelFunc)) wrap(backendName, config, rule);
  }
  answerEmptyGradients();
}
