import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../data/dataset';
import { shapeOf } from '../data/tag-rows';
import { Checkpoint } from '../engine/checkpoint';
import { installNodeWebGpu } from '../engine/node';
import type { StepPlan } from '../engine/step-plan';
import { startTestWebGpu } from '../engine/testing-webgpu';
import type { Batch, Model } from '../methods/method';
import { aboutMethod, buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { learnLevelVectors, predictRows, validationObjective } from './evaluate';
import { makeCapturedPlan, makeEagerPlan, makePlan } from './make-plan';
import { ModelEvaluator } from './model-evaluator';
import { Pacer } from './pacer';
import { EagerPlan } from './plan';
import type { PlanOptions } from './plan-options';
import { postTrain } from './stage-two';
import { withTags } from './testing/fused-cases';

const lack = await installNodeWebGpu();

const BATCH = 7;
/** 20 steps: five epochs of four batches, the last of each short. */
const EPOCHS = 5;

/** 40 rows of which 25 train, 2 numeric columns, K columns of 5, 9 and 3 levels, some without rows. */
function dataset(task: Dataset['task'], K: number): Dataset {
  const random = new RandomStream(3, 'captured');
  const rows = 40;
  const p = 2;
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  random.shuffle(numbers);
  return {
    task,
    rows,
    x: Float32Array.from({ length: rows * p }, () => random.normal()),
    p,
    categorical: [5, 9, 3].slice(0, K).map((cardinality, k) => ({
      name: `level ${k}`,
      cardinality,
      codes: Int32Array.from({ length: rows }, () => random.integer(cardinality - 1)),
      labels: null,
    })),
    y: Float32Array.from({ length: rows }, () => (task === 'binary' ? random.integer(2) : random.normal())),
    targetScale: 1,
    xScales: null,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: { train: numbers.slice(0, 25), validation: numbers.slice(25, 32), test: numbers.slice(32) },
    truth: null,
    fingerprint: '0000000000000000',
  };
}

function options(id: string, data: Dataset, settings: Record<string, unknown>): PlanOptions {
  const problem = { ...shapeOf(data), batchSize: BATCH };
  const model = buildModel(id, problem, aboutMethod(id).settings.parse(settings) as Record<string, unknown>, new RandomStream(5, 'weights'));
  return { model, dataset: data, batchSize: BATCH, learningRate: 0.01, noiseSeed: 4_000_000_007 };
}

async function train(plan: StepPlan, data: Dataset): Promise<{ loss: Float32Array; rows: number[] }> {
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    plan.setOrder(epochOrder(data.split.train, 1, epoch));
    while (plan.remaining > 0) await plan.run(3);
  }
  return plan.losses();
}

async function values({ parameters }: Model): Promise<Float32Array[]> {
  return Promise.all([...parameters.values()].map(async (variable) => (await variable.data()) as Float32Array));
}

/** Largest difference over the largest expected entry. */
function error(actual: Float32Array, expected: Float32Array): number {
  const differences = expected.map((value, i) => Math.abs(actual[i] - value));
  return differences.some(Number.isNaN) ? Number.NaN : Math.max(...differences) / Math.max(1e-3, ...expected.map(Math.abs));
}

const shared = { d: 3, decoder: [4] };
const SETTINGS: Record<string, Record<string, unknown>> = {
  ignore: { decoder: [4] },
  embeddings: shared,
  'embeddings-l2': { ...shared, l2: 0.02 },
  regbeddings: { ...shared, beta: 0.1, priorVariance: 0.7 },
  mmbeddings: { ...shared, encoder: [5], beta: 0.1, priorVariance: 0.4 },
};
/** Each with one feature and one task, and three features and the other. */
const CASES = Object.entries(SETTINGS).flatMap(([id, settings], at) =>
  [1, 3].map((K, second) => {
    const task = (at + second) % 2 ? ('binary' as const) : ('regression' as const);
    return { id, settings, task, K, title: `${id} ${task} K = ${K}` };
  }),
);

// A software adapter that shares the processor with other work takes long for its first kernels.
describe.skipIf(lack)(`the captured plan${lack ? ` (skipped: ${lack})` : ''}`, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await startTestWebGpu('plain');
  });

  async function expectEqual(id: string, data: Dataset, settings: Record<string, unknown>): Promise<void> {
    const [mine, theirs] = [options(id, data, settings), options(id, data, settings)];
    const [captured, eager] = [await makeCapturedPlan(mine), makeEagerPlan(theirs)];
    const [actual, expected] = [await train(captured, data), await train(eager, data)];
    expect(actual.rows).toEqual(expected.rows);
    expect(expected.loss).toHaveLength(20);
    expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
    const weights = await values(mine.model);
    for (const [i, value] of (await values(theirs.model)).entries())
      expect(error(weights[i], value), [...mine.model.parameters.keys()][i]).toBeLessThan(1e-5);
    captured.dispose();
    eager.dispose();
    mine.model.dispose();
    theirs.model.dispose();
  }

  it.each(CASES)('equals the eager one: $title', ({ id, settings, task, K }) => expectEqual(id, dataset(task, K), settings));

  it.each([
    ['tag-sum', 0, 'regression', {}],
    ['tag-sum', 2, 'binary', { pooling: 'mean' }],
  ] as const)('equals the eager one on sets of tags: %s, K = %i, %s %j', async (id, K, task, settings) => {
    await expectEqual(id, withTags(dataset(task, K)), { ...shared, ...settings });
  });

  it.each(['embeddings', 'regbeddings', 'embeddings-l2'])('equals the eager one with lazy tables: %s', async (id) => {
    const data = dataset('regression', 1);
    const settings = SETTINGS[id];
    const [mine, theirs, dense] = [0, 1, 2].map((i) => ({ ...options(id, data, settings), lazyTables: i < 2 }));
    const plans = [await makeCapturedPlan(mine), makeEagerPlan(theirs), makeEagerPlan(dense)];
    const [actual, expected] = await Promise.all(plans.map((plan) => train(plan, data)));
    expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
    const [weights, same, other] = await Promise.all([mine, theirs, dense].map(({ model }) => values(model)));
    for (const [i, value] of same.entries()) expect(error(weights[i], value), [...mine.model.parameters.keys()][i]).toBeLessThan(1e-5);
    // A penalty on whole tables gives every row a gradient.
    if (id === 'embeddings-l2') expect(error(weights[0], other[0])).toBeLessThan(1e-5);
    else expect(error(weights[0], other[0])).toBeGreaterThan(1e-3);
    for (const plan of plans) plan.dispose();
    for (const { model } of [mine, theirs, dense]) model.dispose();
  });

  it('equals the eager one with more inputs and parameters than a kernel can take, and no numeric column', async () => {
    const K = 13;
    const plain = dataset('regression', 1);
    const categorical = Array.from({ length: K }, () => plain.categorical[0]);
    const data = { ...plain, p: 0, x: new Float32Array(0), categorical };
    const build = (): PlanOptions => {
      const tables = Array.from({ length: K }, (_, k) => tf.tidy(() => tf.variable(tf.fill([5, 2], 0.1 * k - 0.5))));
      const model = {
        parameters: new Map(tables.map((table, k): [string, tf.Variable] => [`table${k}`, table])),
        noiseShapes: (rows: number) => tables.map((_, k): [number, number] => [rows, k === 0 ? 2 : 1]),
        loss: ({ x, y, z }: Batch, noise: tf.Tensor[]) => {
          const vectors = tables.map((table, k) => tf.mul(tf.gather(table, z[k]), tf.add(1, noise[k])) as tf.Tensor2D);
          return { total: tf.mean(tf.squaredDifference(tf.sum(tf.concat([x, ...vectors], 1), 1, true), y)) };
        },
      } as unknown as Model;
      return { model, dataset: data, batchSize: BATCH, learningRate: 0.01, noiseSeed: 3 };
    };
    const [mine, theirs] = [build(), build()];
    const [captured, eager] = [await makeCapturedPlan(mine), makeEagerPlan(theirs)];
    const [actual, expected] = [await train(captured, data), await train(eager, data)];
    expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
    const weights = await values(mine.model);
    for (const [i, value] of (await values(theirs.model)).entries()) expect(error(weights[i], value), `table ${i}`).toBeLessThan(1e-5);
    captured.dispose();
    eager.dispose();
    tf.dispose([...mine.model.parameters.values(), ...theirs.model.parameters.values()]);
  });

  it('repeats itself bit by bit where tfjs does', async () => {
    const data = dataset('regression', 1);
    const repeated = async (): Promise<Float32Array[]> => {
      // Not the methods with level vectors: tfjs's UnsortedSegmentSum adds floats in whatever order threads
      // come.
      const mine = options('ignore', data, SETTINGS.ignore);
      const plan = await makeCapturedPlan(mine);
      const { loss } = await train(plan, data);
      const result = [loss, ...(await values(mine.model))];
      plan.dispose();
      mine.model.dispose();
      return result;
    };
    expect(await repeated()).toEqual(await repeated());
  });

  it('trains alongside evaluation, checkpoints and post-training, as the eager plan does', async () => {
    const data = dataset('binary', 1);
    const pacer = new Pacer(1000);
    const results = await Promise.all(
      [makeCapturedPlan, makeEagerPlan].map(async (make) => {
        const mine = options('mmbeddings', data, SETTINGS.mmbeddings);
        const plan = await make(mine);
        const evaluator = new ModelEvaluator(mine);
        await train(plan, data);
        const best = new Checkpoint(mine.model.parameters);
        const noise = { seed: 17, step: 3 };
        const objectives = [await validationObjective(evaluator, data.split.validation, noise, pacer)];
        await train(plan, data);
        objectives.push(await validationObjective(evaluator, data.split.validation, noise, pacer));
        best.load();
        objectives.push(await validationObjective(evaluator, data.split.validation, { seed: 17, step: 3 }, pacer));
        await learnLevelVectors(evaluator, data.split.train, noise, pacer);
        const rule = { epochs: 3, patience: null, orderSeed: 2 };
        const { values: before } = await predictRows(evaluator, data.split.test, noise, pacer);
        expect(await postTrain(evaluator, data, rule, pacer)).toBe(3);
        const { values: after } = await predictRows(evaluator, data.split.test, noise, pacer);
        evaluator.dispose();
        best.dispose();
        plan.dispose();
        mine.model.dispose();
        return { objectives: Float32Array.from(objectives), before, after };
      }),
    );
    pacer.close();
    const [captured, eager] = results;
    expect(error(captured.objectives, eager.objectives)).toBeLessThan(1e-5);
    expect(captured.objectives[2]).toBeCloseTo(captured.objectives[0], 5);
    expect(Math.abs(captured.objectives[1] - captured.objectives[0])).toBeGreaterThan(1e-4);
    expect(error(captured.before, eager.before)).toBeLessThan(1e-5);
    expect(error(captured.after, eager.after)).toBeLessThan(1e-5);
    expect(error(captured.after, captured.before)).toBeGreaterThan(1e-4);
  });

  it('is what a method without a fused step trains with on WebGPU; a loss that cannot be captured trains op by op', async () => {
    const data = dataset('regression', 1);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { model, ...rest } = options('embeddings', data, shared);
    const { plan, engine } = await makePlan({ ...rest, model: { ...model, fused: undefined } });
    expect(engine.kind).toBe('captured WebGPU');
    expect(plan).toHaveProperty('dispatches');
    expect(warn).not.toHaveBeenCalled();
    let calls = 0;
    const counting: Model = {
      ...model,
      fused: undefined,
      loss: (batch, noise) => {
        const loss = model.loss(batch, noise);
        return { ...loss, total: tf.mul(loss.total, ++calls) };
      },
    };
    const other = await makePlan({ ...rest, model: counting });
    expect(other.plan).toBeInstanceOf(EagerPlan);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/cannot be captured: kernel \d+, "Multiply", uses numbers of JavaScript that change/));
    expect((await train(other.plan, data)).loss.every(Number.isFinite)).toBe(true);
    warn.mockRestore();
    plan.dispose();
    other.plan.dispose();
    model.dispose();
  });
});
