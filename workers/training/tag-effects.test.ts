import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { tagsSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { testDataset } from '../methods/testing/test-model';
import { checkView } from './check-view';
import { byCount, rowLosses } from './compare';
import { embeddingsCsv } from './downloads';
import type { Evaluator } from './evaluator';
import type { TagEffects } from './method-result';
import { Pacer } from './pacer';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';
import { tagEffects } from './tag-effects';
import { tagErrors } from './tag-errors';
import { withoutTag, withTag } from './tag-probe';
import { rowsOfTags, setOf } from './tag-sets';

const seeds = { data: 1, split: 1, weights: 1 };

const simulated = (changes: object = {}): Dataset =>
  runToEnd(drawing(tagsSchema.parse({ kind: 'tags', task: 'regression', trainRows: 2_000, testRows: 1_000, ...changes }), seeds));

const shape = (tags: number, places: number) => ({ tags, places, parents: new Int32Array(tags).fill(-1) });

async function trained(dataset: Dataset, ids: string[], epochs = 3, watched?: number): Promise<{ run: Run; events: RunEvent[] }> {
  const methods = ids.map((id) => ({ id, settings: aboutMethod(id).settings.parse({}) as Record<string, unknown> }));
  const training = trainingSchema.parse({ batchSize: 100, epochs, patience: 10, drawPastStop: false });
  const events: RunEvent[] = [];
  const run = new Run(dataset, { methods, training, seeds }, (event) => events.push(event));
  if (watched !== undefined) run.watchFeature(watched);
  await run.train();
  return { run, events };
}

/** A model whose prediction is a function of a row's tags alone. */
const known = (predict: (tags: ArrayLike<number>, row: number) => number): Pick<Evaluator, 'onOtherRows'> => ({
  onOtherRows: async (data) => ({
    samplesPrediction: false,
    predict: async (rows) => ({
      values: Float32Array.from(rows, (row) => predict(setOf((data.tags as NonNullable<Dataset['tags']>)[0], row), row)),
      width: 1,
    }),
    attention: async () => null,
    dispose: () => {},
  }),
});

async function effectsOf(dataset: Dataset, evaluator: Pick<Evaluator, 'onOtherRows'>): Promise<TagEffects> {
  const pacer = new Pacer(1e9);
  const [effects] = await tagEffects({ evaluator: evaluator as Evaluator, dataset, seed: 1, noise: { seed: 1, step: 0 }, pacer });
  pacer.close();
  return effects;
}

const has = (tags: ArrayLike<number>, tag: number): number => Number(Array.from(tags).includes(tag));

describe('effects of tags', () => {
  it('of a function that is known: effects, their spread, and what pairs do together', async () => {
    const dataset = { ...simulated(), targetScale: 10 };
    // Tag 3 adds 2, and 5 more where tag 8 is in the set too.
    const { tags, pairs, rows, of } = await effectsOf(
      dataset,
      known((set) => 2 * has(set, 3) + 5 * has(set, 3) * has(set, 8)),
    );
    expect([rows, of, tags.length]).toEqual([400, 17, 17]);
    const sampled = tags.find(({ tag }) => tag === 3);
    const column = dataset.tags?.[0] as NonNullable<Dataset['tags']>[number];
    const share = rowsOfTags(column, [dataset.split.test])[8] / dataset.split.test.length;
    // The sample of 400 rows has tag 8 about as often as all test rows.
    expect(Math.abs((sampled?.effect as number) - 10 * (2 + 5 * share))).toBeLessThan(10 * 5 * 4 * Math.sqrt((share * (1 - share)) / 400));
    expect(sampled?.sd).toBeGreaterThan(0);
    expect(tags.find(({ tag }) => tag === 0)).toMatchObject({ effect: 0, sd: 0 });
    for (const { tags: pair, effect } of pairs) expect(effect).toBeCloseTo(pair[0] === 3 && pair[1] === 8 ? 50 : 0, 5);
    expect(pairs.map(({ trainingRows }) => trainingRows)).toEqual(pairs.map(({ trainingRows }) => trainingRows).sort((a, b) => b - a));
  });

  it('of the truth itself: r is 1, of tags and of pairs; of its negative −1', async () => {
    const dataset = simulated();
    const rowOf = new Map<string, number>();
    for (const sign of [1, -1]) {
      // The same answer as the truth, by way of the rows that were asked for.
      const evaluator = {
        onOtherRows: async (data: Dataset) => {
          const found = Array.from({ length: data.rows }, (_, i) => {
            const key = data.x.subarray(i * 5, i * 5 + 5).join();
            if (rowOf.size === 0) for (let row = 0; row < dataset.rows; row++) rowOf.set(dataset.x.subarray(row * 5, row * 5 + 5).join(), row);
            return rowOf.get(key) as number;
          });
          return known((set, i) => sign * (dataset.truth?.withTags?.(found[i], set) as number)).onOtherRows(data);
        },
      };
      const { r, pairR, tags } = await effectsOf(dataset, evaluator);
      expect(r).toBeCloseTo(sign, 9);
      expect(pairR).toBeCloseTo(sign, 9);
      for (const { effect, truth } of tags) expect(effect).toBeCloseTo(sign * (truth as number), 5);
    }
  });

  it('have no correlation where there is no truth or nothing changes', async () => {
    const dataset = simulated();
    expect(
      (
        await effectsOf(
          { ...dataset, truth: null },
          known((set) => set.length),
        )
      ).r,
    ).toBeNull();
    expect(
      (
        await effectsOf(
          dataset,
          known(() => 1),
        )
      ).r,
    ).toBeNull();
  });

  it('sets with a tag and without stay sets', () => {
    expect([withTag([1, 4], 3), withTag([1, 4], 4), withTag([], 2), withoutTag([1, 4], 4), withoutTag([1], 2)]).toEqual([
      [1, 3, 4],
      [1, 4],
      [2],
      [1],
      [1],
    ]);
  });
});

describe('errors by tags', () => {
  it('a row that lost tags counts as one with an unseen tag, and its set as new', () => {
    const dataset = simulated({ groups: [40, 40], trainRows: 60, testRows: 200 });
    const [column] = dataset.tags as NonNullable<Dataset['tags']>;
    const lost = column.unseenRows?.length ?? 0;
    expect(lost).toBeGreaterThan(20);
    const predictions = new Float64Array(200);
    expect(byCount(dataset, predictions)[0][0]).toMatchObject({ least: 0, most: 0, rows: lost });
    const [{ seen, unseen }] = tagErrors(dataset, predictions);
    expect(seen.rows + unseen.rows).toBe(200);
    expect(unseen.rows).toBeGreaterThanOrEqual(lost);
    expect(tagErrors({ ...dataset, tags: [{ ...column, unseenRows: undefined }] }, predictions)[0].unseen.rows).toBeLessThan(unseen.rows);
  });

  it('by hand: number of tags, and sets that no training row has', () => {
    const base = testDataset('regression', 1, [], 6, 1, [shape(3, 4)]);
    const column = {
      name: 't',
      labels: ['a', 'b', 'c'],
      parents: new Int32Array(3).fill(-1),
      offsets: Uint32Array.of(0, 1, 3, 3, 4, 6, 8),
      ids: Int32Array.of(0, 0, 1, 0, 0, 1, 1, 2),
    };
    // Rows: {a} {a b} {} | {a} {a b} {b c}
    const data: Dataset = {
      ...base,
      tags: [column],
      split: { train: Uint32Array.of(0), validation: Uint32Array.of(1), test: Uint32Array.of(2, 3, 4, 5) },
    };
    const predictions = Array.from(data.split.test, (row, i) => data.y[row] * data.targetScale + data.targetMean + [1, 2, 3, 4][i]);
    expect(rowLosses(data, predictions).map((loss) => Math.round(loss))).toEqual(Float64Array.of(1, 4, 9, 16));
    const [{ bySize, seen, unseen }] = tagErrors(data, predictions);
    expect(bySize.map(({ tags, rows, loss }) => [tags, rows, Math.round(10 * (loss as number)) / 10])).toEqual([
      [0, 1, 1],
      [1, 1, 4],
      [2, 2, 12.5],
    ]);
    expect([seen.rows, Math.round(10 * (seen.loss as number)) / 10]).toEqual([2, 6.5]);
    expect([unseen.rows, Math.round(10 * (unseen.loss as number)) / 10]).toEqual([2, 8.5]);
    // By the rarest tag: {} has none, {a} has two training rows, {a b} one, {b c} none.
    expect(byCount(data, predictions)[0].map(({ rows, levels }) => [rows, levels])).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('a run on tags', () => {
  beforeAll(() => useBackend('wasm'));

  it('effects come with the results of a method that sees tags, and of no other; they are near the truth', async () => {
    const { run } = await trained(simulated(), ['ignore', 'tag-sum'], 30);
    const [plain, sum] = ['ignore', 'tag-sum'].map((id) => run.finished.get(id)?.result);
    expect(plain?.tagEffects).toBeUndefined();
    expect(plain?.tagErrors).toHaveLength(1);
    const effects = sum?.tagEffects?.[0] as TagEffects;
    expect(effects.tags).toHaveLength(17);
    expect(effects.r).toBeGreaterThan(0.9);
    expect(effects.tags.every(({ effect, sd }) => Number.isFinite(effect) && sd >= 0)).toBe(true);
  });

  it('no categorical column and one of tags: views, downloads and checks are of the tags', async () => {
    const { run, events } = await trained(simulated({ trainRows: 300, testRows: 100 }), ['tag-sum'], 2, 3);
    const views = events.flatMap((event) => (event.type === 'embedding' ? [event.view] : []));
    expect(views.length).toBeGreaterThan(0);
    expect(views.every(({ featureName, levels, feature }) => featureName === 'tags' && levels === 17 && feature === 0)).toBe(true);
    const csv = new TextDecoder().decode(embeddingsCsv(run, 'tag-sum').bytes);
    expect(csv.split('\n')).toHaveLength(19);
    expect(csv).toContain('tags,SensorType/Temperature,');
    const finished = run.finished.get('tag-sum') as NonNullable<ReturnType<Run['finished']['get']>>;
    expect(checkView(run, finished).byCount.map(({ feature }) => feature)).toEqual(['tags']);
    expect(finished.result.byCount).toHaveLength(1);
  });

  it('levels and two columns of tags: every feature can be watched, and each has its own effects', async () => {
    const dataset = testDataset('regression', 2, [6], 270, 3, [shape(5, 4), shape(7, 4)]);
    for (const feature of [0, 1, 2]) {
      const { run, events } = await trained(dataset, ['tag-sum'], 2, feature);
      const views = events.flatMap((event) => (event.type === 'embedding' ? [event.view] : []));
      expect(views[views.length - 1]?.levels).toBe([6, 5, 7][feature]);
      const result = run.finished.get('tag-sum')?.result;
      expect(result?.tagEffects?.map(({ of, r }) => [of, r])).toEqual([
        [5, null],
        [7, null],
      ]);
      expect(result?.byCount).toHaveLength(3);
    }
  });
});
