import { describe, expect, it } from 'vitest';
import { EVALUATION_ROWS } from '../engine/constants';
import { useBackend } from '../engine/testing';
import { memoryLayout } from '../engine/wasm/memory-layout';
import { aboutMethod, buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { type DatasetFacts, factsOf } from './facts';
import { memoryNeed } from './memory-need';
import { PRESETS } from './presets';

const withBatch = (batchSize: number, restoreBest = false) => ({ batchSize, restoreBest, dimensions: 'as-set' as const });

describe('memoryNeed', () => {
  it.each([
    ['regression-1000', 1, 1],
    ['regression-10000', 1, 1],
    ['three-features', 1, 1],
    // Ten million rows, which the plans do not copy.
    ['three-features', 100, 1],
    // More levels, and so rows of a batch, than rows that are learned from.
    ['regression-10000', 0.05, 6],
  ])('estimates what the fused plans lay out: %s, training rows × %d, test rows × %d', async (id, times, tests) => {
    await useBackend('cpu');
    const spec = PRESETS.get(id);
    const preset = spec && factsOf(spec.dataset);
    if (!spec || !preset) throw new Error(`no preset ${id}`);
    const scaled = (rows: number) => Math.round(rows * times);
    const facts = {
      ...preset,
      trainRows: scaled(preset.trainRows),
      validationRows: scaled(preset.validationRows),
      testRows: preset.testRows * Math.max(times, tests),
    };
    const batchSize = Math.max(...facts.levels);
    const rows = facts.trainRows + facts.validationRows + facts.testRows;
    const need = memoryNeed(facts, spec.methods, withBatch(batchSize));
    const problem = {
      task: facts.task,
      x: new Float32Array(0),
      p: facts.p,
      y: new Float32Array(rows),
      features: facts.levels.map((levels) => ({ codes: new Int32Array(0), levels })),
      learned: new Uint32Array(facts.trainRows + facts.validationRows),
      batchSize,
      learningRate: 0.001,
      noiseSeed: 1,
    };
    for (const { id: method, settings } of spec.methods) {
      const model = buildModel(method, { task: facts.task, p: facts.p, levels: facts.levels, batchSize }, settings, new RandomStream(1, 'weights'));
      if (!model.fused) throw new Error(`${method} has no fused plan`);
      let bytes = 0;
      for (const threads of [8, 2, 1]) {
        ({ bytes } = memoryLayout(model.fused, problem, false, threads));
        const { methods } = memoryNeed(facts, [{ id: method, settings }], withBatch(batchSize), { threads });
        const [{ bytes: estimated }] = methods;
        expect(Math.abs(estimated / bytes - 1), `${method}, ${threads} threads: ${estimated} estimated, ${bytes} laid out`).toBeLessThan(0.05);
      }
      model.dispose();
      if (times > 1) expect(bytes).toBeLessThan(rows * 4);
    }
    expect(need.total).toBeCloseTo(need.data + need.methods.reduce((sum, plan) => sum + plan.bytes, 0), 3);
    // Four bytes for every weight that is kept aside.
    const numbers = spec.methods.reduce((sum, method) => sum + aboutMethod(method.id).parameterCount(facts, method.settings), 0);
    expect(memoryNeed(facts, spec.methods, withBatch(batchSize, true)).total - need.total).toBeCloseTo(4 * numbers, 3);
  });

  it.each<[string, number, number, number[], number[], Record<string, unknown>, number?]>([
    ['tag-sum', 100_000, 10_000, [], [100_000], {}],
    ['tag-sum', 1_000_000, 10_000, [], [100_000], { d: 8 }],
    ['tag-mmbeddings', 1_000_000, 10_000, [], [100_000], { d: 8 }],
    ['tag-mmbeddings', 50_000, 2_000, [300], [1_000, 70], {}],
    ['embeddings', 50_000, 2_000, [300], [1_000], {}],
    ['mmbeddings', 50_000, 10_000, [], [10_000], { logVarAveraging: 'log-of-mean' }],
    // It does not see them.
    ['ignore', 50_000, 2_000, [300], [1_000], {}],
    // Of test rows only those of a call are in the memory.
    ['tag-sum', 10_000, 1_000, [300], [1_000, 70], {}, 90_000],
    ['tag-mmbeddings', 10_000, 1_000, [300], [1_000], {}, 90_000],
  ])('of tags: %s, %i rows, batch %i, levels %j, tags %j, %j', async (id, learned, batchSize, levels, tags, chosen, testRows = 0) => {
    await useBackend('cpu');
    const settings = aboutMethod(id).settings.parse(chosen) as Record<string, unknown>;
    const shapes = tags.map((count) => ({ tags: count, places: 8, parents: new Int32Array(count).fill(-1), perRow: 4 }));
    const facts: DatasetFacts = { task: 'regression', p: 10, levels, tags: shapes, trainRows: learned, validationRows: 0, testRows, exact: true };
    const rows = learned + testRows;
    const [{ bytes: estimated }] = memoryNeed(facts, [{ id, settings }], withBatch(batchSize)).methods;
    const offsets = Uint32Array.from({ length: rows + 1 }, (_, row) => 4 * row);
    const lists = tags.map((count) => ({ tags: count, offsets, ids: Int32Array.from({ length: 4 * rows }, (_, i) => (i * 7919) % count) }));
    const model = buildModel(id, { task: 'regression', p: 10, levels, tags: shapes, batchSize }, settings, new RandomStream(1, 'weights'));
    if (!model.fused) throw new Error(`${id} has no fused plan`);
    const problem = {
      task: 'regression' as const,
      x: new Float32Array(0),
      p: 10,
      y: new Float32Array(rows),
      features: levels.map((count) => ({ codes: new Int32Array(0), levels: count })),
      tags: lists,
      learned: Uint32Array.from({ length: learned }, (_, row) => row),
      ...{ batchSize, learningRate: 0.001, noiseSeed: 1 },
    };
    const { bytes } = memoryLayout(model.fused, problem);
    model.dispose();
    expect(Math.abs(estimated / bytes - 1), `${estimated} estimated, ${bytes} laid out`).toBeLessThan(0.05);
  });

  it('counts the numeric features that an encoding has of its own, for all rows', () => {
    const spec = PRESETS.get('three-features');
    const preset = spec && factsOf(spec.dataset);
    if (!preset) throw new Error('no preset');
    const rows = preset.trainRows + preset.validationRows + preset.testRows;
    const bytesOf = (id: string): number =>
      memoryNeed(preset, [{ id, settings: aboutMethod(id).settings.parse({}) }], withBatch(100)).methods[0].bytes;
    // 40 features in the place of 10: a copy of the method's own, and as many more in the plan's copy of the
    // rows that are learned from and of those of a call.
    const held = preset.trainRows + preset.validationRows + EVALUATION_ROWS;
    expect(held).toBeLessThan(rows);
    const width = preset.p * (1 + preset.levels.length);
    const plans =
      4 *
      4 *
      (aboutMethod('mean-encoding').parameterCount(preset, { decoder: [10, 10] }) -
        aboutMethod('ignore').parameterCount(preset, { decoder: [10, 10] }));
    // Beside them what a thread works in, of the first layer's width.
    const more = 4 * (rows * width + held * (width - preset.p)) + plans;
    expect((bytesOf('mean-encoding') - bytesOf('ignore')) / more).toBeCloseTo(1, 2);
  });

  it('goes by the rules for the batch and d, as the run does', () => {
    const facts: DatasetFacts = { task: 'regression', p: 2, levels: [8], trainRows: 288, validationRows: 32, testRows: 80, exact: true };
    const settings = aboutMethod('embeddings').settings.parse({ d: 10 });
    const bytes = (d: number, training: Parameters<typeof memoryNeed>[2]): number =>
      memoryNeed(facts, [{ id: 'embeddings', settings: { ...settings, d } }], training).methods[0].bytes;
    // Ten steps an epoch, as a power of two: 16 rows. Half of eight levels: d = 4.
    expect(bytes(10, { batchSize: 'auto', restoreBest: false, dimensions: 'auto' })).toBe(bytes(4, withBatch(16)));
  });

  it.each(['ignore', 'embeddings', 'mmbeddings'])('%s of a small table, where what threads work in is most of it', async (id) => {
    await useBackend('cpu');
    const facts: DatasetFacts = { task: 'regression', p: 2, levels: [8], trainRows: 320, validationRows: 0, testRows: 80, exact: true };
    const settings = aboutMethod(id).settings.parse({}) as Record<string, unknown>;
    const model = buildModel(id, { task: 'regression', p: 2, levels: [8], batchSize: 32 }, settings, new RandomStream(1, 'weights'));
    if (!model.fused) throw new Error(`${id} has no fused plan`);
    const problem = {
      ...{ task: 'regression' as const, x: new Float32Array(0), p: 2, y: new Float32Array(400) },
      features: [{ codes: new Int32Array(0), levels: 8 }],
      learned: Uint32Array.from({ length: 320 }, (_, row) => row),
      ...{ batchSize: 32, learningRate: 0.001, noiseSeed: 1 },
    };
    for (const threads of [1, 2, 8]) {
      const { bytes } = memoryLayout(model.fused, problem, false, threads);
      const [{ bytes: estimated }] = memoryNeed(facts, [{ id, settings }], withBatch(32), { threads }).methods;
      expect(Math.abs(estimated / bytes - 1), `${threads} threads: ${estimated} estimated, ${bytes} laid out`).toBeLessThan(0.05);
    }
    model.dispose();
  });
});
