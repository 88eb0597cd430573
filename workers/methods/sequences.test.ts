/** Methods on windows of series: counts, what a step sees, gradients, memory. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { KerasAdam } from '../engine/adam';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { CountedProblem, Inputs, Model, Problem } from './method';
import { refusalOf } from './refusals';
import { ABOUTS, aboutMethod, buildModel } from './registry';
import { wrongGradients } from './testing/gradient-check';
import { testSettings } from './testing/test-model';
import { disposeWindows, WINDOW_PROBLEMS, windowBatch } from './testing/test-windows';

const STEPWISE = ['sequence-transformer', 'sequence-transformer-untagged', 'sequence-transformer-published'];
const FORECASTS = ['timexer', 'timexer-untagged'];
const LEARNED = [...STEPWISE, ...FORECASTS];

const problemFor = (id: string): Problem => WINDOW_PROBLEMS[FORECASTS.includes(id) ? 'forecast' : 'next-step'];
const make = (id: string, wanted: Record<string, unknown> = {}, problem = problemFor(id)): Model =>
  buildModel(id, problem, testSettings(id, wanted), new RandomStream(1, 'weights'));
const count = (id: string, problem: Partial<CountedProblem>, settings: Record<string, unknown> = {}): number =>
  aboutMethod(id).parameterCount({ p: 0, levels: [], ...problem }, aboutMethod(id).settings.parse(settings));

/** Prediction with the model's own level vectors. */
async function predicted(model: Model, batch: Inputs): Promise<Float32Array> {
  const vectors = await model.levelVectors([], () => []);
  const outputs = tf.tidy(() => model.predict(batch, vectors, []));
  const values = (await outputs.data()) as Float32Array;
  tf.dispose([outputs, ...vectors]);
  return values;
}

describe('parameter counts of sequences', () => {
  const tags = [{ tags: 17, places: 4, parents: new Int32Array(17).fill(-1) }];

  it('are the published ones', () => {
    const published = { d: 16, width: 64, heads: 4, feedForward: 128, blocks: 3 };
    const windows = { task: 'next-step' as const, length: 50, channels: 10, outputs: 50 };
    expect(count('sequence-transformer', { tags, series: windows }, published)).toBe(102_481);
    expect(count('sequence-transformer-published', { tags, series: windows }, published)).toBe(102_481);
    const prices = { task: 'forecast' as const, length: 168, channels: 3, outputs: 24 };
    const large = { patch: 24, width: 512, heads: 8 };
    expect(count('timexer-untagged', { series: prices }, { ...large, blocks: 3, feedForward: 512 })).toBe(8_087_576);
    expect(count('timexer-untagged', { series: prices }, { ...large, blocks: 1, feedForward: 2048 })).toBe(4_402_712);
  });

  it('are those of the specification at the lab’s sizes', () => {
    const windows = { task: 'next-step' as const, length: 24, channels: 3, outputs: 24 };
    expect(count('sequence-transformer', { tags, series: windows })).toBe(17_641);
    const forecast = { task: 'forecast' as const, length: 48, channels: 80, outputs: 1 };
    expect(count('timexer-untagged', { series: forecast })).toBe(14_977);
    expect(count('timexer', { series: { ...forecast, exogenousTags: { tags: 17, places: 4, rows: 79 } } })).toBe(15_521);
  });

  it.each(LEARNED)('%s: equal the sizes of the variables', async (id) => {
    await useBackend('cpu');
    for (const wanted of [{}, { width: 6, heads: 3, feedForward: 5, blocks: 2, d: 2, patch: 3 }]) {
      const model = make(id, wanted);
      const sizes = [...model.parameters.values()].reduce((sum, variable) => sum + variable.size, 0);
      expect(aboutMethod(id).parameterCount(problemFor(id), testSettings(id, wanted))).toBe(sizes);
      model.dispose();
    }
  });
});

describe('what is refused', () => {
  const sentence = (id: string, problem: Problem): string | null => refusalOf(aboutMethod(id), problem);

  it('rows of a table by all, and every other kind of windows', () => {
    const ids = ABOUTS.filter(({ family }) => family === 'sequences').map(({ id }) => id);
    for (const id of ids) expect(sentence(id, { task: 'regression', p: 2, levels: [4], batchSize: 8 }), id).toContain('needs series');
    for (const id of STEPWISE) expect(sentence(id, WINDOW_PROBLEMS.forecast), id).toContain('the steps after it');
    for (const id of FORECASTS) expect(sentence(id, WINDOW_PROBLEMS['next-step']), id).toContain('something else');
    for (const id of LEARNED) expect(sentence(id, problemFor(id)), id).toBeNull();
  });

  it('series without tags, by the methods about them', () => {
    const { tags: _, ...untagged } = WINDOW_PROBLEMS['next-step'];
    expect(STEPWISE.map((id) => sentence(id, untagged) !== null)).toEqual([true, false, true]);
  });

  it('heads that do not divide the width', () => {
    for (const id of LEARNED) expect(aboutMethod(id).settings.safeParse({ width: 30, heads: 4 }).success, id).toBe(false);
  });
});

describe('what a step sees', () => {
  beforeAll(() => useBackend('cpu'));

  /** Which of the outputs change when the value of one step of one window does. */
  async function changed(id: string, settings: Record<string, unknown>, step: number): Promise<boolean[]> {
    const model = make(id, settings);
    const batch = windowBatch(problemFor(id), 1, 5);
    const [, length, channels] = batch.window.shape;
    const moved = Float32Array.from(await batch.window.data());
    moved[step * channels] += 1;
    const other = tf.tensor3d(moved, [1, length, channels]);
    const before = await predicted(model, batch);
    const after = await predicted(model, { ...batch, window: other });
    disposeWindows({ ...batch, window: other });
    batch.window.dispose();
    model.dispose();
    return [...before].map((value, i) => Math.abs(value - after[i]) > 1e-7);
  }

  it('as published: the steps after it too', async () => {
    expect(await changed('sequence-transformer-published', {}, 4)).toEqual([true, true, true, true, true, true]);
  });

  it('with the mask: itself and the past', async () => {
    for (const id of ['sequence-transformer', 'sequence-transformer-untagged'])
      expect(await changed(id, {}, 4)).toEqual([false, false, false, false, true, true]);
  });

  it('as published: no order. Steps in another order give the same outputs in that order', async () => {
    const batch = windowBatch(WINDOW_PROBLEMS['next-step'], 1, 5);
    const mirrored = tf.reverse(batch.window, 1);
    const outputs = async (id: string): Promise<Float32Array[]> => {
      const model = make(id);
      const values = [await predicted(model, batch), (await predicted(model, { ...batch, window: mirrored })).reverse()];
      model.dispose();
      return values;
    };
    const [one, other] = await outputs('sequence-transformer-published');
    for (const [t, value] of one.entries()) expect(other[t]).toBeCloseTo(value, 5);
    const [first, second] = await outputs('sequence-transformer');
    expect(Math.max(...first.map((value, t) => Math.abs(value - second[t])))).toBeGreaterThan(1e-3);
    mirrored.dispose();
    disposeWindows(batch);
  });
});

describe('how blocks begin', () => {
  beforeAll(() => useBackend('cpu'));

  it('alike by default, and each by itself otherwise', async () => {
    for (const identicalBlocks of [true, false]) {
      const model = make('sequence-transformer', { identicalBlocks });
      const [first, second] = [0, 1].map((block) => model.parameters.get(`block${block}/ff0/kernel`)?.dataSync() ?? []);
      expect([...first].every((value, i) => value === second[i])).toBe(identicalBlocks);
      model.dispose();
    }
  });

  it('with PyTorch’s limits', () => {
    const model = buildModel(
      'sequence-transformer',
      problemFor('sequence-transformer'),
      testSettings('sequence-transformer', { width: 64, feedForward: 128 }),
      new RandomStream(1, 'weights'),
    );
    const largest = (name: string): number => Math.max(...(model.parameters.get(name)?.dataSync() ?? []).map(Math.abs));
    for (const [name, limit] of [
      ['block0/query/kernel', Math.sqrt(6 / 256)],
      ['block0/attentionOutput/kernel', 1 / 8],
      ['block0/ff1/kernel', 1 / Math.sqrt(128)],
      ['block0/ff0/bias', 1 / 8],
    ] as const) {
      expect(largest(name), name).toBeLessThanOrEqual(limit);
      expect(largest(name), name).toBeGreaterThan(0.9 * limit);
    }
    expect([largest('block0/query/bias'), largest('block0/attentionOutput/bias')]).toEqual([0, 0]);
    model.dispose();
  });
});

describe('TimeXer', () => {
  beforeAll(() => useBackend('cpu'));

  it('attends to every other series with weights of 1 in sum', () => {
    const problem = WINDOW_PROBLEMS.forecast;
    const model = make('timexer', { blocks: 2 });
    const batch = windowBatch(problem, 5, 2);
    const blocks = tf.tidy(() =>
      (model.seriesAttention?.(batch) ?? []).map((weights) => ({ shape: weights.shape, sums: weights.sum(2).dataSync() })),
    );
    expect(blocks).toHaveLength(2);
    for (const { shape, sums } of blocks) {
      expect(shape).toEqual([5, 4, 3]);
      for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    }
    disposeWindows(batch);
    model.dispose();
  });

  it('cannot tell the other series apart without tags, and can with them', async () => {
    const batch = windowBatch(WINDOW_PROBLEMS.forecast, 4, 3);
    const swapped = tf.gather(batch.window, [0, 3, 2, 1], 2);
    const difference = async (id: string): Promise<number> => {
      const model = make(id);
      const [first, second] = [await predicted(model, batch), await predicted(model, { ...batch, window: swapped })];
      model.dispose();
      return Math.max(...first.map((value, i) => Math.abs(value - second[i])));
    };
    expect(await difference('timexer-untagged')).toBeLessThan(1e-5);
    expect(await difference('timexer')).toBeGreaterThan(1e-4);
    swapped.dispose();
    disposeWindows(batch);
  });
});

describe('gradients against central differences', () => {
  beforeAll(() => useBackend('cpu'));

  it.each(LEARNED)('%s: are equal', async (id) => {
    const model = make(id, { width: 8, heads: 2, d: 3, dropout: 0.3, feedForward: 5 });
    const batch = windowBatch(problemFor(id), 6, 3);
    const noise = drawNoise(model.noiseShapes(6), 5, 1);
    expect(await wrongGradients(model, batch, noise, new RandomStream(7, 'gradients'), 1e-3)).toEqual([]);
    tf.dispose(noise);
    disposeWindows(batch);
    model.dispose();
  });
});

describe.each(NODE_BACKENDS)('models of windows on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(LEARNED)('%s: holds no tensor more after many steps, level vectors and prediction, and none after dispose', async (id) => {
    const before = tf.memory().numTensors;
    const problem = problemFor(id);
    const model = make(id);
    const adam = new KerasAdam(model.parameters, 0.01);
    const tables = aboutMethod(id).tags === 'own' ? [6] : [];
    const epoch = async (step: number): Promise<number> => {
      for (const rows of [8, 3]) {
        const batch = windowBatch(problem, rows, step);
        const noise = drawNoise(model.noiseShapes(rows), 1, step);
        const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
        expect(result.output.shape).toEqual(batch.y.shape);
        adam.step(result.gradients);
        result.dispose();
        const vectors = await model.levelVectors([batch], () => []);
        expect(vectors.map((table) => table.shape[0])).toEqual(tables);
        const predicted = tf.tidy(() => model.predict(batch, vectors, []));
        expect(predicted.shape).toEqual(batch.y.shape);
        tf.dispose([predicted, ...vectors, ...noise]);
        disposeWindows(batch);
      }
      return tf.memory().numTensors;
    };
    const first = await epoch(1);
    for (const step of [2, 3]) expect(await epoch(step)).toBe(first);
    adam.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
