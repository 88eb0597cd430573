import fixture from '../../golden/mmbeddings-regression.json';
import { checkFixture } from './golden';
import { checkFusedFixture } from './golden-fused';
import { checkWebGpuFixture } from './golden-webgpu';

/**
 * The start-up self-test: loss, gradients and three Adam steps of a small MMbeddings model on the active backend against reference numbers in
 * double precision. Returns the largest relative error; infinite when it fails to run.
 */
export async function selfTest(): Promise<number> {
  const { error } = await checkFixture(fixture);
  return error ?? Number.POSITIVE_INFINITY;
}

/** The same of the fused WASM step. */
export async function fusedSelfTest(): Promise<number> {
  const { error } = await checkFusedFixture(fixture);
  return error ?? Number.POSITIVE_INFINITY;
}

/** The same of the fused WebGPU step on this device. */
export async function webGpuSelfTest(device: GPUDevice): Promise<number> {
  const { error } = await checkWebGpuFixture(device, fixture);
  return error ?? Number.POSITIVE_INFINITY;
}
