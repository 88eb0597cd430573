import { activeDevice } from '../engine/backends/webgpu';
import type { FusedPlan } from '../engine/step-plan';
import { forgoRelaxedSimd, usesRelaxedSimd } from '../engine/wasm/module';
import { createWasmPlan } from '../engine/wasm/wasm-plan';
import { createWebGpuPlan } from '../engine/webgpu/webgpu-plan';
import { GOLDEN_TOLERANCE } from '../methods/golden/golden';
import { fusedSelfTest, webGpuSelfTest } from '../methods/golden/self-test';
import { fusedRows } from './fused-rows';
import type { PlanOptions } from './plan-options';

export type FusedKind = 'fused WebGPU' | 'fused WASM';

/** Results of self-tests: of the WASM step once, of the WebGPU step once a device. */
let testedWasm: Promise<number> | null = null;
const testedDevices = new WeakMap<GPUDevice, Promise<number>>();

/**
 * The self-test of the WASM step. A machine on which its fused multiply-adds are wrong, or do not compile,
 * gets the builds without.
 */
async function wasmSelfTest(): Promise<number> {
  const error = await fusedSelfTest().catch(() => Number.NaN);
  if (error <= GOLDEN_TOLERANCE || !usesRelaxedSimd()) return error;
  forgoRelaxedSimd();
  return fusedSelfTest();
}

function testOf(kind: FusedKind): Promise<number> {
  if (kind === 'fused WASM') {
    testedWasm ??= wasmSelfTest();
    return testedWasm;
  }
  const device = activeDevice();
  const test = testedDevices.get(device) ?? webGpuSelfTest(device);
  testedDevices.set(device, test);
  return test;
}

/** Throws unless the fused step computes correctly on this machine. */
export async function requireSoundStep(kind: FusedKind): Promise<void> {
  const error = await testOf(kind);
  if (!(error <= GOLDEN_TOLERANCE))
    throw new Error(Number.isFinite(error) ? `its self-test differs by ${error.toExponential(1)}` : 'its self-test does not run');
}

/**
 * The fused plan of a model with its parameters as they are now. Rejects when there is none for it.
 * `trainingOnly`: for steps alone, quicker to make.
 */
export async function makeFused(
  kind: FusedKind,
  { model, dataset, batchSize, learningRate, lazyTables, noiseSeed, uploaded }: PlanOptions,
  trainingOnly = false,
): Promise<FusedPlan> {
  if (!model.fused) throw new Error('this method has no fused step');
  const values = await Promise.all(
    [...model.parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array]),
  );
  const { task, split } = dataset;
  const learned = new Uint32Array(split.train.length + split.validation.length);
  learned.set(split.train);
  learned.set(split.validation, split.train.length);
  const problem = { ...fusedRows(dataset), task, learned, batchSize, learningRate, noiseSeed, lazyTables };
  if (kind === 'fused WebGPU') return createWebGpuPlan(activeDevice(), model.fused, problem, new Map(values), { trainingOnly, uploaded });
  return createWasmPlan(model.fused, problem, new Map(values));
}
