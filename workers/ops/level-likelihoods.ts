import * as tf from '@tensorflow/tfjs';
import { BERNOULLI_INTERCEPTS_NLL, INTERCEPTS_NLL, SLOPES_NLL } from '../engine/kernels/level-likelihoods';
import type { Members } from './members';

/** Whether the backend in use has the kernels: those whose tensors this thread can read. */
export const hasLevelLikelihoods = (): boolean => tf.getKernel(INTERCEPTS_NLL, tf.getBackend()) !== undefined;

/** Levels or sets as the kernels' inputs. */
const inputsOf = (members: readonly Members[]): Record<string, tf.Tensor> =>
  Object.fromEntries(
    members.flatMap((own, k): [string, tf.Tensor][] =>
      own instanceof tf.Tensor
        ? [[`ids${k}`, own]]
        : [
            [`ids${k}`, own.ids],
            [`mask${k}`, own.mask],
          ],
    ),
  );

/**
 * Negative log-likelihood of residuals with random intercepts of several factors, V = σ²_e I + Σ_k σ²_k Z_k
 * Z_k', by its sparse factor in float64, with the exact gradient (docs/methods.md A11).
 *
 * @param r [m, 1]
 * @param members levels or sets of each factor, K of them
 * @param residualVariance []
 * @param variances [K]
 */
export function interceptsNll(r: tf.Tensor2D, members: readonly Members[], residualVariance: tf.Scalar, variances: tf.Tensor1D): tf.Scalar {
  const m = r.shape[0];
  const factors = inputsOf(members);
  return tf.customGrad((residuals, residual, levels, save) => {
    const K = (levels as tf.Tensor1D).shape[0];
    const inputs = { ...factors, r: residuals as tf.Tensor, residualVariance: residual as tf.Tensor, variances: levels as tf.Tensor };
    const all = tf.engine().runKernel(INTERCEPTS_NLL, inputs) as tf.Tensor1D;
    (save as tf.GradSaveFunc)([all]);
    return {
      value: tf.reshape(tf.slice(all, [0], [1]), []),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        const scaled = tf.mul(saved as tf.Tensor1D, dy) as tf.Tensor1D;
        return [tf.reshape(tf.slice(scaled, [2 + K], [m]), [m, 1]), tf.reshape(tf.slice(scaled, [1], [1]), []), tf.slice(scaled, [2], [K])];
      },
    };
  })(r, residualVariance, variances) as tf.Scalar;
}

/**
 * Negative log-likelihood of a 0/1 response with random intercepts of one or several factors in the logit, by
 * Laplace's approximation at the modes, with its exact gradient (docs/methods.md A11).
 *
 * @param logits f [m, 1] @param y [m, 1]
 * @param members levels or sets of each factor, K of them
 * @param variances [K]
 */
export function bernoulliInterceptsNll(logits: tf.Tensor2D, y: tf.Tensor2D, members: readonly Members[], variances: tf.Tensor1D): tf.Scalar {
  const m = logits.shape[0];
  const factors = inputsOf(members);
  return tf.customGrad((f, levels, save) => {
    const K = (levels as tf.Tensor1D).shape[0];
    const inputs = { ...factors, logits: f as tf.Tensor, y: y as tf.Tensor, variances: levels as tf.Tensor };
    const all = tf.engine().runKernel(BERNOULLI_INTERCEPTS_NLL, inputs) as tf.Tensor1D;
    (save as tf.GradSaveFunc)([all]);
    return {
      value: tf.reshape(tf.slice(all, [0], [1]), []),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        const scaled = tf.mul(saved as tf.Tensor1D, dy) as tf.Tensor1D;
        return [tf.reshape(tf.slice(scaled, [1 + K], [m]), [m, 1]), tf.slice(scaled, [1], [K])];
      },
    };
  })(logits, variances) as tf.Scalar;
}

/**
 * Negative log-likelihood of residuals whose levels have independent random effects of M features, V = σ²_e I
 * + (H diag(γ) H') ∘ S with S_ab = 1 where rows a and b have one level, level by level in float64, with the
 * exact gradient (docs/methods.md F10).
 *
 * @param r [m, 1] @param h [m, M] @param ids level of each row, [m] int32
 * @param residualVariance []
 * @param variances [M]
 */
export function slopesNll(r: tf.Tensor2D, h: tf.Tensor2D, ids: tf.Tensor1D, residualVariance: tf.Scalar, variances: tf.Tensor1D): tf.Scalar {
  const [m, M] = h.shape;
  return tf.customGrad((residuals, features, residual, own, save) => {
    const inputs = { r: residuals as tf.Tensor, h: features as tf.Tensor, ids, variances: own as tf.Tensor, residualVariance: residual as tf.Tensor };
    const all = tf.engine().runKernel(SLOPES_NLL, inputs) as tf.Tensor1D;
    (save as tf.GradSaveFunc)([all]);
    return {
      value: tf.reshape(tf.slice(all, [0], [1]), []),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        const scaled = tf.mul(saved as tf.Tensor1D, dy) as tf.Tensor1D;
        return [
          tf.reshape(tf.slice(scaled, [2 + M], [m]), [m, 1]),
          tf.reshape(tf.slice(scaled, [2 + M + m], [m * M]), [m, M]),
          tf.reshape(tf.slice(scaled, [1], [1]), []),
          tf.slice(scaled, [2], [M]),
        ];
      },
    };
  })(r, h, residualVariance, variances) as tf.Scalar;
}
