import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { summarize } from '../data/prepare';
import { useBackend } from '../engine/testing';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { classScores } from '../metrics/classes';
import { checkView } from './check-view';
import { byCount } from './compare';
import { predictionsCsv } from './downloads';
import type { MethodResult, MetricComparison } from './method-result';
import { Run } from './run';
import { trainingSchema } from './schema';
import { testResponse } from './test-metrics';

const METHODS = ['mean', 'ignore', 'embeddings', 'mmbeddings'];

async function trained(task: Dataset['task']) {
  const data = testDataset(task, 2, [6], 450, 3);
  let comparison: MetricComparison[] = [];
  const run = new Run(
    data,
    {
      methods: METHODS.map((id) => ({ id, settings: testSettings(id, { decoder: [8], encoder: [8] }) })),
      training: trainingSchema.parse({ batchSize: 20, epochs: 14, patience: 5, learningRate: 0.02, drawPastStop: false }),
      seeds: { data: 1, split: 1, weights: 1 },
    },
    (event) => {
      if (event.type === 'comparison') comparison = event.comparison;
    },
  );
  await run.train();
  const results = METHODS.map((id) => run.finished.get(id)?.result as MethodResult);
  return { data, run, comparison, results };
}

describe.each(['classes', 'ordinal'] as const)('a run on %s', (task) => {
  let all: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    await useBackend('wasm');
    all = await trained(task);
  });

  it('learns them: levels tell more than numbers, and numbers more than nothing', () => {
    const [mean, ignore, embeddings, mmbeddings] = all.results.map(({ metrics }) => metrics.logLoss as number);
    expect(ignore).toBeLessThan(mean);
    expect(embeddings).toBeLessThan(0.8 * ignore);
    expect(mmbeddings).toBeLessThan(0.9 * ignore);
    // Post-training never ends at probabilities that are worse than none.
    expect(all.results[3].beforePostTraining?.logLoss).toBeGreaterThan(0);
  });

  it('scores the rows of the download, and counts each of them once', () => {
    const { data, run, results } = all;
    const { bytes } = predictionsCsv(run);
    const [header, ...lines] = new TextDecoder()
      .decode(bytes)
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    expect(header.slice(0, 6)).toEqual([
      'row',
      'y',
      'Mean of the target',
      'Mean of the target: low',
      'Mean of the target: middle',
      'Mean of the target: high',
    ]);
    expect(lines).toHaveLength(data.split.test.length);
    const at = header.indexOf('MMbeddings');
    const probabilities = lines.flatMap((cells) => cells.slice(at + 1, at + 4).map(Number));
    const labels = data.classLabels ?? [];
    const actual = lines.map((cells) => labels.indexOf(cells[1]));
    expect(actual).toEqual([...testResponse(data)]);
    const { metrics, classes } = results[3];
    const scores = classScores(actual, probabilities);
    expect(scores.logLoss).toBeCloseTo(metrics.logLoss as number, 6);
    expect(scores.accuracy).toBeCloseTo(metrics.accuracy as number, 12);
    expect(classes?.labels).toEqual(['low', 'middle', 'high']);
    const counts = classes?.counts ?? [];
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(lines.length);
    const taken = lines.filter((cells) => cells[1] === 'low' && cells[at] === 'middle').length;
    expect(counts[1]).toBe(taken);
    const right = lines.filter((cells) => cells[1] === cells[at]).length / lines.length;
    expect(metrics.accuracy).toBeCloseTo(right, 12);
  });

  it('stops by the log loss of the validation rows: of shares it is what they cost there', () => {
    const { data, run } = all;
    const { train, validation } = data.split;
    const share = [0, 1, 2].map((c) => train.filter((row) => data.y[row] === c).length / train.length);
    const cost = validation.reduce((sum, row) => sum - Math.log(share[data.y[row]]), 0) / validation.length;
    expect(run.finished.get('mean')?.validationLoss).toBeCloseTo(cost, 5);
  });

  it('is compared and told by its log loss, and has no residuals', () => {
    const { data, run, comparison, results } = all;
    expect(comparison.map(({ metric }) => metric)).toEqual(['logLoss', 'auc', 'accuracy']);
    expect(results[2].standardErrors?.logLoss).toBeGreaterThan(0);
    const finished = run.finished.get('embeddings') as NonNullable<ReturnType<Run['finished']['get']>>;
    expect(checkView(run, finished)).toMatchObject({ regression: null, binary: null, byCount: [] });
    const bins = byCount(data, finished.predictions)[0].filter(({ rows }) => rows > 0);
    const mean = bins.reduce((sum, { rows, loss }) => sum + rows * (loss ?? 0), 0) / data.split.test.length;
    expect(mean).toBeCloseTo(results[2].metrics.logLoss as number, 9);
    expect(summarize(data)).toMatchObject({ task, classes: ['low', 'middle', 'high'] });
  });
});
