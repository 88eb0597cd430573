import * as tf from '@tensorflow/tfjs';
import { startWebGpu } from './backends/webgpu';

/** The product of matrices that a software adapter is quick at, or what tfjs chooses for a GPU. */
const PRODUCTS = { plain: 3, chosen: -1 };

/**
 * Starts WebGPU in Node for a test, after `installNodeWebGpu`. The files of a process share its device, with
 * the kernels that a software adapter takes seconds to compile.
 */
export async function startTestWebGpu(products: keyof typeof PRODUCTS = 'chosen'): Promise<void> {
  tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', PRODUCTS[products]);
  if (tf.findBackend('webgpu')) await tf.setBackend('webgpu');
  else await startWebGpu((await navigator.gpu.requestAdapter()) as GPUAdapter, (reason) => console.warn(reason));
}
