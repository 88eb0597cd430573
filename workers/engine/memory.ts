import * as tf from '@tensorflow/tfjs';

/** Tensors and bytes held now. `gpuBytes` is what the WebGPU backend has allocated, freed buffers it keeps included; null on other backends. */
export function memoryUse(): { tensors: number; bytes: number; gpuBytes: number | null } {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number; numBytesAllocatedInGPU?: number };
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    gpuBytes: memory.numBytesAllocatedInGPU ?? memory.numBytesInGPU ?? null,
  };
}
