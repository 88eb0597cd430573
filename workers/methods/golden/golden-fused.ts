import type { FusedDescription, FusedProblem } from '../../engine/step-plan';
import { FusedStep } from '../../engine/wasm/fused-step';
import { RandomStream } from '../../random/random';
import { buildModel } from '../registry';
import { type GoldenResult, Largest, type MethodFixture, methodOf, modelProblemOf, tableOf } from './golden';
import { tagColumnOf } from './golden-tags';

export const floats = ({ values }: { values: number[] }): Float32Array => Float32Array.from(values);

/** The data of a fixture as a fused plan takes them. */
export function fusedProblemOf(fixture: MethodFixture): FusedProblem {
  const { config, inputs } = fixture;
  const { X, Z } = tableOf(fixture);
  const column = tagColumnOf(fixture);
  return {
    task: config.binary ? 'binary' : 'regression',
    x: floats(X),
    p: X.shape[1],
    y: floats(inputs.y),
    features: config.qs.map((levels, k) => ({ levels, codes: Int32Array.from(Z[k]) })),
    ...(column && { tags: [{ tags: column.labels.length, offsets: column.offsets, ids: column.ids }] }),
    batchSize: config.n,
    learningRate: config.adam.learningRate,
    noiseSeed: 0,
  };
}

/**
 * Three Adam steps with the fixture's noise: losses and terms, all gradients of the first, the parameters
 * after them.
 */
async function compareSteps(fixture: MethodFixture, description: FusedDescription, threads: number, largest: Largest): Promise<void> {
  const { config, inputs, initial, expected } = fixture;
  const step = await FusedStep.create(description, fusedProblemOf(fixture), { injectedNoise: true, threads, alone: 0 });
  if (step.threads !== threads) throw new Error(`${threads} threads cannot be had`);
  step.writeParameters(new Map(Object.entries(initial).map(([name, array]) => [name, floats(array)])));
  const rows = Uint32Array.from({ length: config.n }, (_, i) => i);
  const noise = inputs.noise?.map(floats);
  for (const [index, { loss, ...terms }] of expected.steps.entries()) {
    const { total, ...actual } = step.batch(rows, { seed: 0, step: 0 }, index + 1, noise);
    largest.compare(`loss of step ${index + 1}`, [total], [loss]);
    for (const [name, value] of Object.entries(terms))
      largest.compare(`${name} of step ${index + 1}`, [actual[name as keyof typeof actual]], [value]);
    if (index > 0) continue;
    const gradients = step.read('gradients');
    for (const [name, array] of Object.entries(expected.gradients)) largest.compare(`gradient of ${name}`, gradients.get(name) ?? [], array.values);
  }
  const parameters = step.read('parameters');
  for (const [name, array] of Object.entries(expected.parametersAfter)) {
    largest.compare(`${name} after ${expected.steps.length} steps`, parameters.get(name) ?? [], array.values);
  }
  step.dispose();
}

/** Checks a method fixture on a fused step, without tfjs beyond the building of the model. Never throws. */
export async function checkFusedOn(
  fixture: MethodFixture,
  compare: (fixture: MethodFixture, description: FusedDescription, largest: Largest) => Promise<void>,
): Promise<GoldenResult> {
  const { name, config } = fixture;
  const largest = new Largest();
  try {
    const method = methodOf(config);
    if ('missing' in method) return { name, ran: false, error: null, reason: method.missing };
    const problem = modelProblemOf(fixture);
    const model = buildModel(method.id, problem, method.settings, new RandomStream(1, 'golden'));
    model.dispose();
    if (!model.fused) return { name, ran: false, error: null, reason: `"${method.id}" has no fused step` };
    // A fused step draws its dropout from the counter and takes no uniforms from outside; workers/training
    // compares it with tfjs.
    if ('levelDropout' in model.fused && model.fused.levelDropout)
      return { name, ran: false, error: null, reason: 'a fused step draws its own dropout' };
    await compare(fixture, model.fused, largest);
    return { name, ran: true, error: largest.error, reason: largest.where };
  } catch (failure) {
    return { name, ran: true, error: Number.POSITIVE_INFINITY, reason: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** Checks a method fixture on the fused WASM step with so many threads. Never throws. */
export const checkFusedFixture = (fixture: MethodFixture, threads = 1): Promise<GoldenResult> =>
  checkFusedOn(fixture, (given, description, largest) => compareSteps(given, description, threads, largest));
