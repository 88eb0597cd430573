import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { activeDevice } from '../engine/backends/webgpu';
import { createCapturedPlan } from '../engine/captured';
import type { FusedPlan, StepPlan } from '../engine/plan';
import { createWasmPlan } from '../engine/wasm/wasm-plan';
import { createWebGpuPlan } from '../engine/webgpu/webgpu-plan';
import { GOLDEN_TOLERANCE } from '../methods/golden';
import type { Model } from '../methods/method';
import { fusedSelfTest, webGpuSelfTest } from '../methods/self-test';
import { EagerPlan, type EagerPlanOptions } from './plan';

export interface PlanOptions {
  model: Model;
  dataset: Dataset;
  batchSize: number;
  learningRate: number;
  /** Adam leaves rows of tables that a batch did not show as they are. */
  lazyTables?: boolean;
  /** Seeds the noise of training steps. */
  noiseSeed: number;
}

/** The plan that trains a model. `fused` is the same plan where it holds the weights itself and evaluates too; else the model's variables hold them. */
export interface ChosenPlan {
  plan: StepPlan;
  fused: FusedPlan | null;
}

/** Results of self-tests: of the WASM step once, of the WebGPU step once a device. */
let testedWasm: Promise<number> | null = null;
const testedDevices = new WeakMap<GPUDevice, Promise<number>>();

function testOfStep(): Promise<number> {
  if (tf.getBackend() !== 'webgpu') {
    testedWasm ??= fusedSelfTest();
    return testedWasm;
  }
  const device = activeDevice();
  const test = testedDevices.get(device) ?? webGpuSelfTest(device);
  testedDevices.set(device, test);
  return test;
}

/** Throws unless the fused step computes correctly on this machine. */
async function requireSoundStep(): Promise<void> {
  const error = await testOfStep();
  if (!(error <= GOLDEN_TOLERANCE))
    throw new Error(Number.isFinite(error) ? `its self-test differs by ${error.toExponential(1)}` : 'its self-test does not run');
}

/**
 * Chooses how a model's steps run: fused, in WGSL or in WebAssembly as tfjs is on WebGPU or WASM, when the method describes itself as plain data; else its
 * tfjs loss, captured on WebGPU, op by op elsewhere.
 */
export async function makePlan(options: PlanOptions): Promise<ChosenPlan> {
  if (options.model.fused && tf.getBackend() !== 'cpu') {
    try {
      await requireSoundStep();
      const fused = await makeFusedPlan(options);
      return { plan: fused, fused };
    } catch (failure) {
      // Too much memory for one plan, a browser without SIMD, a GPU that refuses a kernel: slower, not wrong, and said aloud.
      console.warn(`The fused step cannot be used, tfjs computes steps: ${failure instanceof Error ? failure.message : String(failure)}`);
    }
  }
  return { plan: await makeStepPlan(eagerOptions(options)), fused: null };
}

const eagerOptions = ({ model, dataset, batchSize, learningRate, lazyTables, noiseSeed }: PlanOptions): EagerPlanOptions => ({
  dataset,
  batchSize,
  parameters: model.parameters,
  state: model.state,
  lazy: lazyTables ? model.tables : undefined,
  floors: model.floors,
  loss: (batch, noise) => model.loss(batch, noise, true),
  noiseShapes: (rows) => model.noiseShapes(rows),
  learningRate,
  noiseSeed,
});

/** The plan of any tfjs loss: captured on WebGPU where the loss can be, else op by op. */
export async function makeStepPlan(options: EagerPlanOptions): Promise<StepPlan> {
  if (tf.getBackend() === 'webgpu') {
    try {
      return await createCapturedPlan(options);
    } catch (failure) {
      // The message names what cannot be captured: slower, not wrong, and said aloud.
      console.warn(`${failure instanceof Error ? failure.message : String(failure)} Training goes op by op.`);
    }
  }
  return new EagerPlan(options);
}

export function makeEagerPlan(options: PlanOptions): EagerPlan {
  return new EagerPlan(eagerOptions(options));
}

/** The captured plan of a model on WebGPU. Rejects with a LabFailure that names what cannot be captured. */
export function makeCapturedPlan(options: PlanOptions): ReturnType<typeof createCapturedPlan> {
  return createCapturedPlan(eagerOptions(options));
}

/** The fused plan of a model with its parameters as they are now: in WGSL where tfjs is on WebGPU, else in WebAssembly. Rejects when there is none for it. */
export async function makeFusedPlan({ model, dataset, batchSize, learningRate, lazyTables, noiseSeed }: PlanOptions): Promise<FusedPlan> {
  if (!model.fused) throw new Error('this method has no fused step');
  const values = await Promise.all(
    [...model.parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array]),
  );
  const { task, x, p, y } = dataset;
  const features = dataset.categorical.map(({ codes, cardinality }) => ({ codes, levels: cardinality }));
  const problem = { task, x, p, y, features, batchSize, learningRate, noiseSeed, lazyTables };
  if (tf.getBackend() === 'webgpu') return createWebGpuPlan(activeDevice(), model.fused, problem, new Map(values));
  return createWasmPlan(model.fused, problem, new Map(values));
}

/** Copies a fused plan's weights into the variables of its model. */
export async function writeBack(fused: FusedPlan, model: Model): Promise<void> {
  const values = await fused.parameters();
  for (const [name, variable] of model.parameters) tf.tidy(() => variable.assign(tf.tensor(values.get(name) as Float32Array, variable.shape)));
}
