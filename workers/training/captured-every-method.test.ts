/**
 * Every method of the registry that the fused WebGPU step leaves to tfjs: captured steps against eager ones.
 * The others are in captured-plan.test.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { installNodeWebGpu } from '../engine/node';
import type { StepPlan } from '../engine/step-plan';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { unsupported } from '../engine/webgpu/support';
import type { Model } from '../methods/method';
import { aboutMethod, buildModel } from '../methods/registry';
import { acceptedProblem, OF_TABLES } from '../methods/testing/every-method';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { makeCapturedPlan, makeEagerPlan } from './make-plan';
import type { PlanOptions } from './plan-options';
import { error } from './testing/fused-cases';

const lack = await installNodeWebGpu();

const P = 2;
const ROWS = 36;
/** Two full batches and a short one. */
const BATCH = 10;
const EPOCHS = 7;
/**
 * Batch norms of a few rows amplify rounding from step to step, and leave gradients of their shifts near
 * zero, which Adam divides by their size. At the batch and rate of the others TabNet's losses differ by
 * 2.5e-5 here; in its full depth its eager ones move by tenths when its weights are multiplied by 1 + 1e-7.
 */
const TABNET = { batch: 12, epochs: 10, learningRate: 0.001, weights: 1e-4 };
/**
 * A software adapter takes a third of a millisecond for a kernel, however small: networks that repeat a part
 * repeat it twice, attention has two heads.
 */
const SHALLOW = { blocks: 1, heads: 2, steps: 2 };

/**
 * A number added to all scores of a softmax has no gradient: Adam divides what rounding leaves of it by its
 * size.
 */
const UNFELT: Record<string, string> = { 'tag-hybrid': 'tags/attention/dense1/bias' };

/** The method on a small problem that it accepts, with the data it trains on. */
function optionsFor(id: string, without = false): PlanOptions {
  const about = aboutMethod(id);
  const { task, levels, tags, ...kind } = acceptedProblem(about, P);
  const p = without ? 0 : P;
  const data = testDataset(task, p, levels, ROWS, 4, tags, kind);
  const [batch, learningRate] = id === 'tabnet' ? [TABNET.batch, TABNET.learningRate] : [BATCH, 0.01];
  const problem = { task, p, levels, ...(tags && { tags }), batchSize: batch };
  const model = buildModel(id, problem, testSettings(id, SHALLOW), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? batch, learningRate, lazyTables: false, noiseSeed: 4_000_000_007 };
}

/** Those without a fused WebGPU step and without an algorithm of their own. */
function methodsOfTfjs(): string[] {
  return OF_TABLES.flatMap(({ id }) => {
    const { model } = optionsFor(id);
    const found = !model.ownFit && (!model.fused || unsupported(model.fused) !== null);
    model.dispose();
    return found ? [id] : [];
  });
}

async function train(plan: StepPlan, { dataset, model }: PlanOptions, epochs: number): Promise<Float32Array> {
  const { train: rows } = dataset.split;
  for (let epoch = 1; epoch <= epochs; epoch++) {
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

/** Losses of an epoch op by op. */
async function eagerLosses(options: PlanOptions): Promise<Float32Array> {
  const plan = makeEagerPlan(options);
  const losses = await train(plan, options, 1);
  plan.dispose();
  options.model.dispose();
  return losses;
}

/**
 * A parameter without entries, tables, a state without entries, attention: one of each kind, without a
 * numeric column.
 */
const WITHOUT_NUMBERS = ['one-hot', 'hash-embeddings', 'tabnet', 'tabtransformer', 'deepfm'];

if (!lack) await startCpu();
const METHODS = lack ? [] : methodsOfTfjs();
const ON_CPU = new Map<string, Float32Array>();
if (!lack) for (const id of WITHOUT_NUMBERS) ON_CPU.set(id, await eagerLosses(optionsFor(id, true)));

describe.skipIf(lack)(`the captured step equals the eager one${lack ? ` (skipped: ${lack})` : ''}`, () => {
  beforeAll(async () => {
    await startTestWebGpu('plain');
  });

  it.each(METHODS)('%s', { timeout: 120_000 }, async (id) => {
    const [mine, theirs] = [optionsFor(id), optionsFor(id)];
    const [captured, eager] = [await makeCapturedPlan(mine), makeEagerPlan(theirs)];
    const [epochs, most] = id === 'tabnet' ? [TABNET.epochs, TABNET.weights] : [EPOCHS, 1e-5];
    const [actual, expected] = [await train(captured, mine, epochs), await train(eager, theirs, epochs)];
    expect(expected.length).toBeGreaterThanOrEqual(20);
    expect(error(actual, expected)).toBeLessThan(1e-5);
    const weights = await values(mine.model);
    for (const [name, value] of await values(theirs.model)) if (name !== UNFELT[id]) expect(error(weights.get(name), value), name).toBeLessThan(most);
    captured.dispose();
    eager.dispose();
    mine.model.dispose();
    theirs.model.dispose();
  });

  it.each(WITHOUT_NUMBERS)('%s without a numeric column, and as on the CPU', { timeout: 120_000 }, async (id) => {
    const options = optionsFor(id, true);
    const plan = await makeCapturedPlan(options);
    expect(error(await train(plan, options, 1), ON_CPU.get(id) as Float32Array)).toBeLessThan(1e-4);
    plan.dispose();
    options.model.dispose();
  });
});
