import * as tf from '@tensorflow/tfjs';
import { Classes } from './classes';
import { binaryCrossEntropy, meanSquaredError } from './losses';
import { OrderedClasses } from './ordered-classes';
import { type AskedResponse, classesOf } from './response-shape';

/** Decoder output [rows, 1] on the response scale: the mean itself, or the probability of a logit. */
export function onResponseScale(binary: boolean, decoded: tf.Tensor2D): tf.Tensor2D {
  return binary ? tf.sigmoid(decoded) : decoded;
}

/** Reconstruction loss of a decoder's output: mean squared error, or mean binary cross-entropy of a logit. */
export function reconstruction(binary: boolean, y: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar {
  return binary ? binaryCrossEntropy(y, decoded) : meanSquaredError(y, decoded);
}

/**
 * What stands behind a decoder: how its numbers become a prediction, and what they cost beside the response.
 * Another kind of response is another of these.
 */
export interface ResponseHead {
  /** Trainable numbers of its own; [] for most. */
  parameters(): [string, tf.Variable][];
  /** Responses [rows, 1] as an encoder reads them, [rows, `readWidth`]. */
  read(y: tf.Tensor2D): tf.Tensor2D;
  /** Decoder output [rows, `decoderOutputs`] as a prediction: the mean, a probability, one for each class. */
  onScale(decoded: tf.Tensor2D): tf.Tensor2D;
  /** Mean squared error, or mean negative log likelihood in nats, of decoder outputs. */
  loss(y: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar;
  /** Frees what is not a parameter. */
  dispose?(): void;
}

/** The head of a response, with its initial values. */
export function responseHead(asked: AskedResponse): ResponseHead {
  const classes = classesOf(asked);
  if (classes !== null && asked.classes === undefined) throw new Error(`a ${asked.task} response of an unknown number of classes`);
  if (classes !== null) return asked.task === 'ordinal' ? new OrderedClasses(classes) : new Classes(classes);
  const binary = asked.task === 'binary';
  return {
    parameters: () => [],
    read: (y) => y,
    onScale: (decoded) => onResponseScale(binary, decoded),
    loss: (y, decoded) => reconstruction(binary, y, decoded),
  };
}
