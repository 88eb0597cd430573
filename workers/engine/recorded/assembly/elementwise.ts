// Chains of element-wise functions: BLOCK numbers go through all of them before the next do. A function reads
// and writes whole arrays of a block; what is broadcast is spread over a block first.
import { splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { BLOCK, Fn, FUNCTION_WORDS } from './instructions';
import { erf, exp, expm1, log, log1p, sigmoid, softplus, tanh } from './math';
import { storeSome, word } from './moves';
import { thread } from './thread';

/** 1 where the mask is set. */
// @ts-ignore: decorator
@inline
function one(mask: v128): v128 {
  return v128.and(mask, splat(1));
}

// @ts-ignore: decorator
@inline
function set(x: v128): v128 {
  return f32x4.ne(x, splat(0));
}

/** `count` numbers `step` bytes apart. What is written behind them is of the next row, unless `exact`. */
// @ts-ignore: decorator
@inline
function loadRow(from: usize, step: i32, to: usize, count: i32, exact: bool): void {
  if (step == 4) {
    let i = 0;
    for (; i + 4 <= count; i += 4) v128.store(to + ((<usize>i) << 2), v128.load(from + ((<usize>i) << 2)));
    if (i < count) {
      const rest = v128.load(from + ((<usize>i) << 2));
      if (exact) storeSome(to + ((<usize>i) << 2), rest, count - i);
      else v128.store(to + ((<usize>i) << 2), rest);
    }
  } else if (step == 0) {
    const value = v128.load_splat<f32>(from);
    let i = 0;
    for (; i + 4 <= count; i += 4) v128.store(to + ((<usize>i) << 2), value);
    if (i < count) {
      if (exact) storeSome(to + ((<usize>i) << 2), value, count - i);
      else v128.store(to + ((<usize>i) << 2), value);
    }
  } else {
    for (let i = 0; i < count; i++) {
      store<f32>(to, load<f32>(from));
      to += 4;
      from += step;
    }
  }
}

/** Numbers `first` … `first + n` of a strided view: [rank, sizes, strides]. */
function loadStrided(view: usize, from: usize, to: usize, first: i32, n: i32): void {
  const rank = word(view, 0),
    width = word(view, rank),
    step = word(view, 2 * rank);
  let row = first / width,
    column = first % width;
  if (rank == 2) {
    const stride = word(view, 3);
    let base = from + <usize>(row * stride);
    while (n > 0) {
      const count = min(width - column, n);
      loadRow(base + <usize>(column * step), step, to, count, n == count);
      to += (<usize>count) << 2;
      n -= count;
      column = 0;
      base += stride;
    }
    return;
  }
  while (n > 0) {
    let base = from,
      rest = row;
    for (let k = rank - 1; k > 0; k--) {
      const size = word(view, k);
      base += <usize>((rest % size) * word(view, rank + k));
      rest /= size;
    }
    const count = min(width - column, n);
    loadRow(base + <usize>(column * step), step, to, count, n == count);
    to += (<usize>count) << 2;
    n -= count;
    column = 0;
    row++;
  }
}

/** One function on the bytes 0 … n of a block. */
function apply(fn: i32, d: usize, a: usize, b: usize, c: usize, n: usize, at: usize): void {
  let i: usize = 0;
  switch (fn) {
    case Fn.ADD:
      for (; i < n; i += 16) v128.store(d + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.SUBTRACT:
      for (; i < n; i += 16) v128.store(d + i, f32x4.sub(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.MULTIPLY:
      for (; i < n; i += 16) v128.store(d + i, f32x4.mul(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.DIVIDE:
      for (; i < n; i += 16) v128.store(d + i, f32x4.div(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.MAXIMUM:
      for (; i < n; i += 16) v128.store(d + i, f32x4.max(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.MINIMUM:
      for (; i < n; i += 16) v128.store(d + i, f32x4.min(v128.load(a + i), v128.load(b + i)));
      break;
    case Fn.SQUARED_DIFFERENCE:
      for (; i < n; i += 16) {
        const e = f32x4.sub(v128.load(a + i), v128.load(b + i));
        v128.store(d + i, f32x4.mul(e, e));
      }
      break;
    case Fn.GREATER:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.gt(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.GREATER_EQUAL:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.ge(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.LESS:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.lt(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.LESS_EQUAL:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.le(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.EQUAL:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.eq(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.NOT_EQUAL:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.ne(v128.load(a + i), v128.load(b + i))));
      break;
    case Fn.AND:
      for (; i < n; i += 16) v128.store(d + i, one(v128.and(set(v128.load(a + i)), set(v128.load(b + i)))));
      break;
    case Fn.OR:
      for (; i < n; i += 16) v128.store(d + i, one(v128.or(set(v128.load(a + i)), set(v128.load(b + i)))));
      break;
    case Fn.SELECT:
      for (; i < n; i += 16) v128.store(d + i, v128.bitselect(v128.load(b + i), v128.load(c + i), set(v128.load(a + i))));
      break;
    case Fn.NEGATE:
      for (; i < n; i += 16) v128.store(d + i, f32x4.neg(v128.load(a + i)));
      break;
    case Fn.ABSOLUTE:
      for (; i < n; i += 16) v128.store(d + i, f32x4.abs(v128.load(a + i)));
      break;
    case Fn.EXP:
      for (; i < n; i += 16) v128.store(d + i, exp(v128.load(a + i)));
      break;
    case Fn.EXPM1:
      for (; i < n; i += 16) v128.store(d + i, expm1(v128.load(a + i)));
      break;
    case Fn.LOG:
      for (; i < n; i += 16) v128.store(d + i, log(v128.load(a + i)));
      break;
    case Fn.LOG1P:
      for (; i < n; i += 16) v128.store(d + i, log1p(v128.load(a + i)));
      break;
    case Fn.SQRT:
      for (; i < n; i += 16) v128.store(d + i, f32x4.sqrt(v128.load(a + i)));
      break;
    case Fn.RSQRT:
      for (; i < n; i += 16) v128.store(d + i, f32x4.div(splat(1), f32x4.sqrt(v128.load(a + i))));
      break;
    case Fn.RECIPROCAL:
      for (; i < n; i += 16) v128.store(d + i, f32x4.div(splat(1), v128.load(a + i)));
      break;
    case Fn.TANH:
      for (; i < n; i += 16) v128.store(d + i, tanh(v128.load(a + i)));
      break;
    case Fn.SIGMOID:
      for (; i < n; i += 16) v128.store(d + i, sigmoid(v128.load(a + i)));
      break;
    case Fn.RELU:
      for (; i < n; i += 16) v128.store(d + i, f32x4.max(v128.load(a + i), splat(0)));
      break;
    case Fn.ERF:
      for (; i < n; i += 16) v128.store(d + i, erf(v128.load(a + i)));
      break;
    case Fn.SQUARE:
      for (; i < n; i += 16) {
        const x = v128.load(a + i);
        v128.store(d + i, f32x4.mul(x, x));
      }
      break;
    case Fn.STEP: {
      const below = splat(load<f32>(at + 36));
      for (; i < n; i += 16) {
        const x = v128.load(a + i);
        v128.store(d + i, v128.bitselect(x, v128.bitselect(splat(1), below, f32x4.gt(x, splat(0))), f32x4.ne(x, x)));
      }
      break;
    }
    case Fn.NOT:
      for (; i < n; i += 16) v128.store(d + i, one(f32x4.eq(v128.load(a + i), splat(0))));
      break;
    case Fn.FLOOR:
      for (; i < n; i += 16) v128.store(d + i, f32x4.floor(v128.load(a + i)));
      break;
    case Fn.CLIP: {
      const low = splat(load<f32>(at + 36)),
        high = splat(load<f32>(at + 40));
      for (; i < n; i += 16) v128.store(d + i, f32x4.min(high, f32x4.max(low, v128.load(a + i))));
      break;
    }
    case Fn.SOFTPLUS:
      for (; i < n; i += 16) v128.store(d + i, softplus(v128.load(a + i)));
      break;
    case Fn.SIGN:
      for (; i < n; i += 16) {
        const x = v128.load(a + i);
        v128.store(d + i, f32x4.sub(one(f32x4.gt(x, splat(0))), one(f32x4.lt(x, splat(0)))));
      }
      break;
    case Fn.LEAKY_RELU: {
      const slope = splat(load<f32>(at + 36));
      for (; i < n; i += 16) {
        const x = v128.load(a + i);
        v128.store(d + i, v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, splat(0))));
      }
      break;
    }
    case Fn.TRUNCATE:
      for (; i < n; i += 16) v128.store(d + i, f32x4.trunc(v128.load(a + i)));
      break;
    case Fn.IS_TRUE:
      for (; i < n; i += 16) v128.store(d + i, one(set(v128.load(a + i))));
      break;
    case Fn.COPY:
      for (; i < n; i += 16) v128.store(d + i, v128.load(a + i));
      break;
    default:
      unreachable();
  }
}

export function elementwise(at: usize, i: i32, parts: i32): void {
  const size = word(at, 2),
    functions = word(at, 3),
    scalars = word(at, 4),
    // What has a step of 0 is a block of this thread.
    own = thread * word(at, 5),
    blocks = (size + BLOCK - 1) / BLOCK,
    end = min(size, part(blocks, i + 1, parts) * BLOCK);
  let next = at + 24;
  const spread: usize = (<usize>min(size, BLOCK)) << 2;
  for (let s = 0; s < scalars; s++) {
    const value = v128.load_splat<f32>(word(next, 0)),
      to: usize = word(next, 1) + own;
    for (let j: usize = 0; j < spread; j += 16) v128.store(to + j, value);
    next += 8;
  }
  for (let first = part(blocks, i, parts) * BLOCK; first < end; first += BLOCK) {
    const count = min(BLOCK, end - first);
    for (let k = 0, f = next; k < functions; k++, f += FUNCTION_WORDS * 4) {
      const fn = word(f, 0),
        to = place(f, 1, first, own);
      if (fn == Fn.LOAD) loadStrided(word(f, 11), word(f, 3), to, first, count);
      else apply(fn, to, place(f, 3, first, own), place(f, 5, first, own), place(f, 7, first, own), (<usize>count) << 2, f);
    }
  }
}

/** Address of the numbers from `first`: of an array, or of a block of this thread. */
// @ts-ignore: decorator
@inline
function place(f: usize, i: i32, first: i32, own: i32): usize {
  const step = word(f, i + 1);
  return <usize>(word(f, i) + (step ? first * step : own));
}
