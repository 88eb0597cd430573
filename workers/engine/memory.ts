import * as tf from '@tensorflow/tfjs';
import { bytesOf } from './backends/device-bytes';
import { webGpuBackend } from './captured/internals';

/** Bytes of buffers on tfjs's device that are not tfjs's: those of fused and captured plans. */
function planBytes(): number {
  const { device, bufferManager } = webGpuBackend();
  return Math.max(0, bytesOf(device) - bufferManager.numBytesAllocated);
}

/**
 * Tensors and bytes held now. `gpuBytes` is what tensors and step plans hold on the WebGPU device (not the
 * freed buffers that tfjs keeps for reuse); null on other backends.
 */
export function memoryUse(): { tensors: number; bytes: number; gpuBytes: number | null } {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
  return {
    tensors: memory.numTensors,
    bytes: memory.numBytes,
    gpuBytes: memory.numBytesInGPU === undefined ? null : memory.numBytesInGPU + planBytes(),
  };
}
