import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { EVALUATION_ROWS } from '../engine/constants';
import { useBackend } from '../engine/testing';
import type { Problem } from '../methods/method';
import { testModel, testSettings } from '../methods/testing/test-model';
import { learnLevelVectors, levelPosterior, predictRows, validationObjective } from './evaluate';
import { oneARow } from './evaluator';
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

  it('leaves no tensor behind but the level vectors in use, and those not when it is disposed of', async () => {
    const { model, dataset } = testModel('mmbeddings-v2', PROBLEM);
    const pacer = new Pacer(12, () => {});
    const noise = { seed: 1, step: 0 };
    const before = tf.memory().numTensors;
    const evaluator = new ModelEvaluator({ model, dataset, batchSize: 5, learningRate: 0.01 });
    for (let time = 0; time < 2; time++) {
      await validationObjective(evaluator, dataset.split.validation, noise, pacer);
      await learnLevelVectors(evaluator, dataset.split.train, noise, pacer);
      await predictRows(evaluator, dataset.split.test, noise, pacer);
      evaluator.setLevelVectors(await evaluator.levelVectors());
      await evaluator.estimates(await evaluator.levelVectors());
      await levelPosterior(evaluator, dataset.split.train, pacer);
      expect(tf.memory().numTensors - before).toBe(1);
    }
    evaluator.dispose();
    expect(tf.memory().numTensors).toBe(before);
    pacer.close();
    model.dispose();
  });

  it('predictions may have several numbers a row, which no score takes for one', async () => {
    const { model, dataset } = testModel('ignore', PROBLEM);
    const pacer = new Pacer(12, () => {});
    const wide = new ModelEvaluator({
      model: { ...model, predict: ({ x }) => tf.concat([x, tf.add(x, 1)], 1) as tf.Tensor2D },
      dataset,
      batchSize: 5,
      learningRate: 0.01,
    });
    // More rows than are evaluated at once.
    const rows = Uint32Array.from({ length: EVALUATION_ROWS + 3 }, (_, i) => i % dataset.rows);
    const prediction = await predictRows(wide, rows, { seed: 1, step: 0 }, pacer);
    expect(prediction).toMatchObject({ width: 4 });
    const row = rows[EVALUATION_ROWS + 2];
    const [a, b] = dataset.x.subarray(2 * row, 2 * row + 2);
    expect([...prediction.values.slice(-4)]).toEqual([a, b, a + 1, b + 1].map(Math.fround));
    expect(() => oneARow(prediction)).toThrow('4 numbers per row');
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

  it('a last batch too small for the method’s norms is left out, and only that', async () => {
    const { model, dataset } = testModel('tabular-embeddings', PROBLEM);
    model.dispose();
    // Of 60 training rows: one left over, two left over, none left over.
    for (const [batchSize, batches] of [
      [59, 1],
      [29, 3],
      [20, 3],
    ]) {
      const training = trainingSchema.parse({ batchSize, epochs: 1 });
      const settings = testSettings('tabular-embeddings');
      const trainer = await Trainer.create({ id: 'tabular-embeddings', settings, dataset, training, weightSeed: 1 });
      const pacer = new Pacer(12, () => {});
      // A batch is told with its nominal rows.
      let rows = 0;
      const { training: loss } = await trainer.epoch(pacer, (more) => {
        rows += more;
      });
      expect([batchSize, rows / batchSize, Number.isFinite(loss)]).toEqual([batchSize, batches, true]);
      pacer.close();
      trainer.dispose();
    }
  });
});
