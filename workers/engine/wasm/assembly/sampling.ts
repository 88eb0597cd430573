// Reparametrised draws mean + exp(logVar / 2) ε of the rows of a panel.
import { injected, noiseSeed, noiseStep, rows } from './batch';
import { exp4, splat } from './math';
import { normal4 } from './noise';
import { problem } from './problem';

/**
 * Noise of feature k, dimension f for the four rows whose places in the batch lie at `order`; `position` is
 * that of the first.
 */
// @ts-ignore: decorator
@inline
function noise4(order: usize, position: i32, k: i32, f: i32): v128 {
  const d = problem.d;
  if (!injected) return normal4(v128.load(order), k * d + f, noiseStep, noiseSeed);
  let e = splat(0);
  for (let c = 0; c < 4; c++) {
    // Behind the rows of a batch there is no noise; positions of groups lie further on, and all have a row.
    if (position < rows && position + c >= rows) break;
    const at = injected + ((<usize>((k * rows + load<i32>(order + ((<usize>c) << 2))) * d + f)) << 2);
    e = v128.bitselect(v128.load_splat<f32>(at), e, i32x4.eq(i32x4.splat(c), i32x4(0, 1, 2, 3)));
  }
  return e;
}

/**
 * Draws of feature k for the panel at `position`: means and log-variances are panels of d features; the draws
 * go to `to`, ½ exp(logVar / 2) ε (their derivative by the log-variance) to `derivative`. `to` may be `mean`.
 */
export function drawPanel(position: i32, k: i32, mean: usize, logVar: usize, to: usize, derivative: usize): void {
  const half = splat(0.5);
  for (let part: usize = 0; part < 32; part += 16) {
    const first = position + <i32>(part >> 2),
      order = problem.order + ((<usize>first) << 2);
    for (let f = 0; f < problem.d; f++) {
      const o = ((<usize>f) << 5) + part;
      const scaled = f32x4.mul(exp4(f32x4.mul(v128.load(logVar + o), half)), noise4(order, first, k, f));
      v128.store(to + o, f32x4.add(v128.load(mean + o), scaled));
      v128.store(derivative + o, f32x4.mul(scaled, half));
    }
  }
}
