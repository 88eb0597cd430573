import * as tf from '@tensorflow/tfjs';
import { blockInverse } from '../../mixed/components';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/**
 * The inverse of a symmetric positive definite matrix and the log of its determinant as one kernel, which
 * tfjs has on no backend: `a` [m, m] → [m + 1, m], the inverse with a last row that begins with log |a|. That
 * log is NaN where the matrix is not positive definite.
 */
export const INVERSE_LOG_DETERMINANT = 'InverseLogDeterminant';

/** The kernel on plain arrays: `a` [m, m], `out` [m + 1, m]. */
export function inverseLogDeterminant(a: ArrayLike<number>, m: number, out: Float32Array): void {
  const result = blockInverse(a, m);
  out.fill(result ? 0 : Number.NaN);
  if (!result) return;
  out.set(result.inverse);
  out[m * m] = result.logDeterminant;
}

/**
 * Registers the kernel on a backend whose tensors lie in this thread's memory: Cholesky factors in float64,
 * block by block.
 */
export function registerInverseLogDeterminant(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel(INVERSE_LOG_DETERMINANT, backendName)) return;
  tf.registerKernel({
    kernelName: INVERSE_LOG_DETERMINANT,
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const heap = backend as HeapBackend;
      const { a } = inputs as Record<'a', tf.TensorInfo>;
      const m = a.shape[0];
      const out = newOutput(heap, [m + 1, m]);
      inverseLogDeterminant(valuesOf(heap, a), m, valuesOf(heap, out) as Float32Array);
      return out;
    },
  });
}
