import * as tf from '@tensorflow/tfjs';
import { KerasAdam } from '../engine/adam';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';
import { batchNorm, columnMoments } from './batch-norm';
import { dense } from './dense';
import { entmax15 } from './entmax';
import { gatherRows } from './gather-rows';
import { layerNorm } from './layer-norm';
import { logistic } from './logistic';
import { matMul } from './mat-mul';
import { inverseCounts, segmentMean } from './segment-mean';
import { segmentCounts, segmentSum } from './segment-sum';
import { sumOfRows, sumOfTags, type TagSets, tagsOfRows, vectorsOfTags } from './tag-sum';
import { tokenAttention } from './token-attention';

/** What an op gives: its shape, and its values or the one that all of them are. */
export interface Right {
  shape: number[];
  values: number | number[];
}

/**
 * An op of which a dimension is empty, and what mathematics says of it. Left out: einsum, which tfjs-wasm
 * lacks, and broadcastTo and linspace, which no method takes.
 */
export interface EmptyCase {
  name: string;
  run(): tf.Tensor | tf.Tensor[];
  right: Right[];
}

const none = (...shape: number[]): tf.Tensor => tf.tensor([], shape);
const whole = (...shape: number[]): tf.Tensor => tf.tensor([], shape, 'int32');
const some = (...shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => 1 + i / 4),
    shape,
  );
/** Sets of rows without a tag, in four places each. */
const noSets = (rows: number): TagSets => ({ ids: tf.zeros([rows, 4], 'int32'), mask: tf.zeros([rows, 4]) });
const all = (values: number | number[], ...shape: number[]): Right => ({ shape, values });
const made = (name: string, run: EmptyCase['run'], ...right: Right[]): EmptyCase => ({ name, run, right });

/** Products whose inner, first or last dimension is empty: an empty sum is 0. */
const PRODUCTS: EmptyCase[] = [
  made('matMul [9, 0] · [0, 7]', () => tf.matMul(none(9, 0), none(0, 7)), all(0, 9, 7)),
  made('matMul [9, 0] · [0, 1]', () => tf.matMul(none(9, 0), none(0, 1)), all(0, 9, 1)),
  made('matMul [0, 3] · [3, 7]', () => tf.matMul(none(0, 3), some(3, 7)), all([], 0, 7)),
  made('matMul [9, 3] · [3, 0]', () => tf.matMul(some(9, 3), none(3, 0)), all([], 9, 0)),
  made('matMul [0, 0] · [0, 0]', () => tf.matMul(none(0, 0), none(0, 0)), all([], 0, 0)),
  made('matMul [0, 9]ᵀ · [0, 7]', () => tf.matMul(none(0, 9), none(0, 7), true), all(0, 9, 7)),
  made('matMul [9, 0] · [7, 0]ᵀ', () => tf.matMul(none(9, 0), none(7, 0), false, true), all(0, 9, 7)),
  made('matMul [0, 9]ᵀ · [7, 0]ᵀ', () => tf.matMul(none(0, 9), none(7, 0), true, true), all(0, 9, 7)),
  made('matMul [2, 9, 0] · [2, 0, 7]', () => tf.matMul(none(2, 9, 0), none(2, 0, 7)), all(0, 2, 9, 7)),
  made('matMul [2, 9, 0] · [0, 7] of all', () => tf.matMul(none(2, 9, 0), none(1, 0, 7)), all(0, 2, 9, 7)),
  made('matMul [0, 9, 3] · [0, 3, 7]', () => tf.matMul(none(0, 9, 3), none(0, 3, 7)), all([], 0, 9, 7)),
  made('matMul of ten thousand rows', () => tf.sum(tf.matMul(none(10_000, 0), none(0, 30))), all(0)),
  made('dot of empty vectors', () => tf.dot(none(0), none(0)), all(0)),
  made('outerProduct', () => tf.outerProduct(none(0) as tf.Tensor1D, some(3) as tf.Tensor1D), all([], 0, 3)),
  made(
    'fused matMul with bias',
    () => tf.fused.matMul({ a: none(4, 0) as tf.Tensor2D, b: none(0, 3) as tf.Tensor2D, bias: tf.tensor1d([1, -2, 3]) }),
    all([1, -2, 3, 1, -2, 3, 1, -2, 3, 1, -2, 3], 4, 3),
  ),
  made(
    'fused matMul with bias and ReLU',
    () => tf.fused.matMul({ a: none(2, 0) as tf.Tensor2D, b: none(0, 3) as tf.Tensor2D, bias: tf.tensor1d([1, -2, 3]), activation: 'relu' }),
    all([1, 0, 3, 1, 0, 3], 2, 3),
  ),
  made(
    'fused matMul with sigmoid',
    () => tf.fused.matMul({ a: none(5, 0) as tf.Tensor2D, b: none(0, 3) as tf.Tensor2D, activation: 'sigmoid' }),
    all(0.5, 5, 3),
  ),
  made(
    'fused matMul without rows',
    () => tf.fused.matMul({ a: none(0, 4) as tf.Tensor2D, b: some(4, 3) as tf.Tensor2D, bias: tf.tensor1d([1, -2, 3]), activation: 'relu' }),
    all([], 0, 3),
  ),
  made(
    'fused matMul without columns',
    () => tf.fused.matMul({ a: some(5, 4) as tf.Tensor2D, b: none(4, 0) as tf.Tensor2D, bias: none(0) as tf.Tensor1D, activation: 'relu' }),
    all([], 5, 0),
  ),
  ...(
    [
      ['dx', [9, 0], 0],
      ['dw', [0, 7], 1],
    ] as const
  ).map(([name, shape, i]) =>
    made(
      `gradient of matMul [9, 0] · [0, 7], ${name}`,
      () => tf.grads((a, b) => tf.sum(tf.matMul(a, b)))([none(9, 0), none(0, 7)])[i],
      all([], ...shape),
    ),
  ),
  made('gradient of matMul without rows', () => tf.grads((a, b) => tf.sum(tf.matMul(a, b)))([none(0, 3), some(3, 7)])[1], all(0, 3, 7)),
  made('gradient of matMul without columns', () => tf.grads((a, b) => tf.sum(tf.matMul(a, b)))([some(9, 3), none(3, 0)])[0], all(0, 9, 3)),
];

/** Reductions of nothing: the sum is 0, the product 1, the largest −∞, the smallest ∞, the mean 0/0. */
const REDUCTIONS: EmptyCase[] = [
  ...(
    [
      ['sum', tf.sum, 0],
      ['prod', tf.prod, 1],
      ['max', tf.max, Number.NEGATIVE_INFINITY],
      ['min', tf.min, Number.POSITIVE_INFINITY],
      ['mean', tf.mean, Number.NaN],
      ['logSumExp', tf.logSumExp, Number.NEGATIVE_INFINITY],
    ] as [string, typeof tf.sum, number][]
  ).flatMap(([name, reduce, right]) => [
    made(`${name} of [0, 9] over rows`, () => reduce(none(0, 9), 0), all(right, 9)),
    made(`${name} of [9, 0] over columns`, () => reduce(none(9, 0), 1), all(right, 9)),
    made(`${name} of [9, 0] over columns, kept`, () => reduce(none(9, 0), 1, true), all(right, 9, 1)),
    made(`${name} of [3, 0, 5] over the middle`, () => reduce(none(3, 0, 5), 1), all(right, 3, 5)),
    made(`${name} of [9, 0] over rows`, () => reduce(none(9, 0), 0), all([], 0)),
    made(`${name} of [0, 9] over columns`, () => reduce(none(0, 9), 1), all([], 0)),
    made(`${name} of [2, 0, 5] over rows and the middle`, () => reduce(none(2, 0, 5), [0, 1]), all(right, 5)),
    made(`${name} of all of [0, 9]`, () => reduce(none(0, 9)), all(right)),
    made(`${name} of []`, () => reduce(none(0)), all(right)),
  ]),
  made('sum of whole numbers', () => tf.sum(whole(0, 9), 0), all(0, 9)),
  made('max of whole numbers without columns', () => tf.max(whole(0, 9), 1), all([], 0)),
  made('any of nothing', () => tf.any(tf.tensor([], [0, 6], 'bool'), 0), all(0, 6)),
  made('all of nothing', () => tf.all(tf.tensor([], [0, 6], 'bool'), 0), all(1, 6)),
  made('argMax without rows', () => tf.argMax(none(0, 6), 1), all([], 0)),
  made('argMin without rows', () => tf.argMin(none(0, 6), 1), all([], 0)),
  made('cumsum of nothing', () => tf.cumsum(none(0, 6), 0), all([], 0, 6)),
  made('cumprod of nothing', () => tf.cumprod(none(6, 0), 1), all([], 6, 0)),
  made('moments of nothing', () => Object.values(tf.moments(none(0, 6), 0)), all(Number.NaN, 6), all(Number.NaN, 6)),
  made('softmax of [0, 6]', () => tf.softmax(none(0, 6)), all([], 0, 6)),
  made('softmax of [6, 0]', () => tf.softmax(none(6, 0)), all([], 6, 0)),
  made('logSoftmax of [0, 6]', () => tf.logSoftmax(none(0, 6)), all([], 0, 6)),
  made('logSoftmax of [6, 0]', () => tf.logSoftmax(none(6, 0)), all([], 6, 0)),
  made('topk without rows', () => Object.values(tf.topk(none(0, 6), 2)), all([], 0, 2), all([], 0, 2)),
  made('topk of none', () => Object.values(tf.topk(some(4, 6), 0)), all([], 4, 0), all([], 4, 0)),
  made('norm of nothing', () => tf.norm(none(0, 6), 2, 0), all(0, 6)),
  made('logicalNot of nothing', () => tf.logicalNot(tf.tensor([], [0, 6], 'bool')), all([], 0, 6)),
  made('gradient of a sum of nothing', () => tf.grad((x) => tf.sum(tf.square(x)))(none(0, 6)), all([], 0, 6)),
  made(
    'gradient of a sum that has an empty part',
    () => tf.grads((a, b) => tf.add(tf.sum(tf.square(a)), tf.sum(tf.square(b))))([some(2), none(0, 6)]),
    all([2, 2.5], 2),
    all([], 0, 6),
  ),
  made('meanSquaredError of nothing', () => tf.losses.meanSquaredError(none(0, 1), none(0, 1), 1, tf.Reduction.SUM), all(0)),
];

const UNARY: [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['abs', tf.abs],
  ['ceil', tf.ceil],
  ['clip', (x) => tf.clipByValue(x, -1, 1)],
  ['cos', tf.cos],
  ['elu', tf.elu],
  ['erf', tf.erf],
  ['exp', tf.exp],
  ['expm1', tf.expm1],
  ['floor', tf.floor],
  ['leakyRelu', (x) => tf.leakyRelu(x)],
  ['log', tf.log],
  ['log1p', tf.log1p],
  ['neg', tf.neg],
  ['onesLike', tf.onesLike],
  ['reciprocal', tf.reciprocal],
  ['relu', tf.relu],
  ['relu6', tf.relu6],
  ['round', tf.round],
  ['rsqrt', tf.rsqrt],
  ['selu', tf.selu],
  ['sigmoid', tf.sigmoid],
  ['sign', tf.sign],
  ['sin', tf.sin],
  ['softplus', tf.softplus],
  ['sqrt', tf.sqrt],
  ['square', tf.square],
  ['step', (x) => tf.step(x)],
  ['tanh', tf.tanh],
  ['zerosLike', tf.zerosLike],
  ['clone', tf.clone],
  ['cast to whole numbers', (x) => tf.cast(x, 'int32')],
  ['cast to booleans', (x) => tf.cast(x, 'bool')],
];

const BINARY: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', tf.add],
  ['sub', tf.sub],
  ['mul', tf.mul],
  ['div', tf.div],
  ['divNoNan', tf.divNoNan],
  ['floorDiv', tf.floorDiv],
  ['mod', tf.mod],
  ['pow', tf.pow],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['squaredDifference', tf.squaredDifference],
  ['equal', tf.equal],
  ['notEqual', tf.notEqual],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['prelu', tf.prelu],
];

const DIFFERENTIABLE = new Set(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference', 'pow', 'mod', 'floorDiv', 'prelu']);

/** Entry by entry: nothing stays nothing, and one row repeated no times is none. */
const ENTRIES: EmptyCase[] = [
  ...UNARY.map(([name, op]) => made(`${name} of [0, 6]`, () => op(none(0, 6)), all([], 0, 6))),
  ...BINARY.flatMap(([name, op]) => [
    made(`${name} of [0, 6] and [0, 6]`, () => op(none(0, 6), none(0, 6)), all([], 0, 6)),
    made(`${name} of [0, 6] and [6]`, () => op(none(0, 6), some(6)), all([], 0, 6)),
    made(`${name} of [0, 6] and a number`, () => op(none(0, 6), tf.scalar(2)), all([], 0, 6)),
    made(`${name} of [6, 1] and [1, 0]`, () => op(some(6, 1), none(1, 0)), all([], 6, 0)),
  ]),
  made('gradients of a row added to no rows', () => tf.grads((a, b) => tf.sum(tf.mul(a, b)))([none(0, 6), some(6)]), all([], 0, 6), all(0, 6)),
  made('gradient of a bias added to no columns', () => tf.grad((b) => tf.sum(tf.add(none(6, 0), b)))(some(6, 1)), all(0, 6, 1)),
  made('gradient of a number times nothing', () => tf.grad((b) => tf.sum(tf.mul(none(0, 6), b)))(tf.scalar(3)), all(0)),
  ...BINARY.filter(([name]) => DIFFERENTIABLE.has(name)).map(([name, op]) =>
    made(
      `gradients of ${name} of [6, 1] and [1, 0]`,
      () => tf.grads((a, b) => tf.sum(op(a, b)))([some(6, 1), none(1, 0)]),
      all(0, 6, 1),
      all([], 1, 0),
    ),
  ),
  made('addN', () => tf.addN([none(0, 6), none(0, 6), none(0, 6)]), all([], 0, 6)),
  made('where', () => tf.where(tf.tensor([], [0, 6], 'bool'), none(0, 6), none(0, 6)), all([], 0, 6)),
  made('logicalAnd', () => tf.logicalAnd(tf.tensor([], [0, 6], 'bool'), tf.tensor([], [0, 6], 'bool')), all([], 0, 6)),
  made('logicalOr', () => tf.logicalOr(tf.tensor([], [0, 6], 'bool'), tf.tensor([], [0, 6], 'bool')), all([], 0, 6)),
];

/** Tables, pieces and shapes. */
const PIECES: EmptyCase[] = [
  made('gather no rows', () => tf.gather(some(6, 3), whole(0)), all([], 0, 3)),
  made('gather rows without columns', () => tf.gather(none(6, 0), tf.tensor1d([1, 5], 'int32')), all([], 2, 0)),
  made('gather no columns', () => tf.gather(some(6, 3), whole(0), 1), all([], 6, 0)),
  made('gradient of gathering no rows', () => tf.grad((x) => tf.sum(tf.gather(x, whole(0))))(some(6, 3)), all(0, 6, 3)),
  made('gatherND', () => tf.gatherND(some(6, 3), whole(0, 2)), all([], 0)),
  made('scatterND', () => tf.scatterND(whole(0, 1), none(0, 3), [6, 3]), all(0, 6, 3)),
  made('segment sum of no rows', () => tf.unsortedSegmentSum(none(0, 3), whole(0) as tf.Tensor1D, 6), all(0, 6, 3)),
  made('segment sum of no columns', () => tf.unsortedSegmentSum(none(4, 0), tf.tensor1d([0, 5, 2, 2], 'int32'), 6), all([], 6, 0)),
  made('segment sum into no segments', () => tf.unsortedSegmentSum(some(4, 3), tf.tensor1d([0, 0, 0, 0], 'int32'), 0), all([], 0, 3)),
  made('gather no rows of no rows', () => tf.gather(none(0, 3), whole(0)), all([], 0, 3)),
  made('gradient of gathering no rows of no rows', () => tf.grad((x) => tf.sum(tf.gather(x, whole(0))))(none(0, 3)), all([], 0, 3)),
  made('segment sum of numbers', () => tf.unsortedSegmentSum(none(0), whole(0) as tf.Tensor1D, 6), all(0, 6)),
  made('oneHot of nothing', () => tf.oneHot(whole(0), 6), all([], 0, 6)),
  made('concat of [0, 3], [2, 3], [0, 3]', () => tf.concat([none(0, 3), some(2, 3), none(0, 3)], 0), all([1, 1.25, 1.5, 1.75, 2, 2.25], 2, 3)),
  made('concat of [2, 0], [2, 3]', () => tf.concat([none(2, 0), some(2, 3)], 1), all([1, 1.25, 1.5, 1.75, 2, 2.25], 2, 3)),
  made('concat of [2, 0], [2, 1], [2, 2]', () => tf.concat([none(2, 0), some(2, 1), some(2, 2)], 1), all([1, 1, 1.25, 1.25, 1.5, 1.75], 2, 3)),
  made('concat of [2, 1], [2, 0], [2, 2]', () => tf.concat([some(2, 1), none(2, 0), some(2, 2)], 1), all([1, 1, 1.25, 1.25, 1.5, 1.75], 2, 3)),
  made('concat of [6, 0], [6, 0]', () => tf.concat([none(6, 0), none(6, 0)], 1), all([], 6, 0)),
  made('concat of [0, 2], [0, 3]', () => tf.concat([none(0, 2), none(0, 3)], 1), all([], 0, 5)),
  made('concat of [0, 3], [0, 3]', () => tf.concat([none(0, 3), none(0, 3)], 0), all([], 0, 3)),
  made('concat of whole numbers', () => tf.concat([whole(0), tf.tensor1d([4, 5], 'int32')]), all([4, 5], 2)),
  made(
    'gradients of concat',
    () => tf.grads((a, b) => tf.sum(tf.square(tf.concat([a, b], 1))))([none(2, 0), some(2, 2)]),
    all([], 2, 0),
    all([2, 2.5, 3, 3.5], 2, 2),
  ),
  made('stack', () => tf.stack([none(0, 3), none(0, 3)]), all([], 2, 0, 3)),
  made('unstack', () => tf.unstack(none(2, 0)), all([], 0), all([], 0)),
  made('split into no columns and all', () => tf.split(some(2, 3), [0, 3], 1), all([], 2, 0), all([1, 1.25, 1.5, 1.75, 2, 2.25], 2, 3)),
  made('split of no rows', () => tf.split(none(0, 4), 2, 1), all([], 0, 2), all([], 0, 2)),
  made('slice of nothing', () => tf.slice(none(0, 6), [0, 1], [0, 3]), all([], 0, 3)),
  made('slice to no rows', () => tf.slice(some(6, 3), [2, 0], [0, 3]), all([], 0, 3)),
  made('slice to no columns', () => tf.slice(some(6, 3), [0, 0], [6, 0]), all([], 6, 0)),
  made('slice that begins at the end', () => tf.slice(some(6, 3), [0, 3], [6, 0]), all([], 6, 0)),
  made('gradient of a slice to no columns', () => tf.grad((x) => tf.sum(tf.slice(x, [0, 3], [6, 0])))(some(6, 3)), all(0, 6, 3)),
  made('stridedSlice', () => tf.stridedSlice(some(6, 3), [2, 0], [2, 3], [1, 1]), all([], 0, 3)),
  made(
    'pad no rows',
    () =>
      tf.pad(
        none(0, 3),
        [
          [1, 1],
          [0, 0],
        ],
        7,
      ),
    all(7, 2, 3),
  ),
  made(
    'pad no columns',
    () =>
      tf.pad(
        none(3, 0),
        [
          [0, 0],
          [2, 1],
        ],
        7,
      ),
    all(7, 3, 3),
  ),
  made(
    'pad no rows on the other side',
    () =>
      tf.pad(
        none(0, 3),
        [
          [0, 0],
          [2, 1],
        ],
        7,
      ),
    all([], 0, 6),
  ),
  made(
    'gradient of pad',
    () =>
      tf.grad((x) =>
        tf.sum(
          tf.pad(x, [
            [1, 1],
            [0, 0],
          ]),
        ),
      )(none(0, 3)),
    all([], 0, 3),
  ),
  made('tile of no rows', () => tf.tile(none(0, 3), [2, 2]), all([], 0, 6)),
  made('tile no times', () => tf.tile(some(2, 3), [0, 1]), all([], 0, 3)),
  made('transpose of [0, 6]', () => tf.transpose(none(0, 6)), all([], 6, 0)),
  made('transpose of [3, 0, 5]', () => tf.transpose(none(3, 0, 5), [2, 0, 1]), all([], 5, 3, 0)),
  made('reverse', () => tf.reverse(none(0, 6), 1), all([], 0, 6)),
  made('reshape of [0, 6]', () => tf.reshape(none(0, 6), [3, 0]), all([], 3, 0)),
  made('expandDims', () => tf.expandDims(none(0, 6), 1), all([], 0, 1, 6)),
  made('squeeze', () => tf.squeeze(none(0, 1, 6), [1]), all([], 0, 6)),
  made('fill', () => tf.fill([0, 6], 3), all([], 0, 6)),
  made('zeros', () => tf.zeros([6, 0]), all([], 6, 0)),
  made('ones', () => tf.ones([0, 6]), all([], 0, 6)),
  made('range', () => tf.range(2, 2), all([], 0)),
  made('eye', () => tf.eye(0), all([], 0, 0)),
  made(
    'variable',
    () => {
      const variable = tf.variable(none(0, 6));
      variable.assign(none(0, 6));
      const copy = tf.clone(variable);
      variable.dispose();
      return copy;
    },
    all([], 0, 6),
  ),
];

/**
 * One Adam step of a table without entries and of a vector, whose every entry moves by the rate, 0.5, but for
 * Adam's ε.
 */
function adam(): tf.Tensor[] {
  const parameters = new Map([
    ['empty', tf.variable(none(0, 6))],
    ['vector', tf.variable(tf.zeros([3]))],
  ]);
  const optimizer = new KerasAdam(parameters, 0.5, { lazy: new Set(['empty']) });
  optimizer.step(Object.fromEntries([...parameters.values()].map((parameter) => [parameter.name, tf.ones(parameter.shape)])));
  const moved = [...parameters.values()].map((parameter) => tf.clone(parameter));
  optimizer.dispose();
  tf.dispose([...parameters.values()]);
  return moved;
}

const HEADS = { tokens: 2, heads: 1, width: 3, rate: 0 };
const vector = (values: number[]): tf.Tensor1D => tf.tensor1d(values);

/** The lab's own operations, with their gradients. */
const OWN: EmptyCase[] = [
  made(
    'dense without inputs',
    () =>
      tf.valueAndGrads((w, b) => tf.sum(dense(none(4, 0) as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, 'relu', true)))([
        none(0, 2),
        vector([1, -1]),
      ]).grads,
    all([], 0, 2),
    all([4, 0], 2),
  ),
  made(
    'dense without inputs, value',
    () => dense(none(4, 0) as tf.Tensor2D, none(0, 2) as tf.Tensor2D, vector([1, -1]), 'linear'),
    all([1, -1, 1, -1, 1, -1, 1, -1], 4, 2),
  ),
  made(
    'dense without rows',
    () =>
      tf.grads((x, w, b) => tf.sum(dense(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, 'relu')))([none(0, 3), some(3, 2), vector([1, -1])]),
    all([], 0, 3),
    all(0, 3, 2),
    all(0, 2),
  ),
  made(
    'matMul of data without columns',
    () => tf.grad((w) => tf.sum(matMul(none(4, 0) as tf.Tensor2D, w as tf.Tensor2D, true)))(none(0, 2)),
    all([], 0, 2),
  ),
  made(
    'matMul without rows',
    () => tf.grads((x, w) => tf.sum(matMul(x as tf.Tensor2D, w as tf.Tensor2D)))([none(0, 3), some(3, 2)]),
    all([], 0, 3),
    all(0, 3, 2),
  ),
  made('gatherRows of no rows', () => tf.grad((x) => tf.sum(gatherRows(x as tf.Tensor2D, whole(0) as tf.Tensor1D)))(some(6, 3)), all(0, 6, 3)),
  made('segmentSum of no rows', () => segmentSum(none(0, 3) as tf.Tensor2D, whole(0) as tf.Tensor1D, 6), all(0, 6, 3)),
  made(
    'gradient of segmentSum of no rows',
    () => tf.grad((x) => tf.sum(segmentSum(x as tf.Tensor2D, whole(0) as tf.Tensor1D, 6)))(none(0, 3)),
    all([], 0, 3),
  ),
  made('segmentCounts of no rows', () => segmentCounts(whole(0) as tf.Tensor1D, 6), all(0, 6, 1)),
  made(
    'segmentMean of no rows',
    () => segmentMean(none(0, 3) as tf.Tensor2D, whole(0) as tf.Tensor1D, inverseCounts(segmentCounts(whole(0) as tf.Tensor1D, 6))),
    all(0, 6, 3),
  ),
  made('sumOfTags of no rows', () => sumOfTags(some(5, 3) as tf.Tensor2D, noSets(0)), all([], 0, 3)),
  made('gradient of sumOfTags of no rows', () => tf.grad((e) => tf.sum(sumOfTags(e as tf.Tensor2D, noSets(0))))(some(5, 3)), all(0, 5, 3)),
  made('sumOfTags of rows without tags', () => sumOfTags(some(5, 3) as tf.Tensor2D, noSets(6)), all(0, 6, 3)),
  made('gradient of sumOfTags of rows without tags', () => tf.grad((e) => tf.sum(sumOfTags(e as tf.Tensor2D, noSets(6))))(some(5, 3)), all(0, 5, 3)),
  made('sumOfTags of vectors of no numbers', () => sumOfTags(none(5, 0) as tf.Tensor2D, noSets(6)), all([], 6, 0)),
  made(
    'gradient of sumOfTags of vectors of no numbers',
    () => tf.grad((e) => tf.sum(sumOfTags(e as tf.Tensor2D, noSets(6))))(none(5, 0)),
    all([], 5, 0),
  ),
  made('sumOfRows of no rows', () => sumOfRows(none(0, 3) as tf.Tensor2D, noSets(0), 5), all(0, 5, 3)),
  made('gradient of sumOfRows of no rows', () => tf.grad((x) => tf.sum(sumOfRows(x as tf.Tensor2D, noSets(0), 5)))(none(0, 3)), all([], 0, 3)),
  made('sumOfRows of rows without tags', () => sumOfRows(some(6, 3) as tf.Tensor2D, noSets(6), 1), all(0, 1, 3)),
  made('sumOfRows of no numbers', () => sumOfRows(none(6, 0) as tf.Tensor2D, noSets(6), 5), all([], 5, 0)),
  made('vectorsOfTags of no rows', () => vectorsOfTags(some(5, 3) as tf.Tensor2D, noSets(0)), all([], 0, 4, 3)),
  made('gradient of vectorsOfTags of no rows', () => tf.grad((e) => tf.sum(vectorsOfTags(e as tf.Tensor2D, noSets(0))))(some(5, 3)), all(0, 5, 3)),
  made('vectorsOfTags of rows without tags', () => vectorsOfTags(some(5, 3) as tf.Tensor2D, noSets(2)), all(0, 2, 4, 3)),
  made('tagsOfRows of no rows', () => tagsOfRows(noSets(0)), all([], 0, 1)),
  made(
    'layerNorm without rows',
    () => tf.grads((x, a, b) => tf.sum(layerNorm(x as tf.Tensor2D, a as tf.Tensor1D, b as tf.Tensor1D, 1e-3)))([none(0, 3), some(3), some(3)]),
    all([], 0, 3),
    all(0, 3),
    all(0, 3),
  ),
  made(
    'layerNorm without columns',
    () => tf.grads((x, a, b) => tf.sum(layerNorm(x as tf.Tensor2D, a as tf.Tensor1D, b as tf.Tensor1D, 1e-3)))([none(4, 0), none(0), none(0)]),
    all([], 4, 0),
    all([], 0),
    all([], 0),
  ),
  made(
    'batchNorm without columns',
    () =>
      tf.grads((x, a, b) => tf.sum(batchNorm(x as tf.Tensor2D, columnMoments(x as tf.Tensor2D), a as tf.Tensor1D, b as tf.Tensor1D, 1e-3)))([
        none(4, 0),
        none(0),
        none(0),
      ]),
    all([], 4, 0),
    all([], 0),
    all([], 0),
  ),
  made('entmax without rows', () => tf.grad((x) => tf.sum(entmax15(x as tf.Tensor2D)))(none(0, 5)), all([], 0, 5)),
  made('entmax without columns', () => tf.grad((x) => tf.sum(entmax15(x as tf.Tensor2D)))(none(5, 0)), all([], 5, 0)),
  made('attention without rows', () => tokenAttention(none(0, 9) as tf.Tensor2D, null, HEADS), all([], 0, 3)),
  made('gradient of attention without rows', () => tf.grad((x) => tf.sum(tokenAttention(x as tf.Tensor2D, null, HEADS)))(none(0, 9)), all([], 0, 9)),
  made('logistic of nothing', () => tf.grad((x) => tf.sum(logistic(x)))(none(0, 4)), all([], 0, 4)),
  made('inverse of a matrix without rows', () => tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: none(0, 0) }) as tf.Tensor, all([], 1, 0)),
  made('Adam of a table without entries', adam, all([], 0, 6), all(-0.5 / (1 + 1e-7 / Math.sqrt(0.001)), 3)),
];

export const EMPTY_CASES: readonly EmptyCase[] = [...PRODUCTS, ...REDUCTIONS, ...ENTRIES, ...PIECES, ...OWN];
