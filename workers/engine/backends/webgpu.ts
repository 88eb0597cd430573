import * as tf from '@tensorflow/tfjs';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { answerEmptyDimensions } from '../kernels/empty-dimensions';
import { registerEntmaxOnWebGpu } from '../kernels/entmax-webgpu';
import { registerInverseLogDeterminantWebGpu } from '../kernels/inverse-log-determinant-webgpu';
import { registerTokenAttentionOnWebGpu } from '../kernels/token-attention-webgpu';
import { countBuffers } from './device-bytes';

/** Limits worth raising to what the adapter has; the defaults allow tables of 128 MiB at most. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * Makes a device of this adapter the backend 'webgpu' of tfjs. The device is ours: step plans share it, and
 * its loss is told to `onLost`.
 */
export async function startWebGpu(adapter: GPUAdapter, onLost: (reason: string) => void): Promise<void> {
  const requiredLimits = Object.fromEntries(LIMITS.flatMap((limit) => (adapter.limits[limit] === undefined ? [] : [[limit, adapter.limits[limit]]])));
  // Step plans ask how wide the adapter's subgroups are, and share loads among quads where that pays.
  const requiredFeatures = (['subgroups'] as GPUFeatureName[]).filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  countBuffers(device);
  void device.lost.then(({ reason, message }) => {
    // tfjs destroys the device of a backend that is given up; one that is in use is lost, whoever destroyed
    // it.
    if (reason !== 'destroyed' || (tf.getBackend() === 'webgpu' && activeDevice() === device)) onLost(message || reason);
  });
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  registerTokenAttentionOnWebGpu();
  registerEntmaxOnWebGpu();
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
  // tfjs computes x'·d for a kernel's gradient with few workgroups unless told to split the rows (16
  // workgroups at 100 × 100).
  tf.env().set('WEBGPU_THRESHOLD_TO_INCREASE_WORKGROUPS_FOR_MATMUL', 32);
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not initialise its WebGPU backend');
  registerInverseLogDeterminantWebGpu();
  answerEmptyDimensions('webgpu');
}

/** The device of tfjs's WebGPU backend, which must be the active one. */
export function activeDevice(): GPUDevice {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('tfjs does not run on WebGPU');
  return backend.device;
}
