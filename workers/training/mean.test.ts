import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { testDataset } from '../methods/testing/test-model';
import { Run, type RunPlan } from './run';
import { trainingSchema } from './schema';

const plan: RunPlan = { methods: [{ id: 'mean', settings: {} }], training: trainingSchema.parse({}), seeds: { data: 1, split: 1, weights: 1 } };

describe('mean of the target', () => {
  beforeAll(startCpu);

  it('predicts the mean of training and validation rows, in the own unit, after one pass', async () => {
    const data = testDataset('regression', 2, [6], 160, 3);
    const run = new Run(data, plan, () => {});
    await run.train();
    const rows = [...data.split.train, ...data.split.validation];
    const mean = rows.reduce((sum, row) => sum + data.y[row], 0) / rows.length;
    const finished = run.finished.get('mean');
    expect(finished?.predictions[0]).toBeCloseTo(mean * data.targetScale + data.targetMean, 5);
    expect(new Set(finished?.predictions).size).toBe(1);
    expect(finished?.result).toMatchObject({ parameters: 1, epochs: 1 });
  });

  it('predicts the share of the positive class, whose log loss is the entropy of the base rate where the test rows have it too', async () => {
    const data = testDataset('binary', 2, [6], 160, 3);
    // Every fourth row is positive, in each part.
    const { train, validation, test } = data.split;
    for (const part of [train, validation, test]) for (const [i, row] of part.entries()) data.y[row] = i % 4 === 0 ? 1 : 0;
    const rows = [...train, ...validation];
    const share = rows.reduce((sum, row) => sum + data.y[row], 0) / rows.length;
    const positive = [...test].reduce((sum, row) => sum + data.y[row], 0) / test.length;
    const run = new Run(data, plan, () => {});
    await run.train();
    const { metrics } = run.finished.get('mean')?.result ?? {};
    expect(metrics?.logLoss).toBeCloseTo(-positive * Math.log(share) - (1 - positive) * Math.log(1 - share), 5);
    expect(metrics?.auc).toBeCloseTo(0.5, 6);
  });
});
