/** Gradients of every method against central differences of its loss. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../engine/gradients';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Model, Problem } from './method';
import { ABOUTS } from './registry';
import { testModel, testSettings } from './testing';

const ROWS = 12;
/** Length of a step along a direction of length 1: float32 rounds away smaller differences of the loss. */
const STEP = 4e-3;
/** A growth curve bends more within a step, and its scale has a floor. */
const CURVE_STEP = 1e-3;
const TASKS = ['regression', 'binary'] as const;

/** Moves every parameter away from its initial value, so that none is at zero or in a symmetry. */
function scatter(model: Model): void {
  const random = new RandomStream(11, 'scatter');
  for (const variable of model.parameters.values()) {
    const moved = Float32Array.from(variable.dataSync(), (value) => value + 0.6 * random.uniform() - 0.3);
    tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
  }
}

/** A random direction of length 1 in the space of one parameter. */
function direction(size: number, random: RandomStream): Float32Array {
  const values = Float32Array.from({ length: size }, () => random.normal());
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

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

  it.each(cases)('$id, $task', ({ id, problem }) => {
    // A layer norm of fewer numbers than three leaves little but their order.
    const { model, batch: take } = testModel(id, problem, testSettings(id, { d: 4, decoder: [4], encoder: [5], dropout: 0.3, probability: 0.4 }));
    if (model.ownFit) {
      model.dispose();
      return;
    }
    scatter(model);
    const length = id.startsWith('growth') ? CURVE_STEP : STEP;
    const batch = take(ROWS, 3);
    const noise = drawNoise(model.noiseShapes(ROWS), 5, 1);
    const result = lossAndGradients(model.parameters, () => model.loss(batch, noise));
    const loss = (): number => tf.tidy(() => model.loss(batch, noise).total.dataSync()[0]);
    const random = new RandomStream(7, 'directions');
    const entries = Object.values(result.gradients).flatMap((gradient) => [...gradient.dataSync()]);
    const norm = Math.hypot(...entries);
    expect(norm).toBeGreaterThan(1e-3);
    for (const [name, variable] of model.parameters) {
      const gradient = result.gradients[variable.name]?.dataSync() ?? new Float32Array(variable.size);
      const along = direction(variable.size, random);
      const start = variable.dataSync().slice();
      const at = (step: number): number => {
        const moved = start.map((value, i) => value + step * along[i]);
        tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
        return loss();
      };
      const central = (step: number): number => (at(step) - at(-step)) / (2 * step);
      const difference = central(length / 2);
      // Where the loss bends within a step (layer norms do), the difference is as uncertain as it changes with the step.
      const uncertain = 8 * Math.abs(central(length) - difference);
      tf.tidy(() => variable.assign(tf.tensor(start, variable.shape)));
      const expected = along.reduce((sum, value, i) => sum + value * gradient[i], 0);
      expect(Math.abs(difference - expected), `${name}: ${difference} against ${expected}`).toBeLessThan(0.01 * norm + 2e-4 + uncertain);
    }
    result.dispose();
    tf.dispose([batch.x, batch.y, ...batch.z, ...noise]);
    model.dispose();
  });
});
