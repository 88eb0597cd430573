import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { prepareDataset } from '../data/prepare';
import { lmmnnSchema } from '../data/schema';
import { useBackend } from '../engine/testing';
import { aboutMethod } from '../methods/registry';
import { checkView } from './check-view';
import { LearningRun, partOf } from './learning-curve';
import { Run } from './run';
import { trainingSchema } from './schema';

const seeds = { data: 3, split: 4, weights: 5 };

async function trained(ids: string[], task: Dataset['task'], epochs = 40): Promise<Run> {
  const spec = { kind: 'lmmnn', task, levels: [60], interceptVariances: [1], trainRows: 1500, testRows: 1500, p: 3, levelOrder: 'shuffled' };
  const dataset = await prepareDataset({ dataset: lmmnnSchema.parse(spec), seeds }, new Map());
  const methods = ids.map((id) => ({ id, settings: aboutMethod(id).settings.parse({}) as Record<string, unknown> }));
  const training = trainingSchema.parse({ batchSize: 50, epochs, patience: 5, drawPastStop: false });
  const run = new Run(dataset, { methods, training, seeds }, () => {});
  await run.train();
  return run;
}

const checked = (run: Run, id: string) => checkView(run, run.finished.get(id) as NonNullable<ReturnType<Run['finished']['get']>>);

describe('the check of a finished method', () => {
  beforeAll(() => useBackend('wasm'));

  it('regression: residuals of every test row, intervals by the model’s own variances or by the validation rows', async () => {
    const run = await trained(['ignore', 'linear-mixed-model'], 'regression');
    const [plain, mixed] = [checked(run, 'ignore'), checked(run, 'linear-mixed-model')];
    expect(plain.testRows).toBe(run.dataset.split.test.length);
    expect(plain.binary).toBeNull();
    expect(plain.regression?.predictive?.source).toBe('validation');
    expect(plain.regression?.predictive?.sd).toBeCloseTo(Math.sqrt(run.finished.get('ignore')?.validationLoss ?? 0), 12);
    expect(mixed.regression?.predictive?.source).toBe('model');
    // About the residual deviation, and above it by what is not known of the levels.
    const residual = run.finished.get('linear-mixed-model')?.result.estimates.find(({ kind, feature }) => kind === 'variance' && feature === null);
    expect((mixed.regression?.predictive?.sd ?? 0) ** 2).toBeGreaterThan(residual?.value ?? 0);
    expect((mixed.regression?.predictive?.sd ?? 0) ** 2).toBeLessThan(1.2 * (residual?.value ?? 0));
    for (const { nominal, share } of mixed.regression?.predictive?.coverage ?? []) expect(Math.abs(share - nominal)).toBeLessThan(0.06);
    const rows = mixed.byCount[0].bins.map((bin) => bin.rows);
    expect(rows.reduce((a, b) => a + b, 0)).toBe(mixed.testRows);
    expect(mixed.regression?.drawn.fitted).toHaveLength(400);
    expect(mixed.regression?.windows.length).toBeGreaterThan(10);
    // Of times, only rows whose event was seen have a residual.
    const seen = Float32Array.from({ length: run.dataset.rows }, (_, row) => (row % 4 === 0 ? 0 : 1));
    const finished = run.finished.get('linear-mixed-model') as NonNullable<ReturnType<Run['finished']['get']>>;
    const times = checkView({ plan: run.plan, dataset: { ...run.dataset, events: { name: 'event', seen } } }, finished);
    expect(times.testRows).toBe(run.dataset.split.test.filter((row) => seen[row] === 1).length);
    expect(times.regression?.drawn.rows.every((row) => seen[row] === 1)).toBe(true);
    const [drawn] = times.regression?.drawn.rows ?? [];
    expect(times.regression?.drawn.fitted[0]).toBe(finished.predictions[run.dataset.split.test.indexOf(drawn)]);
  });

  it('binary: probabilities against what happened', async () => {
    const run = await trained(['ignore'], 'binary', 3);
    const view = checked(run, 'ignore');
    expect(view.regression).toBeNull();
    expect(view.binary?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(view.testRows);
    const { predictions } = run.finished.get('ignore') as NonNullable<ReturnType<Run['finished']['get']>>;
    const brier = Array.from(run.dataset.split.test, (row, i) => (run.dataset.y[row] - predictions[i]) ** 2);
    expect(view.binary?.brier).toBeCloseTo(brier.reduce((a, b) => a + b, 0) / brier.length, 10);
  });
});

describe('the learning curve', () => {
  beforeAll(() => useBackend('wasm'));

  it('takes nested parts of the training and validation rows and leaves the test rows', () => {
    const split = {
      train: Uint32Array.from({ length: 100 }, (_, i) => i),
      validation: Uint32Array.from({ length: 10 }, (_, i) => 100 + i),
      test: Uint32Array.of(1, 2),
    };
    const [tenth, half] = [partOf(split, 0.1, 1), partOf(split, 0.5, 1)];
    expect([tenth.train.length, tenth.validation.length, half.train.length]).toEqual([10, 1, 50]);
    expect(tenth.train.every((row) => half.train.includes(row))).toBe(true);
    expect([...half.train]).toEqual([...half.train].sort((a, b) => a - b));
    expect(half.test).toBe(split.test);
  });

  it('ends at the run’s own loss, and more rows help a mixed model', async () => {
    const run = await trained(['ignore', 'linear-mixed-model'], 'regression');
    const told: number[] = [];
    const curve = await new LearningRun(run).train((share) => told.push(share));
    expect([...new Set(told)]).toEqual([0.1, 0.25, 0.5]);
    expect(curve.shares.map(({ share }) => share)).toEqual([0.1, 0.25, 0.5, 1]);
    expect(curve.shares[3].rows).toBe(1500);
    const mixed = curve.methods.find(({ method }) => method === 'linear-mixed-model');
    expect(mixed?.points[3]?.loss).toBe(run.finished.get('linear-mixed-model')?.result.metrics.mse);
    expect(mixed?.points[3]?.loss).toBeLessThan(mixed?.points[0]?.loss ?? 0);
    // The change is judged on the rows that both fits are tested with: most of their noise is the same.
    const [, , half, all] = mixed?.points ?? [];
    expect(mixed?.points[0]?.change).toBeNull();
    expect(all?.change?.difference).toBe((all?.loss ?? 0) - (half?.loss ?? 0));
    expect(all?.change?.standardError).toBeLessThan((all?.standardError ?? 0) / 3);
    expect(all?.change?.byLevel).toBeGreaterThan(0);
  });

  it('stops when asked, and says so', async () => {
    const run = await trained(['ignore'], 'regression', 3);
    const learning = new LearningRun(run);
    await expect(learning.train(() => learning.cancel())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
