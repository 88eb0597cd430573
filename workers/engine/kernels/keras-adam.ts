import * as tf from '@tensorflow/tfjs';
import type { AdamConstants } from '../constants';
import { type HeapBackend, newOutput, valuesOf } from './heap';

const NAME = 'KerasAdam';

interface Attributes extends AdamConstants {
  /** Entries of a row of a lazy table; 0 for a dense parameter. */
  width: number;
  /** Least value of an entry. */
  floor: number;
  [name: string]: number;
}

/**
 * One pass over a part of the four arrays. m and v belong to Adam alone and are changed in place; the
 * parameter gets new memory, so that a snapshot that shares the old one stays what it was.
 */
function update(
  parameter: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  rate: number,
  constants: Attributes,
  out: Float32Array,
  from: number,
  to: number,
): void {
  const { beta1, beta2, epsilon, floor } = constants;
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = from; i < to; i++) {
    const g = gradient[i];
    const mean = beta1 * m[i] + rest1 * g;
    const square = beta2 * v[i] + rest2 * g * g;
    m[i] = mean;
    v[i] = square;
    out[i] = Math.max(floor, parameter[i] - (rate * mean) / (Math.sqrt(square) + epsilon));
  }
}

/** The same by rows of `width`: one whose gradient is all zeros keeps its values and moments. */
function updateLazily(
  parameter: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  rate: number,
  constants: Attributes,
  out: Float32Array,
  width: number,
): void {
  out.set(parameter);
  for (let from = 0; from < out.length; from += width) {
    let shown = false;
    for (let i = from; i < from + width && !shown; i++) shown = gradient[i] !== 0;
    if (shown) update(parameter, m, v, gradient, rate, constants, out, from, from + width);
  }
}

/** Registers the fused kernel on a backend whose tensors lie in this thread's memory. */
export function registerKerasAdam(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel(NAME, backendName)) return;
  tf.registerKernel({
    kernelName: NAME,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const heap = backend as HeapBackend;
      const { parameter, m, v, gradient, rate } = inputs as Record<'parameter' | 'm' | 'v' | 'gradient' | 'rate', tf.TensorInfo>;
      // The output first: growing the WASM memory would detach arrays taken before.
      const out = newOutput(heap, parameter.shape);
      const read = (info: tf.TensorInfo): Float32Array => valuesOf(heap, info) as Float32Array;
      const constants = attrs as Attributes;
      const values = read(out);
      if (constants.width > 0) updateLazily(read(parameter), read(m), read(v), read(gradient), read(rate)[0], constants, values, constants.width);
      else update(read(parameter), read(m), read(v), read(gradient), read(rate)[0], constants, values, 0, values.length);
      return out;
    },
  });
}

/** True when the active backend has the fused kernel. */
export function hasFusedAdam(): boolean {
  return Boolean(tf.getKernel(NAME, tf.getBackend()));
}

/**
 * Updates m and v in place and returns the new parameter. `lazy`: rows whose gradient is all zeros stay as
 * they are. No entry ends below `floor`.
 */
export function runFusedAdam(
  parameter: tf.Tensor,
  m: tf.Tensor,
  v: tf.Tensor,
  gradient: tf.Tensor,
  rate: tf.Scalar,
  constants: AdamConstants,
  lazy: boolean,
  floor: number,
): tf.Tensor {
  const width = lazy ? parameter.size / parameter.shape[0] : 0;
  return tf.engine().runKernel(NAME, { parameter, m, v, gradient, rate }, { ...constants, width, floor }) as tf.Tensor;
}
