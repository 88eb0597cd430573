import * as tf from '@tensorflow/tfjs';

/** A value without its dependence on what it was made of: the gradient takes it for a constant. */
export function held(of: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor {
  return tf.customGrad((...given) => {
    const own = given.slice(0, inputs.length) as tf.Tensor[];
    const save = given[inputs.length] as unknown as tf.GradSaveFunc;
    save(own);
    return { value: of(...own), gradFunc: (_: tf.Tensor, saved: tf.Tensor[]) => saved.map((input) => tf.zerosLike(input)) };
  })(...inputs);
}
