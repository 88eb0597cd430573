import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import type { Problem } from '../methods/method';
import { testModel, testSettings } from '../methods/testing/test-model';
import { validationObjective } from './evaluate';
import { ModelEvaluator } from './model-evaluator';
import { Pacer } from './pacer';
import { trainingSchema } from './schema';
import { Trainer } from './trainer';

const PROBLEM: Problem = { task: 'regression', p: 2, levels: [6], batchSize: 20 };

describe('evaluation', () => {
  beforeAll(() => useBackend('cpu'));

  it('the validation objective has no dropout: the noise of its rows does not matter', async () => {
    const { model, dataset } = testModel('embeddings-dropout', PROBLEM, testSettings('embeddings-dropout', { dropout: 0.5 }));
    const pacer = new Pacer(12, () => {});
    const evaluator = new ModelEvaluator({ model, dataset, batchSize: 5, learningRate: 0.01 });
    const at = (step: number): Promise<number> => validationObjective(evaluator, dataset.split.validation, { seed: 1, step }, pacer);
    expect(await at(1)).toBe(await at(100));
    pacer.close();
    model.dispose();
  });

  it('a method’s own largest batch goes before that of the run', async () => {
    const { model, dataset } = testModel('lmmnn', PROBLEM);
    model.dispose();
    const training = trainingSchema.parse({ batchSize: 20 });
    for (const [largestBatch, expected] of [
      [7, 7],
      [1000, 20],
    ]) {
      const trainer = await Trainer.create({ id: 'lmmnn', settings: testSettings('lmmnn', { largestBatch }), dataset, training, weightSeed: 1 });
      expect(trainer.batchSize).toBe(expected);
      trainer.dispose();
    }
  });
});
