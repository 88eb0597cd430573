/** The last value and the linear autoregression, against series whose equation is known. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { type Series, type SeriesTask, windowResponses, windowsOf, windowValues } from '../data/series/series';
import { shapeOf } from '../data/tag-rows';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Inputs, Model } from './method';
import { aboutMethod, buildModel } from './registry';
import { testDataset } from './testing/test-model';

const STEPS = 60;

/**
 * x_{t+1} = 0.3 + 0.9 x_t − 0.5 x_{t−1} + 0.7 c_t without noise, c a clock; the target is 2 x_{t−1} − x_t.
 */
function exactSeries(task: SeriesTask): Series {
  const random = new RandomStream(4, 'starts');
  const clock = Float32Array.from({ length: STEPS }, (_, t) => Math.sin(t));
  const values = new Float32Array(3 * STEPS);
  for (let f = 0; f < 3; f++) {
    values[f * STEPS] = random.normal();
    values[f * STEPS + 1] = random.normal();
    for (let t = 1; t + 1 < STEPS; t++)
      values[f * STEPS + t + 1] = 0.3 + 0.9 * values[f * STEPS + t] - 0.5 * values[f * STEPS + t - 1] + 0.7 * clock[t];
  }
  const target = Float32Array.from({ length: STEPS }, (_, t) => (t < 2 ? random.normal() : 0));
  for (let t = 1; t + 1 < STEPS; t++) target[t + 1] = 1.1 * target[t] - 0.6 * target[t - 1] + 0.2;
  return {
    task,
    steps: STEPS,
    length: 5,
    outputs: task === 'forecast' ? 2 : 5,
    names: ['a', 'b', 'c'],
    values,
    scales: null,
    clock: task === 'forecast' ? [] : [clock],
    target: task === 'next-step' ? null : target,
    known: Uint8Array.of(1, 1, 1),
    innovationVariance: null,
    times: null,
  };
}

function datasetOf(series: Series): Dataset {
  const rows = Uint32Array.from({ length: windowsOf(series) }, (_, row) => row);
  const [train, validation, test] = [0.7, 0.85, 1].map((share, i, shares) =>
    rows.subarray(Math.floor((shares[i - 1] ?? 0) * rows.length), Math.floor(share * rows.length)),
  );
  return { ...testDataset('regression', 0, [], 0, 1), rows: rows.length, series, split: { train, validation, test } };
}

const make = (id: string, data: Dataset, settings: Record<string, unknown> = {}): Model =>
  buildModel(id, { ...shapeOf(data), batchSize: 8 }, aboutMethod(id).settings.parse(settings), new RandomStream(1, 'weights'), data);

const inputsOf = (series: Series, rows: Uint32Array): Inputs => ({
  x: tf.zeros([rows.length, 0]),
  z: [],
  window: tf.tensor3d(windowValues(series, rows), [rows.length, series.length, series.clock.length + 1 + (series.task === 'forecast' ? 3 : 0)]),
});

/** Squared error of each output of the test windows. */
async function testErrors(model: Model, { series, split }: Dataset): Promise<Float32Array> {
  if (!series) throw new Error('no series');
  const inputs = inputsOf(series, split.test);
  const predicted = tf.tidy(() => model.predict(inputs, [], []));
  const values = (await predicted.data()) as Float32Array;
  const asked = windowResponses(series, split.test);
  tf.dispose([predicted, inputs.x, inputs.window as tf.Tensor]);
  return values.map((value, i) => (value - asked[i]) ** 2);
}

describe('linear autoregression', () => {
  beforeAll(() => useBackend('cpu'));

  it('finds the equation of series without noise, and has equations of their own for the first steps', async () => {
    const data = datasetOf(exactSeries('next-step'));
    const model = make('linear-autoregression', data);
    const { objective } = (await model.ownFit?.iterate(async () => {})) ?? { objective: Number.NaN };
    expect(objective).toBeGreaterThan(0);
    const kernel = await model.parameters.get('equation1/kernel')?.data();
    for (const [i, value] of [0.9, -0.5, 0.7].entries()) expect(kernel?.[i]).toBeCloseTo(value, 4);
    expect((await model.parameters.get('equation1/bias')?.data())?.[0]).toBeCloseTo(0.3, 4);
    const errors = await testErrors(model, data);
    // Only the first step, which has one value behind it, is not exact.
    for (const [i, error] of errors.entries()) if (i % 5 > 0) expect(error).toBeLessThan(1e-6);
    expect(Math.max(...errors)).toBeGreaterThan(1e-3);
    model.dispose();
  });

  it('gives the losses in double precision that its tensors have', async () => {
    const data = datasetOf(exactSeries('regression'));
    data.split.validation = data.split.test;
    const model = make('linear-autoregression', data, { order: 3 });
    const { objective } = (await model.ownFit?.iterate(async () => {})) ?? { objective: Number.NaN };
    const errors = await testErrors(model, data);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeCloseTo(objective, 4);
    expect(model.ownFit?.converged).toBe(true);
    model.dispose();
  });

  it('forecasts several steps from the target’s own past', async () => {
    const data = datasetOf(exactSeries('forecast'));
    const model = make('linear-autoregression', data);
    await model.ownFit?.iterate(async () => {});
    expect(Math.max(...(await testErrors(model, data)))).toBeLessThan(1e-6);
    expect([...model.parameters.values()].reduce((sum, { size }) => sum + size, 0)).toBe(
      aboutMethod('linear-autoregression').parameterCount(shapeOf(data), { order: 2 }),
    );
    model.dispose();
  });
});

describe('last value', () => {
  beforeAll(() => useBackend('cpu'));

  it('repeats the last value, at every step or for every step ahead', async () => {
    for (const task of ['next-step', 'forecast'] as const) {
      const data = datasetOf(exactSeries(task));
      data.split.validation = data.split.test;
      const model = make('last-value', data);
      const { objective } = (await model.ownFit?.iterate(async () => {})) ?? { objective: Number.NaN };
      const { series, split } = data;
      if (!series) throw new Error('no series');
      const values = (row: number, t: number): number =>
        task === 'forecast' ? (series.target?.[row + t] ?? 0) : windowValues(series, Uint32Array.of(row))[2 * t];
      const expected = [...split.test].flatMap((row) =>
        Array.from({ length: series.outputs }, (_, h) => {
          const last = task === 'forecast' ? values(row, 4) : values(row, h);
          return (windowResponses(series, Uint32Array.of(row))[h] - last) ** 2;
        }),
      );
      const errors = await testErrors(model, data);
      for (const [i, error] of errors.entries()) expect(error).toBeCloseTo(expected[i], 5);
      expect(objective).toBeCloseTo(expected.reduce((sum, error) => sum + error, 0) / expected.length, 5);
      model.dispose();
    }
  });

  it('is refused where the window does not hold the target', () => {
    const { series } = shapeOf(datasetOf(exactSeries('regression')));
    expect(aboutMethod('last-value').refusal?.({ task: 'regression', p: 0, levels: [], series })).toContain('does not hold the target');
  });
});
