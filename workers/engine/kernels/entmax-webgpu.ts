import * as tf from '@tensorflow/tfjs';
import { ENTMAX, NEWTON_STEPS } from './entmax';
import { runProgram } from './webgpu-program';

/** One thread a row; a row is read again in every Newton step. */
const code = (width: number): string => `
const WIDTH = ${width};
fn main(index: i32) {
  if (index >= uniforms.threads) { return; }
  let start = index * WIDTH;
  var largest = x[start];
  for (var j = 1; j < WIDTH; j++) { largest = max(largest, x[start + j]); }
  var threshold = -1.0;
  for (var step = 0; step < ${NEWTON_STEPS}; step++) {
    var sum = 0.0;
    var squares = 0.0;
    for (var j = 0; j < WIDTH; j++) {
      let above = max((x[start + j] - largest) / 2.0 - threshold, 0.0);
      sum += above;
      squares += above * above;
    }
    threshold += (squares - 1.0) / (2.0 * sum);
  }
  for (var j = 0; j < WIDTH; j++) {
    let above = max((x[start + j] - largest) / 2.0 - threshold, 0.0);
    setOutputAtIndex(start + j, above * above);
  }
}`;

/** Registers the kernel on WebGPU. */
export function registerEntmaxOnWebGpu(): void {
  if (tf.getKernel(ENTMAX, 'webgpu')) return;
  tf.registerKernel({
    kernelName: ENTMAX,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend }) => {
      const x = inputs.x as tf.TensorInfo;
      const [threads, width] = x.shape;
      return runProgram(backend, { x }, { key: `${ENTMAX} ${width}`, code: code(width), outputShape: x.shape, threads });
    },
  });
}
