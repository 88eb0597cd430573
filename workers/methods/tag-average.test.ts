import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tagsOf } from '../engine/description';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, Model, Problem } from './method';
import { ABOUTS, aboutMethod, buildModel } from './registry';
import { acceptedProblem } from './testing/every-method';
import { testDataset, testModel, testSettings } from './testing/test-model';

const AVERAGING = ABOUTS.filter(({ tags }) => tags === 'average').map(({ id }) => id);
const ROWS = 12;

/**
 * A problem that the method takes, with its last categorical feature, and with a column of tags in its place.
 */
function problemsOf(id: string): { levels: Problem; tags: Problem } {
  const { task, p, levels } = acceptedProblem(aboutMethod(id), 3);
  const q = levels[levels.length - 1];
  const tags = [{ tags: q, places: 4, parents: new Int32Array(q).fill(-1) }];
  return { levels: { task, p, levels, batchSize: ROWS }, tags: { task, p, levels: levels.slice(0, -1), tags, batchSize: ROWS } };
}

/** The last feature of a batch as a column with one tag a row. */
function asTags({ x, y, z }: Batch): Batch {
  const codes = [...z[z.length - 1].dataSync()];
  return {
    x,
    y,
    z: z.slice(0, -1),
    tags: [
      {
        ids: tf.tensor2d(
          codes.map((code) => [code, 0, 0, 0]),
          [codes.length, 4],
          'int32',
        ),
        mask: tf.tensor2d(codes.map(() => [1, 0, 0, 0])),
      },
    ],
  };
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
  expect(actual.length, what).toBe(expected.length);
  const scale = Math.max(1e-3, ...Array.from(expected, Math.abs));
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i] - expected[i]) / scale, what).toBeLessThan(1e-5);
};

/** Everything that is asked of a model, by name. */
async function everything(model: Model, batch: Batch): Promise<Record<string, number[]>> {
  const noise = drawNoise(model.noiseShapes(ROWS), 1, 1);
  const found: Record<string, number[]> = {};
  const keep = async (name: string, tensor: tf.Tensor): Promise<void> => {
    found[name] = [...(await tensor.data())];
  };
  if (!model.ownFit) {
    const { total, output, gradients } = lossAndGradients(model.parameters, () => model.loss(batch, noise));
    await keep('loss', total);
    await keep('output', output);
    for (const [name, variable] of model.parameters) if (gradients[variable.name]) await keep(`gradient of ${name}`, gradients[variable.name]);
  }
  const vectors = await model.levelVectors([batch, batch], (shapes) => drawNoise(shapes, 1, 2));
  for (const [k, table] of vectors.entries()) await keep(`vectors of feature ${k}`, table);
  await keep('prediction', model.predict(batch, vectors, model.samplesPrediction ? noise : []));
  const stage = model.secondStage;
  if (stage)
    await keep(
      'second stage',
      tf.tidy(() => stage.loss(batch, vectors)),
    );
  const posterior = await model.levelPosterior?.([batch]);
  for (const [k, table] of (posterior?.variances ?? []).entries()) await keep(`posterior of feature ${k}`, table);
  for (const estimate of (await model.estimates?.(vectors)) ?? []) found[`estimate of ${estimate.symbol}`] = [estimate.value];
  return found;
}

describe('a column of tags beside levels', () => {
  beforeAll(() => useBackend('cpu'));

  it('is taken by many methods', () => {
    expect(AVERAGING).toContain('embeddings');
    expect(AVERAGING).toContain('mmbeddings');
    expect(AVERAGING).toContain('ncf-embeddings');
  });

  it.each(AVERAGING)('%s: with one tag a row it is a categorical feature', async (id) => {
    const { levels, tags } = problemsOf(id);
    const { model, batch: take } = testModel(id, levels);
    const batch = take(ROWS, 1);
    const ofTags = buildModel(id, tags, testSettings(id), new RandomStream(1, 'weights'));
    const [expected, actual] = [await everything(model, batch), await everything(ofTags, asTags(batch))];
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    expect(Object.keys(actual).length).toBeGreaterThan(2);
    for (const [name, values] of Object.entries(actual)) close(values, expected[name], name);
    const about = aboutMethod(id);
    expect(about.parameterCount(tags, testSettings(id))).toBe(about.parameterCount(levels, testSettings(id)));
    expect(about.refusal?.(tags) ?? null).toBeNull();
    // A fused step sees the tags, or is not there.
    if (ofTags.fused) expect(tagsOf(ofTags.fused)).toHaveLength(1);
    model.dispose();
    ofTags.dispose();
  });

  it.each(AVERAGING)('%s: a row has the average of its tags, and zeros without tags', async (id) => {
    const { tags: problem } = problemsOf(id);
    const data = testDataset(problem.task, problem.p, problem.levels, 40, 1, problem.tags);
    const model = buildModel(id, problem, testSettings(id, { prediction: 'mean' }), new RandomStream(1, 'weights'), data);
    const q = problem.tags?.[0].tags ?? 0;
    const sets = [[0, 2], [], [1]];
    const inputs = {
      x: tf.tensor2d(sets.map(() => Array.from({ length: problem.p }, (_, j) => 0.3 - j))),
      z: problem.levels.map(() => tf.tensor1d([1, 1, 1], 'int32')),
      tags: [
        {
          ids: tf.tensor2d(
            sets.map((set) => Array.from({ length: 4 }, (_, i) => set[i] ?? 0)),
            [3, 4],
            'int32',
          ),
          mask: tf.tensor2d(sets.map((set) => Array.from({ length: 4 }, (_, i) => Number(i < set.length)))),
        },
      ],
    };
    const own = await model.levelVectors([{ ...inputs, y: tf.zeros([3, 1]) }], (shapes) => drawNoise(shapes, 1, 2));
    const width = own[own.length - 1].shape[1];
    // Vectors of tags whose average of tags 0 and 2 is that of tag 1: where tags have no weights besides
    // their vectors, both rows are predicted alike.
    const table = tf.tensor2d(
      Array.from({ length: q }, (_, tag) => Array.from({ length: width }, (_, m) => (tag === 0 ? 2 : tag === 1 ? 1.5 : 1) + m)),
    );
    const [two, none, one] = model.predict(inputs, [...own.slice(0, -1), table], []).dataSync();
    const besides = [...model.parameters.keys()].some((name) => name.endsWith('/bias') && name.startsWith('embedding'));
    if (!besides) expect(two).toBeCloseTo(one, 4);
    expect(Number.isFinite(none)).toBe(true);
    expect(none).not.toBe(one);
    model.dispose();
  });

  it('the linear mixed model names the variance of the tags by their column', async () => {
    const tags = [{ tags: 6, places: 4, parents: new Int32Array(6).fill(-1) }];
    const problem: Problem = { task: 'regression', p: 2, levels: [5], tags, batchSize: ROWS };
    const data = testDataset('regression', 2, [5], 200, 1, tags);
    const model = buildModel('linear-mixed-model', problem, testSettings('linear-mixed-model'), new RandomStream(1, 'weights'), data);
    await model.ownFit?.iterate(async () => {});
    await model.ownFit?.finish?.(async () => {});
    const estimates = (await model.estimates?.([])) ?? [];
    expect(estimates.slice(0, 3).map(({ name }) => name)).toEqual(['Residual variance', 'Variance of level0', 'Variance of tags0']);
    for (const { value, standardError } of estimates.slice(0, 3)) {
      expect(value).toBeGreaterThan(0);
      expect(standardError).toBeGreaterThan(0);
    }
    model.dispose();
  });
});
