// Attention among the tokens of each row and its gradient, as ../../kernels/token-attention.ts has them.
import { splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { exp } from './math';
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

/** Room for three lists of a number a token, of this thread. */
// @ts-ignore: decorator
@inline
function ownScratch(scratch: usize, tokens: i32): usize {
  return scratch + ((<usize>(thread * 3 * (tokens + 4))) << 2);
}

/** Where the uniforms of a row begin; 0 where there are none. */
// @ts-ignore: decorator
@inline
function drawsFrom(draws: usize, row: i32, heads: i32, tokens: i32): usize {
  return draws ? draws + ((<usize>(row * heads * tokens * tokens)) << 2) : 0;
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
    p = ownScratch(load<i32>(at, 44), tokens),
    kept = p + ((<usize>tokens + 4) << 2);
  const bytes = (<usize>width) << 2,
    stride = <usize>(3 * heads) * bytes,
    scale: f32 = <f32>1 / f32.sqrt(<f32>width);
  const first = part(rows, i, parts),
    end = part(rows, i + 1, parts),
    all = <usize>(tokens * heads) * bytes;
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
    p = ownScratch(load<i32>(at, 48), tokens),
    kept = p + ((<usize>tokens + 4) << 2),
    share = kept + ((<usize>tokens + 4) << 2);
  const bytes = (<usize>width) << 2,
    stride = <usize>(3 * heads) * bytes,
    scale: f32 = <f32>1 / f32.sqrt(<f32>width);
  const first = part(rows, i, parts),
    end = part(rows, i + 1, parts),
    all = <usize>tokens * stride;
  memory.fill(to + <usize>first * all, 0, <usize>(end - first) * all);
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
