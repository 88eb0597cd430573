import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { startCpu } from '../engine/backends/cpu';
import { installNodeWebGpu } from '../engine/node';
import type { FusedDescription } from '../engine/step-plan';
import { createWasmPlan } from '../engine/wasm/wasm-plan';
import type { MachineOptions } from '../engine/webgpu/machine';
import { createWebGpuPlan, type WebGpuPlan } from '../engine/webgpu/webgpu-plan';
import { readFixture } from '../methods/golden/golden-files';
import { checkWebGpuFixture } from '../methods/golden/golden-webgpu';
import type { Model } from '../methods/method';
import { epochOrder } from './batches';
import { makeEagerPlan } from './make-plan';
import { Pacer } from './pacer';
import type { PlanOptions } from './plan-options';
import {
  BATCH,
  DESCRIBED,
  dataset,
  error,
  expectEqualToEager,
  model,
  modelOf,
  TAGGED,
  train,
  values,
  withGiantLevel,
  withoutNumbers,
  withTags,
} from './testing/fused-cases';

/**
 * Every plan compiles its kernels anew, about a second each on a software adapter: cases are few and combine
 * what they test.
 */
const lack = await installNodeWebGpu();
const title = lack ? `the WebGPU plan (skipped: ${lack})` : 'the WebGPU plan';

describe.skipIf(lack !== null).each([
  ['a GPU', []],
  ['quads', ['subgroups']],
] as [string, GPUFeatureName[]][])(`${title} with kernels for %s`, (_, requiredFeatures) => {
  // What kernels for quads do as those for a GPU is tested once.
  const onGpu = requiredFeatures.length === 0;
  const pacer = new Pacer(1000);
  const errors: string[] = [];
  let device: GPUDevice;

  beforeAll(async () => {
    await startCpu();
    const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
    // The limits that every adapter has. A software adapter with subgroups gets kernels of its own.
    device = await adapter.requestDevice({ requiredFeatures });
    device.onuncapturederror = ({ error }) => errors.push(error.message);
  });
  afterAll(() => {
    pacer.close();
    expect(errors).toEqual([]);
    device.destroy();
  });

  const optionsOf = (built: Model, data: Dataset, batchSize = BATCH): PlanOptions => ({
    model: built,
    dataset: data,
    batchSize,
    learningRate: 0.01,
    noiseSeed: 4_000_000_007,
  });
  const fusedProblemOf = ({ dataset: data, batchSize, learningRate, noiseSeed }: PlanOptions) => ({
    task: data.task,
    x: data.x,
    p: data.p,
    y: data.y,
    features: data.categorical.map(({ codes, cardinality }) => ({ codes, levels: cardinality })),
    tags: data.tags?.map(({ labels, offsets, ids }) => ({ tags: labels.length, offsets, ids })),
    batchSize,
    learningRate,
    noiseSeed,
  });
  const planOf = async (options: PlanOptions, on = device, machine: MachineOptions = {}): Promise<WebGpuPlan> => {
    if (!options.model.fused) throw new Error('not of the fused family');
    return createWebGpuPlan(on, options.model.fused, fusedProblemOf(options), await values(options.model.parameters), machine);
  };

  // One of each kind of kernel: Chromium checks every fixture with kernels for quads.
  const fixtures = ['mmbeddings-regression-paper-logvar', 'tag-sum-with-levels', 'ncf-mmbeddings', 'unified-embeddings-k2'];
  it.runIf(onGpu).each(fixtures)('golden %s', async (name) => {
    const { ran, error, reason } = await checkWebGpuFixture(device, readFixture(name));
    expect(ran).toBe(true);
    expect(error, reason).toBeLessThan(2e-6);
  });

  // All with a short last batch; levels without rows and more levels than rows of a batch in the second
  // feature.
  const cases = [
    ['ignore', { decoder: [6] }, 'binary', 1, 3],
    ['embeddings-l2', { d: 5, decoder: [6], l2: 0.02 }, 'binary', 3, 3],
    ['regbeddings', { d: 5, decoder: [], beta: 0.1, priorVariance: 0.7 }, 'regression', 3, 3],
    ['mmbeddings', { d: 5, encoder: [17, 10], decoder: [6], beta: 0.1, priorVariance: 0.4 }, 'regression', 3, 7],
    [
      'mmbeddings',
      { d: 3, encoder: [], decoder: [7], beta: 0.5, priorVariance: 2, logVarAveraging: 'log-of-mean', extraction: 'mean' },
      'binary',
      1,
      7,
    ],
  ] as const;
  // Kernels for quads compile in a quarter of the time: the kinds whose kernels are parts of others' have
  // them.
  const simple = (id: string): boolean => id === 'ignore' || id === 'embeddings-l2';
  it.each(cases.filter(([id, , task]) => simple(id) !== onGpu || (!onGpu && id === 'mmbeddings' && task === 'regression')))(
    'equals the eager plan, training and evaluation: %s %o %s, K = %i',
    async (id, settings, task, K, dispatches) => {
      const data = dataset(task, K);
      const [eager, built] = [model(id, data, settings), model(id, data, settings)];
      const fused = await planOf(optionsOf(built, data));
      await expectEqualToEager({ data, eager, built, fused, pacer });
      expect(fused.statistics.dispatchesPerStep).toBe(dispatches);
      fused.dispose();
      built.dispose();
      eager.dispose();
    },
  );

  // Here too kernels for quads take every case, those for a GPU one of each kind, with levels beside the
  // tags.
  it.each(onGpu ? TAGGED.filter(([id, , K]) => id === 'tag-mmbeddings' && K > 0) : TAGGED)(
    'equals the eager plan on sets of tags: %s %o, K = %i, columns of tags: %i',
    async (id, settings, K, columns) => {
      const data = withTags(dataset('regression', K), columns);
      const [eager, built] = [model(id, data, settings), model(id, data, settings)];
      const fused = await planOf(optionsOf(built, data));
      await expectEqualToEager({ data, eager, built, fused, pacer });
      expect(fused.statistics.dispatchesPerStep).toBe(id.includes('mmbeddings') ? 7 : 3);
      for (const each of [fused, built, eager]) each.dispose();
    },
  );

  const numberless = [
    ['ignore', { decoder: [6] }, 'regression', 1],
    ['embeddings-l2', { d: 5, decoder: [6], l2: 0.02 }, 'binary', 3],
    ['mmbeddings', { d: 5, encoder: [17, 10], decoder: [6], beta: 0.1, priorVariance: 0.4 }, 'binary', 3],
    ['tag-mmbeddings', { d: 5, encoder: [17], decoder: [6], beta: 0.1, priorVariance: 0.4 }, 'binary', 0],
  ] as const;
  it.each(onGpu ? [] : numberless)(
    'equals the eager plan without a numeric column and one row in the last batch: %s %o %s, K = %i',
    async (id, settings, task, K) => {
      const levels = withoutNumbers(task, K);
      const data = id === 'tag-mmbeddings' ? withTags(levels) : levels;
      const [eager, built] = [model(id, data, settings), model(id, data, settings)];
      const fused = await planOf(optionsOf(built, data));
      await expectEqualToEager({ data, eager, built, fused, pacer });
      for (const each of [fused, built, eager]) each.dispose();
    },
  );

  // Dropout of levels and of layers is in the first two; an encoder with an inner product is in the golden
  // file of ncf-mmbeddings.
  const TITLES = ['in a record of their own', 'encoder with dropout', 'shared tables'];
  const options = DESCRIBED.filter(({ title }) => TITLES.some((part) => title.includes(part)));
  it.each(options.filter(({ title }) => title.includes('record') === onGpu))('equals the eager plan of $title', async ({ description, K }) => {
    const data = dataset('regression', K);
    const [eager, built] = [modelOf(description, data), modelOf(description, data)];
    const fused = await createWebGpuPlan(device, description, fusedProblemOf(optionsOf(built, data)), await values(built.parameters));
    await expectEqualToEager({ data, eager, built, fused, pacer });
    fused.dispose();
  });

  it.runIf(onGpu).each([
    ['embeddings', { d: 5, decoder: [6] }],
    ['regbeddings', { d: 5, decoder: [], beta: 0.1, priorVariance: 0.7 }],
    ['unified-embeddings', { lookups: 3, chunk: 2, decoder: [6] }],
  ] as const)('equals the eager plan with lazy tables: %s', async (id, settings) => {
    const data = dataset('regression', 3);
    const [eager, built] = [model(id, data, settings), model(id, data, settings)];
    const problem = { ...fusedProblemOf(optionsOf(built, data)), lazyTables: true };
    const fused = await createWebGpuPlan(device, built.fused as FusedDescription, problem, await values(built.parameters), { trainingOnly: true });
    const plan = makeEagerPlan({ ...optionsOf(eager, data), lazyTables: true });
    const [actual, expected] = [await train(fused, data), await train(plan, data)];
    expect(error(actual.loss, expected.loss)).toBeLessThan(1e-5);
    const weights = await fused.parameters();
    for (const [name, value] of await values(eager.parameters)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);
    for (const each of [fused, plan]) each.dispose();
  });

  it.runIf(onGpu).each([
    ['mmbeddings', dataset('regression', 1)],
    ['tag-mmbeddings', withTags(dataset('regression', 1))],
  ] as const)(
    'equals the WASM plan, is repeatable bit for bit however steps are cut into submits, keeps weights, and makes nothing new in a steady step: %s',
    async (id, data) => {
      const built = model(id, data, { d: 4, encoder: [12], decoder: [], beta: 0.1 });
      const options = optionsOf(built, data);
      const [first, second] = [await planOf(options), await planOf(options)];
      const losses = await train(first, data);
      for (let epoch = 1; epoch <= 4; epoch++) {
        second.setOrder(epochOrder(data.split.train, 1, epoch));
        await second.run(5);
      }
      expect((await second.losses()).loss).toEqual(losses.loss);
      expect(await second.parameters()).toEqual(await first.parameters());

      if (!built.fused) throw new Error('not of the fused family');
      const wasm = await createWasmPlan(built.fused, fusedProblemOf(options), await values(built.parameters));
      expect(error(losses.loss, (await train(wasm, data)).loss)).toBeLessThan(1e-5);
      const weights = await first.parameters();
      for (const [name, value] of await wasm.parameters()) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);

      const kept = first.keepWeights();
      let made = 0;
      const factories = ['createBuffer', 'createBindGroup', 'createShaderModule', 'createComputePipelineAsync'] as const;
      for (const factory of factories) {
        Object.defineProperty(device, factory, {
          configurable: true,
          value: (...args: unknown[]) => {
            made++;
            return Reflect.apply(Reflect.get(Object.getPrototypeOf(device), factory), device, args);
          },
        });
      }
      first.setOrder(epochOrder(data.split.train, 1, 5));
      await first.run(5);
      expect(made).toBe(0);
      for (const factory of factories) Reflect.deleteProperty(device, factory);
      expect(await first.parameters()).not.toEqual(await second.parameters());
      kept.load();
      expect(await first.parameters()).toEqual(await second.parameters());
      kept.dispose();
      for (const plan of [first, second]) plan.dispose();
    },
  );

  // Few workgroups take a dispatch there: 700 rows and 1,300 weights are several turns of each.
  it.runIf(!onGpu)('walks over more rows, weights and inputs than it takes at once', async () => {
    const data = dataset('regression', 1, 1000, 701);
    // 116 inputs are a part of 64 and one that it does not fill, 128 are two full ones, and 4 none.
    const built = model('mmbeddings', data, { d: 2, encoder: [116, 128], decoder: [], beta: 0.1 }, 700);
    const options = optionsOf(built, data, 700);
    const fused = await planOf(options, device, { trainingOnly: true });
    const wasm = await createWasmPlan(built.fused as FusedDescription, fusedProblemOf(options), await values(built.parameters));
    for (const plan of [fused, wasm]) {
      plan.setOrder(data.split.train);
      await plan.run(2);
    }
    expect(error((await fused.losses()).loss, (await wasm.losses()).loss)).toBeLessThan(1e-5);
    const weights = await fused.parameters();
    for (const [name, value] of await wasm.parameters()) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);
    fused.dispose();
    built.dispose();
  });

  it.runIf(onGpu).each([
    ['mmbeddings', { d: 3, encoder: [8], decoder: [], beta: 0.1 }, 8],
    ['tag-mmbeddings', { d: 3, encoder: [8], decoder: [], beta: 0.1 }, 9],
    ['embeddings', { d: 3, decoder: [30] }, 3],
  ] as const)(
    'cuts the sums of a giant level or tag, and puts layers that are too wide for a workgroup into a buffer: %s %o',
    async (id, settings, dispatches) => {
      const levels = withGiantLevel(dataset('regression', 1, 3100, 3001));
      const data = id === 'tag-mmbeddings' ? withTags(levels) : levels;
      // More tiles than workgroups, so that each walks over several.
      const batchSize = 1400;
      const [eager, built] = [model(id, data, settings, batchSize), model(id, data, settings, batchSize)];
      const fused = await planOf(optionsOf(built, data, batchSize), device, { trainingOnly: id === 'embeddings', workgroupBytes: 2048 + 400 });
      expect(fused.statistics.dispatchesPerStep).toBe(dispatches);
      const plan = makeEagerPlan(optionsOf(eager, data, batchSize));
      for (const each of [fused, plan]) {
        each.setOrder(data.split.train);
        await each.run(3);
      }
      expect(error((await fused.losses()).loss, (await plan.losses()).loss)).toBeLessThan(1e-5);
      const weights = await fused.parameters();
      for (const [name, value] of await values(eager.parameters)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);
      const noise = { seed: 3, step: 9 };
      if (id !== 'embeddings') {
        const wasm = await createWasmPlan(built.fused as FusedDescription, fusedProblemOf(optionsOf(built, data, batchSize)), weights);
        const vectors = await Promise.all(
          [fused, wasm].map(async (each) => {
            for (const from of [0, 1500]) each.addToLevelVectors(data.split.train.subarray(from, from + 1500), noise);
            return each.levelVectors(noise);
          }),
        );
        expect(vectors[0].map(({ length }) => length)).toEqual(id === 'mmbeddings' ? [36] : [36, 33, 9]);
        for (const [k, expected] of vectors[1].entries()) expect(error(vectors[0][k], expected)).toBeLessThan(1e-5);
        wasm.dispose();
      }
      for (const each of [fused, plan]) each.dispose();
    },
  );

  it.runIf(onGpu)('refuses a problem that the device has no room for, with the sizes', async () => {
    const data = dataset('regression', 1);
    const built = model('embeddings', data, { d: 5, decoder: [4] });
    const wide = { ...data, categorical: [{ ...data.categorical[0], cardinality: 8_000_000 }] };
    await expect(planOf(optionsOf(built, wide))).rejects.toThrow(/153 MiB .* 128 MiB/);
  });

  it.runIf(onGpu)('rejects what is read after the device is lost', async () => {
    const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
    const doomed = await adapter.requestDevice();
    const data = dataset('regression', 1);
    const plan = await planOf(optionsOf(model('ignore', data, { decoder: [] }), data), doomed);
    plan.setOrder(data.split.train);
    await plan.run(1);
    doomed.destroy();
    await expect(plan.losses()).rejects.toThrow();
  });
});
