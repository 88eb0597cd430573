import { expect, it } from 'vitest';
import { startWebGpu } from '../engine/backends/webgpu';
import { installNodeWebGpu } from '../engine/node';
import { makeFused } from './fused-plans';
import { makePlan } from './make-plan';
import { dataset, model, options, train } from './testing/fused-cases';

const lack = await installNodeWebGpu();

it.skipIf(lack !== null)(
  lack ? `skipped: ${lack}` : 'on a GPU machine, a fused method trains on the quicker engine, with the results of that engine alone',
  async () => {
    await startWebGpu((await navigator.gpu.requestAdapter()) as GPUAdapter, (reason) => console.warn(reason));
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
