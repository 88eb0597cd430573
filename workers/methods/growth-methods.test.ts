/** Growth-curve methods through the run: estimates in the data's own unit, both starts, the classical fit. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { orangeTrees } from '../data/orange';
import { drawing } from '../data/prepare';
import { growthSchema, orangeSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { useBackend } from '../engine/testing';
import { growthRows } from '../mixed/growth-rows';
import { LindstromBates } from '../mixed/lindstrom-bates';
import { RandomStream } from '../random/random';
import { aboutMethod, buildModel } from './registry';

const IDS = ['growth-embeddings', 'growth-regbeddings', 'growth-mmbeddings', 'lindstrom-bates'];
const PROBLEM = { task: 'regression' as const, p: 1, levels: [5], batchSize: 8 };
const orange = orangeTrees(orangeSchema.parse({ kind: 'orange' }), { split: 1 });
/** All 35 rows train: what the published fits use. */
const whole: Dataset = {
  ...orange,
  split: { train: Uint32Array.from({ length: 35 }, (_, row) => row), validation: new Uint32Array(0), test: new Uint32Array(0) },
};
const atOnce = async (): Promise<void> => {};
const build = (id: string, settings: object, dataset = whole) =>
  buildModel(
    id,
    { ...PROBLEM, levels: [dataset.categorical[0].cardinality] },
    aboutMethod(id).settings.parse(settings),
    new RandomStream(1, 'weights'),
    dataset,
  );

beforeAll(() => useBackend('cpu'));

describe('the data they take', () => {
  it.each(IDS)('%s refuses classes, several numbers and several features by name', (id) => {
    const refusal = aboutMethod(id).refusal;
    expect(refusal?.(PROBLEM)).toBeNull();
    expect(refusal?.({ ...PROBLEM, task: 'binary' })).toMatch(/response that is a number/);
    expect(refusal?.({ ...PROBLEM, p: 3 })).toMatch(/exactly one numeric feature.*here are 3/);
    expect(refusal?.({ ...PROBLEM, levels: [5, 6] })).toMatch(/exactly one categorical feature.*here are 2/);
  });
});

describe('Orange trees through the method, standardised as the lab has them', () => {
  it.each<[object, number[], number[]]>([
    [{}, [192.05, 727.91, 348.07], [1001.5, 61.5]],
    [{ likelihood: 'linearised' }, [191.05, 722.56, 344.16], [991.2, 61.56]],
  ])('%o: estimates in days and millimetres, effects as level vectors', async (settings, curve, variances) => {
    const model = build('lindstrom-bates', settings);
    await model.ownFit?.finish?.(atOnce);
    const vectors = await model.levelVectors([], () => []);
    const estimates = (await model.estimates?.(vectors)) ?? [];
    const values = estimates.map(({ value }) => value);
    for (const [i, expected] of [...curve, ...variances].entries()) expect(Math.abs(values[i] / expected - 1), `${i}`).toBeLessThan(0.005);
    expect(estimates.every(({ standardError, ownUnit }) => (standardError as number) > 0 && ownUnit)).toBe(true);
    const effects = [...(await vectors[0].data())];
    for (const [j, expected] of [-29.56, 31.73, -37.19, 40.22, -5.2].entries()) expect(Math.abs(effects[j] / expected - 1)).toBeLessThan(0.01);
    model.dispose();
  });

  it('the curve starts where the data have it, in standard deviations, and says so in days and millimetres', async () => {
    const model = build('growth-embeddings', { start: 'data' });
    const vectors = await model.levelVectors([], () => []);
    const estimates = (await model.estimates?.(vectors)) ?? [];
    for (const [m, expected] of [192.688, 728.756, 353.534].entries()) expect(estimates[m].value / expected).toBeCloseTo(1, 4);
    model.dispose();
  });
});

it('all three random: the level vectors are the effects of the fit on the training part', async () => {
  const spec = growthSchema.parse({ kind: 'growth', levels: [40], trainRows: 800, testRows: 200, curveVariances: [4, 1, 0.5], noiseVariance: 0.25 });
  const data = runToEnd(drawing(spec, { data: 1, split: 1 }));
  const model = build('lindstrom-bates', { random: 'all' }, data);
  await model.ownFit?.iterate(atOnce);
  const [table] = await model.levelVectors([], () => []);
  expect(table.shape).toEqual([40, 3]);
  const rows = growthRows(data, data.split.train);
  const fit = new LindstromBates(rows, 3);
  await fit.iterate(atOnce);
  const effects = await table.data();
  fit.effects.forEach((value, i) => void expect(effects[i]).toBeCloseTo(value, 4));
  model.dispose();
});
