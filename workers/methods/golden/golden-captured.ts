import * as tf from '@tensorflow/tfjs';
import { createCapturedPlan } from '../../engine/captured';
import { RandomStream } from '../../random/random';
import type { Model } from '../method';
import { buildModel } from '../registry';
import { comparableParameters, type GoldenResult, Largest, type MethodFixture, methodOf, modelProblemOf, tableOf } from './golden';
import { floats } from './golden-fused';
import { tagColumnOf } from './golden-tags';

/** The fixture's Adam steps with its noise: their losses, and the parameters after them. */
async function compareSteps(fixture: MethodFixture, model: Model, largest: Largest): Promise<void> {
  const { config, inputs, initial, expected } = fixture;
  const { X, Z } = tableOf(fixture);
  for (const [name, { values, shape }] of Object.entries(initial)) tf.tidy(() => model.parameters.get(name)?.assign(tf.tensor(values, shape)));
  const rows = Uint32Array.from({ length: config.n }, (_, i) => i);
  const noise = (inputs.noise ?? []).map(({ values, shape }) => tf.tensor(values, shape));
  const categorical = config.qs.map((cardinality, k) => ({ name: `${k}`, cardinality, codes: Int32Array.from(Z[k]), labels: null }));
  const column = tagColumnOf(fixture);
  try {
    const plan = await createCapturedPlan({
      dataset: {
        rows: config.n,
        p: X.shape[1],
        x: floats(X),
        y: floats(inputs.y),
        categorical,
        ...(column && { tags: [column] }),
        split: { train: rows },
      },
      batchSize: config.n,
      parameters: model.parameters,
      // The fixture's noise instead of that of a seed: tensors from before the step.
      state: model.state,
      floors: model.floors,
      rates: model.rates,
      loss: (batch) => model.loss(batch, noise),
      noiseShapes: () => [],
      learningRate: config.adam.learningRate,
      noiseSeed: 0,
    });
    for (const [index, { loss }] of expected.steps.entries()) {
      plan.setOrder(rows);
      await plan.run(1);
      largest.compare(`loss of step ${index + 1}`, (await plan.losses()).loss, [loss]);
    }
    plan.dispose();
    for (const [name, { values }] of comparableParameters(expected))
      largest.compare(`${name} after ${expected.steps.length} steps`, (await model.parameters.get(name)?.data()) ?? [], values);
    for (const [name, { values }] of Object.entries(expected.stateAfter ?? {}))
      largest.compare(`${name} after ${expected.steps.length} steps`, (await model.state?.get(name)?.data()) ?? [], values);
  } finally {
    tf.dispose(noise);
  }
}

/** Checks a method fixture on the captured step of its tfjs loss, on WebGPU. Never throws. */
export async function checkCapturedFixture(fixture: MethodFixture): Promise<GoldenResult> {
  const { name, config } = fixture;
  const largest = new Largest();
  let model: Model | undefined;
  try {
    const method = methodOf(config);
    if ('missing' in method) return { name, ran: false, error: null, reason: method.missing };
    const problem = modelProblemOf(fixture);
    model = buildModel(method.id, problem, method.settings, new RandomStream(1, 'golden'));
    await compareSteps(fixture, model, largest);
    return { name, ran: true, error: largest.error, reason: largest.where };
  } catch (failure) {
    return { name, ran: true, error: Number.POSITIVE_INFINITY, reason: failure instanceof Error ? failure.message : String(failure) };
  } finally {
    model?.dispose();
  }
}
