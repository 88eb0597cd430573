import fixture from '../../../golden/mmbeddings-regression.json';
import { emptyDimensionError } from '../../engine/empty-check';
import { planThreads, setPlanThreads } from '../../engine/wasm/threads';
import { checkFixture, GOLDEN_TOLERANCE } from './golden';
import { checkFusedFixture } from './golden-fused';
import { checkWebGpuFixture } from './golden-webgpu';

/**
 * The start-up self-test: loss, gradients and three Adam steps of a small MMbeddings model on the active
 * backend against reference numbers in double precision, and a product and a sum of nothing. Returns the
 * largest error, relative where there is a size; infinite when it fails to run.
 */
export async function selfTest(): Promise<number> {
  const ofNothing = await emptyDimensionError();
  const { error } = await checkFixture(fixture);
  return Math.max(ofNothing, error ?? Number.POSITIVE_INFINITY);
}

/**
 * The same of the fused WASM step on one thread. Where plans would have several, those are tested too, and
 * plans go without them when they differ.
 */
export async function fusedSelfTest(): Promise<number> {
  const { error } = await checkFusedFixture(fixture);
  if (planThreads() > 1) {
    const threaded = await checkFusedFixture(fixture, 2);
    if (!(Number(threaded.error) <= GOLDEN_TOLERANCE)) {
      console.warn(`Training takes one thread: the self-test on two fails (${threaded.error?.toExponential(1)}, ${threaded.reason}).`);
      setPlanThreads(1);
    }
  }
  return error ?? Number.POSITIVE_INFINITY;
}

/** The same of the fused WebGPU step on this device. */
export async function webGpuSelfTest(device: GPUDevice): Promise<number> {
  const { error } = await checkWebGpuFixture(device, fixture);
  return error ?? Number.POSITIVE_INFINITY;
}
