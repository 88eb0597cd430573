/** Every method of the registry through the run: both tasks, one and three features, levels that no training row has. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset';
import { drawing } from '../data/prepare';
import { growthSchema } from '../data/schema';
import { runToEnd } from '../data/simulation-parts';
import { startCpu } from '../engine/backends/cpu';
import { startWasm } from '../engine/backends/wasm';
import { nodeWasmPath } from '../engine/node';
import { ABOUTS, aboutMethod } from '../methods/registry';
import { testDataset, testSettings } from '../methods/testing';
import { Run, type RunEvent } from './run';
import { trainingSchema } from './schema';

/** The CPU backend, many times slower, shows one feature: op by op it computes what the other does where no fused plan is. */
const ENGINES: [string, () => Promise<unknown>, number][] = [
  ['cpu', startCpu, 1],
  ['wasm', () => startWasm(nodeWasmPath()), 3],
];
/** Numeric features: two, or one for a method that takes no other. */
const CASES = ABOUTS.flatMap(({ id, refusal }) => {
  const cases = [2, 1].map((p) =>
    (['regression', 'binary'] as const).flatMap((task) =>
      [[6], [6, 5, 4]].flatMap((levels) => (refusal?.({ p, levels, task }) ? [] : [{ id, task, p, levels, features: levels.length }])),
    ),
  );
  return cases.find((accepted) => accepted.length > 0) ?? [];
});

/** Growth curves for the methods that need them; every test row is of a curve that no training row has. */
function growthDataset(): Dataset {
  const spec = growthSchema.parse({ kind: 'growth', levels: [12], trainRows: 200, testRows: 70, split: 'by-level' });
  return runToEnd(drawing(spec, { data: 1, split: 1 }));
}

describe.each(ENGINES)('every method on %s', (_, start, most) => {
  beforeAll(async () => {
    await start();
  });

  it.each(CASES.filter(({ features }) => features <= most))(
    '$id, $task, $features features: two epochs lower the loss, unseen levels are predicted, nothing stays',
    async ({ id, task, p, levels }) => {
      const dataset = p === 1 ? growthDataset() : testDataset(task, p, levels, 270, 3);
      const settings = testSettings(id, { d: 2, decoder: [6], encoder: [8] });
      const training = trainingSchema.parse({ batchSize: 30, epochs: 2, patience: null, learningRate: 0.02, drawPastStop: false });
      const before = tf.memory().numTensors;
      const losses: number[] = [];
      const run = new Run(dataset, { methods: [{ id, settings }], training, seeds: { data: 1, split: 1, weights: 1 } }, (event: RunEvent) => {
        if (event.type === 'curves') losses.push(...event.curves.training);
      });
      await run.train();
      expect(tf.memory().numTensors).toBe(before);
      const finished = run.finished.get(id);
      expect(finished?.predictions).toHaveLength(dataset.split.test.length);
      expect(finished?.predictions.every(Number.isFinite)).toBe(true);
      expect(finished?.result.parameters).toBeGreaterThan(0);
      expect(losses.length, aboutMethod(id).label).toBeGreaterThanOrEqual(1);
      // A method with an algorithm of its own may be done after one iteration.
      if (losses.length > 1) expect(losses[1]).toBeLessThan(losses[0]);
    },
  );
});
