import * as tf from '@tensorflow/tfjs';

/** Tensors and bytes held now. `gpuBytes` is what tensors hold on the WebGPU device (not the freed buffers that tfjs keeps for reuse); null on other backends. */
export function memoryUse(): { tensors: number; bytes: number; gpuBytes: number | null } {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    gpuBytes: memory.numBytesInGPU ?? null,
  };
}
