import * as tf from '@tensorflow/tfjs';
import { windowsAnEpoch } from '../data/series/epoch';
import { backendForced } from '../engine/backends';
import { createCapturedPlan } from '../engine/captured';
import type { LaneEngine, StepEngine } from '../engine/info';
import { createRecordedPlan, type MachineOptions, type RecordedPlan, recordedNeed } from '../engine/recorded';
import type { FusedPlan, ResumablePlan } from '../engine/step-plan';
import { tryEngines } from './choose-engine';
import type { Evaluator } from './evaluator';
import { FusedEvaluator } from './fused-evaluator';
import { type FusedKind, makeFused, requireSoundStep } from './fused-plans';
import { ModelEvaluator } from './model-evaluator';
import { LackOfMemory } from './out-of-memory';
import { RunCancelled } from './pacer';
import { EagerPlan, type EagerPlanOptions } from './plan';
import type { PlanOptions } from './plan-options';
import { lackOfMemory, TENSOR_LIMIT } from './step-memory';
import { makeTfjsPlan, words } from './tfjs-plan';

/** The plan that trains a model, and the evaluator of its weights. Who asked for them disposes of both. */
export interface ChosenPlan {
  plan: ResumablePlan;
  evaluator: Evaluator;
  engine: LaneEngine;
}

/**
 * Fused plans that may train here: WASM also where there is a hardware GPU, because small batches are faster
 * on it; not where WebGPU was asked for by name.
 */
function fusedKinds(): FusedKind[] {
  const backend = tf.getBackend();
  if (backend === 'cpu') return [];
  if (backend === 'wasm') return ['fused WASM'];
  return backendForced() ? ['fused WebGPU'] : ['fused WebGPU', 'fused WASM'];
}

/**
 * Chooses how a model's steps run: fused, when the method describes itself as plain data, on whichever of
 * WebGPU and WebAssembly takes the least time for a step of this problem; else its tfjs loss, captured on
 * WebGPU, recorded on WebAssembly, op by op elsewhere and where that cannot be. `breathe` is awaited between
 * pieces of work. `before`: what computed its steps until now, which then goes on where it can.
 *
 * @throws LackOfMemory where a step does not fit into WebAssembly
 */
export async function makePlan(options: PlanOptions, breathe: () => Promise<void> = async () => undefined, before?: StepEngine): Promise<ChosenPlan> {
  const possible = options.model.fused ? fusedKinds() : [];
  const kinds =
    before && possible.some((kind) => kind === before) ? possible.toSorted((a, b) => Number(b === before) - Number(a === before)) : possible;
  const tried = kinds.length > 1 && kinds[0] !== before ? await tryEngines(kinds, options, breathe) : [];
  const order = tried.length > 0 ? tried.map(({ kind }) => kind) : kinds;
  for (const kind of order) {
    await breathe();
    try {
      await requireSoundStep(kind);
      const plan = await makeFused(kind, options);
      const millisecondsPerStep = tried.find((trial) => trial.kind === kind)?.millisecondsPerStep ?? null;
      return {
        plan,
        evaluator: new FusedEvaluator(plan, options),
        engine: { kind, millisecondsPerStep, tried, ...(plan.bytes !== undefined && { bytes: plan.bytes }) },
      };
    } catch (failure) {
      if (failure instanceof RunCancelled) throw failure;
      // Too much memory for one plan, a browser without SIMD, a GPU that refuses a kernel: slower, not wrong,
      // and reported.
      console.warn(`The ${kind} step cannot be used: ${words(failure)}`);
    }
  }
  const eager = eagerOptions(options);
  if (tf.getBackend() === 'wasm') {
    const lack = await lackOfMemory(eager, options.dataset.split.train);
    if (lack) throw new LackOfMemory(lack.rows, lack.bytes, TENSOR_LIMIT, lack.fits);
  }
  const made = await makeTfjsPlan(eager, before);
  return {
    plan: made.plan,
    evaluator: new ModelEvaluator(options),
    engine: {
      ...{ kind: made.kind, millisecondsPerStep: null, tried: [...made.tried, ...tried] },
      ...(made.plan.bytes !== undefined && { bytes: made.plan.bytes }),
    },
  };
}

const eagerOptions = ({ model, dataset, batchSize, learningRate, lazyTables, noiseSeed, uploaded }: PlanOptions): EagerPlanOptions => ({
  dataset,
  batchSize,
  ...(dataset.series && { epochRows: windowsAnEpoch(dataset.series, dataset.split.train) }),
  parameters: model.parameters,
  state: model.state,
  lazy: lazyTables ? model.tables : undefined,
  floors: model.floors,
  rates: model.rates,
  loss: (batch, noise) => model.loss(batch, noise, true),
  noiseShapes: (rows) => model.noiseShapes(rows),
  learningRate,
  noiseSeed,
  uploaded,
});

export function makeEagerPlan(options: PlanOptions): EagerPlan {
  return new EagerPlan(eagerOptions(options));
}

/**
 * The captured plan of a model on WebGPU. Rejects with a LabFailure that names what cannot be captured.
 *
 * @param fuse whether kernels are put together
 */
export function makeCapturedPlan(options: PlanOptions, fuse = true): ReturnType<typeof createCapturedPlan> {
  return createCapturedPlan({ ...eagerOptions(options), fuse });
}

/** The recorded plan of a model on WASM. Rejects with a LabFailure that names what cannot be recorded. */
export function makeRecordedPlan(options: PlanOptions, machine?: MachineOptions): Promise<RecordedPlan> {
  return createRecordedPlan(eagerOptions(options), machine);
}

/**
 * The fused plan of a model with its parameters as they are now: in WGSL where tfjs is on WebGPU, else in
 * WebAssembly. Rejects when there is none for it.
 */
export const makeFusedPlan = (options: PlanOptions): Promise<FusedPlan> =>
  makeFused(tf.getBackend() === 'webgpu' ? 'fused WebGPU' : 'fused WASM', options);

/**
 * Bytes that the recorded plan of a model will hold, before it is made: null where its steps are computed
 * otherwise, or where they cannot be told (`recordedNeed`).
 *
 * @param order rows of an epoch
 */
export function recordedBytes(options: PlanOptions, order: Uint32Array, threads?: number): number | null {
  if (tf.getBackend() !== 'wasm' || options.model.fused || options.model.ownFit) return null;
  return recordedNeed(eagerOptions(options), order, threads);
}
