import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { responseHead } from '../nn/response';
import { RandomStream } from '../random/random';
import type { Loss, Problem } from './method';
import { refusalOf } from './refusals';
import { ABOUTS, aboutMethod, buildModel } from './registry';
import { averagedResponses, targetEncoding } from './shared/target-means';
import { OF_TABLES, SMALL_TAGS } from './testing/every-method';
import { disposeTestBatch, testDataset, testModel, testSettings } from './testing/test-model';

const TASKS = ['classes', 'ordinal'] as const;
const taking = OF_TABLES.filter(({ tasks }) => tasks?.includes('classes'));
const problemOf = (task: (typeof TASKS)[number], features: number, columns = 0): Problem => ({
  task,
  classes: 3,
  p: 3,
  levels: [6, 5].slice(0, features),
  ...(columns > 0 && { tags: SMALL_TAGS.slice(0, columns) }),
  batchSize: 12,
});
/** The first of these that the method takes: of one feature, of two, of one and tags, of one with edges. */
const takenProblem = (id: string, task: (typeof TASKS)[number]): Problem =>
  [problemOf(task, 1), problemOf(task, 2), problemOf(task, 1, 2), { ...problemOf(task, 1), edges: true as const }].find(
    (problem) => refusalOf(aboutMethod(id), problem) === null,
  ) ?? expect.fail(`"${id}" takes no problem of ${task}`);

/** The loss with its tensors, and nothing else that was made on the way. */
function kept(loss: () => Loss): Loss {
  let made: Loss | undefined;
  tf.tidy(() => {
    made = loss();
    return [made.total, made.output, ...Object.values(made.terms), ...Object.values(made.state ?? {})];
  });
  if (!made) throw new Error('no loss was made');
  return made;
}

beforeAll(() => useBackend('cpu'));

describe('a response of several classes', () => {
  it('is taken by the networks and refused by every other method, in a sentence', () => {
    expect(taking.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['mean', 'ignore', 'one-hot', 'embeddings', 'regbeddings', 'mmbeddings', 'uembeddings', 'tag-sum', 'tag-mmbeddings']),
    );
    for (const about of ABOUTS) {
      const { tasks, label } = about;
      if (about.family === 'sequences' || tasks) continue;
      expect(refusalOf(about, { ...problemOf('classes', 2), tags: undefined })).toBe(
        `${label} takes a target that is a number or one of two classes; here it is one of several classes.`,
      );
    }
    expect(refusalOf(aboutMethod('embeddings'), problemOf('ordinal', 1))).toBeNull();
  });

  it.each(taking.flatMap(({ id }) => TASKS.map((task) => [id, task] as const)))(
    '%s, %s: probabilities that sum to 1, a loss that they make, numbers as counted, nothing left behind',
    async (id, task) => {
      const problem = takenProblem(id, task);
      const before = tf.memory().numTensors;
      const { model, batch: take } = testModel(id, problem);
      const batch = take(12, 1);
      const noise = drawNoise(model.noiseShapes(12), 1, 1);
      const { total, terms, output, state = {} } = kept(() => model.loss(batch, noise));
      const probabilities = await output.data();
      const classes = await batch.y.data();
      expect(output.shape).toEqual([12, 3]);
      let logs = 0;
      for (let row = 0; row < 12; row++) {
        const own = Array.from(probabilities.subarray(3 * row, 3 * row + 3));
        expect(own.every((p) => p > 0)).toBe(true);
        expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        logs -= Math.log(own[classes[row]]) / 12;
      }
      expect((await terms.nll.data())[0]).toBeCloseTo(logs, 4);
      const sizes = [...model.parameters.values(), ...(id === 'tabnet' ? (model.state?.values() ?? []) : [])].reduce(
        (sum, { size }) => sum + size,
        0,
      );
      expect(model.parameterCount ?? aboutMethod(id).parameterCount(problem, testSettings(id))).toBe(sizes);
      expect(model.fused).toBeUndefined();
      tf.dispose([total, output, ...Object.values(terms), ...Object.values(state), ...noise]);
      disposeTestBatch(batch);
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('has the derivative p − 1 of a softmax in the logit of a row’s class, far from zero too', async () => {
    const head = responseHead({ task: 'classes', classes: 3 });
    const logits = tf.tensor2d([1, -2, 0.5, 90, 0, -90], [2, 3]);
    const y = tf.tensor2d([2, 0], [2, 1]);
    const [gradient, p] = tf.tidy(() => [tf.grad((l) => head.loss(y, l as tf.Tensor2D))(logits), head.onScale(logits)]);
    const expected = await p.data();
    const found = await gradient.data();
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo((expected[i] - (i === 2 || i === 3 ? 1 : 0)) / 2, 6);
    tf.dispose([logits, y, gradient, p]);
    head.dispose?.();
  });

  it('begins with equal shares where classes have an order, and costs what a score of 60 says, not infinity', async () => {
    const head = responseHead({ task: 'ordinal', classes: 4 });
    const scores = tf.tensor2d([0, 60, -60], [3, 1]);
    const y = tf.tensor2d([1, 0, 3], [3, 1]);
    const [p, loss] = tf.tidy(() => [head.onScale(scores), head.loss(y, scores)]);
    expect([...(await p.data())].slice(0, 4)).toEqual([0.25, 0.25, 0.25, 0.25].map((share) => expect.closeTo(share, 6)));
    // −log σ(cut₁ − 60) and −log σ(−60 − cut₃), with cut₃ = −cut₁ = log 3.
    expect((await loss.data())[0]).toBeCloseTo((Math.log(4) + 2 * (60 + Math.log(3))) / 3, 4);
    for (const [, variable] of head.parameters()) variable.dispose();
    tf.dispose([scores, y, p, loss]);
    head.dispose?.();
  });

  it('is encoded by the share of each class, which sum to 1', () => {
    const data = testDataset('classes', 2, [6], 160, 3);
    const columns = averagedResponses(data).map((y) => targetEncoding({ ...data, y }, 0, 2, 5));
    expect(columns).toHaveLength(3);
    for (const row of data.split.test) expect(columns.reduce((sum, column) => sum + column[row], 0)).toBeCloseTo(1, 5);
    // Smoothed by two rows of the overall shares: a test row's level has them of all training rows.
    const [row] = data.split.test;
    const training = [...data.split.train, ...data.split.validation];
    const level = training.filter((other) => data.categorical[0].codes[other] === data.categorical[0].codes[row]);
    const overall = training.filter((other) => data.y[other] === 2).length / training.length;
    const own = level.filter((other) => data.y[other] === 2).length;
    expect(columns[2][row]).toBeCloseTo((own + 2 * overall) / (level.length + 2), 5);
  });

  it('is encoded by the other rows’ classes: no row sees its own, nor one of the test', () => {
    const data = testDataset('classes', 2, [6], 160, 3);
    const inputsOf = (y: Float32Array) => {
      const settings = aboutMethod('target-encoding').settings.parse({});
      const model = buildModel('target-encoding', problemOf('classes', 1), settings, new RandomStream(1, 'weights'), { ...data, y });
      const { x, p } = model.inputs as { x: Float32Array; p: number };
      model.dispose();
      // Two numeric features, then a share for each class.
      return (row: number) => [...x.subarray(row * p + 2, (row + 1) * p)];
    };
    const known = inputsOf(data.y);
    const { train, validation, test } = data.split;
    expect(known(train[0])).toHaveLength(3);
    for (const row of [train[0], train[7], validation[1], test[0]]) {
      const y = data.y.slice();
      y[row] = (y[row] + 1) % 3;
      const changed = inputsOf(y);
      expect(changed(row)).toEqual(known(row));
      const moved = [...train, ...validation, ...test].filter((other) => changed(other).some((share, c) => share !== known(other)[c]));
      // Of another fold, or of a part that has learned from it.
      if (row === test[0]) expect(moved).toEqual([]);
      else expect(moved.length).toBeGreaterThan(0);
      if (row === validation[1]) expect(moved.every((other) => test.includes(other))).toBe(true);
    }
  });
});
