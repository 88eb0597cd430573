import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawnGraph } from '../data/graph-effects';
import { drawing } from '../data/prepare';
import { type DrawnDataset, datasetSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { shapeOf } from '../data/tag-rows';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { LevelField } from '../mixed/correlated-levels';
import { inOneGo } from '../mixed/dense';
import { graphAlike, graphCorrelations, placeOf } from '../mixed/graph-levels';
import { RandomStream } from '../random/random';
import type { Batch, Model } from './method';
import { aboutMethod, buildModel } from './registry';

const SMALL = { d: 2, encoder: [4], decoder: [3], extraction: 'mean' };

const spec = { kind: 'lmmnn', task: 'regression', levels: [25], trainRows: 200, testRows: 50, effects: 'graph', split: 'by-level' };
const drawn = (more: Record<string, unknown> = {}, data = 2): Dataset =>
  runToEnd(drawing(datasetSchema.parse({ ...spec, ...more }) as DrawnDataset, { data, split: 3 }));

const built = (id: string, dataset: Dataset, settings: Record<string, unknown> = {}): Model =>
  buildModel(
    id,
    { ...shapeOf(dataset), batchSize: 40 },
    aboutMethod(id).settings.parse({ ...SMALL, ...settings }) as Record<string, unknown>,
    new RandomStream(1, 'w'),
    dataset,
  );

function batchOf({ x, p, y, categorical: [{ codes }] }: Dataset, rows: Uint32Array): Batch {
  const list = Array.from(rows);
  return {
    x: tf.tensor2d(
      list.flatMap((row) => [...x.subarray(row * p, (row + 1) * p)]),
      [list.length, p],
    ),
    z: [
      tf.tensor1d(
        list.map((row) => codes[row]),
        'int32',
      ),
    ],
    y: tf.tensor2d(
      list.map((row) => y[row]),
      [list.length, 1],
    ),
  };
}

beforeAll(() => useBackend('cpu'));

describe('MMbeddings of a graph', () => {
  const dataset = drawn();
  const rows = dataset.split.train;

  it('are MMbeddings where the dependence is 0', async () => {
    const [own, plain] = [
      built('mmbeddings-graph', dataset, { prior: 'learned', correlation: 'fixed', dependence: 0 }),
      built('mmbeddings', dataset, { prior: 'learned' }),
    ];
    const batch = batchOf(dataset, rows.subarray(0, 40));
    const noise = drawNoise(own.noiseShapes(40), 5, 1);
    const [mine, theirs] = [own, plain].map((model) => lossAndGradients(model.parameters, () => model.loss(batch, noise)));
    const [[left], [right]] = [await mine.total.data(), await theirs.total.data()];
    expect(Math.abs(left / right - 1)).toBeLessThan(1e-6);
    tf.dispose([...noise, batch.x, batch.y, ...batch.z]);
    for (const result of [mine, theirs]) result.dispose();
    for (const model of [own, plain]) model.dispose();
  });

  it('have the gradient of the dependence that central differences have', async () => {
    const model = built('mmbeddings-graph', dataset, { beta: 1, betaRule: 'number' });
    const batch = batchOf(dataset, rows.subarray(0, 40));
    const noise = drawNoise(model.noiseShapes(40), 5, 1);
    const variable = model.parameters.get('prior/logitDependence') as tf.Variable;
    const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
    const [gradient] = await result.gradients[variable.name].data();
    const [start] = await variable.data();
    const at = async (value: number): Promise<number> => {
      tf.tidy(() => variable.assign(tf.scalar(value)));
      const total = tf.tidy(() => model.loss(batch, noise).total);
      const [loss] = await total.data();
      total.dispose();
      return loss;
    };
    const step = 0.02;
    const difference = ((await at(start + step)) - (await at(start - step))) / (2 * step);
    expect(Math.abs(gradient)).toBeGreaterThan(1e-3);
    expect(Math.abs(gradient / difference - 1)).toBeLessThan(0.02);
    tf.dispose([...noise, batch.x, batch.y, ...batch.z]);
    result.dispose();
    model.dispose();
  });

  it('give a level without rows what its neighbours say, and tell the dependence', async () => {
    const model = built('mmbeddings-graph', dataset, { correlation: 'fixed', dependence: 0.95 });
    const all = batchOf(dataset, rows);
    const vectors = await model.levelVectors([all], () => []);
    const values = await vectors[0].data();
    const seen = Int32Array.from(new Set(Array.from(rows, (row) => dataset.categorical[0].codes[row]))).sort();
    expect(seen.length).toBeLessThan(23);
    const expected = Float32Array.from(values);
    for (let level = 0; level < 25; level++) if (!seen.includes(level)) expected.fill(0, 2 * level, 2 * level + 2);
    const correlations = inOneGo(graphCorrelations(dataset.graph as NonNullable<Dataset['graph']>, 25));
    await (await LevelField.of(graphAlike(correlations, placeOf(0.95)), seen, async () => {})).complete(expected, 2, async () => {});
    for (const [at, value] of expected.entries()) expect(values[at]).toBeCloseTo(value, 5);
    const told = await model.estimates?.(vectors);
    expect(told?.at(-1)).toMatchObject({ name: 'Dependence along edges of z1', value: expect.closeTo(0.95, 6), note: 'given' });
    tf.dispose([...vectors, all.x, all.y, ...all.z]);
    model.dispose();
  });

  it('need a graph, and as many parameters however many levels there are', () => {
    const about = aboutMethod('mmbeddings-graph');
    expect(about.refusal?.({ task: 'regression', p: 1, levels: [4] })).toMatch(/need edges between the levels/);
    expect(about.refusal?.({ task: 'regression', p: 1, levels: [] })).toMatch(/no categorical feature\.$/);
    expect(about.refusal?.({ task: 'regression', p: 0, levels: [4], edges: true })).toBeNull();
    expect(shapeOf(dataset).edges).toBe(true);
    const count = (q: number): number => about.parameterCount({ task: 'regression', p: 12, levels: [q] }, about.settings.parse({}));
    expect(count(100)).toBe(count(2_000));
  });
});

describe('the simulation of a graph', () => {
  it('draws the graphs that it names', () => {
    const random = new RandomStream(1, 'graph');
    expect(drawnGraph('ring', 12, random)).toMatchObject({ nodes: 12, alone: 0 });
    expect(drawnGraph('ring', 12, random).from.length).toBe(12);
    // Of 5 by 5: 4 × 5 across and as many down; a last row that is not full has fewer.
    expect(drawnGraph('grid', 25, random).from.length).toBe(40);
    expect(drawnGraph('grid', 7, random).from.length).toBe(8);
    const degree = (2 * drawnGraph('geometric', 1_000, random).from.length) / 1_000;
    expect(degree).toBeGreaterThan(5);
    expect(degree).toBeLessThan(6.5);
  });

  it.each(['grid', 'ring', 'geometric'] as const)('%s: effects have the correlations that the method holds, over many draws', (graph) => {
    let [square, along, expected, pairs] = [0, 0, 0, 0];
    for (let data = 1; data <= 60; data++) {
      const { truth, graph: own } = drawn({ graph, dependence: 64 / 65, interceptVariances: [2], levels: [36] }, data);
      if (!own || !truth) throw new Error('no graph');
      const [effects] = truth.effects;
      for (const effect of effects) square += effect ** 2 / 36;
      const { of } = graphAlike(inOneGo(graphCorrelations(own, 36)), 4);
      for (let i = 0; i < own.from.length; i++) {
        along += effects[own.from[i]] * effects[own.to[i]];
        expected += 2 * of(own.from[i], own.to[i]);
        pairs++;
      }
    }
    expect(square / 60).toBeGreaterThan(1.5);
    expect(square / 60).toBeLessThan(2.5);
    expect(Math.abs(along / expected - 1)).toBeLessThan(0.2);
    expect(pairs).toBeGreaterThan(60 * 30);
  });

  it('refuses more levels than a graph may have', () => {
    expect(() => drawn({ levels: [2_001], trainRows: 4_000 })).toThrow('A graph is drawn over up to 2,000 levels, and the first feature has 2,001.');
  });
});
