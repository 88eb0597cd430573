import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../data/schema';
import { drawNoise } from '../engine/noise';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, Problem } from './method';
import { aboutMethod, buildModel } from './registry';
import { wrongGradients } from './testing/gradient-check';

function batchOf({ p, levels, task }: Problem, rows: number): Batch {
  const random = new RandomStream(5, 'lmmnn');
  const y = Float32Array.from({ length: rows }, () => (task === 'binary' ? random.integer(2) : random.normal()));
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
    y: tf.tensor2d(y, [rows, 1]),
  };
}

const settings = (changes: object) => aboutMethod('lmmnn').settings.parse(changes);

describe.each(NODE_BACKENDS)('LMMNN on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each<[string, Problem]>([
    ['one feature', { task: 'regression', p: 3, levels: [6], batchSize: 24 }],
    ['three features', { task: 'regression', p: 3, levels: [6, 3, 9], batchSize: 24 }],
    ['a binary response', { task: 'binary', p: 3, levels: [6], batchSize: 24 }],
    ['a binary response of three features', { task: 'binary', p: 3, levels: [6, 3, 9], batchSize: 24 }],
  ])('%s: the gradient, with dropout, equals finite differences', async (_, problem) => {
    const model = buildModel('lmmnn', problem, settings({ network: [7, 5, 4], dropout: 0.25 }), new RandomStream(2, 'weights'));
    const batch = batchOf(problem, 24);
    const noise = drawNoise(model.noiseShapes(24), 3, 0);
    expect(noise.map((tensor) => tensor.shape)).toEqual([
      [24, 7],
      [24, 5],
    ]);
    expect(await wrongGradients(model, batch, noise, new RandomStream(4, 'gradients'), 4e-3)).toEqual([]);
    tf.dispose([batch.x, batch.y, ...batch.z, ...noise]);
    model.dispose();
  });

  it('the dense likelihood of one feature equals the closed form', async () => {
    const problem: Problem = { task: 'regression', p: 3, levels: [6], batchSize: 24 };
    const one = buildModel('lmmnn', problem, settings({}), new RandomStream(2, 'weights'));
    const two = buildModel('lmmnn', { ...problem, levels: [6, 1] }, settings({}), new RandomStream(2, 'weights'));
    const batch = batchOf(problem, 24);
    // A second feature whose variance is nothing.
    tf.tidy(() => two.parameters.get('sigma2b')?.assign(tf.tensor1d([1, 0])));
    const zeros = tf.zeros([24], 'int32') as tf.Tensor1D;
    const [a, b] = tf.tidy(() => [one.loss(batch, []).total, two.loss({ ...batch, z: [...batch.z, zeros] }, []).total]);
    expect((await b.data())[0]).toBeCloseTo((await a.data())[0], 3);
    tf.dispose([a, b, zeros, batch.x, batch.y, ...batch.z]);
    one.dispose();
    two.dispose();
  });

  it('a binary level with very many rows neither over- nor underflows', async () => {
    const problem: Problem = { task: 'binary', p: 1, levels: [3], batchSize: 5000 };
    const model = buildModel('lmmnn', problem, settings({ network: [] }), new RandomStream(2, 'weights'));
    const rows = 5000;
    const batch: Batch = { x: tf.zeros([rows, 1]), y: tf.ones([rows, 1]), z: [tf.zeros([rows], 'int32') as tf.Tensor1D] };
    const [vector] = await model.levelVectors([batch], () => []);
    const posterior = await model.levelPosterior?.([batch]);
    const [seen, unseen] = await vector.data();
    // All mass at the outermost node, √2 · 2.02 σ_b.
    expect(seen).toBeCloseTo(2.857, 2);
    expect(unseen).toBeCloseTo(0, 5);
    expect((await posterior?.variances[0].data())?.[1]).toBeCloseTo(1, 4);
    // 5,000 rows of one level add up to thousands, of which float32 keeps less.
    expect(await wrongGradients(model, batch, [], new RandomStream(4, 'gradients'), 2e-2)).toEqual([]);
    tf.dispose([batch.x, batch.y, ...batch.z, vector, ...(posterior ? [...posterior.means, ...posterior.variances] : [])]);
    model.dispose();
  });

  it.each<[number[], Task, string?]>([
    [[6], 'regression'],
    [[6, 3], 'regression'],
    [[6, 3], 'binary'],
    [[6], 'binary', 'adaptive-nodes'],
  ])('posterior means of levels %j (%s) are the level vectors, and variances shrink with rows', async (levels, task, approximation) => {
    const problem: Problem = { task, p: 3, levels, batchSize: 24 };
    const model = buildModel('lmmnn', problem, settings(approximation ? { approximation } : {}), new RandomStream(2, 'weights'));
    const batch = batchOf(problem, 24);
    const vectors = await model.levelVectors([batch], () => []);
    const posterior = await model.levelPosterior?.([batch]);
    for (const [k, vector] of vectors.entries()) {
      const means = await posterior?.means[k].data();
      const variances = (await posterior?.variances[k].data()) as Float32Array;
      (await vector.data()).forEach((value, j) => {
        expect(means?.[j]).toBeCloseTo(value, 5);
        expect(variances[j] > 0 && variances[j] <= 1).toBe(true);
      });
    }
    if (levels.length === 1 && task === 'regression') {
      const codes = await batch.z[0].data();
      (await posterior?.variances[0].data())?.forEach((variance, j) => {
        expect(variance).toBeCloseTo(1 / (1 + codes.filter((code) => code === j).length), 5);
      });
    }
    tf.dispose([batch.x, batch.y, ...batch.z, ...vectors, ...(posterior ? [...posterior.means, ...posterior.variances] : [])]);
    model.dispose();
  });

  it('says its variances by feature, and by which approximation those of a binary response are', async () => {
    const model = buildModel('lmmnn', { task: 'regression', p: 1, levels: [2, 3], batchSize: 4 }, settings({}), new RandomStream(1, 'weights'));
    const estimates = await model.estimates?.([]);
    expect(estimates?.map(({ feature, value, standardError }) => [feature, value, standardError])).toEqual([
      [null, 1, null],
      [0, 1, null],
      [1, 1, null],
    ]);
    model.dispose();
    for (const [levels, approximation, words] of [
      [[2], 'nodes-under-prior', /under the prior/],
      [[2], 'adaptive-nodes', /around the mode/],
      [[2, 3], 'nodes-under-prior', /Laplace/],
    ] as const) {
      const binary = buildModel(
        'lmmnn',
        { task: 'binary', p: 1, levels: [...levels], batchSize: 4 },
        settings({ approximation }),
        new RandomStream(1, 'weights'),
      );
      for (const { note } of (await binary.estimates?.([])) ?? []) expect(note).toMatch(words);
      binary.dispose();
    }
  });
});
