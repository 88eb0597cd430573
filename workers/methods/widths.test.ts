import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { interactionCount, interactionWidth } from '../nn/interactions';
import { experimentSchema } from '../spec/experiment';
import { widthsAsked } from '../spec/widths';
import type { Problem } from './method';
import { ABOUTS, aboutMethod } from './registry';
import { ruledWidth } from './shared/widths';
import { disposeTestBatch, testModel } from './testing/test-model';

interface Row {
  levels: number;
  half: number;
  fourthRoot: number;
  sixFourthRoots: number;
  tableLow: number;
  tableMiddle: number;
  tableHigh: number;
}
const { rows } = JSON.parse(readFileSync(new URL('../../golden/embedding-widths.json', import.meta.url), 'utf8')) as { rows: Row[] };

describe('rules for the width', () => {
  it.each(rows)('$levels levels get the widths of the fixture', ({ levels, ...expected }) => {
    expect({
      half: ruledWidth('half', levels),
      fourthRoot: ruledWidth('fourth-root', levels),
      sixFourthRoots: ruledWidth('six-fourth-roots', levels),
      tableLow: ruledWidth('table-low', levels),
      tableMiddle: ruledWidth('table-middle', levels),
      tableHigh: ruledWidth('table-high', levels),
    }).toEqual(expected);
  });

  it('take fourth powers for what they are, and a single level for one number at least', () => {
    for (let root = 1; root <= 100; root++) expect([root, ruledWidth('fourth-root', root ** 4)]).toEqual([root, root]);
    expect(['half', 'fourth-root'].map((rule) => ruledWidth(rule as 'half', 1))).toEqual([1, 1]);
  });
});

describe('interactions of the guide to embedding layers', () => {
  it('give the network the 112 numbers of its example: 80 side by side, and one product of width 32', () => {
    expect(interactionWidth('product-where-equal', [32, 32, 16])).toBe(112);
    expect(interactionWidth('concatenation', [32, 32, 16])).toBe(80);
  });

  it('have a matrix of all numbers of a row in the bilinear form, and give one number more', () => {
    expect(interactionWidth('bilinear', [32, 32, 16])).toBe(81);
    expect(interactionCount('bilinear', [32, 32, 16], 10)).toBe(80 ** 2);
    expect(interactionCount('second-order', [8, 8], 10)).toBe(80);
  });

  it('are all pairs where widths are equal', () => {
    for (const K of [2, 3, 5]) {
      const widths = Array.from({ length: K }, () => 4);
      for (const interaction of ['product', 'product-where-equal'] as const)
        expect(interactionWidth(interaction, widths)).toBe(4 * K + (4 * K * (K - 1)) / 2);
    }
  });
});

describe('the tabular model of the guide to embedding layers', () => {
  const about = aboutMethod('tabular-embeddings');
  const example = { p: 10, levels: [100, 500, 50] };
  const settings = about.settings.parse({ widths: [16, 32, 12] });

  it('has the 35,993 trainable numbers of its example: 18,200 in tables, 17,793 in the network', () => {
    expect(about.parameterCount(example, settings)).toBe(35_993);
    expect(about.parameterCount({ p: 70, levels: [] }, settings)).toBe(17_793);
    expect(about.settings.parse({})).toMatchObject({ decoder: [128, 64], dropout: 0.2 });
  });

  it('has so many in its variables too, and running statistics of 192 units besides', async () => {
    await useBackend('cpu');
    const { model } = testModel('tabular-embeddings', { task: 'regression', ...example, batchSize: 32 }, settings);
    const sizeOf = (variables: Iterable<{ size: number }>): number => [...variables].reduce((sum, { size }) => sum + size, 0);
    expect(sizeOf(model.parameters.values())).toBe(35_993);
    // The guide's 386 buffers are these and two counters of batches, which have no use here.
    expect(sizeOf(model.state?.values() ?? [])).toBe(2 * 192);
    expect(['embedding0/table', 'embedding1/table', 'embedding2/table'].map((name) => model.parameters.get(name)?.shape)).toEqual([
      [100, 16],
      [500, 32],
      [50, 12],
    ]);
    model.dispose();
  });

  it('starts from N(0, 1) vectors, weights uniform on ±1/√inputs, and norms that change nothing', async () => {
    await useBackend('cpu');
    const { model } = testModel('tabular-embeddings', { task: 'regression', p: 4, levels: [4000], batchSize: 32 }, { ...settings, widths: [5] });
    const values = async (name: string): Promise<Float32Array> => (await model.parameters.get(name)?.data()) as Float32Array;
    const table = await values('embedding0/table');
    const mean = table.reduce((sum, value) => sum + value, 0) / table.length;
    const variance = table.reduce((sum, value) => sum + (value - mean) ** 2, 0) / table.length;
    // Five standard errors of 20,000 normals.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
    for (const part of ['kernel', 'bias']) {
      const sizes = (await values(`decoder/dense0/${part}`)).map(Math.abs);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1 / 3);
      expect(Math.max(...sizes)).toBeGreaterThan(0.3);
    }
    expect(new Set(await values('decoder/norm1/gamma'))).toEqual(new Set([1]));
    expect(new Set(await values('decoder/norm1/beta'))).toEqual(new Set([0]));
    model.dispose();
  });
});

const SIMULATED = { kind: 'simulated', task: 'regression', levels: [100, 50], trainRows: 800, testRows: 200 };
const shapeOf = ({ settings }: (typeof ABOUTS)[number]): Record<string, unknown> => settings.shape;
const WITH_RULES = ABOUTS.filter((about) => 'dRule' in shapeOf(about));
const BY_FEATURE = WITH_RULES.filter((about) => 'widths' in shapeOf(about)).map(({ id }) => id);
const OF_ONE_WIDTH = WITH_RULES.filter((about) => !('widths' in shapeOf(about)));

it('every method with a width of its vectors has a rule for it, and a search for the rule', () => {
  const without = ABOUTS.filter((about) => 'd' in shapeOf(about) && !('dRule' in shapeOf(about)));
  expect(without.map(({ id }) => id)).toEqual([]);
  expect(WITH_RULES.filter(({ candidates }) => !candidates)).toEqual([]);
  expect([BY_FEATURE.length, OF_ONE_WIDTH.length]).toEqual([21, 17]);
});

describe('methods with a width by feature', () => {
  const problem: Problem = { task: 'regression', p: 3, levels: [30, 9, 4], batchSize: 16 };
  const tags = [9, 4].map((count) => ({ tags: count, places: 3, parents: Int32Array.from({ length: count }, (_, tag) => (tag === 0 ? -1 : 0)) }));
  const tagged: Problem = { ...problem, levels: [30], tags };

  it.each(BY_FEATURE)('%s: tables are as wide as the rule, the list and the count say', async (id) => {
    await useBackend('cpu');
    const about = aboutMethod(id);
    const given = about.family === 'tags' ? tagged : problem;
    for (const [more, expected] of [
      [{ dRule: 'half' }, [15, 4, 2]],
      [{ dRule: 'fourth-root', widths: [0, 6] }, [3, 6, 2]],
      [{ dRule: 'fixed', d: 5, widths: [1] }, [1, 5, 5]],
    ] as const) {
      const interaction = id === 'interactions' ? { interaction: 'bilinear' } : {};
      // Vectors of this one are made of rows of one width: more of them for a wider vector.
      const chunk = id === 'unified-embeddings' ? 2 : 1;
      const { d: fixed, ...others } = { d: undefined, ...more };
      const ofD = chunk === 1 ? { d: fixed } : { chunk, lookups: Math.ceil((fixed ?? 2) / chunk) };
      const settings = about.settings.parse({ ...interaction, ...others, ...ofD, decoder: [4] });
      const { model, batch: take } = testModel(id, given, settings);
      const vectors = await model.levelVectors([], () => []);
      const widths = expected.map((width) => chunk * Math.ceil(width / chunk));
      expect(vectors.map(({ shape }) => shape)).toEqual(problem.levels.map((q, k) => [q, widths[k]]));
      expect(widthsAsked(about, settings, problem.levels)).toEqual(widths);
      const averages = id === 'tabnet' ? (model.state?.values() ?? []) : [];
      const sizes = [...model.parameters.values(), ...averages].reduce((sum, { size }) => sum + size, 0);
      expect(about.parameterCount(given, settings)).toBe(sizes);
      // Fused plans know one width: others must not be told to them as that of the first feature.
      if (model.fused) expect((model.fused as { d: number }).d).toBe(new Set(widths).size === 1 ? widths[0] : undefined);
      const batch = take(16, 1);
      const noise = drawNoise(model.noiseShapes(16), 1, 0);
      const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
      expect(Number.isFinite((await result.total.data())[0])).toBe(true);
      const lengths = await Promise.all(Object.values(result.gradients).map(async (gradient) => Math.hypot(...(await gradient.data()))));
      expect(lengths.every(Number.isFinite)).toBe(true);
      result.dispose();
      tf.dispose([...vectors, ...noise]);
      disposeTestBatch(batch);
      model.dispose();
    }
  });

  it('halves of a vector have a number each, also where a rule gives one', () => {
    const { settings, parameterCount } = aboutMethod('quotient-remainder');
    const count = (more: object) => parameterCount(problem, settings.parse({ rule: 'concatenate', ...more }));
    expect(count({ widths: [1, 1, 1] })).toBe(count({ d: 2 }));
  });

  it.each([
    ['embeddings', 'tables'],
    ['embeddings-l2', 'tables'],
    ['regbeddings', 'sampled-tables'],
  ])('%s: fused plans run it where the rule gives all features one width', (id, kind) => {
    const fusedOf = (levels: number[], settings: Record<string, unknown>) => {
      const { model } = testModel(id, { ...problem, levels }, aboutMethod(id).settings.parse(settings));
      const { fused } = model;
      model.dispose();
      return fused;
    };
    expect(fusedOf([30, 31], { dRule: 'half' })).toMatchObject({ kind, d: 15 });
    expect(fusedOf([30, 31], { dRule: 'table-low', d: 99 })).toMatchObject({ kind, d: 4 });
    expect(fusedOf([30, 9], { dRule: 'table-low' })).toBeUndefined();
    expect(fusedOf([30, 9], {})).toMatchObject({ kind, d: 10 });
  });

  it.each(WITH_RULES)('$id: a search tries d and every rule, each as settings of the method', ({ id, settings, candidates }) => {
    const given = id === 'unified-embeddings' ? { chunk: 4, lookups: 3 } : { d: 12 };
    const tried = candidates?.(settings.parse({ dRule: 'chosen-on-validation', ...given }), { task: 'regression' }) ?? [];
    expect(tried.map(({ title }) => title)).toEqual([
      'd = 12',
      ...['half', 'fourth root', 'six fourth roots', 'table low', 'table middle', 'table high'].map((rule) => `the rule ‘${rule}’`),
    ]);
    for (const candidate of tried) {
      expect(settings.parse(candidate.settings)).toEqual(candidate.settings);
      expect(candidates?.(candidate.settings as never, { task: 'regression' })).toBeNull();
    }
    expect(candidates?.(settings.parse({}), { task: 'regression' })).toBeNull();
  });

  it('settings without a rule are what they were', () => {
    expect(aboutMethod('embeddings').settings.parse({})).toEqual({ d: 10, decoder: [10, 10] });
  });

  it('products and sums take the width of the feature with most levels, and refuse a list by name', () => {
    const { settings, parameterCount } = aboutMethod('interactions');
    for (const interaction of ['product', 'sum', 'second-order']) {
      const count = (more: object) => parameterCount(problem, settings.parse({ interaction, ...more }));
      expect(count({ dRule: 'half' })).toBe(count({ d: 15 }));
      const parsed = settings.safeParse({ interaction, widths: [3, 4] });
      expect(parsed.error?.issues.map(({ path, message }) => [path.join(), message])).toEqual([
        ['interaction', expect.stringContaining('product, sum and second order take vectors of one width')],
      ]);
    }
    expect(settings.safeParse({ interaction: 'product', dRule: 'fixed', widths: [0, 0] }).success).toBe(true);
  });
});

it('widths are told where a rule or a list asks for them', () => {
  const told = (id: string, settings: Record<string, unknown>, levels = [30, 9, 4]) =>
    widthsAsked(aboutMethod(id), aboutMethod(id).settings.parse(settings), levels);
  expect(told('embeddings', { dRule: 'half' })).toEqual([15, 4, 2]);
  expect(told('embeddings', { widths: [0, 6] })).toEqual([10, 6, 10]);
  expect(told('unified-embeddings', { dRule: 'half', chunk: 4 })).toEqual([16, 4, 4]);
  expect(told('fm', { dRule: 'half' })).toEqual([15]);
  // Vectors that are multiplied have one width, and halves side by side a number each.
  expect(told('interactions', { interaction: 'product', dRule: 'half' })).toEqual([15]);
  expect(told('interactions', { interaction: 'bilinear', dRule: 'half' })).toEqual([15, 4, 2]);
  expect(told('quotient-remainder', { rule: 'concatenate', dRule: 'half' }, [30, 3])).toEqual([15, 2]);
  expect(told('embeddings', {})).toBeNull();
  expect(told('embeddings', { dRule: 'chosen-on-validation' })).toBeNull();
  expect(told('embeddings', { dRule: 'half' }, [])).toBeNull();
});

describe('methods whose features have one width', () => {
  const spec = (id: string, settings: Record<string, unknown>) => experimentSchema.safeParse({ dataset: SIMULATED, methods: [{ id, settings }] });

  it.each(OF_ONE_WIDTH)(
    '$id: a rule gives that of the feature with most levels, and a list is refused by name',
    async ({ id, settings, label, family }) => {
      await useBackend('cpu');
      const about = aboutMethod(id);
      const own = about.tags === 'own';
      const tags = [{ tags: 9, places: 3, parents: new Int32Array(9).fill(-1) }];
      const given = own ? { p: 2, levels: family === 'tags' ? [4] : [], tags } : { p: 2, levels: [4, 9] };
      const count = (more: object) => about.parameterCount(given, settings.parse(more) as never);
      expect(count({ dRule: 'half' })).toBe(count({ d: 4 }));
      expect(count({ dRule: 'six-fourth-roots', d: 1 })).toBe(count({ d: 10 }));
      expect(count({ dRule: 'chosen-on-validation', d: 3 })).toBe(count({ d: 3 }));
      if (family === 'sequences') return;
      const { model } = testModel(id, { task: 'regression', ...given, batchSize: 8 }, settings.parse({ dRule: 'half' }) as Record<string, unknown>);
      expect([...model.parameters.values()].reduce((sum, { size }) => sum + size, 0)).toBe(count({ d: 4 }));
      model.dispose();
      const sentence = `${label} takes one width for the vectors of all features: give d, or a rule that gives that of the feature with most levels`;
      expect(spec(id, { widths: [3] }).error?.issues.map(({ message }) => message)).toEqual([sentence]);
      expect(spec(id, { sigma: 3 }).error?.issues[0].message).not.toBe(sentence);
    },
  );

  it('a search for the width and one for the prior try every pair', () => {
    const { settings, candidates } = aboutMethod('mmbeddings');
    const tried = candidates?.(settings.parse({ dRule: 'chosen-on-validation', prior: 'grid-searched' }), { task: 'regression' }) ?? [];
    expect(tried).toHaveLength(7 * 4);
    expect(tried[5]).toMatchObject({ title: 'the rule ‘half’, σ²_b = 0.3', settings: { dRule: 'half', prior: 'fixed', priorVariance: 0.3 } });
  });
});
