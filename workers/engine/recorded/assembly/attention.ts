// Attention among the tokens of each row and its gradient, as ../../kernels/token-attention.ts has them.
import { madd, splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { Activation, LEAST_TOKENS, MOST_TOKENS } from './instructions';
import { exp } from './math';
import { copyRow, turn } from './moves';
import { product } from './product';
import { thread } from './thread';

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, bytes: usize): f32 {
  let i: usize = 0,
    sum: f32 = 0;
  if (bytes >= 16) {
    let total = splat(0);
    for (; i + 16 <= bytes; i += 16) total = f32x4.add(total, f32x4.mul(v128.load(a + i), v128.load(b + i)));
    sum = f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1) + (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3));
  }
  for (; i < bytes; i += 4) sum += load<f32>(a + i) * load<f32>(b + i);
  return sum;
}

/** to += factor · from */
// @ts-ignore: decorator
@inline
function addTimes(to: usize, from: usize, factor: f32, bytes: usize): void {
  let i: usize = 0;
  const factors = splat(factor);
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), f32x4.mul(v128.load(from + i), factors)));
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i) * factor);
}

/** Probabilities of the first `seen` tokens at `p`, and what dropout keeps of them at `kept`. */
function attend(
  query: usize,
  keys: usize,
  stride: usize,
  seen: i32,
  bytes: usize,
  scale: f32,
  uniform: usize,
  rate: f32,
  p: usize,
  kept: usize,
): void {
  let largest: f32 = -Infinity;
  const end = (<usize>seen) << 2;
  for (let j: usize = 0, key = keys; j < end; j += 4, key += stride) {
    const value = dot(query, key, bytes) * scale;
    store<f32>(p + j, value);
    if (value > largest) largest = value;
  }
  const shift = splat(largest);
  for (let j: usize = 0; j < end; j += 16) v128.store(p + j, exp(f32x4.sub(v128.load(p + j), shift)));
  let sum: f32 = 0;
  for (let j: usize = 0; j < end; j += 4) sum += load<f32>(p + j);
  const factor = splat(<f32>1 / sum);
  for (let j: usize = 0; j < end; j += 16) v128.store(p + j, f32x4.mul(v128.load(p + j), factor));
  for (let j: usize = 0; j < end; j += 4)
    store<f32>(kept + j, uniform ? (load<f32>(uniform + j) >= rate ? <f32>1 / (<f32>1 - rate) : <f32>0) : <f32>1);
}

/** The sum of four numbers, in each of their places. */
// @ts-ignore: decorator
@inline
function everyLane(a: v128): v128 {
  a = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.add(a, v128.shuffle<f32>(a, a, 1, 0, 3, 2));
}

// @ts-ignore: decorator
@inline
function byMatrices(tokens: i32): bool {
  return tokens >= LEAST_TOKENS && tokens <= MOST_TOKENS;
}

/** So many numbers further, with room for what vectors of four write behind the last. */
// @ts-ignore: decorator
@inline
function after(at: usize, numbers: i32): usize {
  return at + ((<usize>numbers + 8) << 2);
}

/** All rows of a head: [tokens, width] to rows that are so many bytes apart. */
// @ts-ignore: decorator
@inline
function spread(from: usize, to: usize, toRow: usize, tokens: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let i: usize = 0; i < <usize>tokens; i++) copyRow(from + i * bytes, to + i * toRow, width);
}

/**
 * Scores [tokens, padded] become probabilities in place, 0 for what a token does not see and behind the last;
 * what dropout keeps of them goes to `kept`.
 */
function probabilities(scores: usize, kept: usize, tokens: i32, padded: i32, scale: f32, uniform: usize, rate: f32, causal: i32): void {
  const row = (<usize>padded) << 2,
    scales = splat(scale),
    whole = splat(<f32>1 / (<f32>1 - rate)),
    rates = splat(rate);
  for (let i = 0; i < tokens; i++) {
    const seen = i32x4.splat(causal ? i + 1 : tokens);
    let place = i32x4(0, 1, 2, 3),
      most = splat(-Infinity);
    for (let j: usize = 0; j < row; j += 16) {
      const value = v128.bitselect(f32x4.mul(v128.load(scores + j), scales), splat(-Infinity), i32x4.lt_s(place, seen));
      v128.store(scores + j, value);
      most = f32x4.max(most, value);
      place = i32x4.add(place, i32x4.splat(4));
    }
    most = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
    most = f32x4.max(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2));
    let total = splat(0);
    for (let j: usize = 0; j < row; j += 16) {
      const power = exp(f32x4.sub(v128.load(scores + j), most));
      v128.store(scores + j, power);
      total = f32x4.add(total, power);
    }
    total = everyLane(total);
    const factor = f32x4.div(splat(1), total);
    for (let j: usize = 0; j < row; j += 16) {
      const probability = f32x4.mul(v128.load(scores + j), factor);
      v128.store(scores + j, probability);
      if (uniform) v128.store(kept + j, v128.and(f32x4.mul(probability, whole), f32x4.ge(v128.load(uniform + j), rates)));
    }
    scores += row;
    kept += row;
    if (uniform) uniform += (<usize>tokens) << 2;
  }
}

/** Scores of a head, and then its probabilities: what an attention and its gradient begin with. */
function weigh(
  queries: usize,
  side: usize,
  stride: usize,
  tokens: i32,
  width: i32,
  padded: i32,
  turned: usize,
  scores: usize,
  kept: usize,
  uniform: usize,
  rate: f32,
  causal: i32,
): void {
  const line = (<usize>padded) << 2;
  turn(queries + side, stride, 0, tokens, width, turned, line);
  product(queries, stride, 4, turned, line, scores, tokens, width, padded, 0, padded, 0, Activation.LINEAR);
  probabilities(scores, kept, tokens, padded, <f32>1 / f32.sqrt(<f32>width), uniform, rate, causal);
}

/** Rows first … end of an attention, a head of a row at a time by products of matrices. */
function attentionByMatrices(at: usize, first: i32, end: i32): void {
  const qkv: usize = load<i32>(at, 8),
    draws: usize = load<i32>(at, 12),
    to: usize = load<i32>(at, 16),
    tokens = load<i32>(at, 24),
    heads = load<i32>(at, 28),
    width = load<i32>(at, 32),
    rate = load<f32>(at, 36),
    causal = load<i32>(at, 40),
    padded = (tokens + 3) & ~3,
    turned: usize = load<i32>(at, 44) + thread * load<i32>(at, 48),
    scores = after(turned, width * padded),
    kept = draws ? after(scores, tokens * padded) : scores,
    out = after(kept, tokens * padded);
  const bytes = (<usize>width) << 2,
    side = <usize>heads * bytes,
    stride = 3 * side,
    line = (<usize>padded) << 2;
  // What stands behind the last token meets numbers that are numbers.
  memory.fill(turned, 0, (<usize>(width * padded)) << 2);
  let uniform = drawsFrom(draws, first, heads, tokens);
  for (let r = first; r < end; r++)
    for (let head = 0; head < heads; head++) {
      const queries = qkv + <usize>(r * tokens) * stride + <usize>head * bytes;
      weigh(queries, side, stride, tokens, width, padded, turned, scores, kept, uniform, rate, causal);
      product(kept, line, 4, queries + 2 * side, stride, out, tokens, tokens, width, 0, width, 0, Activation.LINEAR);
      spread(out, to + <usize>(r * tokens * heads + head) * bytes, side, tokens, width);
      if (draws) uniform += (<usize>(tokens * tokens)) << 2;
    }
}

/** The gradient, likewise: of values P′ dY, of queries S K, of keys S′ Q, S the slopes of the scores. */
function gradientByMatrices(at: usize, first: i32, end: i32): void {
  const qkv: usize = load<i32>(at, 8),
    dy: usize = load<i32>(at, 12),
    draws: usize = load<i32>(at, 16),
    to: usize = load<i32>(at, 20),
    tokens = load<i32>(at, 28),
    heads = load<i32>(at, 32),
    width = load<i32>(at, 36),
    rate = load<f32>(at, 40),
    causal = load<i32>(at, 44),
    padded = (tokens + 3) & ~3,
    turned: usize = load<i32>(at, 48) + thread * load<i32>(at, 52),
    scores = after(turned, width * padded),
    kept = draws ? after(scores, tokens * padded) : scores,
    slopes = after(kept, tokens * padded),
    out = after(slopes, tokens * padded);
  const bytes = (<usize>width) << 2,
    side = <usize>heads * bytes,
    stride = 3 * side,
    line = (<usize>padded) << 2,
    scale: f32 = <f32>1 / f32.sqrt(<f32>width);
  memory.fill(turned, 0, (<usize>(width * padded)) << 2);
  let uniform = drawsFrom(draws, first, heads, tokens);
  for (let r = first; r < end; r++)
    for (let head = 0; head < heads; head++) {
      const begin = <usize>(r * tokens) * stride + <usize>head * bytes,
        queries = qkv + begin,
        from = dy + <usize>(r * tokens * heads + head) * bytes;
      weigh(queries, side, stride, tokens, width, padded, turned, scores, kept, uniform, rate, causal);
      product(kept, 4, line, from, side, out, tokens, tokens, width, 0, width, 0, Activation.LINEAR);
      spread(out, to + begin + 2 * side, stride, tokens, width);
      turn(queries + 2 * side, stride, 0, tokens, width, turned, line);
      product(from, side, 4, turned, line, slopes, tokens, width, padded, 0, padded, 0, Activation.LINEAR);
      for (let i: usize = 0; i < <usize>tokens; i++) {
        const p = scores + i * line,
          k = kept + i * line,
          s = slopes + i * line;
        let mean = splat(0);
        for (let j: usize = 0; j < line; j += 16) mean = madd(v128.load(k + j), v128.load(s + j), mean);
        mean = everyLane(mean);
        for (let j: usize = 0; j < line; j += 16) {
          const own = f32x4.sub(f32x4.mul(v128.load(k + j), v128.load(s + j)), f32x4.mul(v128.load(p + j), mean));
          v128.store(s + j, f32x4.mul(own, splat(scale)));
        }
      }
      product(slopes, line, 4, queries + side, stride, out, tokens, tokens, width, 0, width, 0, Activation.LINEAR);
      spread(out, to + begin, stride, tokens, width);
      product(slopes, 4, line, queries, stride, out, tokens, tokens, width, 0, width, 0, Activation.LINEAR);
      spread(out, to + begin + side, stride, tokens, width);
      if (draws) uniform += (<usize>(tokens * tokens)) << 2;
    }
}

/** Where the uniforms of a row begin; 0 where there are none. */
// @ts-ignore: decorator
@inline
function drawsFrom(draws: usize, row: i32, heads: i32, tokens: i32): usize {
  return draws ? draws + ((<usize>(row * heads * tokens * tokens)) << 2) : 0;
}

/**
 * One token has all the weight: what dropout keeps of it, times its numbers. A table of one categorical
 * column is such a row. `from` and `to` lie `fromRow` and `toRow` bytes apart from row to row.
 */
function keepOnly(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, heads: i32, width: i32, uniform: usize, rate: f32): void {
  const bytes = (<usize>width) << 2,
    whole: f32 = <f32>1 / (<f32>1 - rate);
  for (let r = 0; r < rows; r++) {
    for (let head: usize = 0; head < <usize>heads; head++) {
      const factor: f32 = uniform ? (load<f32>(uniform + (head << 2)) >= rate ? whole : 0) : 1,
        factors = splat(factor),
        a = from + head * bytes,
        b = to + head * bytes;
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) v128.store(b + i, f32x4.mul(v128.load(a + i), factors));
      for (; i < bytes; i += 4) store<f32>(b + i, load<f32>(a + i) * factor);
    }
    from += fromRow;
    to += toRow;
    if (uniform) uniform += (<usize>heads) << 2;
  }
}

export function attention(at: usize, i: i32, parts: i32): void {
  const qkv: usize = load<i32>(at, 8),
    draws: usize = load<i32>(at, 12),
    to: usize = load<i32>(at, 16),
    rows = load<i32>(at, 20),
    tokens = load<i32>(at, 24),
    heads = load<i32>(at, 28),
    width = load<i32>(at, 32),
    rate = load<f32>(at, 36),
    causal = load<i32>(at, 40),
    p: usize = load<i32>(at, 44) + thread * load<i32>(at, 48),
    kept = p + ((<usize>tokens + 4) << 2);
  const bytes = (<usize>width) << 2,
    stride = <usize>(3 * heads) * bytes,
    scale: f32 = <f32>1 / f32.sqrt(<f32>width);
  const first = part(rows, i, parts),
    end = part(rows, i + 1, parts),
    all = <usize>(tokens * heads) * bytes;
  if (byMatrices(tokens)) {
    attentionByMatrices(at, first, end);
    return;
  }
  if (tokens == 1) {
    const values = qkv + <usize>first * stride + <usize>(2 * heads) * bytes;
    keepOnly(values, stride, to + <usize>first * all, all, end - first, heads, width, drawsFrom(draws, first, heads, 1), rate);
    return;
  }
  memory.fill(to + <usize>first * all, 0, <usize>(end - first) * all);
  let uniform = drawsFrom(draws, first, heads, tokens);
  for (let r = first; r < end; r++)
    for (let head = 0; head < heads; head++) {
      const queries = qkv + <usize>(r * tokens) * stride + <usize>head * bytes,
        keys = queries + <usize>heads * bytes,
        values = keys + <usize>heads * bytes;
      for (let i = 0; i < tokens; i++) {
        const seen = causal ? i + 1 : tokens;
        attend(queries + <usize>i * stride, keys, stride, seen, bytes, scale, uniform, rate, p, kept);
        const out = to + <usize>((r * tokens + i) * heads + head) * bytes;
        for (let j = 0; j < seen; j++) {
          const o = (<usize>j) << 2;
          addTimes(out, values + <usize>j * stride, load<f32>(p + o) * load<f32>(kept + o), bytes);
        }
        if (draws) uniform += (<usize>tokens) << 2;
      }
    }
}

export function attentionGradient(at: usize, i: i32, parts: i32): void {
  const qkv: usize = load<i32>(at, 8),
    dy: usize = load<i32>(at, 12),
    draws: usize = load<i32>(at, 16),
    to: usize = load<i32>(at, 20),
    rows = load<i32>(at, 24),
    tokens = load<i32>(at, 28),
    heads = load<i32>(at, 32),
    width = load<i32>(at, 36),
    rate = load<f32>(at, 40),
    causal = load<i32>(at, 44),
    p: usize = load<i32>(at, 48) + thread * load<i32>(at, 52),
    kept = p + ((<usize>tokens + 4) << 2),
    share = kept + ((<usize>tokens + 4) << 2);
  const bytes = (<usize>width) << 2,
    stride = <usize>(3 * heads) * bytes,
    scale: f32 = <f32>1 / f32.sqrt(<f32>width);
  const first = part(rows, i, parts),
    end = part(rows, i + 1, parts),
    all = <usize>tokens * stride;
  if (byMatrices(tokens)) {
    gradientByMatrices(at, first, end);
    return;
  }
  memory.fill(to + <usize>first * all, 0, <usize>(end - first) * all);
  if (tokens == 1) {
    // The one weight stays as it is, whatever query and key are.
    const row = <usize>heads * bytes;
    keepOnly(
      dy + <usize>first * row,
      row,
      to + <usize>first * all + 2 * row,
      all,
      end - first,
      heads,
      width,
      drawsFrom(draws, first, heads, 1),
      rate,
    );
    return;
  }
  let uniform = drawsFrom(draws, first, heads, tokens);
  for (let r = first; r < end; r++)
    for (let head = 0; head < heads; head++) {
      const begin = <usize>(r * tokens) * stride + <usize>head * bytes,
        keys = begin + <usize>heads * bytes,
        values = keys + <usize>heads * bytes;
      for (let i = 0; i < tokens; i++) {
        const query = begin + <usize>i * stride,
          seen = causal ? i + 1 : tokens,
          from = dy + <usize>((r * tokens + i) * heads + head) * bytes;
        attend(qkv + query, qkv + keys, stride, seen, bytes, scale, uniform, rate, p, kept);
        let mean: f32 = 0;
        for (let j = 0; j < seen; j++) {
          const o = (<usize>j) << 2,
            probability = load<f32>(p + o),
            keep = load<f32>(kept + o),
            value = values + <usize>j * stride;
          const product = dot(from, qkv + value, bytes) * keep;
          addTimes(to + value, from, probability * keep, bytes);
          store<f32>(share + o, product);
          mean += probability * product;
        }
        for (let j = 0; j < seen; j++) {
          const o = (<usize>j) << 2,
            slope = load<f32>(p + o) * (load<f32>(share + o) - mean) * scale,
            key = keys + <usize>j * stride;
          addTimes(to + query, qkv + key, slope, bytes);
          addTimes(to + key, qkv + query, slope, bytes);
        }
        if (draws) uniform += (<usize>tokens) << 2;
      }
    }
}
