import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { FusedPlan, StepPlan } from '../engine/plan';
import { createWasmPlan } from '../engine/wasm/wasm-plan';
import { GOLDEN_TOLERANCE } from '../methods/golden';
import type { Model } from '../methods/method';
import { fusedSelfTest } from '../methods/self-test';
import { EagerPlan } from './plan';

export interface PlanOptions {
  model: Model;
  dataset: Dataset;
  batchSize: number;
  learningRate: number;
  /** Seeds the noise of training steps. */
  noiseSeed: number;
}

/** The plan that trains a model. `fused` is the same plan where it holds the weights itself and evaluates too; else the model's variables hold them. */
export interface ChosenPlan {
  plan: StepPlan;
  fused: FusedPlan | null;
}

let tested: Promise<number> | null = null;

/** Throws unless the fused step computes correctly on this machine; tested once. */
async function requireSoundStep(): Promise<void> {
  tested ??= fusedSelfTest();
  const error = await tested;
  if (!(error <= GOLDEN_TOLERANCE))
    throw new Error(Number.isFinite(error) ? `its self-test differs by ${error.toExponential(1)}` : 'its self-test does not run');
}

/**
 * Chooses how a model's steps run: fused in WebAssembly when the method describes itself as plain data and tfjs is on WASM too, else op by op.
 */
export async function makePlan(options: PlanOptions): Promise<ChosenPlan> {
  if (options.model.fused && tf.getBackend() === 'wasm') {
    try {
      await requireSoundStep();
      const fused = await makeFusedPlan(options);
      return { plan: fused, fused };
    } catch (failure) {
      // Too much memory for one plan, or a browser without SIMD: slower, not wrong, and said aloud.
      console.warn(`The fused step cannot be used, training goes op by op: ${failure instanceof Error ? failure.message : String(failure)}`);
    }
  }
  return { plan: makeEagerPlan(options), fused: null };
}

export function makeEagerPlan({ model, dataset, batchSize, learningRate, noiseSeed }: PlanOptions): EagerPlan {
  return new EagerPlan({
    dataset,
    batchSize,
    parameters: model.parameters,
    loss: (batch, noise) => model.loss(batch, noise).total,
    noiseShapes: (rows) => model.noiseShapes(rows),
    learningRate,
    noiseSeed,
  });
}

/** The fused plan of a model with its parameters as they are now. Rejects when there is none for it. */
export async function makeFusedPlan({ model, dataset, batchSize, learningRate, noiseSeed }: PlanOptions): Promise<FusedPlan> {
  if (!model.fused) throw new Error('this method has no fused step');
  const values = await Promise.all(
    [...model.parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array]),
  );
  const { task, x, p, y } = dataset;
  const features = dataset.categorical.map(({ codes, cardinality }) => ({ codes, levels: cardinality }));
  return createWasmPlan(model.fused, { task, x, p, y, features, batchSize, learningRate, noiseSeed }, new Map(values));
}

/** Copies a fused plan's weights into the variables of its model. */
export async function writeBack(fused: FusedPlan, model: Model): Promise<void> {
  const values = await fused.parameters();
  for (const [name, variable] of model.parameters) tf.tidy(() => variable.assign(tf.tensor(values.get(name) as Float32Array, variable.shape)));
}
