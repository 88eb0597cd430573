import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { aboutMethod } from '../methods/registry';
import { NOISE_GRID, PRIOR_GRID } from '../methods/shared/variational-settings';
import { testDataset } from '../methods/testing/test-model';
import type { Preparing } from './lane';
import type { MethodResult } from './method-result';
import { Run, RunCancelled, type RunEvent, type RunPlan } from './run';
import { trainingSchema } from './schema';

const data = testDataset('regression', 2, [6], 160, 3);

function planOf(settings: Record<string, unknown>, training: Record<string, unknown> = {}, id = 'mmbeddings'): RunPlan {
  return {
    methods: [
      { id, settings: aboutMethod(id).settings.parse({ d: 2, encoder: [6], decoder: [4], beta: 0.5, ...settings }) as Record<string, unknown> },
    ],
    training: trainingSchema.parse({ batchSize: 30, epochs: 5, patience: null, drawPastStop: false, learningRate: 0.02, ...training }),
    seeds: { data: 1, split: 1, weights: 1 },
  };
}

async function trained(plan: RunPlan): Promise<{ result: MethodResult; preparing: Preparing[] }> {
  const events: RunEvent[] = [];
  const run = new Run(data, plan, (event) => events.push(event));
  await run.train();
  const result = run.finished.get('mmbeddings')?.result as MethodResult;
  return { result, preparing: events.flatMap((event) => (event.type === 'status' && event.preparing ? [event.preparing] : [])) };
}

describe('grid search', () => {
  beforeAll(startCpu);

  it('takes the prior variance with the least predictive validation loss, and trains on as with it alone', async () => {
    const { result, preparing } = await trained(planOf({ prior: 'grid-searched' }));
    const { tried, chosen } = result.search ?? { tried: [], chosen: -1 };
    expect(tried.map(({ title }) => title)).toEqual(PRIOR_GRID.map((variance) => `σ²_b = ${variance}`));
    const losses = tried.map(({ loss }) => loss ?? Number.NaN);
    expect(new Set(losses).size).toBe(losses.length);
    expect(losses[chosen]).toBe(Math.min(...losses));
    const { result: single } = await trained(planOf({ priorVariance: PRIOR_GRID[chosen] }));
    expect(result.metrics).toEqual(single.metrics);
    expect(single.search).toBeUndefined();
    const told = preparing.flatMap((one) => (one.kind === 'search' && one.epoch === 0 ? [`${one.place} of ${one.of}`] : []));
    expect(told).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
  });

  it('tries every pair of both variances; a fixed σ² weighs the KL term', async () => {
    const { result } = await trained(planOf({ prior: 'grid-searched', noise: 'grid-searched', noiseVariance: 2 }, { epochs: 2 }));
    expect(result.search?.tried).toHaveLength(PRIOR_GRID.length * NOISE_GRID.length);
    const { result: scaled } = await trained(planOf({ noiseVariance: 4, beta: 0.25 }));
    const { result: plain } = await trained(planOf({ beta: 1 }));
    expect(scaled.metrics).toEqual(plain.metrics);
  });

  it('has no residual variance to search where the response is binary', () => {
    const { candidates, settings } = aboutMethod('mmbeddings');
    const parsed = settings.parse({ noise: 'grid-searched' });
    expect(candidates?.(parsed, { task: 'binary' })).toBeNull();
    expect(candidates?.(parsed, { task: 'regression' })).toHaveLength(NOISE_GRID.length);
    expect(candidates?.(settings.parse({}), { task: 'regression' })).toBeNull();
  });

  it.each(['ncf-mmbeddings', 'tabtransformer-mmbeddings', 'growth-mmbeddings'])('%s has it too, with settings that its schema accepts', (id) => {
    const { candidates, settings } = aboutMethod(id);
    const found = candidates?.(settings.parse({ prior: 'grid-searched' }), { task: 'regression' }) ?? [];
    expect(found).toHaveLength(PRIOR_GRID.length);
    for (const candidate of found) expect(settings.parse(candidate.settings)).toEqual(candidate.settings);
  });

  it.each(['cancel', 'stop'] as const)('ends on %s without results and leaves nothing', async (how) => {
    const before = tf.memory().numTensors;
    const run: Run = new Run(data, planOf({ prior: 'grid-searched' }, { epochs: 1000 }), (event) => {
      if (event.type === 'status' && event.preparing?.kind === 'search' && event.preparing.epoch > 0) run[how]();
    });
    await expect(run.train()).rejects.toThrow(RunCancelled);
    expect(run.finished.size).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });
});
