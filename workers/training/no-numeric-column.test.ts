/**
 * Every method and task without a numeric column: WASM, fused and op by op, gives what the CPU gives, in
 * memory that holds no numbers from before.
 */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { shapeOf } from '../data/tag-rows';
import type { StepPlan } from '../engine/step-plan';
import { useBackend } from '../engine/testing';
import { buildModel } from '../methods/registry';
import { OF_TABLES } from '../methods/testing/every-method';
import { EMPTY_CASES } from '../ops/empty-cases';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { makeEagerPlan, makeFusedPlan } from './make-plan';
import { casesWithoutNumbers, caseTitle, datasetOf, type MethodCase, type MethodOutcome, settingsOf, tryMethod } from './testing/every-method';
import { error } from './testing/fused-cases';

const CASES = casesWithoutNumbers().map((tried) => ({ title: caseTitle(tried), tried }));
/** Batch norms amplify rounding from step to step (captured-every-method.test.ts). */
const most = (id: string): number => (id === 'tabnet' ? 2e-3 : 1e-4);

const largest = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value))));

const leaveTrash = (): void => tf.dispose(Array.from({ length: 300 }, (_, i) => tf.fill([i + 1], Number.NaN)));

/** Losses of an epoch of four batches, the last of one row, fused and op by op. */
async function bothPlans(tried: MethodCase): Promise<[Float32Array, Float32Array]> {
  const data = datasetOf(tried);
  const { id } = tried;
  const batchSize = Math.floor(data.split.train.length / 3) - 1;
  const build = () => buildModel(id, { ...shapeOf(data), batchSize }, settingsOf(tried), new RandomStream(1, 'weights'), data);
  const models = [build(), build()];
  const [mine, theirs] = models.map((model) => ({
    model,
    dataset: model.inputs ? { ...data, ...model.inputs } : data,
    batchSize,
    learningRate: 0.01,
    noiseSeed: 4_000_000_007,
  }));
  const plans: StepPlan[] = [await makeFusedPlan(mine), makeEagerPlan(theirs)];
  const losses: Float32Array[] = [];
  for (const plan of plans) {
    leaveTrash();
    plan.setOrder(epochOrder(data.split.train.slice(0, 3 * batchSize + 1), 1, 1));
    while (plan.remaining > 0) await plan.run(1);
    losses.push((await plan.losses()).loss);
  }
  for (const each of [...plans, ...models]) each.dispose();
  return [losses[0], losses[1]];
}

/**
 * Names of the kernels that are given a tensor with an empty dimension from now on, and a function that ends
 * the listening.
 */
function listen(): { met: Set<string>; end(): void } {
  const engine = tf.engine() as unknown as { runKernel(name: string, inputs: object, attributes?: object): unknown };
  const { runKernel } = engine;
  const met = new Set<string>();
  engine.runKernel = function (name, inputs, attributes) {
    const tensors = Object.values(inputs).flat() as (tf.Tensor | undefined)[];
    if (tensors.some((tensor) => tensor?.shape.includes(0))) met.add(name);
    return runKernel.call(this, name, inputs, attributes);
  };
  return { met, end: () => Object.assign(engine, { runKernel }) };
}

describe('without a numeric column, WASM gives what the CPU gives', () => {
  const onCpu = new Map<string, MethodOutcome>();
  const tested = new Set<string>();
  const { met, end } = listen();

  beforeAll(async () => {
    await useBackend('cpu');
    for (const { title, tried } of CASES) onCpu.set(title, await tryMethod(tried));
    end();
    const cases = listen();
    tf.tidy(() => EMPTY_CASES.map(({ run }) => run()));
    cases.end();
    for (const name of cases.met) tested.add(name);
    await useBackend('wasm');
  }, 120_000);

  it('for every method but those that average or need numeric columns', () => {
    const tried = new Set(CASES.map(({ tried: { id } }) => id));
    const refused = OF_TABLES.flatMap(({ id }) => (tried.has(id) ? [] : [id]));
    expect(refused.sort()).toEqual([
      'growth-embeddings',
      'growth-mmbeddings',
      'growth-regbeddings',
      'lindstrom-bates',
      'lmmnn-longitudinal',
      'lmmnn-spatial',
      'mean-encoding',
      'mmbeddings-correlated',
      'pca-encoding',
    ]);
  });

  it('and the kernels that meet an empty dimension there are those that ops/empty-dimensions.test.ts tests', () => {
    expect([...met]).toEqual(expect.arrayContaining(['BatchMatMul', '_FusedMatMul', 'Concat']));
    expect([...met].filter((name) => !tested.has(name))).toEqual([]);
  });

  it.each(CASES)('$title', async ({ title, tried }) => {
    leaveTrash();
    const expected = onCpu.get(title) as MethodOutcome;
    const actual = await tryMethod(tried);
    expect(expected.problems).toEqual([]);
    expect(actual.problems).toEqual([]);
    expect(actual.losses.length).toBe(expected.losses.length);
    expect(largest(actual.losses, expected.losses)).toBeLessThan(most(tried.id));
    expect(largest(actual.predictions, expected.predictions)).toBeLessThan(most(tried.id));
    if (actual.engine === 'fused WASM') expect(error(...(await bothPlans(tried)))).toBeLessThan(1e-5);
  });
});
