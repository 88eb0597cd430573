import * as tf from '@tensorflow/tfjs';
import { type HeapBackend, newOutput, valuesOf } from './heap';

export const ENTMAX = 'Entmax15';

/**
 * Newton steps for the threshold. They come from the left, where the sum is convex and falls, so that none
 * overshoots: about log₂ √width steps to the right piece and five within it, in single precision.
 */
export const NEWTON_STEPS = 20;

/**
 * A move after which the threshold is known beyond single precision: within a piece what is left after a step
 * is of the order of its square.
 */
const SMALL_MOVE = 1e-9;

/**
 * Entmax-1.5 of each row: max(z − τ, 0)² with z = (x − max x)/2 and τ in [−1, 0) such that the row adds up to
 * 1 (docs/methods.md A14, where τ is found by sorting; it is the same number).
 */
export function entmaxRows(x: Float32Array, width: number, out: Float32Array): void {
  for (let from = 0; from < x.length; from += width) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < width; j++) largest = Math.max(largest, x[from + j]);
    let threshold = -1;
    for (let step = 0; step < NEWTON_STEPS; step++) {
      let sum = 0;
      let squares = 0;
      for (let j = 0; j < width; j++) {
        const above = (x[from + j] - largest) / 2 - threshold;
        if (above <= 0) continue;
        sum += above;
        squares += above * above;
      }
      const move = (squares - 1) / (2 * sum);
      threshold += move;
      if (Math.abs(move) < SMALL_MOVE) break;
    }
    for (let j = 0; j < width; j++) out[from + j] = Math.max((x[from + j] - largest) / 2 - threshold, 0) ** 2;
  }
}

/** Registers the kernel on a backend whose tensors lie in this thread's memory. */
export function registerEntmax(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel(ENTMAX, backendName)) return;
  tf.registerKernel({
    kernelName: ENTMAX,
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const heap = backend as HeapBackend;
      const x = inputs.x as tf.TensorInfo;
      const out = newOutput(heap, x.shape);
      entmaxRows(valuesOf(heap, x) as Float32Array, x.shape[1], valuesOf(heap, out) as Float32Array);
      return out;
    },
  });
}
