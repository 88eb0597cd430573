import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../engine/gradients';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, Model, Problem, TagSets } from './method';
import { aboutMethod, buildModel } from './registry';

const D = 3;
const TAGS = 5;
const shape = { tags: TAGS, places: 4, parents: new Int32Array(TAGS).fill(-1) };
const PROBLEM: Problem = { task: 'regression', p: 2, levels: [], tags: [shape], batchSize: 6 };

const small = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> =>
  aboutMethod(id).settings.parse({ d: D, ...('encoder' in aboutMethod(id).settings.shape && { encoder: [5] }), decoder: [4], ...more });
const make = (id: string, more: Record<string, unknown> = {}, problem = PROBLEM): Model =>
  buildModel(id, problem, small(id, more), new RandomStream(1, 'weights'));

const setsOf = (rows: readonly number[][]): TagSets => ({
  ids: tf.tensor2d(
    rows.map((row) => Array.from({ length: 4 }, (_, i) => row[i] ?? 0)),
    [rows.length, 4],
    'int32',
  ),
  mask: tf.tensor2d(rows.map((row) => Array.from({ length: 4 }, (_, i) => Number(i < row.length)))),
});

/** Rows with these sets: row i has x = (numbers[i], 1) and y = 2 numbers[i]. */
function batchOf(rows: readonly number[][], numbers: readonly number[]): Batch {
  return {
    x: tf.tensor2d(numbers.map((value) => [value, 1])),
    z: [],
    tags: [setsOf(rows)],
    y: tf.tensor2d(numbers.map((value) => [2 * value])),
  };
}
/** No row has tag 4, one has no tags. */
const ROWS = [[0], [0, 1], [1, 2, 3], [], [3], [0, 2]];
const NUMBERS = [0.5, -1, 0.2, 1.5, -0.3, 0.9];
const some = (): Batch => batchOf(ROWS, NUMBERS);

const zeros = (shapes: readonly (readonly [number, number, ...unknown[]])[]): tf.Tensor[] => shapes.map(([rows, d]) => tf.zeros([rows, d]));
const rowsOf = (values: Float32Array, d: number): number[][] =>
  Array.from({ length: values.length / d }, (_, i) => [...values.subarray(i * d, (i + 1) * d)]);
async function vectorsOf(model: Model, batches: Batch[], noise = zeros): Promise<number[][]> {
  const vectors = await model.levelVectors(batches, noise);
  const values = rowsOf((await vectors[0].data()) as Float32Array, D);
  tf.dispose(vectors);
  return values;
}
function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(actual[i]).toBeCloseTo(expected[i], 5);
}
/** Loss, output and gradients by name, `encoder/mean0` as `encoder/mean`. */
async function stepOf(model: Model, batch: Batch, noise: tf.Tensor[]): Promise<Record<string, number[]>> {
  const { total, output, gradients, dispose } = lossAndGradients(model.parameters, () => model.loss(batch, noise));
  const found: Record<string, number[]> = { loss: [...(await total.data())], output: [...(await output.data())] };
  for (const [name, variable] of model.parameters) found[name.replace(/(mean|logVar)0/, '$1')] = [...(await gradients[variable.name].data())];
  dispose();
  return found;
}

describe('MMbeddings and REmbeddings of tags', () => {
  beforeAll(() => useBackend('cpu'));

  it('have as many parameters with any number of tags, or two tables', () => {
    const count = (id: string, tags: number, settings = {}): number =>
      aboutMethod(id).parameterCount({ p: 10, levels: [], tags: [{ ...shape, tags }] }, aboutMethod(id).settings.parse(settings));
    expect([17, 993, 100_000].map((tags) => count('tag-mmbeddings', tags))).toEqual([13_227, 13_227, 13_227]);
    expect(count('tag-mmbeddings', 17, { context: 'others' })).toBe(14_027);
    expect(count('tag-regbeddings', 17)).toBe(583);
  });

  it.each(['sum', 'mean'])('with one tag a row and the %s, MMbeddings of tags are MMbeddings', async (pooling) => {
    // Rows of a level are alike, so that a draw for each of n rows averages to one draw over √n.
    const codes = [0, 0, 0, 3, 3, 1];
    const numbers = codes.map((code) => code - 0.7);
    const batch = batchOf(
      codes.map((code) => [code]),
      numbers,
    );
    const random = new RandomStream(2, 'noise');
    const ofRows = codes.map(() => Array.from({ length: D }, () => random.normal()));
    const ofTags = Array.from({ length: TAGS }, (_, tag) => {
      const own = ofRows.filter((_, i) => codes[i] === tag);
      return Array.from({ length: D }, (_, m) => own.reduce((sum, row) => sum + row[m], 0) / Math.sqrt(own.length || 1));
    });
    const tags = make('tag-mmbeddings', { pooling });
    const levels = make('mmbeddings', {}, { ...PROBLEM, levels: [TAGS], tags: undefined });
    const [a, b] = [
      await stepOf(tags, batch, [tf.tensor2d(ofTags)]),
      await stepOf(levels, { x: batch.x, y: batch.y, z: [tf.tensor1d(codes, 'int32')] }, [tf.tensor2d(ofRows)]),
    ];
    expect(Object.keys(a)).toEqual(Object.keys(b));
    for (const [name, values] of Object.entries(a)) close(values, b[name]);
    expect(Math.max(...a['encoder/logVar/kernel'].map(Math.abs))).toBeGreaterThan(1e-4);
  });

  it.each(['none', 'others'])('averages over all batches, in context %s, and gives exactly zeros to a tag without rows', async (context) => {
    const model = make('tag-mmbeddings', { context, extraction: 'mean' });
    const whole = await vectorsOf(model, [some()]);
    const apart = await vectorsOf(model, [batchOf(ROWS.slice(0, 2), NUMBERS.slice(0, 2)), batchOf(ROWS.slice(2), NUMBERS.slice(2))]);
    close(apart.flat(), whole.flat());
    expect(whole[4].map(Math.abs)).toEqual([0, 0, 0]);
    expect(Math.abs(whole[0][0])).toBeGreaterThan(1e-3);
    model.dispose();
  });

  it('the vector of a tag is the average over its rows; with other tags in view, it is not', async () => {
    const [plain, others] = ['none', 'others'].map((context) => make('tag-mmbeddings', { context, extraction: 'mean' }));
    // Two rows alike, one with tag 0 alone and one with tags 0 and 1.
    const rows = batchOf([[0], [0, 1]], [0.4, 0.4]);
    const [a, b] = [await vectorsOf(plain, [rows]), await vectorsOf(others, [rows])];
    close(a[0], a[1]);
    expect(Math.max(...b[0].map((value, m) => Math.abs(value - b[1][m])))).toBeGreaterThan(1e-3);
  });

  it.each(['sum', 'mean'])('a prediction takes the %s of its tags’ vectors, and nothing from tags without vectors', async (pooling) => {
    const model = make('tag-mmbeddings', { pooling });
    const vectors = tf.tensor2d([...Array.from({ length: 4 }, (_, tag) => [tag, -tag, 1]), [0, 0, 0]]);
    const predict = (rows: number[][]): number[] => [
      ...model
        .predict(
          batchOf(
            rows,
            rows.map(() => 0.3),
          ),
          [vectors],
          [],
        )
        .dataSync(),
    ];
    const [none, unseen, two, withUnseen] = predict([[], [4], [1, 2], [1, 2, 4]]);
    expect(unseen).toBe(none);
    if (pooling === 'sum') expect(withUnseen).toBe(two);
    const one = tf.tensor2d([[pooling === 'sum' ? 3 : 1.5, pooling === 'sum' ? -3 : -1.5, pooling === 'sum' ? 2 : 1], ...Array(4).fill([0, 0, 0])]);
    expect(two).toBeCloseTo(model.predict(batchOf([[0]], [0.3]), [one], []).dataSync()[0], 5);
    expect(two).not.toBeCloseTo(none, 3);
  });

  it('has finite gradients where no row has a tag, a row has none, and variances are tiny', async () => {
    for (const id of ['tag-mmbeddings', 'tag-regbeddings']) {
      const model = make(id);
      for (const [name, variable] of model.parameters)
        if (name === 'encoder/logVar/bias' || name === 'tags/logVar') variable.assign(tf.fill(variable.shape, -17));
      const batch = some();
      const noise = model.noiseShapes(6).map(([rows, d]) => tf.ones([rows, d]) as tf.Tensor);
      const step = await stepOf(model, batch, noise);
      for (const values of Object.values(step)) expect(values.every(Number.isFinite)).toBe(true);
      // A small variance is not lost: its gradient is there.
      const name = id === 'tag-mmbeddings' ? 'encoder/logVar/bias' : 'tags/logVar';
      expect(Math.max(...step[name].map(Math.abs))).toBeGreaterThan(0);
    }
  });

  it('the posterior of a tag is that of the mean of its rows’ draws, and the prior without rows', async () => {
    const model = make('tag-mmbeddings', { logVarAveraging: 'log-of-mean', priorVariance: 0.7, extraction: 'sample' });
    const posterior = await model.levelPosterior?.([some()]);
    if (!posterior) throw new Error('there is no posterior');
    const variances = rowsOf((await posterior.variances[0].data()) as Float32Array, D);
    const means = rowsOf((await posterior.means[0].data()) as Float32Array, D);
    for (const value of variances[4]) expect(value).toBeCloseTo(0.7, 6);
    // Samples of level vectors have these means and deviations.
    const plain = await vectorsOf(model, [some()]);
    const moved = await vectorsOf(model, [some()], (shapes) => shapes.map(([rows, d]) => tf.ones([rows, d])));
    for (const tag of [0, 1, 2, 3]) {
      close(plain[tag], means[tag]);
      close(
        moved[tag],
        means[tag].map((mean, m) => mean + Math.sqrt(variances[tag][m])),
      );
    }
  });

  it('has heads for every column and feature', () => {
    const names = (problem: Problem): string[] => [...make('tag-mmbeddings', {}, problem).parameters.keys()].filter((name) => name.includes('mean'));
    expect(names(PROBLEM)).toEqual(['encoder/mean/kernel', 'encoder/mean/bias']);
    expect(names({ ...PROBLEM, levels: [4], tags: [shape, shape] })).toEqual(
      ['encoder/mean0', 'encoder/tags0/mean', 'encoder/tags1/mean'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]),
    );
  });

  it('REmbeddings of tags draw a row at once, with the variance of a draw for each tag', async () => {
    const model = make('tag-regbeddings');
    const [[mean, logVar]] = await Promise.all([
      Promise.all([model.parameters.get('tags/mean')?.array(), model.parameters.get('tags/logVar')?.array()]),
    ]);
    const [means, logVars] = [mean as number[][], logVar as number[][]];
    // The decoder sees t: with a table that holds it in one tag, and no noise, the prediction is the same.
    const t = [0, 1, 2].map((m) => means[1][m] + means[3][m] + 0.8 * Math.sqrt(Math.exp(logVars[1][m]) + Math.exp(logVars[3][m])));
    const noise = [tf.fill([1, D], 0.8)];
    const drawn = model.predict(batchOf([[1, 3]], [0.3]), [tf.tensor2d(means)], noise).dataSync()[0];
    const plain = make('tag-regbeddings', { prediction: 'mean' });
    const given = plain.predict(batchOf([[0]], [0.3]), [tf.tensor2d([t, ...Array(4).fill([0, 0, 0])])], []).dataSync()[0];
    expect(drawn).toBeCloseTo(given, 5);
  });
});
