import type * as tf from '@tensorflow/tfjs';
import { type WebGPUBackend, webgpu_util } from '@tensorflow/tfjs-backend-webgpu';

const WORKGROUP: [number, number, number] = [64, 1, 1];

export interface ProgramOptions {
  /** Tells programs of different code apart. */
  key: string;
  /**
   * WGSL with `fn main(index: i32)`, which must leave when index ≥ uniforms.threads; inputs by their names,
   * output by setOutputAtIndex.
   */
  code: string;
  outputShape: number[];
  threads: number;
}

/**
 * Runs a kernel of ours through tfjs's WebGPU backend, as one of its own: one float32 output, captured like
 * any other.
 */
export function runProgram(
  backend: unknown,
  inputs: Record<string, tf.TensorInfo>,
  { key, code, outputShape, threads }: ProgramOptions,
): tf.TensorInfo {
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape);
  const program = {
    outputShape,
    variableNames: Object.keys(inputs),
    uniforms: 'threads : i32,',
    workgroupSize: WORKGROUP,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, [threads, ...outputShape.slice(1).map(() => 1)], WORKGROUP),
    shaderKey: key,
    getUserCode: () => code,
  };
  return (backend as WebGPUBackend).runWebGPUProgram(program, Object.values(inputs), 'float32', [{ type: 'int32', data: [threads] }]);
}
