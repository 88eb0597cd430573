// Elementary functions on four lanes with the values that tfjs gives at the ends of float32; the polynomials
// are those of the fused step.
import { exp4, expm1MinusX4, log4, madd, splat } from '../../wasm/assembly/math';

/** eˣ: 0 and ∞ beyond the range of float32. */
export function exp(x: v128): v128 {
  const value = exp4(x);
  const large = v128.bitselect(splat(f32.MAX_VALUE * 2), value, f32x4.gt(x, splat(88.72)));
  return v128.bitselect(splat(0), large, f32x4.lt(x, splat(-87.33)));
}

/** log x: −∞ at 0, NaN below, ∞ at ∞. */
export function log(x: v128): v128 {
  const value = log4(f32x4.pmax(x, splat(1.17549435e-38)));
  const ends = v128.bitselect(splat(-Infinity), value, f32x4.eq(x, splat(0)));
  const top = v128.bitselect(x, ends, f32x4.eq(x, splat(Infinity)));
  return v128.bitselect(splat(NaN), top, v128.or(f32x4.lt(x, splat(0)), f32x4.ne(x, x)));
}

/** eˣ − 1 without cancellation near 0. */
export function expm1(x: v128): v128 {
  const near = f32x4.add(expm1MinusX4(x), x);
  return v128.bitselect(near, f32x4.sub(exp(x), splat(1)), f32x4.lt(f32x4.abs(x), splat(1)));
}

/** log (1 + x) without cancellation near 0: log u · x / (u − 1), u = 1 + x as rounded. */
export function log1p(x: v128): v128 {
  const u = f32x4.add(splat(1), x);
  const rest = f32x4.sub(u, splat(1));
  const value = f32x4.mul(log(u), f32x4.div(x, rest));
  return v128.bitselect(x, v128.bitselect(value, log(u), f32x4.lt(f32x4.abs(x), splat(1e30))), f32x4.eq(rest, splat(0)));
}

export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))));
}

/** Cephes' tanhf. */
export function tanh(x: v128): v128 {
  const z = f32x4.mul(x, x);
  let y = splat(-5.70498872745e-3);
  y = madd(y, z, splat(2.06390887954e-2));
  y = madd(y, z, splat(-5.37397155531e-2));
  y = madd(y, z, splat(1.33314422036e-1));
  y = madd(y, z, splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(y, z), x, x);
  const size = f32x4.abs(x);
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exp(f32x4.add(size, size)), splat(1))));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(near, signed, f32x4.lt(size, splat(0.625)));
}

/** Abramowitz and Stegun 7.1.26, as tfjs has it. */
export function erf(x: v128): v128 {
  const size = f32x4.abs(x);
  const t = f32x4.div(splat(1), f32x4.add(splat(1), f32x4.mul(splat(0.3275911), size)));
  let y = splat(1.061405429);
  y = f32x4.add(f32x4.mul(y, t), splat(-1.453152027));
  y = f32x4.add(f32x4.mul(y, t), splat(1.421413741));
  y = f32x4.add(f32x4.mul(y, t), splat(-0.284496736));
  y = f32x4.add(f32x4.mul(y, t), splat(0.254829592));
  const value = f32x4.sub(splat(1), f32x4.mul(f32x4.mul(y, t), exp(f32x4.neg(f32x4.mul(size, size)))));
  return v128.or(value, v128.and(x, i32x4.splat(0x80000000)));
}

/** log (1 + eˣ): max(x, 0) + log (1 + e^−|x|). */
export function softplus(x: v128): v128 {
  return f32x4.add(f32x4.max(x, splat(0)), log1p(exp(f32x4.neg(f32x4.abs(x)))));
}
