/** Every method whose steps are recorded: the bytes told before against those that its plan then holds. */

import { describe, expect, it } from 'vitest';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { aboutMethod, buildModel } from '../methods/registry';
import { acceptedProblem, OF_TABLES } from '../methods/testing/every-method';
import { testDataset, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { makeRecordedPlan, recordedBytes } from './make-plan';
import type { PlanOptions } from './plan-options';

const LEVELS = [120, 30, 20];
/** 800 train. */
const ROWS = 1_200;

function optionsFor(id: string, batchSize: number): PlanOptions {
  const { task, p, levels, tags, ...kind } = acceptedProblem(aboutMethod(id), 3, LEVELS);
  const data = testDataset(task, p, levels, ROWS, 4, tags, kind);
  const problem = { task, p, levels, ...(tags && { tags }), batchSize };
  const model = buildModel(id, problem, testSettings(id, { d: 10, decoder: [64], encoder: [64] }), new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  return { model, dataset, batchSize: model.batchSize ?? batchSize, learningRate: 0.01, lazyTables: false, noiseSeed: 1 };
}

await startWasm(nodeWasmPath());
const METHODS = OF_TABLES.flatMap(({ id }) => {
  const { model } = optionsFor(id, 300);
  model.dispose();
  return model.ownFit || model.fused ? [] : [id];
});

/** A plan takes what it holds to whole pages of WebAssembly. */
async function held(options: PlanOptions, threads: number): Promise<number> {
  const plan = await makeRecordedPlan(options, { threads });
  plan.dispose();
  return plan.bytes;
}

describe('the memory of a recorded plan is told before it is made, to the byte', () => {
  it.each(METHODS)('%s', async (id) => {
    for (const batchSize of [256, 700]) {
      const options = optionsFor(id, batchSize);
      expect(recordedBytes(options, options.dataset.split.train, 1), `batch ${batchSize}`).toBe(await held(options, 1));
      options.model.dispose();
    }
  });

  it('with the blocks of a second thread, and for batches that are traced themselves', async () => {
    for (const [batchSize, threads] of [
      [700, 2],
      [60, 1],
    ]) {
      const options = optionsFor('tabnet', batchSize);
      expect(recordedBytes(options, options.dataset.split.train, threads)).toBe(await held(options, threads));
      options.model.dispose();
    }
  });

  it('not of steps that are not recorded', () => {
    const options = optionsFor('embeddings', 256);
    expect(recordedBytes(options, options.dataset.split.train)).toBeNull();
    options.model.dispose();
  });
});
