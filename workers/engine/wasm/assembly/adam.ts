// Adam in Keras' form (METHODS.md A0): w ← w − lr √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε), dense: every entry moves at every step.
import { laneSum, power64, splat } from './math';
import { problem } from './problem';
import { threads } from './threads';

/** Adds what the other threads found to the first thread's dense gradients, bytes from … to, in the order of the threads. */
export function addPartials(from: usize, to: usize): void {
  for (let t = 1; t < threads; t++) {
    const partial = problem.partials + <usize>(t - 1) * problem.denseBytes;
    for (let o = from; o < to; o += 16) v128.store(problem.gradients + o, f32x4.add(v128.load(problem.gradients + o), v128.load(partial + o)));
  }
}

/** One step, the `t`-th (from 1), on the bytes from … to of the parameters, with moments at m + from and v + from. */
export function adam(from: usize, to: usize, m: usize, v: usize, t: i32): void {
  const rate = splat(<f32>((problem.learningRate * Math.sqrt(1 - power64(problem.beta2, t))) / (1 - power64(problem.beta1, t))));
  const keep1 = splat(<f32>(1 - problem.beta1)), keep2 = splat(<f32>(1 - problem.beta2)), epsilon = splat(<f32>problem.epsilon);
  for (let o = from; o < to; o += 16) {
    const g = v128.load(problem.gradients + o), m0 = v128.load(m + o), v0 = v128.load(v + o);
    const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), keep1)), v1 = f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v0), keep2));
    v128.store(m + o, m1);
    v128.store(v + o, v1);
    const w = problem.parameters + o;
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(m1, rate), f32x4.add(f32x4.sqrt(v1), epsilon))));
  }
}

/** The penalty on the bytes from … to of the tables, l2 times their sum of squares; with `gradient`, 2 l2 w is added to their gradients. */
export function penalty(from: usize, to: usize, gradient: bool): f64 {
  const slope = splat(<f32>(2 * problem.l2));
  let total: f64 = 0, sum = splat(0);
  for (let o = from; o < to; o += 16) {
    const w = v128.load(problem.parameters + o), g = problem.gradients + o;
    sum = f32x4.add(sum, f32x4.mul(w, w));
    if (gradient) v128.store(g, f32x4.add(v128.load(g), f32x4.mul(slope, w)));
    if ((o & 1023) == 0) {
      total += laneSum(sum);
      sum = splat(0);
    }
  }
  return problem.l2 * (total + laneSum(sum));
}
