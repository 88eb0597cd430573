import * as tf from '@tensorflow/tfjs';

export type Activation = 'relu' | 'linear';

/** act(x · kernel + bias) as one kernel: [rows, inputs] · [inputs, outputs] → [rows, outputs]. */
function forward(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D, activation: Activation): tf.Tensor2D {
  const a = tf.reshape(x, [1, ...x.shape]);
  const b = tf.reshape(kernel, [1, ...kernel.shape]);
  const product = tf.engine().runKernel('_FusedMatMul', { a, b, bias }, { transposeA: false, transposeB: false, activation }) as tf.Tensor3D;
  return tf.reshape(product, [x.shape[0], kernel.shape[1]]);
}

/**
 * A dense layer as one differentiable op. tfjs would un-fuse the matrix product, the bias and the ReLU while
 * a gradient is recorded; here the forward stays one kernel, and the backward transposes before it
 * multiplies, because tfjs-wasm multiplies a transposed operand about ten times slower than a plain one.
 *
 * @param x [rows, inputs]
 * @param kernel [inputs, outputs]
 * @param bias [outputs], made as a vector: tfjs-wasm looks at the shape its memory was allocated with and
 * refuses a reshaped matrix
 * @param data x has no parameters behind it: its gradient is not computed, and none may be asked for
 * @returns [rows, outputs]
 */
export function dense(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D, activation: Activation, data = false): tf.Tensor2D {
  const backward = (dy: tf.Tensor2D, input: tf.Tensor2D, weights: tf.Tensor2D, output: tf.Tensor2D): tf.Tensor[] => {
    // The derivative of ReLU from its output: 1 where it is positive.
    const d = activation === 'relu' ? tf.mul(dy, tf.step(output)) : dy;
    const parameters = [tf.matMul(tf.transpose(input), d), tf.sum(d, 0)];
    return data ? parameters : [tf.matMul(d, tf.transpose(weights)), ...parameters];
  };
  if (data) {
    return tf.customGrad((w, b, save) => {
      const value = forward(x, w as tf.Tensor2D, b as tf.Tensor1D, activation);
      (save as tf.GradSaveFunc)([x, w as tf.Tensor, value]);
      return {
        value,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
          backward(dy as tf.Tensor2D, saved[0] as tf.Tensor2D, saved[1] as tf.Tensor2D, saved[2] as tf.Tensor2D),
      };
    })(kernel, bias) as tf.Tensor2D;
  }
  return tf.customGrad((a, w, b, save) => {
    const value = forward(a as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation);
    (save as tf.GradSaveFunc)([a as tf.Tensor, w as tf.Tensor, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(dy as tf.Tensor2D, saved[0] as tf.Tensor2D, saved[1] as tf.Tensor2D, saved[2] as tf.Tensor2D),
    };
  })(x, kernel, bias) as tf.Tensor2D;
}
