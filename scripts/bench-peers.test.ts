/** Every method with training steps has a peer in PyTorch, and a peer computes the lab's losses. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startWasm } from '../workers/engine/backends/wasm';
import { nodeWasmPath } from '../workers/engine/node';
import { makeRecordedPlan } from '../workers/training/make-plan';
import { optionsFor, WITH_STEPS } from './bench/methods';
import { writeProblem } from './bench/peer-files';
import { versionOf } from './bench/python';
import { methodsWithPeers, TorchPeers } from './bench/torch-peers';

const torch = await versionOf('torch');

describe('peers in PyTorch', () => {
  it('there is one for each method with steps, and for nothing else', () => {
    expect([...methodsWithPeers()].sort()).toEqual(WITH_STEPS.map(({ id }) => id).sort());
  });

  it.skipIf(!torch)(`computes the lab's losses of 20 steps${torch ? '' : ' (this Python has no PyTorch; PYTHON names another)'}`, async () => {
    await startWasm(nodeWasmPath());
    const options = optionsFor('mmbeddings-v2', 40);
    const folder = await mkdtemp(join(tmpdir(), 'lab-peers-'));
    const peers = new TorchPeers();
    try {
      await writeProblem(folder, 'mmbeddings-v2', options);
      await peers.load(folder);
      const theirs = await peers.first(20, 1);
      const plan = await makeRecordedPlan(options, { threads: 1 });
      const mine: number[] = [];
      while (mine.length < 20) {
        if (plan.remaining === 0) plan.setOrder(options.rows);
        await plan.run(1);
        mine.push(...(await plan.losses()).loss);
      }
      for (const [i, loss] of theirs.entries()) expect(Math.abs(mine[i] / loss - 1), `step ${i}`).toBeLessThan(1e-5);
      // They are of twenty different batches and draws, not of one.
      expect(new Set(theirs).size).toBe(20);
      plan.dispose();
    } finally {
      peers.close();
      options.model.dispose();
      await rm(folder, { recursive: true });
    }
  });
});
