import { expect } from 'vitest';
import type { Dataset, TagColumn } from '../../data/dataset';
import { shapeOf } from '../../data/tag-rows';
import type { FusedDescription, FusedPlan, Lookups, StepPlan } from '../../engine/step-plan';
import type { Model } from '../../methods/method';
import { aboutMethod, buildModel } from '../../methods/registry';
import { filled } from '../../numbers/typed-arrays';
import { RandomStream } from '../../random/random';
import { epochOrder } from '../batches';
import { describedModel } from '../described-model';
import { learnLevelVectors, predictRows, validationObjective } from '../evaluate';
import { type Evaluator, oneARow } from '../evaluator';
import { FusedEvaluator, writeBack } from '../fused-evaluator';
import { withOtherLevels } from '../level-shares';
import { makeEagerPlan } from '../make-plan';
import { ModelEvaluator } from '../model-evaluator';
import type { Pacer } from '../pacer';
import type { PlanOptions } from '../plan-options';
import { postTrain } from '../stage-two';

/** What tests of fused plans compare with the eager one. */

export const BATCH = 23;
/** 20 steps: four epochs of five batches, the last of each short. */
export const EPOCHS = 4;

/**
 * 180 rows (or more) of which 101 train, 3 numeric columns unless told otherwise, K columns of 12, 40 and 5
 * levels, some without rows.
 */
export function dataset(task: Dataset['task'], K: number, rows = 180, train = 101, p = 3): Dataset {
  const random = new RandomStream(3, 'fused');
  const levels = [12, 40, 5].slice(0, K);
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  random.shuffle(numbers);
  return {
    task,
    rows,
    x: Float32Array.from({ length: rows * p }, () => random.normal()),
    p,
    categorical: levels.map((cardinality, k) => ({
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
    split: { train: numbers.slice(0, train), validation: numbers.slice(train, train + 30), test: numbers.slice(train + 30) },
    truth: null,
    fingerprint: '0000000000000000',
  };
}

/**
 * The same with columns of 11 and 3 tags, up to 5 a row and some of them in no row; every third row has none
 * in the first.
 */
export function withTags(data: Dataset, columns = 2): Dataset {
  const random = new RandomStream(8, 'tags');
  const tags = [11, 3].slice(0, columns).map((K, c): TagColumn => {
    const sets = Array.from({ length: data.rows }, (_, row) => {
      const size = c === 0 && row % 3 === 0 ? 0 : random.integer(Math.min(K, 6));
      return [...new Set(Array.from({ length: size }, () => random.integer(K - 1)))].sort((a, b) => a - b);
    });
    const offsets = new Uint32Array(data.rows + 1);
    for (const [row, set] of sets.entries()) offsets[row + 1] = offsets[row] + set.length;
    const labels = Array.from({ length: K }, (_, j) => `${j}`);
    return { name: `tags ${c}`, offsets, ids: Int32Array.from(sets.flat()), labels, parents: new Int32Array(K).fill(-1) };
  });
  return { ...data, tags };
}

export function model(id: string, data: Dataset, settings: Record<string, unknown>, batchSize = BATCH): Model {
  const problem = { ...shapeOf(data), batchSize };
  return buildModel(id, problem, aboutMethod(id).settings.parse(settings) as Record<string, unknown>, new RandomStream(5, 'weights'));
}

export const options = (built: Model, data: Dataset): PlanOptions => ({
  model: built,
  dataset: data,
  batchSize: BATCH,
  learningRate: 0.01,
  noiseSeed: 4_000_000_007,
});

/** The same without a numeric column. The last batch of an epoch is one row. */
export const withoutNumbers = (task: Dataset['task'], K: number): Dataset => dataset(task, K, 180, 4 * BATCH + 1, 0);

/** One level of the first feature gets 19 of 20 rows. */
export function withGiantLevel(data: Dataset): Dataset {
  const [first, ...others] = data.categorical;
  const codes = first.codes.map((code, i) => (i % 20 === 0 ? code : 7));
  return { ...data, categorical: [{ ...first, codes }, ...others] };
}

export async function train(plan: StepPlan, data: Dataset, epochs = EPOCHS): Promise<{ loss: Float32Array; rows: number[] }> {
  for (let epoch = 1; epoch <= epochs; epoch++) {
    plan.setOrder(epochOrder(data.split.train, 1, epoch));
    expect(plan.remaining).toBe(5);
    while (plan.remaining > 0) await plan.run(2);
  }
  return plan.losses();
}

export async function values(parameters: Model['parameters']): Promise<Map<string, Float32Array>> {
  return new Map(
    await Promise.all(
      [...parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => [name, (await variable.data()) as Float32Array]),
    ),
  );
}

/** Largest difference over the largest expected entry. */
export function error(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  if (actual?.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let scale = 1e-3;
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= difference)) difference = Math.abs(actual[i] - expected[i]);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return difference / scale;
}

export const shared = { d: 5, decoder: [9, 6] };
const METHODS: [string, Record<string, unknown>][] = [
  ['ignore', { decoder: [9, 6] }],
  ['embeddings', shared],
  ['embeddings-l2', { ...shared, l2: 0.02 }],
  ['embeddings-dropout', { ...shared, dropout: 0.2, l2: 0.02, penalty: 'sum-of-squares' }],
  ['uembeddings', { ...shared, rows: 7 }],
  ['unified-embeddings', { lookups: 3, chunk: 2, decoder: [9, 6] }],
  ['quotient-remainder', { ...shared, rule: 'concatenate' }],
  ['regbeddings', { ...shared, beta: 0.1, priorVariance: 0.7 }],
  ['regbeddings', { ...shared, d: 8, prediction: 'mean', decoder: [] }],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, priorVariance: 0.4 }],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, logVarAveraging: 'log-of-mean', extraction: 'mean' }],
  ['mmbeddings', { ...shared, d: 1, encoder: [], decoder: [7], beta: 0.5, priorVariance: 2, logVarAveraging: 'log-of-mean' }],
];
export const CASES = METHODS.flatMap(([id, settings]) =>
  (['regression', 'binary'] as const).flatMap((task) =>
    [1, 3].map((K) => ({ id, settings, task, K, title: `${id} ${JSON.stringify(settings)} ${task} K = ${K}` })),
  ),
);

/** Methods on columns of tags, beside levels or alone: settings, levels, columns of tags. */
export const TAGGED: [id: string, settings: Record<string, unknown>, K: number, columns: number][] = [
  ['tag-sum', { ...shared, pooling: 'sum' }, 0, 1],
  ['tag-sum', { ...shared, d: 8, pooling: 'mean' }, 0, 2],
  ['tag-sum', { ...shared, d: 9, pooling: 'sum' }, 3, 2],
  ['tag-mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, pooling: 'sum' }, 0, 1],
  ['tag-mmbeddings', { ...shared, d: 8, encoder: [17, 10], beta: 0.1, priorVariance: 0.4, pooling: 'mean', extraction: 'mean' }, 0, 2],
  ['tag-mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, logVarAveraging: 'log-of-mean' }, 2, 2],
  ['embeddings-l2', { ...shared, l2: 0.02 }, 1, 1],
  ['embeddings-dropout', { ...shared, dropout: 0.2, l2: 0.02, penalty: 'sum-of-squares' }, 0, 2],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, priorVariance: 0.4 }, 0, 1],
  ['mmbeddings', { ...shared, encoder: [17, 10], beta: 0.1, logVarAveraging: 'log-of-mean', extraction: 'mean' }, 2, 1],
  ['ncf-mmbeddings', shared, 1, 1],
];

const described = { kind: 'tables', d: 5, decoder: [9, 6], l2: 0.02 } as const;
const encoded = {
  kind: 'encoder',
  ...shared,
  encoder: [17, 10],
  beta: 0.1,
  priorVariance: 0.4,
  logVarAveraging: 'mean-of-logs',
  extraction: 'sample',
} as const;
/**
 * Two features of `dataset` share a table, levels share rows, and vectors are rows of two tables side by
 * side.
 */
const shuffledRows = (levels: number, rows: number, shift: number): Int32Array =>
  Int32Array.from({ length: levels }, (_, j) => (7 * j + shift) % rows);
const lookups: Lookups = {
  tables: [
    { rows: 9, width: 2 },
    { rows: 11, width: 3 },
    { rows: 4, width: 5 },
  ],
  features: [
    [
      { table: 0, index: shuffledRows(12, 9, 0) },
      { table: 1, index: shuffledRows(12, 11, 2) },
    ],
    [
      { table: 1, index: shuffledRows(40, 11, 1) },
      { table: 0, index: shuffledRows(40, 9, 5) },
    ],
    [{ table: 2, index: shuffledRows(5, 4, 0) }],
  ],
};
const wholeTable: Lookups = { tables: lookups.tables, features: [[{ table: 2, index: shuffledRows(12, 4, 3) }], lookups.features[1]] };
/** Descriptions with options beyond the published simulations, and how many features they are tried with. */
export const DESCRIBED: { title: string; description: FusedDescription; K: number }[] = [
  { title: 'dropout without levels', description: { kind: 'no-levels', decoder: [9, 6], dropout: [0.25, 0.1] }, K: 1 },
  { title: 'dropout of levels and after one layer', description: { ...described, dropout: [0, 0.3], levelDropout: 0.2 }, K: 3 },
  { title: 'inner product', description: { ...described, l2: 0, interaction: 'inner-product' }, K: 2 },
  { title: 'inner product with biases', description: { ...described, interaction: 'inner-product', biases: true }, K: 2 },
  {
    title: 'inner product with biases in a record of their own, and dropout',
    description: { ...described, d: 8, interaction: 'inner-product', biases: true, levelDropout: 0.4, dropout: [0.5] },
    K: 2,
  },
  { title: 'shared tables by index', description: { ...described, lookups }, K: 3 },
  { title: 'inner product of shared tables', description: { ...described, l2: 0, lookups: wholeTable, interaction: 'inner-product' }, K: 2 },
  { title: 'shared tables by index with dropout', description: { ...described, l2: 0, lookups, levelDropout: 0.1, dropout: [0.1, 0.2] }, K: 3 },
  { title: 'encoder and inner product', description: { ...encoded, interaction: 'inner-product' }, K: 2 },
  { title: 'encoder with dropout', description: { ...encoded, dropout: [0.25] }, K: 3 },
];

/** A model of a description on the data of `dataset`. */
export function modelOf(description: FusedDescription, data: Dataset, batchSize = BATCH): Model {
  const problem = { task: data.task, p: data.p, levels: data.categorical.map((column) => column.cardinality), batchSize };
  return describedModel(problem, description, new RandomStream(5, 'weights'));
}

interface Compared {
  data: Dataset;
  eager: Model;
  built: Model;
  fused: FusedPlan;
  pacer: Pacer;
  /** Of five steps each. */
  epochs?: number;
}

/**
 * Twenty steps, unless told otherwise, and every evaluation of a fused plan against the eager plan of the
 * same model, to 1e-5.
 */
export async function expectEqualToEager({ data, eager, built, fused, pacer, epochs = EPOCHS }: Compared): Promise<void> {
  const plan = makeEagerPlan(options(eager, data));
  const [actual, expected] = [await train(fused, data, epochs), await train(plan, data, epochs)];
  expect(actual.rows).toEqual(expected.rows);
  expect(expected.loss).toHaveLength(5 * epochs);
  expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
  const weights = await fused.parameters();
  expect([...weights.keys()].sort()).toEqual([...eager.parameters.keys()].sort());
  for (const [name, value] of await values(eager.parameters)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);

  // From here both evaluate the same weights.
  await writeBack(fused, built);
  const evaluators: Evaluator[] = [new FusedEvaluator(fused, options(built, data)), new ModelEvaluator(options(built, data))];
  const evaluated = await Promise.all(
    evaluators.map(async (evaluator) => {
      const noise = { seed: 17, step: 3 };
      const objective = await validationObjective(evaluator, data.split.validation, noise, pacer);
      await learnLevelVectors(evaluator, data.split.train, noise, pacer);
      const tables = await evaluator.levelVectors();
      const predictions = oneARow(await predictRows(evaluator, data.split.test, noise, pacer));
      const postEpochs = await postTrain(evaluator, data, { epochs: 3, patience: null, orderSeed: 2 }, pacer);
      const after = oneARow(await predictRows(evaluator, data.split.test, noise, pacer));
      // Others in use, and these again.
      const sameNoise = async () => oneARow(await predictRows(evaluator, data.split.test, { seed: 9, step: 40 }, pacer));
      const before = await sameNoise();
      evaluator.setLevelVectors(tables.map((table) => ({ ...table, values: table.values.map((value) => value + 1) })));
      const shifted = await sameNoise();
      evaluator.setLevelVectors(tables);
      expect(await sameNoise()).toEqual(before);
      return { objective, tables, predictions, postEpochs, after, shifted, noise };
    }),
  );
  const [mine, theirs] = evaluated;
  expect(mine.postEpochs).toBe(built.secondStage ? 3 : 0);
  expect(mine.postEpochs).toBe(theirs.postEpochs);
  expect(mine.noise).toEqual(theirs.noise);
  expect(error([mine.objective], [theirs.objective])).toBeLessThan(1e-5);
  expect(mine.tables).toHaveLength(theirs.tables.length);
  for (const [k, { values, ...shape }] of theirs.tables.entries()) {
    expect(mine.tables[k]).toMatchObject(shape);
    expect(error(mine.tables[k].values, values)).toBeLessThan(1e-5);
  }
  expect(error(mine.predictions, theirs.predictions)).toBeLessThan(1e-5);
  expect(error(mine.after, theirs.after)).toBeLessThan(1e-5);
  expect(error(mine.shifted, theirs.shifted)).toBeLessThan(1e-5);
  if (mine.postEpochs > 0) expect(error(mine.after, mine.predictions)).toBeGreaterThan(1e-4);

  // More rows than there were, with levels and tags of others.
  const { test, train: learned } = data.split;
  const others = withOtherLevels(
    data,
    undefined,
    filled(new Uint32Array(3 * test.length), (i) => learned[(7 * i) % learned.length]),
  );
  const onOthers: Float32Array[] = [];
  for (const evaluator of evaluators) {
    const probe = await evaluator.onOtherRows(others);
    const rows = filled(new Uint32Array(others.rows), (i) => i);
    onOthers.push(oneARow(await predictRows(probe, rows, { seed: 5, step: 60 }, pacer)));
    probe.dispose();
  }
  expect(error(onOthers[0], onOthers[1])).toBeLessThan(1e-5);
  for (const each of [plan, ...evaluators]) each.dispose();
}
