// Adam in Keras' form (docs/methods.md A0): w ← w − lr √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), dense: every
// entry moves at every step.
import { power64, splat } from './math';
import { problem } from './problem';
import { threads } from './threads';

/**
 * Parts of the rows whose dense gradients are summed apart: as many on every run, so that the sums do not
 * depend on who does which.
 */
// @ts-ignore: decorator
@inline
export function shares(): i32 {
  return threads > 1 ? problem.shares : 1;
}

/** Dense gradients of share `s`. */
// @ts-ignore: decorator
@inline
export function shareAt(s: i32): usize {
  return s == 0 ? problem.gradients : problem.partials + <usize>(s - 1) * problem.denseBytes;
}

/**
 * Adds the dense gradients of the other shares to the first's, bytes from … to, in the order of the shares.
 */
export function addPartials(from: usize, to: usize): void {
  for (let s = 1, count = shares(); s < count; s++) {
    const partial = shareAt(s);
    for (let o = from; o < to; o += 16) v128.store(problem.gradients + o, f32x4.add(v128.load(problem.gradients + o), v128.load(partial + o)));
  }
}

let rate: v128 = i32x4.splat(0);
let keep1: v128 = i32x4.splat(0);
let keep2: v128 = i32x4.splat(0);
let epsilon: v128 = i32x4.splat(0);

/** Takes the factors of the `t`-th step (from 1). */
export function beginAdam(t: i32): void {
  rate = splat(<f32>((problem.learningRate * Math.sqrt(1 - power64(problem.beta2, t))) / (1 - power64(problem.beta1, t))));
  keep1 = splat(<f32>(1 - problem.beta1));
  keep2 = splat(<f32>(1 - problem.beta2));
  epsilon = splat(<f32>problem.epsilon);
}

/** One step on the four numbers at byte `o` of the parameters, where `active`. */
// @ts-ignore: decorator
@inline
export function adamWhere(o: usize, active: v128): void {
  const w = problem.parameters + o,
    m = problem.m + o,
    v = problem.v + o;
  const g = v128.load(problem.gradients + o),
    w0 = v128.load(w),
    m0 = v128.load(m),
    v0 = v128.load(v);
  const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), keep1)),
    v1 = f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v0), keep2));
  v128.store(m, v128.bitselect(m1, m0, active));
  v128.store(v, v128.bitselect(v1, v0, active));
  v128.store(w, v128.bitselect(f32x4.sub(w0, f32x4.div(f32x4.mul(m1, rate), f32x4.add(f32x4.sqrt(v1), epsilon))), w0, active));
}

/**
 * One step, the `t`-th (from 1), on the bytes from … to of the parameters, with moments at m + from and v +
 * from.
 */
export function adam(from: usize, to: usize, m: usize, v: usize, t: i32): void {
  beginAdam(t);
  for (let o = from; o < to; o += 16) {
    const g = v128.load(problem.gradients + o),
      m0 = v128.load(m + o),
      v0 = v128.load(v + o);
    const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), keep1)),
      v1 = f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v0), keep2));
    v128.store(m + o, m1);
    v128.store(v + o, v1);
    const w = problem.parameters + o;
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(m1, rate), f32x4.add(f32x4.sqrt(v1), epsilon))));
  }
}
