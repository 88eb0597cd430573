import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { startCpu } from '../engine/backends/cpu';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import type { FusedDescription, FusedPlan } from '../engine/step-plan';
import type { Model } from '../methods/method';
import { learnLevelVectors, predictRows } from './evaluate';
import { oneARow } from './evaluator';
import { FusedEvaluator } from './fused-evaluator';
import { makeEagerPlan, makeFusedPlan, makePlan } from './make-plan';
import { ModelEvaluator } from './model-evaluator';
import { Pacer } from './pacer';
import {
  CASES,
  DESCRIBED,
  dataset,
  EPOCHS,
  error,
  expectEqualToEager,
  model,
  modelOf,
  options,
  shared,
  TAGGED,
  train,
  values,
  withGiantLevel,
  withoutNumbers,
  withTags,
} from './testing/fused-cases';

const pacer = new Pacer(1000);
const wide = { kind: 'encoder', d: 10, beta: 0.1, priorVariance: 0.4, logVarAveraging: 'mean-of-logs', extraction: 'sample' } as const;

/**
 * Two models of one kind and seed: what the fused plan of one gives is what the eager plan of the other
 * gives.
 */
async function compare(data: Dataset, build: () => Model): Promise<void> {
  const [eager, built] = [build(), build()];
  expect(built.fused).toBeDefined();
  // Encoders take longest. Without columns of numbers a second epoch, after the batch of one row, is enough.
  const epochs = data.p === 0 && built.fused?.kind === 'encoder' ? 2 : EPOCHS;
  const fused = await makeFusedPlan(options(built, data));
  await expectEqualToEager({ data, eager, built, fused, pacer, epochs });
  fused.dispose();
  built.dispose();
  eager.dispose();
}

beforeAll(startCpu);
afterAll(() => pacer.close());

describe('the fused plan equals the eager one', () => {
  it.each(CASES)('$title', async ({ id, settings, task, K }) => {
    const data = dataset(task, K);
    await compare(data, () => model(id, data, settings));
  });

  it.each(CASES)('$title, without a numeric column and one row in the last batch', async ({ id, settings, task, K }) => {
    const data = withoutNumbers(task, K);
    await compare(data, () => model(id, data, settings));
  });

  it.each(DESCRIBED)('$title, without a numeric column and one row in the last batch', async ({ description, K }) => {
    const data = withoutNumbers('regression', K);
    await compare(data, () => modelOf(description, data));
  });

  it.each(DESCRIBED.flatMap((one) => (['regression', 'binary'] as const).map((task) => ({ ...one, task }))))(
    '$title, $task',
    async ({ description, K, task }) => {
      const data = dataset(task, K);
      await compare(data, () => modelOf(description, data));
    },
  );

  it.each<[string, number, Record<string, unknown>]>([
    ['ncf-embeddings', 2, {}],
    ['ncf-mmbeddings', 2, {}],
    ['unified-embeddings', 3, {}],
    ['quotient-remainder', 2, { rule: 'concatenate' }],
    ['embeddings-dropout', 3, { l2: 0 }],
  ])('%s, K = %i %j', async (id, K, settings) => {
    const data = dataset('binary', K);
    await compare(data, () => model(id, data, settings));
  });

  it.each(TAGGED.flatMap((one) => (['regression', 'binary'] as const).map((task) => [...one, task] as const)))(
    'sets of tags: %s %j, K = %i, columns of tags: %i, %s',
    async (id, settings, K, columns, task) => {
      const data = withTags(dataset(task, K), columns);
      await compare(data, () => model(id, data, settings));
    },
  );

  it.each(TAGGED)(
    'sets of tags without a numeric column, one row in the last batch: %s %j, K = %i, columns of tags: %i',
    async (id, settings, K, columns) => {
      const data = withTags(withoutNumbers('regression', K), columns);
      await compare(data, () => model(id, data, settings));
    },
  );

  // Widths at which the step multiplies only what is not zero, with and without a last vector or tile that is
  // not full.
  it.each<[FusedDescription, number]>([
    [{ kind: 'no-levels', decoder: [53, 64, 49], dropout: [0.25, 0.1] }, 1],
    [{ kind: 'tables', d: 5, decoder: [70, 53], l2: 0.02 }, 3],
    [{ kind: 'tables', d: 50, decoder: [16], l2: 0, levelDropout: 0.2 }, 1],
    [{ ...wide, encoder: [52, 50], decoder: [9] }, 1],
    [{ ...wide, encoder: [17, 107], decoder: [48, 16], dropout: [0.3] }, 3],
  ])('wide layers %j, K = %i', async (description, K) => {
    const data = dataset('regression', K);
    await compare(data, () => modelOf(description, data));
  });

  it.each([
    ['several groups of levels', false],
    ['a level with more rows than a group', true],
  ])('large batches of an encoder: %s', async (_, giant) => {
    const data = giant ? withGiantLevel(dataset('regression', 1, 6100, 6001)) : dataset('regression', 1, 6100, 6001);
    const large = (built: Model) => ({ ...options(built, data), batchSize: 2800 });
    const [eager, built] = [
      modelOf({ ...wide, encoder: [17, 60], decoder: [9] }, data, 2800),
      modelOf({ ...wide, encoder: [17, 60], decoder: [9] }, data, 2800),
    ];
    const [fused, plan] = [await makeFusedPlan(large(built)), makeEagerPlan(large(eager))];
    for (const each of [fused, plan]) {
      each.setOrder(data.split.train);
      while (each.remaining > 0) await each.run(1);
    }
    expect(error((await fused.losses()).loss, (await plan.losses()).loss)).toBeLessThan(1e-5);
    const weights = await fused.parameters();
    for (const [name, value] of await values(eager.parameters)) expect(error(weights.get(name), value), name).toBeLessThan(1e-5);
    for (const each of [fused, plan, built, eager]) each.dispose();
  });

  it.each([{ network: [9, 6, 4], dropout: 0.25 }, { network: [] }])('lmmnn of one feature %j', async (settings) => {
    const data = dataset('regression', 1);
    await compare(data, () => model('lmmnn', data, settings));
  });

  it('lmmnn without a numeric column and one row in the last batch', async () => {
    const data = withoutNumbers('regression', 1);
    await compare(data, () => model('lmmnn', data, { network: [9, 6, 4], dropout: 0.25 }));
  });

  it('is bitwise repeatable, and puts kept weights back', async () => {
    const data = dataset('regression', 3);
    const built = model('mmbeddings', data, { ...shared, encoder: [17, 10] });
    const [first, second] = [await makeFusedPlan(options(built, data)), await makeFusedPlan(options(built, data))];
    expect((await train(first, data)).loss).toEqual((await train(second, data)).loss);
    expect(await first.parameters()).toEqual(await second.parameters());
    const kept = first.keepWeights();
    await train(first, data, 1);
    expect(await first.parameters()).not.toEqual(await second.parameters());
    kept.load();
    expect(await first.parameters()).toEqual(await second.parameters());
    built.dispose();
  });

  it.each([[[17, 10]], [[60, 55]]])('crosses blocks of rows and chunks of evaluation, encoder %j', async (encoder) => {
    const data = dataset('regression', 3, 40_000, 20_000);
    const learners = await Promise.all(
      [true, false].map(async (fused) => {
        const built = model('mmbeddings', data, { ...shared, encoder }, 501);
        const wide = { ...options(built, data), batchSize: 501 };
        const plan = fused ? await makeFusedPlan(wide) : makeEagerPlan(wide);
        plan.setOrder(data.split.train.subarray(0, 901));
        await plan.run(2);
        const evaluator = fused ? new FusedEvaluator(plan as FusedPlan, wide) : new ModelEvaluator(wide);
        const noise = { seed: 1, step: 1 };
        await learnLevelVectors(evaluator, data.split.train, noise, pacer);
        return { loss: (await plan.losses()).loss, predictions: oneARow(await predictRows(evaluator, data.split.test, noise, pacer)) };
      }),
    );
    expect(error(learners[0].loss, learners[1].loss)).toBeLessThan(1e-5);
    expect(error(learners[0].predictions, learners[1].predictions)).toBeLessThan(1e-5);
  });
});

describe('makePlan', () => {
  it('is fused on WASM where a model is described, else recorded, and eager elsewhere', async () => {
    const data = dataset('regression', 1);
    const built = model('embeddings', data, shared);
    expect((await makePlan(options(built, data))).engine.kind).toBe('tfjs CPU');
    await startWasm(nodeWasmPath());
    const onWasm = model('embeddings', data, shared);
    const chosen = await makePlan(options(onWasm, data));
    expect(chosen.engine.kind).toBe('fused WASM');
    expect(chosen.evaluator).toBeInstanceOf(FusedEvaluator);
    expect((await train(chosen.plan, data)).loss.every(Number.isFinite)).toBe(true);
    const undescribed = await makePlan(options({ ...onWasm, fused: undefined }, data));
    expect(undescribed.engine.kind).toBe('recorded WASM');
    undescribed.plan.dispose();
    expect((await makePlan(options({ ...onWasm, fused: undefined }, data), undefined, 'tfjs WASM')).engine.kind).toBe('tfjs WASM');
    expect(undescribed.evaluator).toBeInstanceOf(ModelEvaluator);
  });
});
