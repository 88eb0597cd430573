import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { type DrawnDataset, datasetSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { shapeOf } from '../data/tag-rows';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise, type NoiseShape } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { LevelField, placesAlike } from '../mixed/correlated-levels';
import { RandomStream } from '../random/random';
import type { Batch, Model } from './method';
import { aboutMethod, buildModel } from './registry';

const SMALL = { d: 3, encoder: [6], decoder: [5] };

/** Places of which a fifth is in test rows only. */
const drawn = (): Dataset =>
  runToEnd(
    drawing(
      datasetSchema.parse({
        ...{ kind: 'lmmnn', task: 'regression', levels: [40], trainRows: 400, testRows: 100, effects: 'places', split: 'by-level' },
      }) as DrawnDataset,
      { data: 2, split: 3 },
    ),
  );

const built = (id: string, dataset: Dataset, settings: Record<string, unknown> = {}): Model =>
  buildModel(
    id,
    { ...shapeOf(dataset), batchSize: 50 },
    aboutMethod(id).settings.parse({ ...SMALL, ...settings }) as Record<string, unknown>,
    new RandomStream(1, 'w'),
    dataset,
  );

function batchOf({ x, p, y, categorical: [{ codes }] }: Dataset, rows: Uint32Array): Batch {
  return {
    x: tf.tensor2d(
      Array.from(rows).flatMap((row) => [...x.subarray(row * p, (row + 1) * p)]),
      [rows.length, p],
    ),
    z: [
      tf.tensor1d(
        Array.from(rows, (row) => codes[row]),
        'int32',
      ),
    ],
    y: tf.tensor2d(
      Array.from(rows, (row) => y[row]),
      [rows.length, 1],
    ),
  };
}

beforeAll(() => useBackend('cpu'));

describe('MMbeddings of places', () => {
  const dataset = drawn();
  const rows = dataset.split.train;

  it.each(['fixed', 'learned'] as const)('are MMbeddings where the share is 0, with a %s prior variance', async (prior) => {
    const [own, plain] = [
      built('mmbeddings-correlated', dataset, { prior, correlation: 'fixed', share: 0 }),
      built('mmbeddings', dataset, { prior }),
    ];
    expect([...own.parameters.keys()]).toEqual([...plain.parameters.keys()]);
    const batch = batchOf(dataset, rows.subarray(0, 50));
    const noise = drawNoise(own.noiseShapes(50), 5, 1);
    const [mine, theirs] = [own, plain].map((model) => lossAndGradients(model.parameters, () => model.loss(batch, noise)));
    const relative = async (a: tf.Tensor, b: tf.Tensor): Promise<number> => {
      const [left, right] = [await a.data(), await b.data()];
      const scale = Math.max(1e-6, ...Array.from(right, Math.abs));
      return Math.max(...Array.from(left, (value, i) => Math.abs(value - right[i]))) / scale;
    };
    expect(await relative(mine.total, theirs.total)).toBeLessThan(1e-6);
    for (const [name, variable] of own.parameters)
      expect(await relative(mine.gradients[variable.name], theirs.gradients[(plain.parameters.get(name) as tf.Variable).name]), name).toBeLessThan(
        1e-5,
      );
    const draws = (shapes: readonly NoiseShape[]): tf.Tensor[] => drawNoise(shapes, 7, 1);
    const [left, right] = [await own.levelVectors([batch], draws), await plain.levelVectors([batch], draws)];
    expect(await relative(left[0], right[0])).toBe(0);
    tf.dispose([...left, ...right, ...noise, batch.x, batch.y, ...batch.z]);
    for (const result of [mine, theirs]) result.dispose();
    for (const model of [own, plain]) model.dispose();
  });

  it('give a place without rows what LevelField says, in vectors and posterior, and tell share and length', async () => {
    const model = built('mmbeddings-correlated', dataset, { extraction: 'mean', correlation: 'fixed', share: 0.9, length: 4 });
    const all = batchOf(dataset, rows);
    const vectors = await model.levelVectors([all], () => []);
    const posterior = await model.levelPosterior?.([all]);
    const [values, means] = await Promise.all([vectors[0].data(), posterior?.means[0].data()]);
    const { p, x, categorical } = dataset;
    const points = new Float64Array(80);
    for (const [row, level] of categorical[0].codes.entries()) points.set(x.subarray((row + 1) * p - 2, (row + 1) * p), 2 * level);
    const seen = Int32Array.from(new Set(Array.from(rows, (row) => categorical[0].codes[row]))).sort();
    expect(seen.length).toBeLessThan(36);
    const expected = Float32Array.from(values);
    for (let level = 0; level < 40; level++) if (!seen.includes(level)) expected.fill(0, 3 * level, 3 * level + 3);
    const alike = placesAlike(points, { share: 0.9, squaredLength: 16 });
    await (await LevelField.of(alike, seen, async () => {})).complete(expected, 3, async () => {});
    const largest = Math.max(...values.map(Math.abs));
    for (const [at, value] of expected.entries()) {
      expect(Math.abs(values[at] - value)).toBeLessThan(1e-5 * largest);
      expect(Math.abs((means?.[at] ?? Number.NaN) - value)).toBeLessThan(1e-4 * largest);
    }
    const told = await model.estimates?.(vectors);
    expect(told?.slice(-2).map(({ name, value }) => [name, value])).toEqual([
      ['Share of correlation of z1', 0.9],
      ['Length of correlation of z1', 4],
    ]);
    tf.dispose([...vectors, ...(posterior?.means ?? []), ...(posterior?.variances ?? []), all.x, all.y, ...all.z]);
    model.dispose();
  });

  it('refuse what is no map in a sentence, and say what is odd about it', async () => {
    const { p } = dataset;
    const point = { ...dataset, x: dataset.x.map((value, i) => (i % p >= p - 2 ? 1 : value)) };
    expect(() => built('mmbeddings-correlated', point)).toThrow('have the same coordinates');
    expect(() => built('mmbeddings-correlated', dataset, { east: 'north' })).toThrow('one column for both coordinates');
    expect(() => built('mmbeddings-correlated', dataset, { east: 'west' })).toThrow('no numeric column of that name');
    const about = aboutMethod('mmbeddings-correlated');
    expect(about.refusal?.({ task: 'regression', p: 1, levels: [4] })).toMatch(/two numeric columns .* have one\.$/);
    expect(about.refusal?.({ task: 'regression', p: 3, levels: [] })).toMatch(/no categorical feature\.$/);
    const moved = { ...dataset, x: dataset.x.slice() };
    moved.x[p - 2] += 1;
    const model = built('mmbeddings-correlated', moved);
    const estimates = await model.estimates?.([tf.zeros([40, 3])]);
    expect(estimates?.find(({ name }) => name.startsWith('Share'))?.note).toContain('rows of one place differ');
    model.dispose();
  });

  it('have as many parameters however many levels there are', () => {
    const about = aboutMethod('mmbeddings-correlated');
    const settings = about.settings.parse({});
    const count = (q: number): number => about.parameterCount({ task: 'regression', p: 12, levels: [q] }, settings);
    expect(count(100)).toBe(count(100_000));
    // Two more than MMbeddings with a learned prior variance.
    expect(
      count(100) -
        aboutMethod('mmbeddings').parameterCount(
          { task: 'regression', p: 12, levels: [100] },
          aboutMethod('mmbeddings').settings.parse({ prior: 'learned' }),
        ),
    ).toBe(2);
  });
});
