import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { aboutMethod } from '../methods/registry';
import { testDataset } from '../methods/testing/test-model';
import type { Preparing } from './lane';
import type { MethodResult } from './method-result';
import { LEARNING_RATES, withProtocolDefaults } from './protocol';
import { Run, RunCancelled, type RunEvent, type RunPlan } from './run';
import { type TrainingInput, trainingSchema } from './schema';

const data = testDataset('regression', 2, [6], 200, 3);
const SETTINGS: Record<string, Record<string, unknown>> = {
  mmbeddings: { d: 2, encoder: [6], decoder: [4], beta: 0.1 },
  embeddings: { d: 2, decoder: [4] },
  'linear-mixed-model': {},
};

function planOf(id: string, training: TrainingInput): RunPlan {
  return {
    methods: [{ id, settings: aboutMethod(id).settings.parse(SETTINGS[id]) as Record<string, unknown> }],
    training: trainingSchema.parse(withProtocolDefaults({ drawPastStop: false, ...training })),
    seeds: { data: 1, split: 1, weights: 1 },
  };
}

interface Trained {
  result: MethodResult;
  predictions: Float32Array | Float64Array;
  predictive: number[];
  objective: number[];
  preparing: Preparing[];
}

async function trained(id: string, training: TrainingInput): Promise<Trained> {
  const events: RunEvent[] = [];
  const run = new Run(data, planOf(id, training), (event) => events.push(event));
  await run.train();
  const finished = run.finished.get(id);
  if (!finished) throw new Error(`${id} has no results`);
  const curve = (which: 'predictive' | 'objective') => events.flatMap((event) => (event.type === 'curves' ? [...event.curves[which]] : []));
  return {
    result: finished.result,
    predictions: finished.predictions,
    predictive: curve('predictive'),
    objective: curve('objective'),
    preparing: events.flatMap((event) => (event.type === 'status' && event.preparing ? [event.preparing] : [])),
  };
}

/** The epoch (1-based) of the least value. */
const bestOf = (values: number[]): number => values.indexOf(Math.min(...values)) + 1;

describe.each([
  ['cpu', startCpu],
  ['wasm', () => startWasm(nodeWasmPath())],
])('the recommended protocol on %s', (_, start) => {
  beforeAll(async () => {
    await start();
  });

  it('takes the weights of the epoch with the least predictive loss, and tells the best epoch of each loss', async () => {
    const { result, predictive, objective } = await trained('mmbeddings', { protocol: 'recommended', epochs: 30, learningRate: 0.05, batchSize: 20 });
    expect(result.best).toEqual({ predictive: bestOf(predictive), objective: bestOf(objective) });
    expect(result.weightsFrom).toBe(bestOf(predictive));
    expect(result.bestEpoch).toBe(result.best?.predictive);
    expect(result.chosen).toMatchObject({ protocol: 'recommended', batchSize: 20, learningRate: 0.05, d: 2, rates: null });
  });

  it('keeps post-training exactly where it lowers the predictive loss, and else predicts as without it', async () => {
    const kept: boolean[] = [];
    for (const learningRate of [0.001, 0.02, 0.1, 1]) {
      const training: TrainingInput = { protocol: 'recommended', epochs: 12, patience: 3, learningRate, batchSize: 20 };
      const { result } = await trained('mmbeddings', training);
      const stage = result.postTraining;
      if (!stage) throw new Error('post-training left no word');
      expect(stage.kept).toBe(stage.after < stage.before);
      expect(result.postTrainingEpochs).toBeGreaterThanOrEqual(stage.bestEpoch);
      if (!stage.kept) expect(result.metrics.mse).toBe(result.beforePostTraining?.mse);
      else expect(result.metrics.mse).not.toBe(result.beforePostTraining?.mse);
      kept.push(stage.kept);
    }
    // Otherwise one branch was not tried.
    expect(new Set(kept).size).toBe(2);
  });

  it('finds a learning rate by a trial on validation rows, says so, and trains on as with that rate alone', async () => {
    const before = tf.memory().numTensors;
    const { result, preparing } = await trained('embeddings', { protocol: 'recommended', epochs: 15 });
    const rates = result.chosen?.rates;
    expect(rates?.tried.map(({ learningRate }) => learningRate)).toEqual([...LEARNING_RATES]);
    const losses = rates?.tried.map(({ loss }) => loss ?? Number.NaN) ?? [];
    expect(result.chosen?.learningRate).toBe(LEARNING_RATES[losses.indexOf(Math.min(...losses))]);
    expect(preparing.filter((one) => one.kind === 'search' && one.epoch === 0)).toHaveLength(LEARNING_RATES.length);
    expect(tf.memory().numTensors).toBe(before);
    const alone = await trained('embeddings', { protocol: 'recommended', epochs: 15, learningRate: result.chosen?.learningRate ?? 0 });
    expect(alone.result.metrics).toEqual(result.metrics);
  });

  it('has no rate to find for an algorithm of its own', async () => {
    const { result, preparing } = await trained('linear-mixed-model', { protocol: 'recommended', epochs: 15 });
    expect(result.chosen).toMatchObject({ learningRate: null, d: null, rates: null });
    expect(preparing.some(({ kind }) => kind === 'search')).toBe(false);
  });

  it('gives the run up when it is stopped during the trial', async () => {
    const before = tf.memory().numTensors;
    const run: Run = new Run(data, planOf('embeddings', { protocol: 'recommended', epochs: 15 }), (event) => {
      if (event.type === 'status' && event.preparing?.kind === 'search') run.stop();
    });
    await expect(run.train()).rejects.toThrow(RunCancelled);
    expect(tf.memory().numTensors).toBe(before);
  });
});
