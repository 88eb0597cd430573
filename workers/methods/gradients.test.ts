/** Gradients of every method against central differences of its loss. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawNoise } from '../engine/noise';
import { useBackend } from '../engine/testing';
import { RandomStream } from '../random/random';
import type { Model, Problem } from './method';
import { aboutMethod } from './registry';
import { OF_TABLES, RESPONSES, SMALL_TAGS } from './testing/every-method';
import { wrongGradients } from './testing/gradient-check';
import { disposeTestBatch, testModel, testSettings } from './testing/test-model';

const ROWS = 12;
const STEP = 2e-3;
/** Layer norms and growth curves bend more within a step. */
const SHORT_STEP = 1e-3;
const BENT = /^(tabtransformer|growth)/;
const TASKS = ['regression', 'binary'] as const;
/**
 * Batch norms over so few rows and the edges of entmax bend the loss within one step: golden/tabnet.json has
 * its gradients by complex steps.
 */
const BY_FIXTURE = ['tabnet'];

/** Two features and three numbers where the method takes them, and two columns of tags where it needs one. */
function problemsOf(id: string): Problem[] {
  return TASKS.flatMap((task) => {
    const problems = RESPONSES.flatMap((kind) =>
      [undefined, SMALL_TAGS].flatMap((tags) =>
        [[4, 6], [5]].flatMap((levels) => [3, 1].map((p): Problem => ({ task, p, levels, ...(tags && { tags }), ...kind, batchSize: ROWS }))),
      ),
    );
    return problems.filter((problem) => !aboutMethod(id).refusal?.(problem)).slice(0, 1);
  });
}

/** What is wrong with the method's gradients at a small size with dropout. `change` replaces its model. */
async function check(id: string, problem: Problem, change = (model: Model): Model => model): Promise<string[]> {
  // A layer norm of fewer numbers than three leaves little but their order. Nodes of counts that move with
  // the parameters are held still by the gradient, and move in a difference: those under the prior do
  // neither.
  const settings = testSettings(id, { effect: 'normal', d: 4, decoder: [4], encoder: [5], dropout: 0.3, probability: 0.4 });
  const { model, batch: take } = testModel(id, problem, settings);
  const batch = take(ROWS, 3);
  const noise = drawNoise(model.noiseShapes(ROWS), 5, 1);
  const wrong = await wrongGradients(change(model), batch, noise, new RandomStream(7, 'gradients'), BENT.test(id) ? SHORT_STEP : STEP);
  disposeTestBatch(batch);
  tf.dispose(noise);
  model.dispose();
  return wrong;
}

/** The same loss, with half the squares of one parameter in its gradient alone. */
function decayed(model: Model, name: string): Model {
  const nothing = tf.customGrad((weights) => ({ value: tf.scalar(0), gradFunc: () => (weights as tf.Tensor).clone() }));
  return {
    ...model,
    loss(...given) {
      const right = model.loss(...given);
      return { ...right, total: tf.add(right.total, nothing(model.parameters.get(name) as tf.Variable)) };
    },
  };
}

describe('gradients against central differences', () => {
  beforeAll(() => useBackend('cpu'));

  const checked = OF_TABLES.map(({ id }) => id).filter((id) => !BY_FIXTURE.includes(id));

  it.each(checked.flatMap((id) => problemsOf(id).map((problem) => ({ id, task: problem.task, problem }))))(
    '$id, $task: are equal',
    async ({ id, problem }) => {
      expect(await check(id, problem)).toEqual([]);
    },
  );

  it.each([
    ['embeddings', 'embedding0/table'],
    ['tabtransformer-mmbeddings', 'encoder/logVar0/kernel'],
    ['tabtransformer-mmbeddings', 'block0/norm1/gamma'],
    ['tabtransformer-mmbeddings', 'block1/value/bias'],
    ['growth-mmbeddings', 'decoder/beta1'],
  ])('%s: a wrong gradient of %s is noticed, and of nothing else', async (id, name) => {
    const [problem] = problemsOf(id);
    const wrong = await check(id, problem, (model) => decayed(model, name));
    expect(wrong.map((message) => message.split(':')[0])).toEqual([name]);
  });
});
