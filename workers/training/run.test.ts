import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { startCpu } from '../engine/backends/cpu';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { aboutMethod } from '../methods/registry';
import { acceptedProblem, OF_TABLES, smallSettings } from '../methods/testing/every-method';
import { testDataset, withResponse } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { Run, RunCancelled, type RunEvent, type RunPlan } from './run';
import { trainingSchema } from './schema';

const Q = 6;

/** A small regression with a level effect: 160 rows, 2 numeric features, 6 levels. */
function smallDataset(overrides: Partial<Dataset> = {}): Dataset {
  const random = new RandomStream(7, 'small');
  const rows = 160;
  const x = Float32Array.from({ length: rows * 2 }, () => random.normal());
  const codes = Int32Array.from({ length: rows }, () => random.integer(Q));
  const effects = Float32Array.from({ length: Q * 2 }, () => random.normal());
  const y = Float32Array.from({ length: rows }, (_, i) => x[2 * i] + effects[2 * codes[i]] + 0.1 * random.normal());
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  return {
    task: 'regression',
    rows,
    x,
    p: 2,
    categorical: [{ name: 'level', cardinality: Q, codes, labels: null }],
    y,
    targetScale: 1,
    xScales: null,
    targetMean: 0,
    targetName: 'y',
    classLabels: null,
    split: { train: numbers.slice(0, 90), validation: numbers.slice(90, 100), test: numbers.slice(100) },
    truth: {
      effects: [effects],
      d: 2,
      components: { noiseVariance: 1, effectVariances: [[1, 1]], fixed: [] },
      labels: [Uint8Array.from({ length: Q }, (_, i) => i % 2)],
    },
    fingerprint: '0000000000000000',
    ...overrides,
  };
}

/** The small dataset, with more features or a binary response where the method takes no other. */
function acceptedDataset(id: string): Dataset {
  const { task, p, levels, tags, ...kind } = acceptedProblem(aboutMethod(id), 2);
  const data = smallDataset();
  const random = new RandomStream(8, 'more features');
  const accepted: Dataset = {
    ...data,
    task,
    p,
    x: data.x.slice(0, data.rows * p),
    y: task === 'binary' ? data.y.map((value) => (value > 0 ? 1 : 0)) : data.y,
    categorical: levels.map((cardinality, k) => ({
      ...data.categorical[0],
      name: `level ${k}`,
      cardinality,
      codes: Int32Array.from({ length: data.rows }, () => random.integer(cardinality)),
    })),
    ...(tags && { tags: testDataset(task, p, [], data.rows, 8, tags).tags }),
    truth: null,
  };
  return withResponse(accepted, kind);
}

function plan(methods: string[], training: Record<string, unknown> = {}): RunPlan {
  return {
    methods: methods.map((id) => ({
      id,
      settings: smallSettings(aboutMethod(id)),
    })),
    training: trainingSchema.parse({ batchSize: 30, epochs: 4, patience: null, drawPastStop: false, ...training }),
    seeds: { data: 1, split: 1, weights: 1 },
  };
}

async function trained(options: RunPlan, dataset = smallDataset()): Promise<{ run: Run; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const run = new Run(dataset, options, (event) => events.push(event));
  await run.train();
  return { run, events };
}

/** Methods of every kind of step: without levels, tables, sampled tables, an encoder with post-training. */
const all = ['ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings'];

function curve(events: RunEvent[], method: string, which: 'predictive' | 'objective' | 'training'): number[] {
  return events.flatMap((event) => (event.type === 'curves' && event.curves.method === method ? [...event.curves[which]] : []));
}

/** Op by op on the CPU backend, and with the fused plans that WASM has. */
const ENGINES: [string, () => Promise<unknown>][] = [
  ['cpu', startCpu],
  ['wasm', () => startWasm(nodeWasmPath())],
];

describe.each(ENGINES)('Run on %s', (engine, start) => {
  beforeAll(async () => {
    await start();
  });

  it('trains every method to the end, with curves and results, and frees everything', async () => {
    const before = tf.memory().numTensors;
    const { run, events } = await trained(plan(all));
    expect([...run.finished.keys()]).toEqual(all);
    expect(tf.memory().numTensors).toBe(before);
    for (const id of all) {
      for (const which of ['predictive', 'objective', 'training'] as const) {
        expect(curve(events, id, which)).toHaveLength(4);
        expect(curve(events, id, which).every(Number.isFinite)).toBe(true);
      }
      const mse = run.finished.get(id)?.result.metrics.mse as number;
      expect(mse).toBeGreaterThan(0);
      expect(Number.isFinite(mse)).toBe(true);
    }
    const last = events.findLast((event) => event.type === 'status');
    expect(last).toMatchObject({ status: 'done' });
  });

  it('gives the same numbers twice, whatever the order of the methods', async () => {
    const first = await trained(plan(all));
    const second = await trained(plan([...all].reverse(), { order: 'sequential' }));
    for (const id of all) {
      expect(curve(second.events, id, 'predictive')).toEqual(curve(first.events, id, 'predictive'));
      expect(second.run.finished.get(id)?.predictions).toEqual(first.run.finished.get(id)?.predictions);
    }
  });

  // What a method holds does not depend on the engine: it is counted on one.
  it.each(engine === 'wasm' ? OF_TABLES.map(({ id }) => id) : [])('holds a flat number of tensors from epoch 2 on: %s', async (id) => {
    const counts: number[] = [];
    const run = new Run(acceptedDataset(id), plan([id], { epochs: 6 }), (event) => {
      if (event.type === 'curves') counts.push(tf.memory().numTensors);
    });
    await run.train();
    // The mean of the target is known after one pass.
    expect(counts).toHaveLength(id === 'mean' ? 1 : 6);
    expect(new Set(counts.slice(1)).size).toBeLessThanOrEqual(1);
  });

  it('says that a method has begun before its first epoch ends, an algorithm of its own too', async () => {
    const { events } = await trained(plan(['ignore', 'linear-mixed-model']));
    for (const [place, method] of ['ignore', 'linear-mixed-model'].entries()) {
      const first = events.findIndex((event) => event.type === 'curves' && event.curves.method === method);
      const told = events.slice(0, first).findLast((event) => event.type === 'lanes');
      expect(told?.lanes[place]).toMatchObject({ method, status: 'training', epoch: 0 });
    }
  });

  it('draws past the stop without touching the results', async () => {
    const options = { epochs: 8, patience: 1, learningRate: 0.05 };
    const plainly = await trained(plan(['embeddings', 'mmbeddings'], options));
    const past = await trained(plan(['embeddings', 'mmbeddings'], { ...options, drawPastStop: true }));
    for (const id of ['embeddings', 'mmbeddings']) {
      const result = plainly.run.finished.get(id)?.result;
      expect(result?.epochs).toBeLessThan(8);
      expect(curve(plainly.events, id, 'predictive')).toHaveLength(result?.epochs as number);
      expect(curve(past.events, id, 'predictive')).toHaveLength(8);
      expect(past.run.finished.get(id)?.result.epochs).toBe(result?.epochs);
    }
    // Embeddings draw no noise, so their results must be the same to the last bit.
    expect(past.run.finished.get('embeddings')?.predictions).toEqual(plainly.run.finished.get('embeddings')?.predictions);
  });

  it('draws past the stop with the weights of the stop, as if post-training had not been', async () => {
    const options = plan(['mmbeddings'], { epochs: 8, patience: 1, learningRate: 0.05, drawPastStop: true });
    const [method] = options.methods;
    const without = { ...options, methods: [{ ...method, settings: { ...method.settings, postTraining: false } }] };
    const post = await trained(options);
    const result = post.run.finished.get('mmbeddings')?.result;
    expect(result?.postTrainingEpochs).toBeGreaterThan(0);
    expect(result?.epochs).toBeLessThan(8);
    const none = await trained(without);
    for (const which of ['predictive', 'objective', 'training'] as const) {
      expect(curve(post.events, 'mmbeddings', which)).toEqual(curve(none.events, 'mmbeddings', which));
    }
  });

  it('restores the best weights when asked', async () => {
    const options = plan(['embeddings'], { epochs: 12, patience: 3, learningRate: 0.3, restoreBest: true });
    const settings = aboutMethod('embeddings').settings.parse({ d: 2 });
    const { run, events } = await trained({ ...options, methods: [{ id: 'embeddings', settings }] });
    const result = run.finished.get('embeddings')?.result;
    const objective = curve(events, 'embeddings', 'objective');
    expect(result?.weightsFrom).toBe(objective.indexOf(Math.min(...objective)) + 1);
    expect(result?.weightsFrom).toBeLessThan(result?.epochs as number);
    const view = events.findLast((event) => event.type === 'embedding');
    expect(view?.type === 'embedding' && view.view.epoch).toBe(result?.weightsFrom);
  });

  it('stops a diverging method, says when and why, and keeps its curve and the other methods', async () => {
    const broken = smallDataset();
    broken.y = broken.y.map((value, i) => (i === 3 ? Number.NaN : value));
    const { events } = await trained(plan(['embeddings']), broken);
    const lanes = events.findLast((event) => event.type === 'lanes');
    expect(lanes?.type === 'lanes' && lanes.lanes[0]).toMatchObject({
      status: 'diverged',
      stopReason: 'the training loss is not a number',
    });
    expect(curve(events, 'embeddings', 'training')).toHaveLength(1);
    expect(events.findLast((event) => event.type === 'status')).toMatchObject({ status: 'diverged' });
  });

  it('pauses, steps one epoch, goes on and stops by hand with results', async () => {
    const statuses: string[] = [];
    const epochs: number[] = [];
    const run: Run = new Run(
      smallDataset(),
      plan(['ignore', 'embeddings'], { epochs: 1000 }),
      (event) => {
        if (event.type === 'status') statuses.push(event.status);
        if (event.type === 'lanes') epochs.push(event.progress.epoch);
        if (event.type === 'status' && event.status === 'paused') {
          const times = statuses.filter((status) => status === 'paused').length;
          if (times === 1) setTimeout(() => run.resume(1), 0);
          if (times === 2) setTimeout(() => run.stop(), 0);
        }
      },
      1,
    );
    await run.train();
    expect(statuses).toEqual(['preparing', 'preparing', 'running', 'paused', 'running', 'paused', 'running', 'stopped']);
    expect(Math.max(...epochs)).toBe(2);
    expect(run.finished.get('embeddings')?.result).toMatchObject({ epochs: 2, postTrainingEpochs: null });
  });

  it('frees everything when it is cancelled', async () => {
    const before = tf.memory().numTensors;
    const run: Run = new Run(smallDataset(), plan(all, { epochs: 1000 }), (event) => {
      if (event.type === 'lanes' && event.progress.epoch >= 1) run.cancel();
    });
    await expect(run.train()).rejects.toBeInstanceOf(RunCancelled);
    expect(tf.memory().numTensors).toBe(before);
  });
});
