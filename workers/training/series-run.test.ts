import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { tagSeriesSchema } from '../data/schema';
import { runsOf } from '../data/series/epoch';
import { placeOf, type Series } from '../data/series/series';
import { runToEnd } from '../data/simulation-parts';
import { startCpu } from '../engine/backends/cpu';
import { aboutMethod } from '../methods/registry';
import { checkView } from './check-view';
import { embeddingsCsv, predictionsCsv } from './downloads';
import { LearningRun, latestPart } from './learning-curve';
import type { MethodResult, MetricComparison } from './method-result';
import { Run } from './run';
import { trainingSchema } from './schema';
import { seriesScores } from './series-scores';
import { drawnWindows } from './series-windows';
import { testResponse } from './test-metrics';

const draw = (changes: object = {}): Dataset =>
  runToEnd(drawing(tagSeriesSchema.parse({ kind: 'tag-series', series: 14, heldOut: 3, steps: 160, length: 6, ...changes }), { data: 1, split: 1 }));

const SMALL = { d: 3, width: 8, heads: 2, feedForward: 8, blocks: 1 };

/** A short run of the methods, with what it told. */
async function trained(dataset: Dataset, methods: readonly { id: string; settings?: object }[]) {
  let comparison: MetricComparison[] = [];
  const plan = {
    methods: methods.map(({ id, settings }) => ({ id, settings: aboutMethod(id).settings.parse(settings ?? {}) as Record<string, unknown> })),
    training: trainingSchema.parse({ epochs: 2, batchSize: 16, drawPastStop: false }),
    seeds: { data: 1, split: 1, weights: 1 },
  };
  const run = new Run(dataset, plan, (event) => {
    if (event.type === 'comparison') comparison = event.comparison;
  });
  await run.train();
  return { run, comparison };
}

const resultOf = ({ run }: { run: Run }, id: string): MethodResult => run.finished.get(id)?.result as MethodResult;

beforeAll(startCpu);

describe('a run on windows', () => {
  const data = draw();
  let ended: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    ended = await trained(data, [
      { id: 'sequence-transformer', settings: SMALL },
      { id: 'sequence-transformer-untagged', settings: { width: 8, heads: 2, feedForward: 8, blocks: 1 } },
    ]);
  }, 60_000);
  afterAll(() => ended.run.cancel());

  it('scores every step of every test window', () => {
    const { predictions, result } = ended.run.finished.get('sequence-transformer') ?? {};
    const actual = testResponse(data);
    expect(actual).toHaveLength(data.split.test.length * 6);
    expect(predictions).toHaveLength(actual.length);
    const mse = actual.reduce((sum, y, i) => sum + (y - (predictions?.[i] ?? 0)) ** 2, 0) / actual.length;
    expect(result?.metrics.mse).toBeCloseTo(mse, 10);
    const [known, fresh] = result?.series?.groups ?? [];
    expect([known.known, known.series, fresh.known, fresh.series]).toEqual([true, 11, false, 3]);
    expect(known.windows + fresh.windows).toBe(data.split.test.length);
    expect((known.mean.value * known.windows + fresh.mean.value * fresh.windows) / data.split.test.length).toBeCloseTo(mse, 10);
    expect(known.bySteps.reduce((sum, loss) => sum + loss, 0) / 6).toBeCloseTo(known.mean.value, 10);
    expect([known.first.value, known.last.value]).toEqual([known.bySteps[0], known.bySteps[5]]);
  });

  it('compares methods with the steps of a window taken together', () => {
    const mse = ended.comparison.find(({ metric }) => metric === 'mse');
    expect(mse?.differences).toHaveLength(1);
    expect(mse?.differences[0].byLevel).toBeGreaterThan(0);
  });

  it('keeps forecasts as a file, a line a step, and tag vectors', () => {
    const text = new TextDecoder().decode(predictionsCsv(ended.run).bytes);
    const lines = text.trim().split('\n');
    expect(lines[0]).toContain('series,trained,step,time,actual,Sequence transformer');
    expect(lines).toHaveLength(1 + data.split.test.length * 6);
    const { series: f, start } = placeOf(data.series as Series, data.split.test[0]);
    const [window, name, trains, step, time, actual] = lines[1].split(',');
    expect([window, name, trains, step, time]).toEqual(['1', `series ${f + 1}`, String(data.series?.known[f]), '1', String(start + 2)]);
    expect(Number(actual)).toBeCloseTo(data.series?.values[f * 160 + start + 1] ?? Number.NaN, 5);
    expect(new TextDecoder().decode(embeddingsCsv(ended.run, 'sequence-transformer').bytes)).toContain('SensorType/Temperature');
  });

  it('draws windows of known and new series, with their past', () => {
    const { predictions } = ended.run.finished.get('sequence-transformer') ?? {};
    const windows = drawnWindows(data, predictions as Float64Array, 1) ?? [];
    expect(windows.filter(({ known }) => !known).length).toBeGreaterThan(0);
    for (const { past, actual, predicted, start, asked } of windows) {
      expect([past.length, actual.length, predicted.length, asked]).toEqual([6, 6, 6, start + 1]);
      // Next step: the window without its first value is what was asked for, without the last one.
      expect([...past.slice(1)]).toEqual([...actual.slice(0, -1)]);
    }
  });

  it('stands up to the Check room and to learning curves', async () => {
    const finished = ended.run.finished.get('sequence-transformer');
    expect(finished && checkView(ended.run, finished).testRows).toBe(data.split.test.length * 6);
    const curve = await new LearningRun(ended.run).train(() => {});
    expect(curve.shares.map(({ share }) => share)).toEqual([0.1, 0.25, 0.5, 1]);
    expect(curve.methods[0].points.every((point) => point && Number.isFinite(point.loss))).toBe(true);
  }, 60_000);

  it('a share of the training windows is the latest one', () => {
    const series = data.series as Series;
    const half = latestPart(series, data.split, 0.5);
    const [[from, end]] = [...runsOf(series, half.train)];
    const [[all, last]] = [...runsOf(series, data.split.train)];
    expect(end - from).toBe(Math.round((last - all) / 2));
    expect(half.train[end - 1]).toBe(data.split.train[last - 1]);
    expect(half.validation).toBe(data.split.validation);
  });

  it('methods of tables are refused by name', async () => {
    await expect(trained(data, [{ id: 'embeddings' }])).rejects.toThrow('Embeddings needs rows of a table');
  });
});

describe('what scores of windows prove', () => {
  it('predictions that have the answer are below the innovation variance, those of the past are not', () => {
    const data = draw();
    const actual = testResponse(data);
    const groupOf = (predictions: ArrayLike<number>) => seriesScores(data, predictions)?.groups[0];
    expect(groupOf(actual)?.mean.value).toBe(0);
    expect(seriesScores(data, actual)?.innovationVariance).toBe(0.25);
    // The best that the past can tell: the value without its shock.
    const { series, split } = data;
    const last = Float64Array.from(actual, (_, i) => {
      const { series: f, start } = placeOf(series as Series, split.test[Math.floor(i / 6)]);
      return series?.values[f * 160 + start + (i % 6)] ?? Number.NaN;
    });
    expect(groupOf(last)?.mean.value).toBeGreaterThan(0.25);
  });
});

describe('a forecast', () => {
  it('trains on all series at once and scores by the steps ahead', async () => {
    const data = draw({ predicts: 'forecast', length: 12, horizon: 3, steps: 200 });
    const ended = await trained(data, [{ id: 'timexer', settings: { width: 8, heads: 2, feedForward: 8, patch: 4 } }]);
    const { series, metrics } = resultOf(ended, 'timexer');
    expect(series?.groups).toHaveLength(1);
    expect(series?.groups[0]).toMatchObject({ known: true, series: 1, windows: data.split.test.length });
    expect(series?.groups[0].bySteps).toHaveLength(3);
    expect(series?.groups[0].mean.value).toBeCloseTo(metrics.mse as number, 10);
    // In the unit of the target, not in standard deviations.
    const spread = data.targetScale ** 2;
    expect(metrics.mse).toBeGreaterThan(0.02 * spread);
    expect(new TextDecoder().decode(predictionsCsv(ended.run).bytes)).toContain('target');
  }, 60_000);
});
