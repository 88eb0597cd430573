import * as tf from '@tensorflow/tfjs';
import { blockInverse } from '../../mixed/components';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/**
 * The inverse of a symmetric positive definite matrix and the log of its determinant as one kernel, which
 * tfjs has on no backend: `a` [m, m] → [m + 1, m], the inverse with a last row that begins with log |a|. That
 * log is NaN where the matrix is not positive definite.
 */
export const INVERSE_LOG_DETERMINANT = 'InverseLogDeterminant';

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
      const values = valuesOf(heap, out) as Float32Array;
      const result = blockInverse(valuesOf(heap, a), m);
      values.fill(result ? 0 : Number.NaN);
      if (result) {
        values.set(result.inverse);
        values[m * m] = result.logDeterminant;
      }
      return out;
    },
  });
}
