/**
 * What the page, the command line and the downloads say of a method is one thing: every metric follows from
 * predictions.csv alone.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, TagColumn } from '../data/dataset';
import type { Task } from '../data/schema';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { predictionsCsv } from './downloads';
import type { MethodResult } from './method-result';
import { Run } from './run';
import { trainingSchema } from './schema';
import { caseTitle, datasetOf, type MethodCase, methodCases, settingsOf } from './testing/every-method';

/** Trains two epochs and gives the result next to the text of the file that a person downloads. */
async function trained(tried: MethodCase): Promise<{ result: MethodResult; csv: string; dataset: Dataset }> {
  const training = trainingSchema.parse({ batchSize: 30, epochs: 2, patience: null, learningRate: 0.02, drawPastStop: false });
  const methods = [{ id: tried.id, settings: settingsOf(tried) }];
  // Shares of levels follow from other predictions: every-method.test.ts has them of the same cases.
  const plan = { methods, training, seeds: { data: 1, split: 1, weights: 1 }, levelShares: false as const };
  const dataset = datasetOf(tried);
  const run = new Run(dataset, plan, () => {});
  await run.train();
  const result = run.finished.get(tried.id)?.result;
  if (!result) throw new Error('the method has no result');
  return { result, csv: new TextDecoder().decode(predictionsCsv(run).bytes), dataset };
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The lines of the file whose row has a tag of this column: only these have a rarest tag. */
function withTags(csv: string, { offsets }: Pick<TagColumn, 'offsets'>): string {
  const [header, ...lines] = csv.trim().split(/\r?\n/);
  const tagged = lines.filter((line) => {
    const row = Number(line.split(',')[0]) - 1;
    return offsets[row + 1] > offsets[row];
  });
  return [header, ...tagged].join('\n');
}

/**
 * Row, response and prediction of the file's lines. Of times the third column says whether the event was
 * seen, and errors are those of rows where it was.
 */
function rowsOf(csv: string): number[][] {
  const [header, ...lines] = csv.trim().split(/\r?\n/);
  const all = lines.map((line) => line.split(',').map(Number));
  return header.split(',')[2] === 'event' ? all.filter((row) => row[2] === 1).map((row) => row.toSpliced(2, 1)) : all;
}

/** Probability of each row's own class, as far from 0 and 1 as single precision tells. */
const likelihoods = (rows: readonly number[][]): number[] =>
  rows.map(([, one, p]) => Math.min(Math.max(one === 1 ? p : 1 - p, 2 ** -23), 1 - 2 ** -23));

/**
 * The metrics of a file with the columns row, response and prediction, by their definitions, apart from the
 * lab's own code.
 */
function fromFile(csv: string, task: Task): Record<string, number> {
  const rows = rowsOf(csv);
  const y = rows.map((row) => row[1]);
  const f = rows.map((row) => row[2]);
  expect(rows.every((row) => row.length === 3 && row.every(Number.isFinite))).toBe(true);
  if (task === 'regression') {
    const mse = mean(y.map((value, i) => (value - f[i]) ** 2));
    return { mse, mae: mean(y.map((value, i) => Math.abs(value - f[i]))), r2: 1 - mse / mean(y.map((value) => (value - mean(y)) ** 2)) };
  }
  const likelihood = likelihoods(rows);
  const pairs = y.flatMap((one, i) => (one === 1 ? y.flatMap((other, j) => (other === 0 ? [f[i] > f[j] ? 1 : f[i] === f[j] ? 0.5 : 0] : [])) : []));
  return {
    auc: mean(pairs),
    logLoss: mean(likelihood.map((p) => -Math.log(p))),
    accuracy: mean(y.map((one, i) => (f[i] > 0.5 === (one === 1) ? 1 : 0))),
  };
}

/**
 * The file has a prediction to nine digits of what single precision tells apart, so that no two of them
 * become a tie in it.
 */
const TOLERANCE = 1e-7;
/** What the tenth digit of a probability moves the log loss by: much where a method is sure and wrong. */
const roundingOf = (csv: string): number => mean(likelihoods(rowsOf(csv)).map((p) => 5e-10 / p));

describe.each(NODE_BACKENDS)('metrics of every method on %s follow from the downloaded predictions', (backend) => {
  beforeAll(() => useBackend(backend));

  // The CPU backend computes op by op what the others do and is many times slower: one method of each task is
  // enough to show that it is the same.
  const all = methodCases();
  const cases = backend === 'cpu' ? all.filter(({ id, levels }) => id === 'ignore' && levels.length === 1) : all;
  it.each(cases.map((tried) => ({ title: caseTitle(tried), tried })))('$title', async ({ tried }) => {
    const { result, csv, dataset } = await trained(tried);
    const task = result.metrics.mse === null ? 'binary' : 'regression';
    const expected = fromFile(csv, task);
    const shown = Object.fromEntries(Object.keys(expected).map((key) => [key, result.metrics[key as keyof typeof result.metrics]]));
    for (const [key, value] of Object.entries(expected)) {
      const scale = Math.max(1, Math.abs(value));
      const bound = TOLERANCE + (key === 'logLoss' ? roundingOf(csv) : 0);
      expect([key, Math.abs((shown[key] as number) - value) / scale < bound, shown[key], value]).toEqual([key, true, shown[key], value]);
    }
    const files = [...dataset.categorical.map(() => csv), ...(dataset.tags ?? []).map((column) => withTags(csv, column))];
    expect(result.byCount?.length ?? 0).toBe(files.length);
    for (const [k, bins] of (result.byCount ?? []).entries()) {
      const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
      const { mse, logLoss } = fromFile(files[k], task);
      expect(rows).toBe(rowsOf(files[k]).length);
      const all = bins.reduce((sum, bin) => sum + (bin.loss ?? 0) * bin.rows, 0) / rows;
      expect(all).toBeCloseTo(mse ?? logLoss, 6);
    }
    expect(result.byCount?.[0][0].rows).toBeGreaterThan(0);
  });
});
