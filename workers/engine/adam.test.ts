import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { KerasAdam } from './adam';
import { Checkpoint } from './checkpoint';
import { NODE_BACKENDS, useBackend } from './testing';

/** Keras' update in double precision. */
function reference(start: number[], gradients: number[][], rate: number): number[] {
  const w = [...start];
  const m = w.map(() => 0);
  const v = w.map(() => 0);
  gradients.forEach((gradient, i) => {
    const t = i + 1;
    const alpha = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    gradient.forEach((g, j) => {
      m[j] = 0.9 * m[j] + 0.1 * g;
      v[j] = 0.999 * v[j] + 0.001 * g * g;
      w[j] -= (alpha * m[j]) / (Math.sqrt(v[j]) + 1e-7);
    });
  });
  return w;
}

describe.each(NODE_BACKENDS)('KerasAdam on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('follows Keras, also for entries without gradient and for tiny ones, where ε matters', async () => {
    const start = [0.5, -1, 2, 0.25];
    const gradients = Array.from({ length: 40 }, (_, i) => [Math.sin(i), i === 0 ? 1 : 0, 1e-7, -3 + i / 10]);
    const variable = tf.variable(tf.tensor1d(start));
    const adam = new KerasAdam(new Map([['w', variable]]), 0.01);
    for (const gradient of gradients) tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d(gradient) }));
    const expected = reference(start, gradients, 0.01);
    const actual = await variable.data();
    for (let j = 0; j < start.length; j++) expect(Math.abs(actual[j] - expected[j])).toBeLessThan(2e-6);
    adam.dispose();
    variable.dispose();
  });

  it('leaves rows of a lazy table alone whose gradient is zero, with their moments', async () => {
    const start = [0.5, -1, 2, 0.25];
    // Row 0 is shown at steps 0, 1, 4; row 1 always, once with a zero in one place.
    const gradients = [
      [1, -2, 0.5, 1],
      [0.5, 1, 0, 2],
      [0, 0, 1, 1],
      [0, 0, -1, 1],
      [2, -0, 0.1, 0.2],
    ];
    const table = tf.variable(tf.tensor2d(start, [2, 2]));
    const adam = new KerasAdam(new Map([['table', table]]), 0.01, { lazy: new Set(['table']) });
    for (const gradient of gradients) tf.tidy(() => adam.step({ [table.name]: tf.tensor2d(gradient, [2, 2]) }));
    const w = [...start];
    const m = [0, 0, 0, 0];
    const v = [0, 0, 0, 0];
    gradients.forEach((gradient, step) => {
      const alpha = (0.01 * Math.sqrt(1 - 0.999 ** (step + 1))) / (1 - 0.9 ** (step + 1));
      for (const j of [0, 1, 2, 3]) {
        if (j < 2 && (step === 2 || step === 3)) continue;
        m[j] = 0.9 * m[j] + 0.1 * gradient[j];
        v[j] = 0.999 * v[j] + 0.001 * gradient[j] ** 2;
        w[j] -= (alpha * m[j]) / (Math.sqrt(v[j]) + 1e-7);
      }
    });
    const actual = await table.data();
    for (const j of [0, 1, 2, 3]) expect(Math.abs(actual[j] - w[j])).toBeLessThan(1e-6);
    adam.dispose();
    table.dispose();
  });

  it('multiplies the rate of a parameter by its factor, and leaves a frozen one as it is', async () => {
    const start = [0.5, -1];
    const gradients = Array.from({ length: 5 }, (_, i) => [Math.sin(i), 1 - i / 2]);
    const names = ['free', 'slow', 'frozen'];
    const variables = new Map(names.map((name) => [name, tf.variable(tf.tensor1d(start))]));
    const adam = new KerasAdam(variables, 0.01, {
      rates: new Map([
        ['slow', 0.1],
        ['frozen', 0],
      ]),
    });
    for (const gradient of gradients)
      tf.tidy(() => adam.step(Object.fromEntries([...variables.values()].map(({ name }) => [name, tf.tensor1d(gradient)]))));
    for (const [name, expected] of [
      ['free', reference(start, gradients, 0.01)],
      ['slow', reference(start, gradients, 0.001)],
      ['frozen', start],
    ] as const) {
      const actual = (await variables.get(name)?.data()) ?? [];
      for (const [j, value] of expected.entries()) expect(Math.abs(actual[j] - value), name).toBeLessThan(1e-6);
    }
    adam.dispose();
    tf.dispose([...variables.values()]);
  });

  it('sets what falls below a floor back to it, after the update', async () => {
    const variable = tf.variable(tf.tensor1d([1, 0.05, 3]));
    const adam = new KerasAdam(new Map([['w', variable]]), 0.1, { floors: new Map([['w', 0.02]]) });
    tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d([1, 1, -1]) }));
    const [above, fallen, risen] = await variable.data();
    expect(above).toBeCloseTo(0.9, 5);
    expect(fallen).toBe(Math.fround(0.02));
    expect(risen).toBeCloseTo(3.1, 5);
    // From the floor it rises as from anywhere: the moments are those of all steps.
    for (let i = 0; i < 30; i++) tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d([0, -1, 0]) }));
    expect((await variable.data())[1]).toBeGreaterThan(0.5);
    adam.dispose();
    variable.dispose();
  });

  it('takes a new learning rate at the next step', async () => {
    const variable = tf.variable(tf.tensor1d([1]));
    const adam = new KerasAdam(new Map([['w', variable]]), 0.5);
    adam.setLearningRate(0);
    tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d([1]) }));
    expect([...(await variable.data())]).toEqual([1]);
    adam.setLearningRate(0.25);
    tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d([1]) }));
    expect((await variable.data())[0]).toBeCloseTo(0.75, 4);
    adam.dispose();
    variable.dispose();
  });

  it('refuses a gradient of a variable it was not given', () => {
    const variable = tf.variable(tf.tensor1d([1]));
    const adam = new KerasAdam(new Map([['w', variable]]), 0.5);
    expect(() => tf.tidy(() => adam.step({ other: tf.tensor1d([1]) }))).toThrow('other');
    adam.dispose();
    variable.dispose();
  });

  it('leaves a checkpoint as it was, and loads it again and again', async () => {
    const before = tf.memory().numTensors;
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const parameters = new Map([['w', variable]]);
    const adam = new KerasAdam(parameters, 0.1);
    const checkpoint = new Checkpoint(parameters);
    for (let i = 0; i < 2; i++) {
      tf.tidy(() => adam.step({ [variable.name]: tf.tensor1d([1, 1]) }));
      expect((await variable.data())[0]).not.toBe(1);
      checkpoint.load();
      expect([...(await variable.data())]).toEqual([1, 2]);
    }
    tf.dispose(variable);
    checkpoint.dispose();
    adam.dispose();
    // The tensor the variable was made of.
    expect(tf.memory().numTensors - before).toBe(1);
  });
});
