// Elementary functions on four lanes: Cephes' single-precision polynomials.

// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** The first `count` of four columns of the rows a, b, c, e, `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function storeColumns(a: v128, b: v128, c: v128, e: v128, to: usize, step: usize, count: i32): void {
  const x0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    x1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const y0 = v128.shuffle<f32>(c, e, 0, 4, 1, 5),
    y1 = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(x0, y0, 0, 1, 4, 5));
  if (count > 1) v128.store(to + step, v128.shuffle<f32>(x0, y0, 2, 3, 6, 7));
  if (count > 2) v128.store(to + 2 * step, v128.shuffle<f32>(x1, y1, 0, 1, 4, 5));
  if (count > 3) v128.store(to + 3 * step, v128.shuffle<f32>(x1, y1, 2, 3, 6, 7));
}

/** Sum of the lanes in double precision. */
// @ts-ignore: decorator
@inline
export function laneSum(a: v128): f64 {
  return <f64>f32x4.extract_lane(a, 0) + <f64>f32x4.extract_lane(a, 1) + <f64>f32x4.extract_lane(a, 2) + <f64>f32x4.extract_lane(a, 3);
}

// exp(x) = 2ⁿ (1 + r + tail), |r| ≤ ½ log 2.
let power: v128 = i32x4.splat(0);
let rest: v128 = i32x4.splat(0);
let tail: v128 = i32x4.splat(0);

// @ts-ignore: decorator
@inline
function reduce(x: v128): void {
  // One instruction each; min and max, which order signed zeros, are seven.
  x = f32x4.pmin(f32x4.pmax(x, splat(-87.3)), splat(88.3));
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  x = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(n, splat(-2.1219444e-4)));
  let y = splat(1.98756915e-4);
  y = madd(y, x, splat(1.3981999507e-3));
  y = madd(y, x, splat(8.3334519073e-3));
  y = madd(y, x, splat(4.1665795894e-2));
  y = madd(y, x, splat(1.6666665459e-1));
  y = madd(y, x, splat(5.0000001201e-1));
  tail = f32x4.mul(y, f32x4.mul(x, x));
  rest = x;
  power = n;
}

// @ts-ignore: decorator
@inline
function assemble(): v128 {
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return f32x4.mul(f32x4.add(f32x4.add(tail, rest), splat(1)), scale);
}

/** eˣ, with x held within the range of float32. */
export function exp4(x: v128): v128 {
  reduce(x);
  return assemble();
}

/** eˣ − 1 − x without cancellation near 0: the divergence of a variance from the prior's. */
export function expm1MinusX4(x: v128): v128 {
  reduce(x);
  const far = f32x4.sub(f32x4.sub(assemble(), splat(1)), x);
  return v128.bitselect(tail, far, f32x4.eq(power, splat(0)));
}

/** log x for a positive, normal x. */
export function log4(x: v128): v128 {
  let e = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const small = f32x4.lt(m, splat(0.707106781186547524));
  e = i32x4.add(e, small);
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), splat(1));
  const z = f32x4.mul(m, m);
  const ef = f32x4.convert_i32x4_s(e);
  let y = splat(7.0376836292e-2);
  y = madd(y, m, splat(-1.151461031e-1));
  y = madd(y, m, splat(1.167699874e-1));
  y = madd(y, m, splat(-1.2420140846e-1));
  y = madd(y, m, splat(1.4249322787e-1));
  y = madd(y, m, splat(-1.6668057665e-1));
  y = madd(y, m, splat(2.0000714765e-1));
  y = madd(y, m, splat(-2.4999993993e-1));
  y = madd(y, m, splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = madd(ef, splat(-2.1219444e-4), y);
  y = f32x4.sub(y, f32x4.mul(z, splat(0.5)));
  return madd(ef, splat(0.693359375), f32x4.add(m, y));
}

/**
 * xⁿ by squaring. Math.pow would bring tables into the data section that reach beyond BASE of
 * ../memory-layout.ts, where the host's begins.
 */
export function power64(x: f64, n: i32): f64 {
  let result: f64 = 1;
  for (; n; n >>= 1) {
    if (n & 1) result *= x;
    x *= x;
  }
  return result;
}
