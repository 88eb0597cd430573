import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KerasAdam } from '../engine/adam';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, Problem } from './method';
import { ABOUTS, aboutMethod, buildModel } from './registry';
import { OF_TABLES, RESPONSES, SMALL_TAGS } from './testing/every-method';
import { disposeTestBatch, testDataset, testModel, testSettings } from './testing/test-model';

const IDS = OF_TABLES.map((about) => about.id);

function makeBatch({ p, levels, task }: Problem, rows: number, seed: number): Batch {
  const random = new RandomStream(seed, 'batch');
  return {
    x: tf.tensor2d(
      Float32Array.from({ length: rows * p }, () => random.normal()),
      [rows, p],
    ),
    z: levels.map((q) =>
      tf.tensor1d(
        Int32Array.from({ length: rows }, () => random.integer(q)),
        'int32',
      ),
    ),
    y: tf.tensor2d(
      Float32Array.from({ length: rows }, () => (task === 'binary' ? random.integer(2) : random.normal())),
      [rows, 1],
    ),
  };
}

const defaults = (id: string): Record<string, unknown> => aboutMethod(id).settings.parse({});

/**
 * A problem that the method takes: of this task unless it refuses it, with three numbers and two features
 * unless it refuses them, and with two columns of tags where it needs one.
 */
function problemFor(id: string, task: Problem['task'], batchSize: number): Problem {
  const problems = RESPONSES.flatMap((kind) =>
    [undefined, SMALL_TAGS].flatMap((tags) =>
      [3, 1].flatMap((p) =>
        ([task, 'regression'] as const).flatMap((each) =>
          [[4, 6], [4]].map((levels): Problem => ({ task: each, p, levels, ...(tags && { tags }), ...kind, batchSize })),
        ),
      ),
    ),
  );
  return problems.find((problem) => !aboutMethod(id).refusal?.(problem)) as Problem;
}

it.each(IDS)('%s says whether it takes gradient steps', async (id) => {
  await useBackend('cpu');
  const problem = problemFor(id, 'regression', 8);
  const data = testDataset(problem.task, problem.p, problem.levels, 60, 1, problem.tags);
  const model = buildModel(id, problem, testSettings(id), new RandomStream(1, 'weights'), data);
  expect(aboutMethod(id).ownAlgorithm ?? false).toBe(model.ownFit !== undefined);
  model.dispose();
});

describe('parameter counts', () => {
  const count = (id: string, levels: number[]): number => aboutMethod(id).parameterCount({ p: 10, levels }, defaults(id));

  it('are the published ones', () => {
    expect(count('ignore', [1000])).toBe(231);
    expect([100, 1_000, 10_000, 100_000].map((q) => count('embeddings', [q]))).toEqual([1_331, 10_331, 100_331, 1_000_331]);
    expect(count('embeddings-l2', [1000])).toBe(10_331);
    expect(count('regbeddings', [1000])).toBe(20_331);
    expect([100, 1_000, 10_000, 100_000].map((q) => count('mmbeddings', [q]))).toEqual([13_651, 13_651, 13_651, 13_651]);
    expect(count('mmbeddings', [10_000, 10_000, 10_000])).toBe(17_891);
    expect(count('embeddings', [10_000, 10_000, 10_000])).toBe(300_531);
  });

  it('are the published ones of LMMNN', () => {
    const of = (levels: number[], task: Problem['task']): number => aboutMethod('lmmnn').parameterCount({ p: 10, levels, task }, defaults('lmmnn'));
    expect([of([1000], 'regression'), of([10_000, 10_000, 10_000], 'regression'), of([1000], 'binary')]).toEqual([233, 235, 232]);
  });

  it('are the published ones of encodings and of unified embeddings', () => {
    const three = [10_000, 10_000, 10_000];
    expect([count('feature-hashing', [1000]), count('feature-hashing', three)]).toEqual([10_471, 30_951]);
    expect([count('mean-encoding', [1000]), count('mean-encoding', three)]).toEqual([331, 531]);
    expect(count('pca-encoding', [1000])).toBe(281);
    expect(count('one-hot', [1000])).toBe(10 * (10 + 1000) + 131);
    expect([count('uembeddings', [1000]), count('uembeddings', three)]).toEqual([10_331, 10_486_291]);
    expect(count('target-encoding', [1000])).toBe(241);
  });

  it('are those that the papers on smaller tables promise', () => {
    // Half of a table of 1,000 × 10; a pool of 100 × 10 and 1,000 × 2 weights; 32 + 32 rows of 10. The
    // decoder takes 331.
    expect(count('unified-embeddings', [1000])).toBe(5_000 + 331);
    expect(count('hash-embeddings', [1000])).toBe(1_000 + 2_000 + 331);
    expect(count('quotient-remainder', [1000])).toBe(640 + 331);
    expect(count('embeddings-dropout', [1000])).toBe(10_331);
    expect(count('shared-embeddings', [1000])).toBe(10_331);
  });

  it('are the published ones of collaborative filtering and TabTransformer', () => {
    const of = (id: string, p: number, levels: number[], settings: Record<string, unknown> = {}): number =>
      aboutMethod(id).parameterCount({ p, levels }, aboutMethod(id).settings.parse(settings));
    expect(of('ncf-embeddings', 10, [90_000, 19_513])).toBe(1_204_884);
    expect(of('ncf-mmbeddings', 10, [90_000, 19_513])).toBe(5_481);
    // InstEval: students, lecturers and departments, 4,114 levels in all, and three numbers.
    expect(of('tabtransformer', 3, [2972, 1128, 14])).toBe(47_885);
    expect(of('tabtransformer-mmbeddings', 3, [2972, 1128, 14])).toBe(13_305);
    expect(of('tabtransformer-uembeddings', 3, [2972, 1128, 14])).toBe(88_665);
    // IMDB: directors and types, 159 numbers.
    expect(of('tabtransformer', 159, [38_190, 1_712])).toBe(407_527);
    expect(of('tabtransformer-uembeddings', 159, [38_190, 1_712], { rows: 1024 })).toBe(18_747);
    expect(of('tabtransformer-mmbeddings', 159, [38_190, 1_712])).toBe(28_647);
    // Table 6, one feature: the older head.
    expect(of('tabtransformer', 10, [100], { decoder: [64] })).toBe(8_687);
    expect(of('tabtransformer', 10, [100])).toBe(7_609);
  });

  it('are the published ones of TabNet, moving averages included', () => {
    expect([100, 1_000, 10_000, 100_000].map((q) => count('tabnet', [q]))).toEqual([37_419, 46_419, 136_419, 1_036_419]);
    expect(count('tabnet', [10_000, 10_000, 10_000])).toBe(339_779);
  });

  it('of factorization machines are one weight and d factors a number or level', () => {
    expect(count('fm', [100])).toBe(1 + 110 * 11);
    expect(count('deepfm', [100])).toBe(1 + 110 * 11 + 110 * 10 + 10 + 110 + 11);
  });

  it('grow by what is learned of prior, residual variance and shrinkage', () => {
    const of = (settings: Record<string, unknown>, task: Problem['task'] = 'regression'): number =>
      aboutMethod('mmbeddings').parameterCount({ p: 10, levels: [100], task }, aboutMethod('mmbeddings').settings.parse(settings)) - 13_651;
    expect(of({ prior: 'learned' })).toBe(10);
    expect(of({ prior: 'full-covariance' })).toBe(55);
    expect([of({ noise: 'learned' }), of({ noise: 'learned' }, 'binary')]).toEqual([1, 0]);
    expect(of({ shrinkage: 'learned' })).toBe(1);
    // What a search has chosen is fixed.
    expect(of({ prior: 'grid-searched', noise: 'grid-searched' })).toBe(0);
  });

  it.each(IDS)('%s: equal the sizes of the variables, for any layers', async (id) => {
    await useBackend('cpu');
    for (const layers of [{}, { d: 3, decoder: [], encoder: [7] }, { d: 2, decoder: [4], encoder: [] }]) {
      const about = aboutMethod(id);
      const settings = testSettings(id, layers);
      const tags = about.tags === 'own' ? SMALL_TAGS : undefined;
      const problem: Problem = { task: 'regression', p: 4, levels: [5, 8], ...(tags && { tags }), batchSize: 10 };
      const { model } = testModel(id, problem, settings);
      // Keras counts TabNet's moving averages, PyTorch counts what is trained.
      const averages = id === 'tabnet' ? (model.state?.values() ?? []) : [];
      const sizes = [...model.parameters.values(), ...averages].reduce((sum, variable) => sum + variable.size, 0);
      expect(model.parameterCount ?? about.parameterCount(problem, settings)).toBe(sizes);
      model.dispose();
    }
  });
});

describe('forms', () => {
  it.each(ABOUTS.map(({ id }) => id))('%s: every setting has a title, a help text, the paper’s value and a default', (id) => {
    const schema = z.toJSONSchema(aboutMethod(id).settings, { io: 'input' }) as { properties: Record<string, Record<string, unknown>> };
    for (const field of Object.values(schema.properties)) {
      expect(field).toMatchObject({ title: expect.any(String), help: expect.any(String), paper: expect.any(String) });
      expect(field).toHaveProperty('default');
    }
  });

  it('refuses a setting the method does not have', () => {
    expect(aboutMethod('ignore').settings.safeParse({ d: 3 }).success).toBe(false);
  });
});

describe.each(NODE_BACKENDS)('models on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(IDS)('%s: the loss is the weighted sum of its terms, the output has the response’s scale', async (id) => {
    const problem = problemFor(id, 'binary', 20);
    const { model, batch: take } = testModel(id, problem);
    const batch = take(20, 1);
    const noise = drawNoise(model.noiseShapes(20), 1, 0);
    const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
    const terms = Object.fromEntries(await Promise.all(Object.entries(result.terms).map(async ([name, term]) => [name, (await term.data())[0]])));
    const beta = (defaults(id).beta as number | undefined) ?? 0;
    expect((await result.total.data())[0]).toBeCloseTo(terms.nll + (terms.penalty ?? 0) + beta * (terms.kl ?? 0), 5);
    if (problem.task === 'binary') for (const probability of await result.output.data()) expect(probability > 0 && probability < 1).toBe(true);
    result.dispose();
    tf.dispose(noise);
    disposeTestBatch(batch);
    model.dispose();
  });

  it.each(IDS)('%s: holds no tensor more after many steps, level vectors, prediction and second stage, and none after dispose', async (id) => {
    const problem = problemFor(id, 'regression', 16);
    const before = tf.memory().numTensors;
    const { model, batch: take } = testModel(id, problem);
    const adam = new KerasAdam(model.parameters, 0.01);
    const second = model.secondStage ? new KerasAdam(model.secondStage.parameters, 0.01) : null;
    const epoch = async (step: number): Promise<number> => {
      for (const rows of [16, 5]) {
        const batch = take(rows, step);
        const noise = drawNoise(model.noiseShapes(rows), 1, step);
        const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
        adam.step(result.gradients);
        result.dispose();
        const vectors = await model.levelVectors([batch, batch], (shapes) => drawNoise(shapes, 1, step));
        const cardinalities = [...problem.levels, ...(problem.tags ?? []).map(({ tags }) => tags)];
        expect(vectors.map((table) => table.shape[0])).toEqual(aboutMethod(id).family === 'encodings' ? [] : cardinalities);
        const predicted = tf.tidy(() => model.predict(batch, vectors, model.samplesPrediction ? noise : []));
        expect(predicted.shape).toEqual([rows, 1]);
        const stage = model.secondStage;
        if (stage && second) tf.tidy(() => second.step(tf.variableGrads(() => stage.loss(batch, vectors), [...stage.parameters.values()]).grads));
        tf.dispose([predicted, ...vectors, ...noise]);
        disposeTestBatch(batch);
      }
      return tf.memory().numTensors;
    };
    const first = await epoch(1);
    for (let step = 2; step < 6; step++) expect(await epoch(step)).toBe(first);
    adam.dispose();
    second?.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('mmbeddings: averages over all batches, and levels without rows get zeros', async () => {
    const problem: Problem = { task: 'regression', p: 2, levels: [5], batchSize: 8 };
    const model = buildModel('mmbeddings', problem, { ...defaults('mmbeddings'), extraction: 'mean', d: 2 }, new RandomStream(1, 'weights'));
    const whole = makeBatch(problem, 8, 3);
    const ids = tf.tensor1d([0, 1, 1, 3, 0, 1, 3, 3], 'int32');
    const half = (from: number): Batch => ({
      x: tf.slice(whole.x, [from, 0], [4, 2]),
      y: tf.slice(whole.y, [from, 0], [4, 1]),
      z: [tf.slice(ids, from, 4)],
    });
    const halves = [half(0), half(4)];
    const [together] = await model.levelVectors([{ ...whole, z: [ids] }], () => []);
    const [apart] = await model.levelVectors(halves, () => []);
    const expected = await together.data();
    const actual = await apart.data();
    for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 5);
    expect([...actual.slice(4, 6), ...actual.slice(8)]).toEqual([0, 0, 0, 0]);
    expect(Math.abs(actual[0])).toBeGreaterThan(0);
    tf.dispose([together, apart, ids]);
    for (const batch of [whole, ...halves]) disposeTestBatch(batch);
    model.dispose();
  });

  it('the same weight seed gives the same initial weights', async () => {
    const problem: Problem = { task: 'regression', p: 2, levels: [5], batchSize: 8 };
    const values = async (seed: number): Promise<number[]> => {
      const model = buildModel('embeddings', problem, defaults('embeddings'), new RandomStream(seed, 'weights'));
      const table = [...((await model.parameters.get('embedding0/table')?.data()) ?? [])];
      model.dispose();
      return table;
    };
    expect(await values(1)).toEqual(await values(1));
    expect(await values(1)).not.toEqual(await values(2));
    expect(Math.max(...(await values(1)).map(Math.abs))).toBeLessThanOrEqual(0.05);
  });
});
