/**
 * Every method of tables that the fused step leaves to tfjs, and two that it takes: recorded steps against
 * eager ones on WASM.
 */

import { describe, expect, it } from 'vitest';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { IN_PARTS } from '../engine/recorded';
import type { StepPlan } from '../engine/step-plan';
import type { Model } from '../methods/method';
import { aboutMethod, buildModel } from '../methods/registry';
import { acceptedProblem, OF_TABLES } from '../methods/testing/every-method';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { makeEagerPlan, makeRecordedPlan } from './make-plan';
import type { PlanOptions } from './plan-options';
import { error } from './testing/fused-cases';

const P = 2;
const ROWS = 36;
/** Two full batches and a short one. */
const BATCH = 10;
const EPOCHS = 7;
/** Networks that repeat a part repeat it twice, attention has two heads. */
const SHALLOW = { blocks: 1, heads: 2, steps: 2 };
/** Of what the fused step takes: a decoder alone, and draws averaged by level. */
const FUSED_TOO = ['ignore', 'mmbeddings'];
/**
 * Batch norms of a few rows amplify rounding from step to step, and leave gradients of their shifts near
 * zero, which Adam divides by their size (captured-every-method.test.ts). So do layer norms of two numbers,
 * and exponentials of a network.
 */
const LOOSE: Record<string, { losses?: number; weights: number }> = {
  tabnet: { losses: 5e-5, weights: 1e-3 },
  tabtransformer: { weights: 3e-5 },
  'tabtransformer-uembeddings': { weights: 3e-5 },
  'tabtransformer-mmbeddings': { weights: 3e-5 },
  'lmmnn-poisson': { weights: 3e-5 },
};
/** A number added to all scores of a softmax has no gradient: Adam divides what rounding leaves of it. */
const UNFELT = 'tags/attention/dense1/bias';

/** Responses of several classes, and a method that decodes them and one that reads them too. */
const OF_CLASSES = [
  { name: 'mmbeddings, classes', id: 'mmbeddings', several: 'classes' },
  { name: 'embeddings, ordinal', id: 'embeddings', several: 'ordinal' },
  { name: 'tag-mmbeddings, classes', id: 'tag-mmbeddings', several: 'classes' },
] as const;

function optionsFor(id: string, several?: 'classes' | 'ordinal'): PlanOptions {
  const about = aboutMethod(id);
  const { task: usual, p, levels, tags, ...kind } = acceptedProblem(about, P);
  const task = several ?? usual;
  const data = testDataset(task, p, levels, ROWS, 4, tags, kind);
  const [batch, learningRate] = id === 'tabnet' ? [12, 0.001] : [BATCH, 0.01];
  const problem = { task, ...(several && { classes: 3 }), p, levels, ...(tags && { tags }), batchSize: batch };
  const model = buildModel(id, problem, testSettings(id, SHALLOW), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? batch, learningRate, lazyTables: false, noiseSeed: 4_000_000_007 };
}

async function train(plan: StepPlan, { dataset, model }: PlanOptions, epochs: number): Promise<Float32Array> {
  const { train: rows } = dataset.split;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    plan.setOrder(model.epochOrder?.(rows, 1, epoch) ?? epochOrder(rows, 1, epoch));
    while (plan.remaining > 0) await plan.run(2);
  }
  return (await plan.losses()).loss;
}

async function values({ parameters, state }: Model): Promise<Map<string, Float32Array>> {
  const read = [...parameters, ...(state ?? [])].map(
    async ([name, variable]): Promise<[string, Float32Array]> => [name, ((await variable.data()) as Float32Array).slice()],
  );
  return new Map(await Promise.all(read));
}

function methods(): string[] {
  return OF_TABLES.flatMap(({ id }) => {
    const { model } = optionsFor(id);
    const taken = !model.ownFit && (!model.fused || FUSED_TOO.includes(id));
    model.dispose();
    return taken ? [id] : [];
  });
}

await startWasm(nodeWasmPath());
const METHODS = methods();

describe('the recorded step equals the eager one, and itself bit for bit on two threads', () => {
  it.each([...METHODS.map((id) => ({ name: id, id, several: undefined })), ...OF_CLASSES])('$name', async ({ id, several }) => {
    const [mine, again, theirs] = [optionsFor(id, several), optionsFor(id, several), optionsFor(id, several)];
    const [recorded, eager] = [await makeRecordedPlan(mine, { threads: 1 }), makeEagerPlan(theirs)];
    const twin = await makeRecordedPlan(again, IN_PARTS);
    expect(twin.threads).toBe(2);
    const epochs = id === 'tabnet' ? 10 : EPOCHS;
    const [actual, expected] = [await train(recorded, mine, epochs), await train(eager, theirs, epochs)];
    expect(expected.length).toBeGreaterThanOrEqual(20);
    expect(error(actual, expected)).toBeLessThan(LOOSE[id]?.losses ?? 1e-5);
    const same = await train(twin, again, 2);
    expect(same).toEqual(actual.subarray(0, same.length));
    const weights = await values(mine.model);
    for (const [name, value] of await values(theirs.model))
      if (name !== UNFELT) expect(error(weights.get(name), value), name).toBeLessThan(LOOSE[id]?.weights ?? 1e-5);
    for (const plan of [recorded, twin, eager]) plan.dispose();
    for (const { model } of [mine, again, theirs]) model.dispose();
  });
});
