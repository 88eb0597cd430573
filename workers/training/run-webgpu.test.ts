import { expect, it } from 'vitest';
import { simulatedSchema } from '../data/schema';
import { simulate } from '../data/simulate';
import { startEngine } from '../engine/backends';
import { memoryUse } from '../engine/memory';
import { installNodeWebGpu, nodeWasmPath } from '../engine/node';
import { startTestWebGpu } from '../engine/testing-webgpu';
import { selfTest } from '../methods/golden/self-test';
import { aboutMethod } from '../methods/registry';
import { smallSettings } from '../methods/testing/every-method';
import { makeFused } from './fused-plans';
import type { Lane } from './lane';
import { makePlan } from './make-plan';
import { Run } from './run';
import { trainingSchema } from './schema';
import { dataset, model, options, train } from './testing/fused-cases';

const lack = await installNodeWebGpu();

/** A table, and an encoder with post-training. */
const METHODS = ['embeddings', 'mmbeddings'];

/** What tensors and plans hold; buffers that tfjs keeps for reuse are left out. */
const held = (): { tensors: number; gpuBytes: number | null } => ({ tensors: memoryUse().tensors, gpuBytes: memoryUse().gpuBytes });

// Before the next one, after which WebGPU is asked for by name.
it.skipIf(lack !== null)(
  lack ? `skipped: ${lack}` : 'on a GPU machine, a fused method trains on the quicker engine, with the results of that engine alone',
  async () => {
    await startTestWebGpu();
    const data = dataset('regression', 1);
    const settings = { d: 3, decoder: [5] };
    const [mine, theirs] = [options(model('embeddings', data, settings), data), options(model('embeddings', data, settings), data)];
    const chosen = await makePlan(mine);
    const { kind, tried, millisecondsPerStep } = chosen.engine;
    expect(tried.map((trial) => trial.kind).sort()).toEqual(['fused WASM', 'fused WebGPU']);
    expect(tried[0].kind).toBe(kind);
    expect(tried[0].millisecondsPerStep).toBeLessThanOrEqual(tried[1].millisecondsPerStep);
    expect(millisecondsPerStep).toBe(tried[0].millisecondsPerStep);
    // A software adapter is never the quicker one for a step of 23 rows.
    expect(kind).toBe('fused WASM');
    const alone = await makeFused('fused WASM', theirs);
    expect(await train(chosen.plan, data)).toEqual(await train(alone, data));
    chosen.plan.dispose();
    alone.dispose();
    mine.model.dispose();
    theirs.model.dispose();
  },
);

it.skipIf(lack !== null)(
  lack ? `skipped: ${lack}` : 'a run on WebGPU holds flat tensors and GPU bytes, and gives all of them back',
  async () => {
    await startEngine({ backend: 'webgpu', wasmPath: nodeWasmPath(), selfTest });
    const data = simulate(simulatedSchema.parse({ kind: 'simulated', task: 'regression', levels: [20], trainRows: 200, testRows: 100 }), {
      data: 1,
      split: 1,
    });
    for (const id of METHODS) {
      const settings = smallSettings(aboutMethod(id));
      const training = trainingSchema.parse({ epochs: 4, patience: null, batchSize: 50, drawPastStop: false });
      const before = held();
      const seen: ReturnType<typeof held>[] = [];
      let engine: Lane['engine'];
      const run = new Run(data, { methods: [{ id, settings }], training, seeds: { data: 1, split: 1, weights: 1 } }, (event) => {
        if (event.type === 'lanes') engine = event.lanes[0]?.engine;
        if (event.type === 'curves') seen.push(held());
      });
      await run.train();
      expect(run.finished.size, id).toBe(1);
      // Asked for by name, WebGPU trains without a trial.
      expect(engine, id).toMatchObject({ kind: expect.stringMatching(/WebGPU|own/), tried: [] });
      // The plan's buffers count as much as tensors: at least x, y and a table or an encoder.
      expect(seen[0].gpuBytes, id).toBeGreaterThan(4 * data.rows * (data.p + 1));
      expect(seen, id).toHaveLength(4);
      for (const later of seen.slice(2)) expect(later, id).toEqual(seen[1]);
      expect(held(), id).toEqual(before);
    }
  },
  300_000,
);
