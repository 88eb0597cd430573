import * as tf from '@tensorflow/tfjs';
import { interceptLikelihood } from '../../mixed/batch-likelihood';
import type { Factor } from '../../mixed/factor';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/**
 * The likelihood of a batch with random intercepts of several factors as one kernel
 * (`interceptLikelihood`): residuals `r` [m, 1], `residualVariance` [], `variances` [K] and for each factor k
 * its levels, `ids0` [m] int32, or its sets, `ids0` [m, places] int32 and `mask0` → [m + K + 2]: the value,
 * its derivatives with respect to σ²_e, to each σ²_k and to each residual.
 */
export const INTERCEPTS_NLL = 'InterceptsNll';

/** Levels, or sets of them, as the kernel is given them. */
function factorOf(ids: Int32Array, mask: ArrayLike<number> | null, rows: number): Factor {
  if (!mask) return { codes: ids, levels: 0 };
  const places = ids.length / rows;
  const offsets = new Int32Array(rows + 1);
  const own: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let at = i * places; at < (i + 1) * places; at++) if (mask[at] === 1) own.push(ids[at]);
    offsets[i + 1] = own.length;
  }
  return { offsets, ids: own, levels: 0 };
}

/** The kernel on plain arrays. @param values of an input by its name; null where there is none */
export function interceptsNll(values: (name: string) => ArrayLike<number> | null, out: Float32Array): void {
  const taken = (name: string): ArrayLike<number> => values(name) as ArrayLike<number>;
  const [r, variances] = [taken('r'), taken('variances')];
  const K = variances.length;
  const factors = Array.from({ length: K }, (_, k) => factorOf(Int32Array.from(taken(`ids${k}`)), values(`mask${k}`), r.length));
  const fit = interceptLikelihood(r, factors, taken('residualVariance')[0], variances);
  out[0] = fit.value;
  out[1] = fit.byResidualVariance;
  out.set(fit.byVariances, 2);
  out.set(fit.byResidual, 2 + K);
}

/** Registers the kernel on a backend whose tensors lie in this thread's memory; it computes in float64. */
export function registerInterceptsNll(backendName: 'wasm' | 'cpu'): void {
  if (tf.getKernel(INTERCEPTS_NLL, backendName)) return;
  tf.registerKernel({
    kernelName: INTERCEPTS_NLL,
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const heap = backend as HeapBackend;
      const { r, variances } = inputs as Record<string, tf.TensorInfo>;
      const out = newOutput(heap, [r.shape[0] + variances.shape[0] + 2]);
      const values = (name: string): ArrayLike<number> | null => (inputs[name] ? valuesOf(heap, inputs[name] as tf.TensorInfo) : null);
      interceptsNll(values, valuesOf(heap, out) as Float32Array);
      return out;
    },
  });
}
