/** Every method of the registry whose steps tfjs computes: 21 captured steps on WebGPU against eager ones. The others are in captured-plan.test.ts. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { startWebGpu } from '../engine/backends/webgpu';
import { installNodeWebGpu } from '../engine/node';
import type { StepPlan } from '../engine/plan';
import { acceptedProblem, smallSettings } from '../methods/every-method';
import type { Model } from '../methods/method';
import { ABOUTS, aboutMethod, buildModel } from '../methods/registry';
import { testDataset } from '../methods/testing';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { error } from './fused-cases';
import { makeCapturedPlan, makeEagerPlan, type PlanOptions } from './make-plan';

const lack = await installNodeWebGpu();

const P = 2;
const ROWS = 36;
/** Two full batches and a short one. */
const BATCH = 10;
const EPOCHS = 7;

/** The method on a small problem that it accepts, with the data it trains on. */
function optionsFor(id: string): PlanOptions {
  const about = aboutMethod(id);
  const { task, levels } = acceptedProblem(about, P);
  const data = testDataset(task, P, levels, ROWS, 4);
  const problem = { task, p: P, levels, batchSize: BATCH };
  const model = buildModel(id, problem, smallSettings(about), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? BATCH, learningRate: 0.01, lazyTables: false, noiseSeed: 4_000_000_007 };
}

/** Those without a fused step and without an algorithm of their own. */
function methodsOfTfjs(): string[] {
  return ABOUTS.flatMap(({ id }) => {
    const { model } = optionsFor(id);
    const found = !model.fused && !model.ownFit;
    model.dispose();
    return found ? [id] : [];
  });
}

async function train(plan: StepPlan, { dataset, model }: PlanOptions): Promise<Float32Array> {
  const { train: rows } = dataset.split;
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    plan.setOrder(model.epochOrder?.(rows, 1, epoch) ?? epochOrder(rows, 1, epoch));
    while (plan.remaining > 0) await plan.run(3);
  }
  return (await plan.losses()).loss;
}

/** Weights and state by name. */
async function values({ parameters, state }: Model): Promise<Map<string, Float32Array>> {
  const read = [...parameters, ...(state ?? [])].map(
    async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array],
  );
  return new Map(await Promise.all(read));
}

if (!lack) await startCpu();
const METHODS = lack ? [] : methodsOfTfjs();

describe.skipIf(lack)(`the captured step equals the eager one${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    await startWebGpu((await navigator.gpu.requestAdapter()) as GPUAdapter, (reason) => console.warn(reason));
    // Quicker on a software adapter, see captured-plan.test.ts.
    tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3);
  });

  it.each(METHODS)('%s', { timeout: 120_000 }, async (id) => {
    const [mine, theirs] = [optionsFor(id), optionsFor(id)];
    const [captured, eager] = [await makeCapturedPlan(mine), makeEagerPlan(theirs)];
    const [actual, expected] = [await train(captured, mine), await train(eager, theirs)];
    expect(expected.length).toBeGreaterThanOrEqual(EPOCHS);
    expect(error(actual, expected)).toBeLessThan(1e-5);
    const weights = await values(mine.model);
    for (const [name, value] of await values(theirs.model)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);
    captured.dispose();
    eager.dispose();
    mine.model.dispose();
    theirs.model.dispose();
  });
});
