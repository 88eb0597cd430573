import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NODE_BACKENDS, useBackend } from '../engine/testing';
import { buildModel } from '../methods/registry';
import { testModel, testSettings } from '../methods/testing/test-model';
import { RandomStream } from '../random/random';
import { frobeniusNorm } from './frobenius-norm';

describe.each(NODE_BACKENDS)('the norm of a table on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const at = (values: number[]): { norm: number; gradient: number[] } =>
    tf.tidy(() => {
      const table = tf.tensor2d(values, [values.length / 2, 2]);
      const { value, grad } = tf.valueAndGrad((t: tf.Tensor) => tf.mul(frobeniusNorm(t as tf.Tensor2D), 3))(table);
      return { norm: value.dataSync()[0] / 3, gradient: [...grad.dataSync()] };
    });

  it('is the square root of the sum of squares, and its gradient has length 1', () => {
    const { norm, gradient } = at([1, -2, 2, 4]);
    expect(norm).toBeCloseTo(5, 6);
    for (const [i, value] of [0.6, -1.2, 1.2, 2.4].entries()) expect(gradient[i]).toBeCloseTo(value, 6);
  });

  it('has a gradient of zeros at zero', () => {
    expect(at([0, 0, 0, 0])).toEqual({ norm: 0, gradient: [0, 0, 0, 0] });
  });

  it('so a table of zeros trains on: Dropout + L2 embeddings have no number that is not finite', async () => {
    const problem = { task: 'regression', p: 2, levels: [5, 4], batchSize: 8 } as const;
    const { batch: take, model: other } = testModel('embeddings-dropout', { ...problem, levels: [5, 4] });
    other.dispose();
    const model = buildModel(
      'embeddings-dropout',
      { ...problem, levels: [5, 4] },
      testSettings('embeddings-dropout', { dropout: 0 }),
      new RandomStream(1, 'weights'),
    );
    const batch = take(8, 1);
    for (const name of model.tables ?? []) {
      const table = model.parameters.get(name) as tf.Variable;
      tf.tidy(() => table.assign(tf.zerosLike(table)));
    }
    const { grads, value } = tf.variableGrads(() => model.loss(batch, []).total, [...model.parameters.values()]);
    for (const gradient of Object.values(grads)) expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
    tf.dispose([grads, value, batch.x, batch.y, ...batch.z]);
    model.dispose();
  });
});
