import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { startCpu } from '../engine/backends/cpu';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import type { StepPlan } from '../engine/plan';
import type { Model } from '../methods/method';
import { aboutMethod, buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { epochOrder } from './batches';
import { type Learner, levelVectors, predictRows, validationObjective } from './evaluate';
import { makeEagerPlan, makeFusedPlan, makePlan, type PlanOptions, writeBack } from './make-plan';
import { Pacer } from './pacer';
import { postTrain } from './stage-two';

const BATCH = 23;
/** 20 steps: four epochs of five batches, the last of each short. */
const EPOCHS = 4;

/** 180 rows (or more) of which 101 train, 3 numeric columns, K columns of 12, 40 and 5 levels, some without rows. */
function dataset(task: Dataset['task'], K: number, rows = 180, train = 101): Dataset {
  const random = new RandomStream(3, 'fused');
  const p = 3;
  const levels = [12, 40, 5].slice(0, K);
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  random.shuffle(numbers);
  return {
    task,
    rows,
    x: Float32Array.from({ length: rows * p }, () => random.normal()),
    p,
    featureNames: ['a', 'b', 'c'],
    categorical: levels.map((cardinality, k) => ({
      name: `level ${k}`,
      cardinality,
      codes: Int32Array.from({ length: rows }, () => random.integer(cardinality - 1)),
      labels: null,
    })),
    y: Float32Array.from({ length: rows }, () => (task === 'binary' ? random.integer(2) : random.normal())),
    targetScale: 1,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: { train: numbers.slice(0, train), validation: numbers.slice(train, train + 30), test: numbers.slice(train + 30) },
    truth: null,
    fingerprint: '0000000000000000',
  };
}

function model(id: string, data: Dataset, settings: Record<string, unknown>, batchSize = BATCH): Model {
  const problem = { task: data.task, p: data.p, levels: data.categorical.map((column) => column.cardinality), batchSize };
  return buildModel(id, problem, aboutMethod(id).settings.parse(settings) as Record<string, unknown>, new RandomStream(5, 'weights'));
}

const options = (built: Model, data: Dataset): PlanOptions => ({
  model: built,
  dataset: data,
  batchSize: BATCH,
  learningRate: 0.01,
  noiseSeed: 4_000_000_007,
});

async function train(plan: StepPlan, data: Dataset, epochs = EPOCHS): Promise<{ loss: Float32Array; rows: number[] }> {
  for (let epoch = 1; epoch <= epochs; epoch++) {
    plan.setOrder(epochOrder(data.split.train, 1, epoch));
    expect(plan.remaining).toBe(5);
    while (plan.remaining > 0) await plan.run(2);
  }
  return plan.losses();
}

async function values(parameters: Model['parameters']): Promise<Map<string, Float32Array>> {
  return new Map(
    await Promise.all(
      [...parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array]),
    ),
  );
}

/** Largest difference over the largest expected entry. */
function error(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  if (actual?.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= difference)) difference = Math.abs(actual[i] - expected[i]);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return difference / scale;
}

const shared = { d: 5, decoder: [9, 6] };
const METHODS: [string, Record<string, unknown>][] = [
  ['ignore', { decoder: [9, 6] }],
  ['embeddings', shared],
  ['embeddings-l2', { ...shared, l2: 0.02 }],
  ['regbeddings', { ...shared, beta: 0.1, priorVariance: 0.7 }],
  ['regbeddings', { ...shared, d: 8, prediction: 'mean', decoder: [] }],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, priorVariance: 0.4 }],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, logVarAveraging: 'paper', extraction: 'mean' }],
  ['mmbeddings', { ...shared, d: 1, encoder: [], decoder: [7], beta: 0.5, priorVariance: 2, logVarAveraging: 'paper' }],
];
const CASES = METHODS.flatMap(([id, settings]) =>
  (['regression', 'binary'] as const).flatMap((task) =>
    [1, 3].map((K) => ({ id, settings, task, K, title: `${id} ${JSON.stringify(settings)} ${task} K = ${K}` })),
  ),
);

const pacer = new Pacer(1000);

beforeAll(startCpu);
afterAll(() => pacer.close());

describe('the fused plan equals the eager one', () => {
  it.each(CASES)('$title', async ({ id, settings, task, K }) => {
    const data = dataset(task, K);
    const eager = model(id, data, settings);
    const built = model(id, data, settings);
    const fused = await makeFusedPlan(options(built, data));
    const plan = makeEagerPlan(options(eager, data));

    const [actual, expected] = [await train(fused, data), await train(plan, data)];
    expect(actual.rows).toEqual(expected.rows);
    expect(expected.loss).toHaveLength(20);
    expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
    const weights = await fused.parameters();
    expect([...weights.keys()].sort()).toEqual([...eager.parameters.keys()].sort());
    for (const [name, value] of await values(eager.parameters)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);

    // From here both evaluate the same weights.
    await writeBack(fused, built);
    const learners: Learner[] = [
      { model: built, fused },
      { model: built, fused: null },
    ];
    const evaluated = await Promise.all(
      learners.map(async (learner) => {
        const noise = { seed: 17, step: 3 };
        const objective = await validationObjective(learner, data, BATCH, noise, pacer);
        const vectors = await levelVectors(learner, data, data.split.train, noise, pacer);
        const tables = await Promise.all(vectors.map(async (table) => (await table.data()) as Float32Array));
        const predictions = await predictRows(learner, data, data.split.test, vectors, noise, pacer);
        const rule = { batchSize: BATCH, epochs: 3, patience: null, learningRate: 0.01, orderSeed: 2 };
        const epochs = await postTrain(learner, data, vectors, rule, pacer);
        const after = await predictRows(learner, data, data.split.test, vectors, noise, pacer);
        tf.dispose(vectors);
        return { objective, tables, predictions, epochs, after, noise };
      }),
    );
    const [mine, theirs] = evaluated;
    expect(mine.epochs).toBe(id === 'mmbeddings' ? 3 : 0);
    expect(mine.epochs).toBe(theirs.epochs);
    expect(mine.noise).toEqual(theirs.noise);
    expect(error([mine.objective], [theirs.objective])).toBeLessThan(1e-5);
    expect(mine.tables).toHaveLength(theirs.tables.length);
    for (const [k, table] of theirs.tables.entries()) expect(error(mine.tables[k], table)).toBeLessThan(1e-5);
    expect(error(mine.predictions, theirs.predictions)).toBeLessThan(1e-5);
    expect(error(mine.after, theirs.after)).toBeLessThan(1e-5);
    if (mine.epochs > 0) expect(error(mine.after, mine.predictions)).toBeGreaterThan(1e-4);
    plan.dispose();
    fused.dispose();
    built.dispose();
    eager.dispose();
  });

  it('is bitwise repeatable, and puts kept weights back', async () => {
    const data = dataset('regression', 3);
    const built = model('mmbeddings', data, { ...shared, encoder: [17, 10] });
    const [first, second] = [await makeFusedPlan(options(built, data)), await makeFusedPlan(options(built, data))];
    expect((await train(first, data)).loss).toEqual((await train(second, data)).loss);
    expect(await first.parameters()).toEqual(await second.parameters());
    const kept = first.keepWeights();
    await train(first, data, 1);
    expect(await first.parameters()).not.toEqual(await second.parameters());
    kept.load();
    expect(await first.parameters()).toEqual(await second.parameters());
    built.dispose();
  });

  it('crosses blocks of rows and chunks of evaluation', async () => {
    const data = dataset('regression', 3, 40_000, 20_000);
    const learners = await Promise.all(
      [true, false].map(async (fused) => {
        const built = model('mmbeddings', data, { ...shared, encoder: [17, 10] }, 501);
        const wide = { ...options(built, data), batchSize: 501 };
        const plan = fused ? await makeFusedPlan(wide) : makeEagerPlan(wide);
        plan.setOrder(data.split.train.subarray(0, 901));
        await plan.run(2);
        const learner = { model: built, fused: fused ? (plan as Awaited<ReturnType<typeof makeFusedPlan>>) : null };
        const noise = { seed: 1, step: 1 };
        const vectors = await levelVectors(learner, data, data.split.train, noise, pacer);
        return { loss: (await plan.losses()).loss, predictions: await predictRows(learner, data, data.split.test, vectors, noise, pacer) };
      }),
    );
    expect(error(learners[0].loss, learners[1].loss)).toBeLessThan(1e-5);
    expect(error(learners[0].predictions, learners[1].predictions)).toBeLessThan(1e-5);
  });
});

describe('makePlan', () => {
  it('is fused on WASM and eager elsewhere', async () => {
    const data = dataset('regression', 1);
    const built = model('embeddings', data, shared);
    expect((await makePlan(options(built, data))).fused).toBeNull();
    await startWasm(nodeWasmPath());
    const onWasm = model('embeddings', data, shared);
    const chosen = await makePlan(options(onWasm, data));
    expect(chosen.fused).not.toBeNull();
    expect((await train(chosen.plan, data)).loss.every(Number.isFinite)).toBe(true);
    const undescribed = await makePlan(options({ ...onWasm, fused: undefined }, data));
    expect(undescribed.fused).toBeNull();
  });
});
