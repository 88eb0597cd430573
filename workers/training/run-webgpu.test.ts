import { expect, it } from 'vitest';
import { simulatedSchema } from '../data/schema';
import { simulate } from '../data/simulate';
import { startEngine } from '../engine/backends';
import { activeDevice } from '../engine/backends/webgpu';
import { memoryUse } from '../engine/memory';
import { installNodeWebGpu, nodeWasmPath } from '../engine/node';
import { smallSettings } from '../methods/every-method';
import { aboutMethod } from '../methods/registry';
import { selfTest } from '../methods/self-test';
import type { Lane } from '../protocol';
import { Run } from './run';
import { trainingSchema } from './schema';

const lack = await installNodeWebGpu();

/** A table, and an encoder with post-training. What tfjs computes leaves buffers in its pool; captured-plan.test.ts looks at those plans alone. */
const METHODS = ['embeddings', 'mmbeddings'];

/** Counts the bytes of all buffers that live on a device from now on, tfjs's and the plans' alike. */
function countBytes(device: GPUDevice): () => number {
  const live = new Map<GPUBuffer, number>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    live.set(buffer, descriptor.size);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return () => [...live.values()].reduce((sum, size) => sum + size, 0);
}

it.skipIf(lack !== null)(
  lack ? `skipped: ${lack}` : 'a run on WebGPU holds flat tensors and GPU bytes, and gives all of them back',
  async () => {
    await startEngine({ backend: 'webgpu', wasmPath: nodeWasmPath(), selfTest });
    const bytes = countBytes(activeDevice() as GPUDevice);
    const dataset = simulate(simulatedSchema.parse({ kind: 'simulated', task: 'regression', levels: [20], trainRows: 200, testRows: 100 }), {
      data: 1,
      split: 1,
    });
    for (const id of METHODS) {
      const settings = smallSettings(aboutMethod(id));
      const training = trainingSchema.parse({ epochs: 4, patience: null, batchSize: 50, drawPastStop: false });
      const before = { tensors: memoryUse().tensors, bytes: bytes() };
      const seen: string[] = [];
      let engine: Lane['engine'];
      const run = new Run(dataset, { methods: [{ id, settings }], training, seeds: { data: 1, split: 1, weights: 1 } }, (event) => {
        if (event.type === 'lanes') engine = event.lanes[0]?.engine;
        if (event.type === 'curves') seen.push(`${memoryUse().tensors} tensors, ${bytes()} bytes`);
      });
      await run.train();
      expect(run.finished.size, id).toBe(1);
      // Asked for by name, WebGPU trains without a trial.
      expect(engine, id).toMatchObject({ kind: expect.stringMatching(/WebGPU|own/), tried: [] });
      expect(seen, id).toHaveLength(4);
      expect(new Set(seen.slice(1)).size, `${id}: ${seen.join('; ')}`).toBe(1);
      expect({ tensors: memoryUse().tensors, bytes: bytes() }, id).toEqual(before);
    }
  },
  150_000,
);
