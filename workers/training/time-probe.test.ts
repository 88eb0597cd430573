import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startCpu } from '../engine/backends/cpu';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RunCancelled } from './pacer';
import { trainingSchema } from './schema';
import { TimeRun } from './time-probe';
import { Trainer } from './trainer';

const METHODS = ['embeddings', 'linear-mixed-model'].map((id) => ({ id, settings: testSettings(id) }));
const plan = (training: Record<string, unknown>, methods = METHODS) => ({
  methods,
  training: trainingSchema.parse({ epochs: 1, patience: null, batchSize: 20, ...training }),
  seeds: { data: 1, split: 1, weights: 1 },
});
/** A clock that goes on by a millisecond whenever it is asked. */
const clock = () => {
  let time = 0;
  return () => time++;
};

describe('timing a run before it begins', () => {
  const dataset = testDataset('regression', 2, [6], 120, 1);
  beforeAll(async () => {
    await startCpu();
  });

  it('times the second epoch of each method with gradient steps, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const { methods, share } = await new TimeRun(dataset, plan({})).measure();
    expect(share).toBe(1);
    expect(methods.map(({ id }) => id)).toEqual(['embeddings', 'linear-mixed-model']);
    expect(methods[0].epochMilliseconds).toBeGreaterThan(0);
    // Its iterations are no epochs.
    expect(methods[1].epochMilliseconds).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes an epoch of all rows to need 1/share of the time', async () => {
    const many = {
      ...dataset,
      split: { ...dataset.split, train: Uint32Array.from({ length: 20_000 }, (_, i) => dataset.split.train[i % dataset.split.train.length]) },
    };
    const { methods, share } = await new TimeRun(many, plan({ batchSize: 2_000 }, [METHODS[0]]), clock(), 1e6).measure();
    expect(share).toBe(0.5);
    // The clock was asked before the epoch and after it: 1 ms of half the rows.
    expect(methods[0].epochMilliseconds).toBe(2);
  });

  it('does not time what is searched first, nor what does not fit into the time, and can be cancelled', async () => {
    const rate = await new TimeRun(dataset, plan({ protocol: 'recommended', learningRate: 'auto' })).measure();
    expect(rate.methods.map(({ epochMilliseconds }) => epochMilliseconds)).toEqual([null, null]);
    const late = await new TimeRun(dataset, plan({}), clock(), 0).measure();
    expect(late.methods.map(({ epochMilliseconds }) => epochMilliseconds)).toEqual([null, null]);
    const run = new TimeRun(dataset, plan({}));
    run.cancel();
    await expect(run.measure()).rejects.toBeInstanceOf(RunCancelled);
  });

  it('tells a method that runs out of memory: no run may follow in its heap', async () => {
    const epoch = vi.spyOn(Trainer.prototype, 'epoch').mockRejectedValue(new WebAssembly.RuntimeError('memory access out of bounds'));
    const failure = await new TimeRun(dataset, plan({})).measure().catch((thrown: unknown) => thrown);
    epoch.mockRestore();
    expect(failure).toMatchObject({ code: 'method-exhausted', method: 'embeddings' });
  });
});
