import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, LevelVectors, Model, Problem } from './method';
import { buildModel } from './registry';
import { testDataset, testSettings } from './testing/test-model';

const PROBLEM: Problem = { task: 'regression', p: 2, levels: [4], batchSize: 6 };

function make(id: string, settings: Record<string, unknown>, dataset = testDataset('regression', 2, [4], 90, 1)): Model {
  return buildModel(id, PROBLEM, testSettings(id, { d: 2, encoder: [5], decoder: [4], ...settings }), new RandomStream(1, 'weights'), dataset);
}

/** Five equal rows of level 0, one of level 2, none of levels 1 and 3. */
function batch(): Batch {
  const row = [0.5, -1];
  return {
    x: tf.tensor2d([row, row, row, row, row, [1, 2]]),
    z: [tf.tensor1d([0, 0, 0, 0, 0, 2], 'int32')],
    y: tf.tensor2d([[1], [1], [1], [1], [1], [-1]]),
  };
}

async function posteriorOf(model: Model): Promise<{ means: number[][]; variances: number[][]; priors: number[][] }> {
  const rows = batch();
  const posterior = await model.levelPosterior?.([rows]);
  if (!posterior) throw new Error('there is no posterior');
  const [means, variances] = await Promise.all([posterior.means[0].array(), posterior.variances[0].array()]);
  tf.dispose([rows.x, rows.y, ...rows.z, ...posterior.means, ...posterior.variances]);
  return { means, variances, priors: (posterior.priorVariances ?? []).map((values) => [...values]) };
}

async function vectorsOf(model: Model): Promise<number[][]> {
  const rows = batch();
  const vectors: LevelVectors = await model.levelVectors([rows], (shapes) => shapes.map(([n, d]) => tf.zeros([n, d])));
  const values = await vectors[0].array();
  tf.dispose([rows.x, rows.y, ...rows.z, ...vectors]);
  return values;
}

function close(actual: number[], expected: number[]): void {
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i], 5);
}

describe('options of MMbeddings', () => {
  beforeAll(() => useBackend('cpu'));

  it.each<[string, Record<string, unknown>]>([
    ['a learned prior', { prior: 'learned' }],
    ['a full covariance', { prior: 'full-covariance' }],
    ['a learned residual variance', { noise: 'learned' }],
    ['shrinkage', { shrinkage: 'counts' }],
    ['an interaction', { interaction: 'product' }],
  ])('%s goes without the fused step', (_, settings) => {
    const model = make('mmbeddings', settings);
    expect(model.fused).toBeUndefined();
    model.dispose();
  });

  it('the published settings have one, with β as the batch’s share of the training rows where asked for', () => {
    const published = make('mmbeddings', {});
    expect(published.fused).toMatchObject({ kind: 'encoder', beta: 0.001 });
    // 60 rows train and 10 validate.
    const share = make('mmbeddings', { betaRule: 'batch-share' });
    expect(share.fused).toMatchObject({ kind: 'encoder', beta: 6 / 70 });
    published.dispose();
    share.dispose();
  });

  it('the posterior of a level: means without noise, variances by the rule of log-variances, the prior’s without rows', async () => {
    const logs = make('mmbeddings', { priorVariance: 0.7 });
    const mean = make('mmbeddings', { priorVariance: 0.7, logVarAveraging: 'log-of-mean' });
    const [a, b] = [await posteriorOf(logs), await posteriorOf(mean)];
    const vectors = await vectorsOf(logs);
    a.means.forEach((values, level) => {
      close(values, vectors[level]);
    });
    // Equal rows: the variance of the mean of five draws is a fifth of that of one.
    close(
      b.variances[0],
      a.variances[0].map((value) => value / 5),
    );
    close(b.variances[2], a.variances[2]);
    for (const level of [1, 3]) {
      close(a.means[level], [0, 0]);
      close(a.variances[level], [0.7, 0.7]);
    }
    logs.dispose();
    mean.dispose();
  });

  it('shrinkage by counts keeps n/(n + 1) of averages and its square of variances', async () => {
    const plain = make('mmbeddings', {});
    const shrunk = make('mmbeddings', { shrinkage: 'counts' });
    const [all, less] = [await vectorsOf(plain), await vectorsOf(shrunk)];
    const [wide, narrow] = [await posteriorOf(plain), await posteriorOf(shrunk)];
    for (const [level, n] of [
      [0, 5],
      [2, 1],
    ]) {
      const factor = n / (n + 1);
      close(
        less[level],
        all[level].map((value) => value * factor),
      );
      close(
        narrow.variances[level],
        wide.variances[level].map((value) => value * factor * factor),
      );
    }
    plain.dispose();
    shrunk.dispose();
  });

  it('a full covariance begins as the given variance, and tells the variances of D', async () => {
    const model = make('mmbeddings', { prior: 'full-covariance', priorVariance: 0.25 });
    close((await posteriorOf(model)).variances[1], [0.25, 0.25]);
    tf.tidy(() => {
      model.parameters.get('prior/logDiagonal0')?.assign(tf.tensor1d([Math.log(2), 0]));
      model.parameters.get('prior/below0')?.assign(tf.tensor2d([[3]]));
    });
    // W = [[2, 0], [3, 1]], so W⁻¹ = [[½, 0], [−3/2, 1]] and D = W⁻¹W⁻ᵀ has ¼ and 13/4 on its diagonal.
    const { variances, priors } = await posteriorOf(model);
    close(variances[1], [0.25, 3.25]);
    close(priors[0], [0.25, 3.25]);
    model.dispose();
  });

  it('a full covariance of vectors of width 1 is a learned variance, and nothing of it is left', () => {
    const before = tf.memory().numTensors;
    const model = make('mmbeddings', { prior: 'full-covariance', d: 1 });
    expect([...model.parameters.keys()].filter((name) => name.startsWith('prior/'))).toEqual(['prior/logDiagonal0']);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('estimates: the variance of level vectors, and σ² where it is learned', async () => {
    const model = make('mmbeddings', { noise: 'learned' });
    tf.tidy(() => model.parameters.get('noise/logVar')?.assign(tf.scalar(Math.log(3))));
    const vectors = [tf.tensor2d([0, 2, 2, 2, 0, 4, 2, 4], [4, 2])];
    const estimates = (await model.estimates?.(vectors)) ?? [];
    // Vectors have no unit; the residual variance has that of the squared response.
    expect(estimates.map(({ name, feature, value, ownUnit }) => [name, feature, Number(value.toFixed(5)), ownUnit])).toEqual([
      ['Variance of level0', 0, 1, true],
      ['Residual variance', null, 3, undefined],
    ]);
    tf.dispose(vectors);
    model.dispose();
  });
});

/** KL term of a batch of the first `rows` rows. */
async function klOf(model: Model, rows: number): Promise<number> {
  const { x, y, z } = batch();
  const part = { x: tf.slice(x, 0, rows), y: tf.slice(y, 0, rows), z: [tf.slice(z[0], 0, rows)] };
  const noise = model.noiseShapes(rows).map(([n, d]) => tf.zeros([n, d]));
  const kl = tf.tidy(() => model.loss(part, noise).terms.kl);
  const [value] = await kl.data();
  tf.dispose([x, y, ...z, part.x, part.y, ...part.z, ...noise, kl]);
  return value;
}

describe('the KL term', () => {
  beforeAll(() => useBackend('cpu'));

  // The first five rows are equal and of one level, so that averages by level are the same for any number of
  // them.
  it.each([
    ['mmbeddings', 2],
    ['mmbeddings-v2', 2],
    ['regbeddings', 1],
  ])('%s: does not change with the rows of a short batch, and half the nominal batch makes it %i times as large', async (id, times) => {
    const model = make(id, {});
    const settings = testSettings(id, { d: 2, encoder: [5], decoder: [4] });
    const narrow = buildModel(id, { ...PROBLEM, batchSize: PROBLEM.batchSize / 2 }, settings, new RandomStream(1, 'weights'));
    const kl = await klOf(model, 2);
    expect(kl).toBeGreaterThan(1e-6);
    expect((await klOf(model, 5)) / kl).toBeCloseTo(1, 4);
    expect((await klOf(narrow, 5)) / kl).toBeCloseTo(times, 4);
    narrow.dispose();
    model.dispose();
  });
});

describe('MMbeddings v2', () => {
  beforeAll(() => useBackend('cpu'));

  it('gives all levels without rows the same vector, and the posterior means where no noise is drawn', async () => {
    const model = make('mmbeddings-v2', {});
    const vectors = await vectorsOf(model);
    const { means, variances } = await posteriorOf(model);
    vectors.forEach((values, level) => {
      close(values, means[level]);
    });
    close(vectors[1], vectors[3]);
    expect(Math.abs(vectors[0][0] - vectors[1][0])).toBeGreaterThan(1e-3);
    expect(Math.min(...variances.flat())).toBeGreaterThan(0);
    model.dispose();
  });
});

describe('REmbeddings', () => {
  beforeAll(() => useBackend('cpu'));

  it('have the posterior of their tables', async () => {
    const model = make('regbeddings', {});
    const { means, variances } = await posteriorOf(model);
    close(means.flat(), [...((await model.parameters.get('embedding0/mean')?.data()) ?? [])]);
    close(
      variances.flat(),
      [...((await model.parameters.get('embedding0/logVar')?.data()) ?? [])].map((value) => Math.exp(value)),
    );
    model.dispose();
  });
});
