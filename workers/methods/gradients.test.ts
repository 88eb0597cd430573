/** Gradients of every method against central differences of its loss. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { directionalDerivatives } from './gradient-check';
import type { Problem } from './method';
import { ABOUTS } from './registry';
import { testModel, testSettings } from './testing';

const ROWS = 12;
/** A growth curve bends more within a step, and its scale has a floor. */
const CURVE_STEP = 1e-3;
const TASKS = ['regression', 'binary'] as const;

describe('gradients equal central differences', () => {
  beforeAll(() => useBackend('cpu'));

  // Batch norms over so few rows bend TabNet's loss within one step; golden/tabnet.json has its gradients by complex steps.
  const cases = ABOUTS.filter(({ id }) => id !== 'tabnet').flatMap(({ id, refusal }) =>
    TASKS.flatMap((task) => {
      const problems = [[4, 6], [5]].flatMap((levels) => [3, 1].map((p): Problem => ({ task, p, levels, batchSize: ROWS })));
      return problems
        .filter((problem) => !refusal?.(problem))
        .slice(0, 1)
        .map((problem) => ({ id, task, problem }));
    }),
  );

  it.each(cases)('$id, $task', async ({ id, problem }) => {
    // A layer norm of fewer numbers than three leaves little but their order.
    const { model, batch: take } = testModel(id, problem, testSettings(id, { d: 4, decoder: [4], encoder: [5], dropout: 0.3, probability: 0.4 }));
    if (model.ownFit) {
      model.dispose();
      return;
    }
    const batch = take(ROWS, 3);
    const noise = drawNoise(model.noiseShapes(ROWS), 5, 1);
    const { norm, derivatives } = await directionalDerivatives(model, batch, noise, id.startsWith('growth') ? CURVE_STEP : undefined);
    expect(norm).toBeGreaterThan(1e-3);
    for (const { name, gradient, difference, tolerance } of derivatives)
      expect(Math.abs(difference - gradient), `${name}: ${difference} against ${gradient}`).toBeLessThan(tolerance);
    tf.dispose([batch.x, batch.y, ...batch.z, ...noise]);
    model.dispose();
  });
});
