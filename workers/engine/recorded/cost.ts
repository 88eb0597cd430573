import type { Elementwise, Plain } from './builder';
import type { Scheduled } from './fuse';
import { type FUNCTIONS, type OPERATIONS, RECORDED } from './instructions';

/** Operations of a part: some microseconds, which is worth the word to another thread. */
export const PART = 150_000;
/** Most parts of an instruction. */
const MOST = 64;
/** Of sums by segment, each of whose parts reads the numbers of all rows. */
const MOST_OF_SEGMENTS = 4;

/** Operations, as those of a dense product count, and into how many parts they can be cut. */
interface Cost {
  operations: number;
  most: number;
}

/** A token alone is copied, a head at a time. */
const ofOneToken = (rows: number, heads: number, width: number): number => rows * heads * (8 * width + 20);

/** From the words of an instruction, in the order that `OPERATIONS` tells, addresses among them. */
const COSTS: Record<Exclude<keyof typeof OPERATIONS, 'elementwise'>, (words: readonly number[]) => Cost> = {
  copy: ([, , , , rows, width]) => ({ operations: 8 * rows * width, most: rows }),
  transpose: ([, , , rows, columns, matrices]) => ({
    operations: 16 * rows * columns * matrices,
    most: Math.max(matrices, Math.ceil(rows / 4)),
  }),
  reduce: ([, outer, reduced, inner]) => ({ operations: 5 * outer * reduced * inner, most: outer > 1 ? outer : Math.ceil(inner / 4) }),
  product: ([, , , , , , , , , m, k, n, matrices]) => ({
    operations: matrices * m * n * (2 * k + 10),
    most: Math.max(matrices * Math.ceil(m / 4), Math.ceil(n / 8)),
  }),
  gather: ([, , , outer, , taken, width]) => ({ operations: outer * taken * (8 * width + 100), most: outer * taken }),
  segments: ([, , , rows, width, count]) => ({
    operations: rows * (8 * width + 100) + 2 * count * width,
    most: Math.min(count, MOST_OF_SEGMENTS),
  }),
  softmax: ([, , rows, width]) => ({ operations: rows * (40 * width + 200), most: rows }),
  attention: ([, , , rows, tokens, heads, width]) => ({
    operations: tokens === 1 ? ofOneToken(rows, heads, width) : rows * heads * tokens ** 2 * (4 * width + 60),
    most: rows,
  }),
  attentionGradient: ([, , , , rows, tokens, heads, width]) => ({
    operations: tokens === 1 ? ofOneToken(rows, heads, width) : rows * heads * tokens ** 2 * (10 * width + 80),
    most: rows,
  }),
  entmax: ([, , rows, width]) => ({ operations: 550 * rows * width, most: rows }),
  draw: ([, rows, columns]) => ({ operations: 150 * rows * columns, most: rows }),
  adam: ([, , , , size, width]) => ({ operations: 30 * size, most: Math.ceil(size / Math.max(4, width)) }),
};

/** Functions that take several times as long as a sum. */
const LONG = new Set<keyof typeof FUNCTIONS>(['exp', 'expm1', 'log', 'log1p', 'tanh', 'sigmoid', 'erf', 'softplus']);
const ofFunction = ({ fn, inputs }: Elementwise): number => (LONG.has(fn) ? 30 : 6) + 10 * inputs.filter(({ as }) => as === 'strided').length;

function ofPlain({ operation, words }: Plain): Cost {
  if (operation === 'elementwise') throw new Error('an element-wise instruction is written with its group');
  return COSTS[operation](words.map((word) => (typeof word === 'number' ? word : 0)));
}

/** What JavaScript computes is not counted: threads have no part in it. */
function costOf(item: Scheduled): Cost {
  if (item.kind === 'host') return { operations: 0, most: 1 };
  if (item.kind === 'plain') return ofPlain(item);
  const operations = item.size * item.members.reduce((sum, member) => sum + ofFunction(member), 0);
  return { operations, most: Math.ceil(item.size / RECORDED.BLOCK) };
}

/** Operations of an instruction, as those of a dense product count. */
export const operationsOf = (item: Scheduled): number => costOf(item).operations;

/**
 * Into how many parts of so many operations an instruction is cut, which threads take. It does not hang on
 * how many threads there are, and numbers do not hang on it.
 */
export function partsOf(item: Scheduled, part: number): number {
  const { operations, most } = costOf(item);
  return Math.max(1, Math.min(MOST, most, Math.floor(operations / part)));
}
