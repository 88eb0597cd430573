import * as tf from '@tensorflow/tfjs';
import { bernoulliLikelihood } from '../../mixed/batch/bernoulli';
import { interceptLikelihood } from '../../mixed/batch/gaussian';
import { slopesLikelihood } from '../../mixed/batch/slopes';
import type { Factor } from '../../mixed/factor';
import { type HeapBackend, newOutput, valuesOf } from './heap';

/**
 * The likelihood of a batch with random intercepts of several factors as one kernel
 * (`interceptLikelihood`): residuals `r` [m, 1], `residualVariance` [], `variances` [K] and for each factor k
 * its levels, `ids0` [m] int32, or its sets, `ids0` [m, places] int32 and `mask0` → [m + K + 2]: the value,
 * its derivatives with respect to σ²_e, to each σ²_k and to each residual.
 */
export const INTERCEPTS_NLL = 'InterceptsNll';

/**
 * The same of a 0/1 response `y` [m, 1] at `logits` [m, 1], by Laplace's approximation
 * (`bernoulliLikelihood`), in the same form: the value, its derivatives with respect to each σ²_k and to each
 * logit, [1 + K + m].
 */
export const BERNOULLI_INTERCEPTS_NLL = 'BernoulliInterceptsNll';

/**
 * The likelihood of a batch with independent random effects of M features of each level
 * (`slopesLikelihood`): residuals `r` [m, 1], features `h` [m, M], levels `ids` [m] int32, `variances` [M]
 * and `residualVariance` [] → [2 + M + m + m·M]: the value, its derivatives with respect to σ²_e, to each
 * variance, to each residual and to each feature.
 */
export const SLOPES_NLL = 'SlopesNll';

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

/** An input by its name; null where there is none. */
type Values = (name: string) => ArrayLike<number> | null;

const factorsOf = (values: Values, K: number, rows: number): Factor[] =>
  Array.from({ length: K }, (_, k) => factorOf(Int32Array.from(values(`ids${k}`) as ArrayLike<number>), values(`mask${k}`), rows));

/** The kernel on plain arrays. */
export function interceptsNll(values: Values, out: Float32Array): void {
  const taken = (name: string): ArrayLike<number> => values(name) as ArrayLike<number>;
  const [r, variances] = [taken('r'), taken('variances')];
  const K = variances.length;
  const fit = interceptLikelihood(r, factorsOf(values, K, r.length), taken('residualVariance')[0], variances);
  out[0] = fit.value;
  out[1] = fit.byResidualVariance;
  out.set(fit.byVariances, 2);
  out.set(fit.byResidual, 2 + K);
}

/** The kernel of a 0/1 response on plain arrays. */
export function bernoulliInterceptsNll(values: Values, out: Float32Array): void {
  const [logits, y, variances] = ['logits', 'y', 'variances'].map((name) => values(name) as ArrayLike<number>);
  const K = variances.length;
  const fit = bernoulliLikelihood(logits, y, factorsOf(values, K, logits.length), variances);
  out[0] = fit.value;
  out.set(fit.byVariances, 1);
  out.set(fit.byLogit, 1 + K);
}

/** The kernel of random effects of features on plain arrays. */
export function slopesNll(values: Values, out: Float32Array): void {
  const [r, h, ids, variances, residual] = ['r', 'h', 'ids', 'variances', 'residualVariance'].map((name) => values(name) as ArrayLike<number>);
  const fit = slopesLikelihood(r, h, ids, variances, residual[0]);
  out[0] = fit.value;
  out[1] = fit.byResidualVariance;
  out.set(fit.byVariances, 2);
  out.set(fit.byResidual, 2 + variances.length);
  out.set(fit.byFeatures, 2 + variances.length + r.length);
}

/** Registers the kernels on a backend whose tensors lie in this thread's memory; they compute in float64. */
export function registerLevelLikelihoods(backendName: 'wasm' | 'cpu'): void {
  register(INTERCEPTS_NLL, backendName, interceptsNll, ({ r, variances }) => r.shape[0] + variances.shape[0] + 2);
  register(BERNOULLI_INTERCEPTS_NLL, backendName, bernoulliInterceptsNll, ({ y, variances }) => y.shape[0] + variances.shape[0] + 1);
  register(SLOPES_NLL, backendName, slopesNll, ({ h }) => 2 + h.shape[1] + h.shape[0] + h.shape[0] * h.shape[1]);
}

function register(
  kernelName: string,
  backendName: 'wasm' | 'cpu',
  compute: (values: Values, out: Float32Array) => void,
  length: (inputs: Record<string, tf.TensorInfo>) => number,
): void {
  if (tf.getKernel(kernelName, backendName)) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const heap = backend as HeapBackend;
      const out = newOutput(heap, [length(inputs as Record<string, tf.TensorInfo>)]);
      const values: Values = (name) => (inputs[name] ? valuesOf(heap, inputs[name] as tf.TensorInfo) : null);
      compute(values, valuesOf(heap, out) as Float32Array);
      return out;
    },
  });
}
