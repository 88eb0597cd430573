// Inverted dropout by the counter: what is kept is multiplied by 1 / (1 − rate).
import { noiseSeed, noiseStep } from './batch';
import { splat } from './math';
import { keep4 } from './noise';
import { problem } from './problem';
import { Layer } from './structures';

/** Drops outputs of a hidden layer, panels of a block whose first row is at position `from`. */
export function dropOutputs(l: Layer, from: i32, panels: i32): void {
  const scale = splat(l.scale);
  let at = l.activation;
  for (let t = 0; t < panels; t++) {
    const order = problem.order + ((<usize>(from + t * 8)) << 2),
      first = v128.load(order),
      second = v128.load(order, 16);
    for (let f = 0; f < l.outputs; f++) {
      const a = keep4(first, l.column + f, noiseStep, noiseSeed, l.keepFrom),
        b = keep4(second, l.column + f, noiseStep, noiseSeed, l.keepFrom);
      v128.store(at, v128.and(a, f32x4.mul(v128.load(at), scale)));
      v128.store(at, v128.and(b, f32x4.mul(v128.load(at, 16), scale)), 16);
      at += 32;
    }
  }
}

/**
 * The factor of dropout on derivatives by a layer's outputs; those of dropped outputs are zero, as are those
 * of inactive ones.
 */
export function scaleDerivatives(l: Layer, panels: i32): void {
  const scale = splat(l.scale),
    end = l.delta + ((<usize>(panels * l.outputs)) << 5);
  for (let at = l.delta; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), scale));
}

/**
 * Drops numbers of the vectors of feature k in the panel at position `position`, and leaves the factor of
 * each at `factors`.
 */
export function dropVectors(position: i32, k: i32, panel: usize, factors: usize): void {
  const d = problem.d,
    scale = splat(<f32>problem.levelScale),
    order = problem.order + ((<usize>position) << 2);
  for (let part: usize = 0; part < 32; part += 16) {
    const rows = v128.load(order + part);
    for (let f = 0; f < d; f++) {
      const o = ((<usize>f) << 5) + part;
      const factor = v128.and(keep4(rows, problem.levelColumn + k * d + f, noiseStep, noiseSeed, problem.levelKeepFrom), scale);
      v128.store(factors + o, factor);
      v128.store(panel + o, f32x4.mul(v128.load(panel + o), factor));
    }
  }
}
