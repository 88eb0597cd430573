import * as tf from '@tensorflow/tfjs';
import { windowsOf } from '../../data/series/series';
import { type CapturedPlanOptions, createCapturedPlan } from '../../engine/captured';
import { createRecordedPlan, IN_PARTS } from '../../engine/recorded';
import type { StepPlan } from '../../engine/step-plan';
import { RandomStream } from '../../random/random';
import type { Model } from '../method';
import { buildModel } from '../registry';
import {
  comparableParameters,
  datasetOf,
  type GoldenResult,
  Largest,
  type MethodFixture,
  methodOf,
  modelProblemOf,
  setState,
  tableOf,
} from './golden';
import { floats } from './golden-fused';
import { asSets, tagColumnOf } from './golden-tags';
import { seriesOfWindows, windowsOfFixture } from './golden-windows';

/** What makes a plan of a tfjs loss. */
type Make = (options: CapturedPlanOptions) => Promise<StepPlan>;

/** The data of a fixture, the rows of its batch, and sets of tags that are no piece of the data. */
function dataOf(fixture: MethodFixture) {
  const { config, inputs } = fixture;
  const windows = windowsOfFixture(fixture);
  const column = tagColumnOf(fixture);
  if (windows) {
    const { series, rows } = seriesOfWindows(windows, inputs.y);
    const data = { rows: windowsOf(series), p: 0, x: new Float32Array(0), y: new Float32Array(0), categorical: [], series };
    return { data, rows, sets: column && !windows.forecast ? [asSets(column)] : undefined };
  }
  const { X, Z } = tableOf(fixture);
  const categorical = config.qs.map((cardinality, k) => ({ name: `${k}`, cardinality, codes: Int32Array.from(Z[k]), labels: null }));
  const data = {
    rows: config.n,
    p: X.shape[1],
    x: floats(X),
    y: floats(inputs.y),
    categorical,
    ...(column && { tags: [column] }),
    ...eventsOf(inputs),
  };
  return { data, rows: Uint32Array.from({ length: config.n }, (_, i) => i), sets: undefined };
}

const eventsOf = ({ event }: MethodFixture['inputs']) => event && { events: { name: 'event', seen: floats(event) } };

/** The fixture's Adam steps with its noise: their losses, and the parameters after them. */
async function compareSteps(make: Make, fixture: MethodFixture, model: Model, largest: Largest): Promise<void> {
  const { config, inputs, initial, expected } = fixture;
  for (const [name, { values, shape }] of Object.entries(initial)) tf.tidy(() => model.parameters.get(name)?.assign(tf.tensor(values, shape)));
  setState(model, fixture);
  const { data, rows, sets } = dataOf(fixture);
  const noise = (inputs.noise ?? []).map(({ values, shape }) => tf.tensor(values, shape));
  try {
    const plan = await make({
      dataset: { ...data, split: { train: rows } },
      batchSize: config.n,
      parameters: model.parameters,
      // The fixture's noise instead of that of a seed: tensors from before the step.
      state: config.training === false ? undefined : model.state,
      floors: model.floors,
      rates: model.rates,
      loss: (batch) => model.loss({ ...batch, ...(sets && { tags: sets }) }, noise, config.training),
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
    tf.dispose([...noise, ...(sets ?? []).flatMap(({ ids, mask }) => [ids, mask])]);
  }
}

async function check(make: Make, fixture: MethodFixture): Promise<GoldenResult> {
  const { name, config } = fixture;
  const largest = new Largest();
  let model: Model | undefined;
  try {
    const method = methodOf(config);
    if ('missing' in method) return { name, ran: false, error: null, reason: method.missing };
    const problem = modelProblemOf(fixture);
    model = buildModel(method.id, problem, method.settings, new RandomStream(1, 'golden'), datasetOf(fixture));
    await compareSteps(make, fixture, model, largest);
    return { name, ran: true, error: largest.error, reason: largest.where };
  } catch (failure) {
    return { name, ran: true, error: Number.POSITIVE_INFINITY, reason: failure instanceof Error ? failure.message : String(failure) };
  } finally {
    model?.dispose();
  }
}

/** Checks a method fixture on the captured step of its tfjs loss, on WebGPU. Never throws. */
export const checkCapturedFixture = (fixture: MethodFixture): Promise<GoldenResult> => check(createCapturedPlan, fixture);

/** The same on the recorded step, on WASM: on one thread, or on two that share all that can be cut. */
export const checkRecordedFixture = (fixture: MethodFixture, threads: 1 | 2): Promise<GoldenResult> =>
  check((options) => createRecordedPlan(options, threads === 1 ? { threads } : IN_PARTS), fixture);
