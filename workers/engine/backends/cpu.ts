import * as tf from '@tensorflow/tfjs';
import { loadProducts } from '../../mixed/wasm/kernel';
import { answerEmptyDimensions } from '../kernels/empty-dimensions';
import { registerEntmax } from '../kernels/entmax';
import { registerInverseLogDeterminant } from '../kernels/inverse-log-determinant';
import { registerKerasAdam } from '../kernels/keras-adam';
import { registerLevelLikelihoods } from '../kernels/level-likelihoods';
import { registerTokenAttention } from '../kernels/token-attention';
import { registerUnsortedSegmentSum } from '../kernels/unsorted-segment-sum';

/** Makes tfjs's plain JavaScript backend active: slow, and always there. */
export async function startCpu(): Promise<void> {
  // Silences tfjs's advice to install another package in Node.
  tf.env().set('PROD', true);
  if (!(await tf.setBackend('cpu'))) throw new Error('tfjs could not initialise its CPU backend');
  registerUnsortedSegmentSum('cpu');
  registerKerasAdam('cpu');
  registerTokenAttention('cpu');
  registerInverseLogDeterminant('cpu');
  registerLevelLikelihoods('cpu');
  await loadProducts();
  registerEntmax('cpu');
  answerEmptyDimensions('cpu');
}
