import * as tf from '@tensorflow/tfjs';
import { createCapturedPlan } from '../engine/captured';
import type { StepEngine } from '../engine/info';
import type { ResumablePlan, StepPlan } from '../engine/step-plan';
import { RunCancelled } from './pacer';
import { EagerPlan, type EagerPlanOptions } from './plan';

/** What went wrong, for a warning. */
export const words = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

const EAGER: Record<string, StepEngine> = { webgpu: 'tfjs WebGPU', wasm: 'tfjs WASM', cpu: 'tfjs CPU' };

/** The plan of any tfjs loss: captured on WebGPU where the loss can be, else op by op. */
export async function makeTfjsPlan(options: EagerPlanOptions): Promise<{ plan: ResumablePlan; kind: StepEngine }> {
  if (tf.getBackend() === 'webgpu') {
    try {
      return { plan: await createCapturedPlan(options), kind: 'captured WebGPU' };
    } catch (failure) {
      if (failure instanceof RunCancelled) throw failure;
      // The message names what cannot be captured: slower, not wrong, and reported.
      console.warn(`${words(failure)} Training goes op by op.`);
    }
  }
  return { plan: new EagerPlan(options), kind: EAGER[tf.getBackend()] };
}

/** The same, where nobody asks what computes it. */
export async function makeStepPlan(options: EagerPlanOptions): Promise<StepPlan> {
  return (await makeTfjsPlan(options)).plan;
}
