/** Methods about sets of tags (docs/methods.md F2), besides what every method is tested for. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TagColumn } from '../data/dataset';
import type { TagShape } from '../data/tag-rows';
import { KerasAdam } from '../engine/adam';
import { lossAndGradients } from '../engine/gradients';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Batch, Model, Problem } from './method';
import { ABOUTS, aboutMethod, buildModel } from './registry';
import { tagComponents } from './shared/tag-components';
import { tagLines } from './shared/tag-tree';
import { SMALL_TAGS } from './testing/every-method';
import { disposeTestBatch, testDataset, testModel, testSettings } from './testing/test-model';

const TAGS = ABOUTS.filter(({ family }) => family === 'tags').map(({ id }) => id);
const shape = (tags: number, parents: number[] = []): TagShape => ({
  tags,
  places: 4,
  parents: Int32Array.from({ length: tags }, (_, tag) => parents[tag] ?? -1),
});

const count = (id: string, settings: Record<string, unknown> = {}, problem: Partial<Problem> = {}): number =>
  aboutMethod(id).parameterCount({ p: 10, levels: [], tags: [shape(17)], ...problem }, aboutMethod(id).settings.parse(settings));

describe('parameter counts of 17 tags and ten numbers', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['tag-sum', {}, 447],
    ['tag-sum', { pooling: 'mean' }, 447],
    ['tag-linear', {}, 447],
    ['tag-multi-head', {}, 447],
    ['tag-multi-head', { form: 'attention' }, 455],
    ['tag-interaction', {}, 447],
    ['tag-interaction', { form: 'formula-concat' }, 527],
    ['tag-interaction', { form: 'listing' }, 527],
    ['tag-mlp', {}, 1151],
    ['tag-bilinear', {}, 447],
    ['tag-bilinear', { form: 'matrices' }, 1535],
    ['tag-attention', {}, 768],
    ['tag-attention', { form: 'first-listing' }, 768],
    ['tag-attention', { form: 'formula' }, 600],
    ['tag-hierarchical', {}, 447],
    ['tag-pretrained', {}, 447],
    ['tag-pretrained', { tableRate: 0 }, 311],
    ['tag-hybrid', {}, 848],
    ['tag-hybrid', { combine: 'add' }, 768],
  ])('%s %o: %i', (id, settings, expected) => {
    expect(count(id, settings)).toBe(expected);
  });

  it('grow by a table for each column of levels and of tags', () => {
    expect(count('tag-sum', {}, { levels: [100], tags: [shape(17), shape(5)] })).toBe(447 + 100 * 8 + 5 * 8 + 2 * 8 * 10);
  });
});

describe('refusals', () => {
  it.each(TAGS)('%s asks for a column of tags', (id) => {
    expect(aboutMethod(id).refusal?.({ p: 3, levels: [4], task: 'regression' })).toMatch(/, and the data have no column of tags\.$/);
    expect(aboutMethod(id).refusal?.({ p: 0, levels: [], tags: SMALL_TAGS, task: 'binary' }) ?? null).toBeNull();
  });

  it('parents are asked for by the method that adds them', () => {
    const { refusal } = aboutMethod('tag-hierarchical');
    expect(refusal?.({ p: 3, levels: [], tags: [shape(4)], task: 'regression' })).toMatch(/no tag of the data has a parent\.$/);
    expect(refusal?.({ p: 3, levels: [], tags: [shape(4), shape(3, [-1, 0])], task: 'regression' })).toBeNull();
  });
});

describe('cards', () => {
  const text = (id: string): string => (aboutMethod(id).notes ?? []).join(' ');

  it.each(TAGS.filter((id) => !/mm|reg/.test(id)))('%s has a lesson’s worth of notes in whole sentences', (id) => {
    const { notes = [] } = aboutMethod(id);
    expect(notes.length).toBeGreaterThanOrEqual(2);
    for (const note of notes) expect(note).toMatch(/^\p{Lu}.*\.$/u);
    for (const note of notes) expect(note.length).toBeLessThan(500);
  });

  it('say what is the same map, and what the first numbers cost', () => {
    for (const id of ['tag-linear', 'tag-multi-head', 'tag-bilinear', 'tag-attention', 'tag-pretrained'])
      expect(text(id), id).toMatch(/the same map|exactly the sum|The map is that of the sum/);
    expect(text('tag-sum')).toContain('0.1 and 0.5');
  });

  it('say where the guide’s text and its listing differ', () => {
    for (const id of ['tag-multi-head', 'tag-interaction', 'tag-bilinear', 'tag-attention', 'tag-hierarchical'])
      expect(text(id), id).toMatch(/guide[^.]*\..*listing/s);
  });
});

/** Values of a model's parameters, set. */
function assign(model: Model, values: ReadonlyMap<string, readonly number[] | Float32Array>): void {
  for (const [name, value] of values) tf.tidy(() => model.parameters.get(name)?.assign(tf.tensor(value, model.parameters.get(name)?.shape)));
}

async function values({ parameters }: Model): Promise<Map<string, Float32Array>> {
  return new Map(await Promise.all([...parameters].map(async ([name, variable]) => [name, (await variable.data()) as Float32Array] as const)));
}

/** Losses of some Adam steps on one batch. */
async function train(model: Model, batch: Batch, steps: number): Promise<number[]> {
  const adam = new KerasAdam(model.parameters, 0.01, { rates: model.rates });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const result = lossAndGradients(model.parameters, () => model.loss(batch, []));
    losses.push((await result.total.data())[0]);
    adam.step(result.gradients);
    result.dispose();
  }
  adam.dispose();
  return losses;
}

describe.each(NODE_BACKENDS)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('with one tag a row, the sum of tags is Embeddings, step by step', async () => {
    const levels = 9;
    const random = new RandomStream(3, 'one tag a row');
    const rows = 40;
    const codes = Int32Array.from({ length: rows }, () => random.integer(levels));
    const x = tf.tensor2d(
      Float32Array.from({ length: rows * 3 }, () => random.normal()),
      [rows, 3],
    );
    const y = tf.tensor2d(
      Float32Array.from(codes, (code) => code - 4 + 0.1 * random.normal()),
      [rows, 1],
    );
    const ids = tf.tensor2d(
      Int32Array.from({ length: rows * 4 }, (_, i) => (i % 4 === 0 ? codes[i / 4] : 0)),
      [rows, 4],
      'int32',
    );
    const mask = tf.tensor2d(
      Float32Array.from({ length: rows * 4 }, (_, i) => Number(i % 4 === 0)),
      [rows, 4],
    );
    const settings = { d: 5, decoder: [6] };
    const build = (id: string, problem: Partial<Problem>): Model =>
      buildModel(
        id,
        { task: 'regression', p: 3, levels: [], batchSize: rows, ...problem },
        testSettings(id, settings),
        new RandomStream(1, 'weights'),
      );
    const embeddings = build('embeddings', { levels: [levels] });
    const start = [...(await values(embeddings))].map(([name, value]) => [name.replace('embedding0', 'tags'), value] as const);
    for (const id of ['tag-sum', 'tag-linear', 'tag-bilinear', 'tag-multi-head']) {
      const sum = build(id, { tags: [shape(levels)] });
      assign(sum, new Map(start));
      const tagged = await train(sum, { x, y, z: [], tags: [{ ids, mask }] }, 8);
      assign(embeddings, new Map(start.map(([name, value]) => [name.replace('tags', 'embedding0'), value])));
      const looked = await train(embeddings, { x, y, z: [tf.tensor1d(codes, 'int32')] }, 8);
      for (const [step, loss] of looked.entries()) expect(tagged[step]).toBeCloseTo(loss, 5);
      expect(looked[7]).toBeLessThan(looked[0]);
      const after = await values(embeddings);
      for (const [name, value] of await values(sum)) {
        const other = after.get(name.replace('tags', 'embedding0')) ?? [];
        for (const [i, one] of value.entries()) expect(one).toBeCloseTo(other[i], 4);
      }
      sum.dispose();
    }
    embeddings.dispose();
    tf.dispose([x, y, ids, mask]);
  });

  it('sum, linear, flattened heads, bilinear as listed, the first attention and pretrained are one map', async () => {
    const problem: Problem = { task: 'regression', p: 3, levels: [4], tags: SMALL_TAGS, batchSize: 20 };
    const forms: [string, Record<string, unknown>][] = [
      ['tag-sum', {}],
      ['tag-linear', {}],
      ['tag-multi-head', {}],
      ['tag-bilinear', {}],
      ['tag-attention', { form: 'first-listing' }],
      ['tag-pretrained', {}],
    ];
    const losses: number[] = [];
    let start: Map<string, Float32Array> | undefined;
    for (const [id, form] of forms) {
      const { model, batch: take } = testModel(id, problem, testSettings(id, { d: 4, ...form }));
      start ??= await values(model);
      assign(model, start);
      const batch = take(20, 5);
      losses.push((await train(model, batch, 1))[0]);
      disposeTestBatch(batch);
      model.dispose();
    }
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0], 6);
  });

  it('several columns have tables of their own, and a row without tags gets zeros', async () => {
    const problem: Problem = { task: 'regression', p: 2, levels: [4], tags: SMALL_TAGS, batchSize: 3 };
    const { model } = testModel('tag-sum', problem, testSettings('tag-sum', { d: 3, decoder: [] }));
    expect([...model.parameters.keys()]).toEqual(['embedding0/table', 'tags0/table', 'tags1/table', 'decoder/output/kernel', 'decoder/output/bias']);
    // The output is 10 times a number of the first column's vector plus 100 times one of the second's.
    assign(
      model,
      new Map([
        ['tags0/table', Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? i / 3 + 1 : 0))],
        ['tags1/table', Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? i / 3 + 1 : 0))],
        ['decoder/output/kernel', [0, 0, 0, 0, 0, 10, 0, 0, 100, 0, 0]],
        ['decoder/output/bias', [0.5]],
      ]),
    );
    const sets = (ids: number[], mask: number[]) => ({ ids: tf.tensor2d(ids, [3, 2], 'int32'), mask: tf.tensor2d(mask, [3, 2]) });
    const inputs = {
      x: tf.zeros([3, 2]) as tf.Tensor2D,
      z: [tf.tensor1d([0, 1, 2], 'int32')],
      tags: [sets([1, 4, 5, 0, 0, 0], [1, 1, 1, 0, 0, 0]), sets([3, 0, 0, 0, 0, 2], [1, 0, 0, 0, 1, 1])],
    };
    const vectors = await model.levelVectors([], () => []);
    expect(vectors.map(({ shape: sides }) => sides)).toEqual([
      [4, 3],
      [6, 3],
      [4, 3],
    ]);
    const predicted = model.predict(inputs, vectors, []);
    expect([...(await predicted.data())]).toEqual([10 * 7 + 100 * 4 + 0.5, 10 * 6 + 0.5, 100 * 4 + 0.5]);
    tf.dispose([predicted, ...vectors, inputs.x, ...inputs.z, ...inputs.tags.flatMap(({ ids, mask }) => [ids, mask])]);
    model.dispose();
  });

  it.each(TAGS)('%s: predicts a row without tags, and places beyond its tags change nothing', async (id) => {
    const problem: Problem = { task: 'regression', p: 2, levels: [], tags: SMALL_TAGS.slice(0, 1), batchSize: 4 };
    const { model, batch: take } = testModel(id, problem, testSettings(id, { prediction: 'mean' }));
    const batch = take(4, 2);
    const learned = take(30, 4);
    const vectors = await model.levelVectors([learned], (shapes) => shapes.map(([rows, columns]) => tf.zeros([rows, columns])));
    const of = async (ids: number[], mask: number[]): Promise<number[]> => {
      const places = ids.length / 4;
      const tags = [{ ids: tf.tensor2d(ids, [4, places], 'int32'), mask: tf.tensor2d(mask, [4, places]) }];
      const predicted = tf.tidy(() => model.predict({ ...batch, tags }, vectors, []));
      const found = [...(await predicted.data())];
      tf.dispose([predicted, tags[0].ids, tags[0].mask]);
      return found;
    };
    const narrow = await of([0, 0, 1, 2, 3, 0, 0, 0], [1, 0, 1, 1, 1, 0, 0, 0]);
    const wide = await of([0, 5, 5, 5, 1, 2, 5, 4, 3, 0, 0, 0, 1, 2, 3, 4], [1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(narrow.every(Number.isFinite)).toBe(true);
    for (const [row, value] of narrow.entries()) expect(wide[row]).toBeCloseTo(value, 5);
    disposeTestBatch(batch);
    disposeTestBatch(learned);
    tf.dispose(vectors);
    model.dispose();
  });

  it.each<[string, Record<string, unknown>, number, boolean]>([
    ['tag-attention', { form: 'mask' }, 1, true],
    ['tag-attention', { form: 'listing' }, 1, false],
    ['tag-attention', { form: 'formula' }, 1, false],
    ['tag-hybrid', {}, 1, true],
    ['tag-multi-head', { form: 'attention', heads: 2 }, 2, true],
  ])('%s %o says its weights, which add up to 1 where nobody else takes part', async (id, form, heads, whole) => {
    const problem: Problem = { task: 'regression', p: 2, levels: [], tags: SMALL_TAGS, batchSize: 12 };
    const { model, batch: take } = testModel(id, problem, testSettings(id, { d: 4, ...form }));
    const batch = take(12, 3);
    const [weights] = tf.tidy(() => model.attention?.(batch) ?? []);
    expect(weights.shape).toEqual([12, heads, 4]);
    const mask = (await batch.tags?.[0].mask.array()) as number[][];
    for (const [row, ofHeads] of ((await weights.array()) as number[][][]).entries())
      for (const ofRow of ofHeads) {
        for (const [place, weight] of ofRow.entries()) expect(weight > 0).toBe(mask[row][place] === 1);
        const sum = ofRow.reduce((total, weight) => total + weight, 0);
        const some = mask[row].some((one) => one === 1);
        if (!some) expect(sum).toBe(0);
        else if (whole) expect(sum).toBeCloseTo(1, 5);
        else expect(sum).toBeLessThan(1);
      }
    disposeTestBatch(batch);
    model.dispose();
  });

  it('a sum and an attention without weights have none to say', () => {
    const problem: Problem = { task: 'regression', p: 2, levels: [], tags: SMALL_TAGS, batchSize: 12 };
    for (const [id, form] of [
      ['tag-sum', {}],
      ['tag-attention', { form: 'first-listing' }],
    ] as const) {
      const { model } = testModel(id, problem, testSettings(id, form));
      expect(model.attention).toBeUndefined();
      model.dispose();
    }
  });

  it('the vectors of tags with parents are their own and those above', async () => {
    const problem: Problem = { task: 'regression', p: 1, levels: [], tags: [shape(4, [-1, 0, 1])], batchSize: 4 };
    for (const [depth, expected] of [
      ['parents', [1, 11, 110, 1000]],
      ['ancestors', [1, 11, 111, 1000]],
    ] as const) {
      const { model } = testModel('tag-hierarchical', problem, testSettings('tag-hierarchical', { d: 1, depth }));
      assign(model, new Map([['tags/table', [1, 10, 100, 1000]]]));
      const [vectors] = await model.levelVectors([], () => []);
      expect([...(await vectors.data())]).toEqual(expected);
      vectors.dispose();
      model.dispose();
    }
  });

  it('slow vectors move a part of what free ones do, and frozen ones not at all', async () => {
    const problem: Problem = { task: 'regression', p: 2, levels: [], tags: SMALL_TAGS.slice(0, 1), batchSize: 20 };
    const moved: number[] = [];
    for (const tableRate of [1, 0.1, 0]) {
      const { model, batch: take } = testModel('tag-pretrained', problem, testSettings('tag-pretrained', { d: 3, tableRate }));
      const before = (await values(model)).get('tags/table')?.slice() ?? [];
      const batch = take(20, 5);
      await train(model, batch, 1);
      const after = (await values(model)).get('tags/table') ?? [];
      moved.push(Math.max(...before.map((value, i) => Math.abs(value - after[i]))));
      disposeTestBatch(batch);
      model.dispose();
    }
    const [free, slow, frozen] = moved;
    expect(free).toBeGreaterThan(1e-3);
    expect(slow / free).toBeCloseTo(0.1, 2);
    expect(frozen).toBe(0);
  });
});

describe('lines of a hierarchy', () => {
  it('go one step up, or to the top, and end where a circle would begin', () => {
    expect(tagLines(Int32Array.from([-1, 0, 1, 2]), 'parents')).toEqual([[0], [1, 0], [2, 1], [3, 2]]);
    expect(tagLines(Int32Array.from([-1, 0, 1, 2]), 'ancestors')).toEqual([[0], [1, 0], [2, 1, 0], [3, 2, 1, 0]]);
    expect(tagLines(Int32Array.from([1, 0]), 'ancestors')).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });
});

describe('vectors from what occurs together', () => {
  const { tags, split } = testDataset('regression', 1, [], 400, 2, [shape(7)]);
  const [column] = tags as TagColumn[];
  const rows = [...split.train, ...split.validation];

  /** Correlation of two tags' zeros and ones over the training rows. */
  function correlation(one: number, other: number): number {
    const has = (tag: number): number[] => rows.map((row) => Number(column.ids.subarray(column.offsets[row], column.offsets[row + 1]).includes(tag)));
    const [a, b] = [has(one), has(other)];
    const mean = (list: number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    const covariance = (u: number[], v: number[]): number => mean(u.map((value, i) => (value - mean(u)) * (v[i] - mean(v))));
    return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
  }

  it('all components give back the correlations; a tag in no row has zeros', () => {
    const d = 9;
    const { vectors, known } = tagComponents(column, rows, d, new RandomStream(1, 'start'));
    expect([...known]).toEqual([1, 1, 1, 1, 1, 1, 0]);
    const of = (tag: number): Float32Array => vectors.subarray(tag * d, (tag + 1) * d);
    const product = (one: number, other: number): number => of(one).reduce((sum, value, i) => sum + value * of(other)[i], 0);
    for (let one = 0; one < 6; one++) for (let other = 0; other < 6; other++) expect(product(one, other)).toBeCloseTo(correlation(one, other), 5);
    expect([...of(6)].map(Math.abs)).toEqual(new Array(d).fill(0));
  });

  it('do not hang on the start, and fewer components are the first ones', () => {
    const all = tagComponents(column, rows, 6, new RandomStream(1, 'start')).vectors;
    const two = tagComponents(column, rows, 2, new RandomStream(9, 'other start')).vectors;
    for (let tag = 0; tag < 7; tag++)
      for (let component = 0; component < 2; component++) expect(two[tag * 2 + component]).toBeCloseTo(all[tag * 6 + component], 4);
  });
});
