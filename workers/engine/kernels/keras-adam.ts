import * as tf from '@tensorflow/tfjs';
import type { AdamConstants } from '../adam';
import { type HeapBackend, newOutput, valuesOf } from './heap';

const NAME = 'KerasAdam';

interface Attributes extends AdamConstants {
  [name: string]: number;
}

/** One pass over the four arrays. m and v belong to Adam alone and are changed in place; the parameter gets new memory, so that a snapshot that
 * shares the old one stays what it was. */
function update(
  parameter: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  rate: number,
  constants: AdamConstants,
  out: Float32Array,
): void {
  const { beta1, beta2, epsilon } = constants;
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  for (let i = 0; i < out.length; i++) {
    const g = gradient[i];
    const mean = beta1 * m[i] + rest1 * g;
    const square = beta2 * v[i] + rest2 * g * g;
    m[i] = mean;
    v[i] = square;
    out[i] = parameter[i] - (rate * mean) / (Math.sqrt(square) + epsilon);
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
      update(read(parameter), read(m), read(v), read(gradient), read(rate)[0], attrs as Attributes, read(out));
      return out;
    },
  });
}

/** True when the active backend has the fused kernel. */
export function hasFusedAdam(): boolean {
  return Boolean(tf.getKernel(NAME, tf.getBackend()));
}

/** Updates m and v in place and returns the new parameter. */
export function runFusedAdam(
  parameter: tf.Tensor,
  m: tf.Tensor,
  v: tf.Tensor,
  gradient: tf.Tensor,
  rate: tf.Scalar,
  constants: AdamConstants,
): tf.Tensor {
  return tf.engine().runKernel(NAME, { parameter, m, v, gradient, rate }, { ...constants }) as tf.Tensor;
}
