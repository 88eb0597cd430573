import * as tf from '@tensorflow/tfjs';

/**
 * Makes tfjs-webgpu take its plain tiled product (program type 3) for every size. The one it chooses for
 * small matrices has 256 threads that wait for each other, which takes a software adapter 20 ms. For checks
 * on software adapters only: a GPU is better served by tfjs's own choice.
 */
export const takePlainProducts = (): void => tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
