import * as tf from '@tensorflow/tfjs';
import { binaryCrossEntropy, meanSquaredError } from './losses';

/** Decoder output [rows, 1] on the response scale: the mean itself, or the probability of a logit. */
export function onResponseScale(binary: boolean, decoded: tf.Tensor2D): tf.Tensor2D {
  return binary ? tf.sigmoid(decoded) : decoded;
}

/** Reconstruction loss of a decoder's output: mean squared error, or mean binary cross-entropy of a logit. */
export function reconstruction(binary: boolean, y: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar {
  return binary ? binaryCrossEntropy(y, decoded) : meanSquaredError(y, decoded);
}
