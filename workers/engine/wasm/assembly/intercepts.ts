// Random intercepts integrated out of the likelihood of a batch, one feature, in closed form by level
// (docs/methods.md A11).
import { blockRows, firstSlot, rowAt, rows } from './batch';
import { decodeBlock, decoderBackward, TRAINED } from './decoder';
import { log4, splat } from './math';
import { feature, problem } from './problem';
import { BLOCK } from './structures';
import { threads } from './threads';

/** Residuals y − f of a block into problem.residuals. */
export function fitRows(from: i32, count: i32, train: bool): void {
  decodeBlock(from, count, TRAINED, train);
  for (let t = 0; t < count; t++) {
    const f = load<f32>(problem.output + ((<usize>t) << 2));
    store<f32>(problem.residuals + ((<usize>(from + t)) << 2), load<f32>(problem.y + (rowAt(from + t) << 2)) - f);
  }
}

// @ts-ignore: decorator
@inline
function log(x: f64): f64 {
  return <f64>f32x4.extract_lane(log4(splat(<f32>x)), 0);
}

/**
 * The negative log-likelihood of the levels of part `i` of `parts`: ½ [n log 2π + n log σ²ₑ + log(t / σ²ₑ) +
 * (Q − σ²_b R² / t) / σ²ₑ] for each, with n rows, t = σ²ₑ + n σ²_b, R and Q the sums of residuals and of
 * their squares. With `train` residuals become derivatives by f, and the variances get their gradients.
 */
export function interceptLikelihood(i: i32, parts: i32, train: bool): f64 {
  const f = feature(0),
    e = <f64>load<f32>(problem.parameters + problem.residualVariance),
    v = <f64>load<f32>(problem.parameters + problem.levelVariance);
  const perRow = 1.8378770664093453 + log(e);
  let total: f64 = 0,
    byE: f64 = 0,
    byV: f64 = 0;
  for (let s = firstSlot(f, i, parts), last = firstSlot(f, i + 1, parts); s < last; s++) {
    const from = load<i32>(f.starts + ((<usize>s) << 2)),
      end = load<i32>(f.starts + 4 + ((<usize>s) << 2)),
      n = <f64>(end - from),
      t = e + n * v;
    let R: f64 = 0,
      Q: f64 = 0;
    for (let place = from; place < end; place++) {
      const r = <f64>load<f32>(problem.residuals + ((<usize>place) << 2));
      R += r;
      Q += r * r;
    }
    const shrunk = R / t,
      quadratic = Q - v * R * shrunk;
    total += n * perRow + log(t / e) + quadratic / e;
    byE += (n - 1) / e + 1 / t - quadratic / (e * e) + (v * shrunk * shrunk) / e;
    byV += n / t - shrunk * shrunk;
    if (!train) continue;
    for (let place = from; place < end; place++) {
      const at = problem.residuals + ((<usize>place) << 2);
      store<f32>(at, <f32>((v * shrunk - <f64>load<f32>(at)) / e));
    }
  }
  if (train) {
    store<f32>(problem.partial + problem.residualVariance, <f32>(0.5 * byE));
    store<f32>(problem.partial + problem.levelVariance, <f32>(0.5 * byV));
  }
  return 0.5 * total;
}

/**
 * Network gradients from the derivatives by f of rows first … last. Alone, a batch of one block still has its
 * activations.
 */
export function networkGradients(first: i32, last: i32): void {
  const kept = threads == 1 && first == 0 && last == rows && last <= BLOCK;
  for (let b = first; b < last; b += BLOCK) {
    const n = blockRows(b, last);
    if (!kept) decodeBlock(b, n, TRAINED, true);
    for (let t = 0; t < ((n + 7) & ~7); t++) {
      store<f32>(problem.output + ((<usize>t) << 2), t < n ? load<f32>(problem.residuals + ((<usize>(b + t)) << 2)) : 0);
    }
    decoderBackward(b, n, false, true);
  }
}

/** Holds the variances at least at their floor. */
export function floorVariances(): void {
  const least = <f32>problem.leastVariance,
    e = problem.parameters + problem.residualVariance,
    v = problem.parameters + problem.levelVariance;
  store<f32>(e, max(load<f32>(e), least));
  store<f32>(v, max(load<f32>(v), least));
}
