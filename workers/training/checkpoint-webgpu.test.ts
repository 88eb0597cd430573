/** Plans of WebGPU are saved and go on: in a plan of their kind, and op by op. */
import { beforeAll, describe, expect, it } from 'vitest';
import { takePlainProducts } from '../engine/backends/software-products';
import { installNodeWebGpu } from '../engine/node';
import type { ResumablePlan } from '../engine/step-plan';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { buildModel } from '../methods/registry';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { makeCapturedPlan, makeEagerPlan, makeFusedPlan } from './make-plan';
import type { PlanOptions } from './plan-options';
import { error } from './testing/fused-cases';

const lack = await installNodeWebGpu();
const LEVELS = [6, 5];

function optionsFor(id: string): PlanOptions {
  const dataset = testDataset('regression', 2, LEVELS, 36, 4);
  const problem = { task: 'regression' as const, p: 2, levels: LEVELS, batchSize: 10 };
  const model = buildModel(id, problem, testSettings(id, { d: 3, decoder: [4], encoder: [4] }), new RandomStream(5, 'weights'), dataset);
  return { model, dataset, batchSize: 10, learningRate: 0.02, noiseSeed: 4_000_000_007 };
}

async function train(plan: ResumablePlan, { dataset }: PlanOptions, from: number, to: number): Promise<Float32Array> {
  for (let epoch = from; epoch <= to; epoch++) {
    plan.setOrder(epochOrder(dataset.split.train, 1, epoch));
    while (plan.remaining > 0) await plan.run(2);
  }
  return (await plan.losses()).loss;
}

describe.skipIf(lack)(`plans of WebGPU that go on from what was saved${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    await startTestWebGpu();
    takePlainProducts();
  });

  const cases = [
    { kind: 'fused', id: 'mmbeddings', make: makeFusedPlan },
    { kind: 'captured', id: 'uembeddings', make: makeCapturedPlan },
  ];
  it.each(cases)('$kind, $id', { timeout: 60_000 }, async ({ id, make }) => {
    const [whole, again, eager] = [optionsFor(id), optionsFor(id), optionsFor(id)];
    const plan: ResumablePlan = await make(whole);
    await train(plan, whole, 1, 2);
    const state = await plan.save();
    expect(state.steps).toBe(2 * Math.ceil(whole.dataset.split.train.length / 10));
    const other: ResumablePlan = await make(again);
    other.restore(state);
    const slow = makeEagerPlan(eager);
    slow.restore(state);
    const expected = await train(plan, whole, 3, 4);
    expect(error(await train(other, again, 3, 4), expected)).toBeLessThan(1e-6);
    expect(error(await train(slow, eager, 3, 4), expected)).toBeLessThan(1e-5);
    for (const one of [plan, other, slow]) one.dispose();
    for (const { model } of [whole, again, eager]) model.dispose();
  });
});
