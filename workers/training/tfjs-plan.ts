import * as tf from '@tensorflow/tfjs';
import { createCapturedPlan } from '../engine/captured';
import type { EngineTrial, StepEngine } from '../engine/info';
import { createRecordedPlan } from '../engine/recorded';
import type { ResumablePlan, StepPlan } from '../engine/step-plan';
import { isExhaustion } from './out-of-memory';
import { RunCancelled } from './pacer';
import { EagerPlan, type EagerPlanOptions } from './plan';

/** What went wrong, for a warning. */
export const words = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** A plan, what computes its steps, and what others took, where that is known. */
interface TfjsPlan {
  plan: ResumablePlan;
  kind: StepEngine;
  tried: EngineTrial[];
}

const EAGER: Record<string, StepEngine> = { webgpu: 'tfjs WebGPU', wasm: 'tfjs WASM', cpu: 'tfjs CPU' };

/**
 * The recorded plan, and what one step through tfjs took. Never by the clock: results must not hang on it.
 */
async function recorded(options: EagerPlanOptions): Promise<TfjsPlan> {
  const plan = await createRecordedPlan(options);
  return { plan, kind: 'recorded WASM', tried: [{ kind: 'tfjs WASM', millisecondsPerStep: plan.milliseconds.tfjs }] };
}

/**
 * The plan of any tfjs loss: captured on WebGPU, recorded on WASM, where the loss can be; else op by op.
 * `before`: what computed its steps until now.
 */
export async function makeTfjsPlan(options: EagerPlanOptions, before?: StepEngine): Promise<TfjsPlan> {
  const backend = tf.getBackend();
  try {
    if (backend === 'webgpu') return { plan: await createCapturedPlan(options), kind: 'captured WebGPU', tried: [] };
    if (backend === 'wasm' && before !== 'tfjs WASM') return await recorded(options);
  } catch (failure) {
    if (failure instanceof RunCancelled || (backend === 'wasm' && isExhaustion(failure))) throw failure;
    // The message names what cannot be captured or recorded: slower, not wrong, and reported.
    console.warn(`${words(failure)} Training goes op by op.`);
  }
  return { plan: new EagerPlan(options), kind: EAGER[backend], tried: [] };
}

/** The same, where nobody asks what computes it. */
export async function makeStepPlan(options: EagerPlanOptions): Promise<StepPlan> {
  return (await makeTfjsPlan(options)).plan;
}
