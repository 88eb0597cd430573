import type { Dataset } from '../../workers/data/dataset';
import { drawing } from '../../workers/data/prepare';
import { tagSeriesSchema } from '../../workers/data/schema';
import { runToEnd } from '../../workers/data/simulation-parts';
import { shapeOf } from '../../workers/data/tag-rows';
import type { MethodAbout, Problem } from '../../workers/methods/method';
import { ABOUTS, aboutMethod, buildModel } from '../../workers/methods/registry';
import { acceptedProblem } from '../../workers/methods/testing/every-method';
import { testDataset } from '../../workers/methods/testing/test-model';
import { RandomStream } from '../../workers/random/random';
import { epochRows, withoutSmallBatch } from '../../workers/training/batches';
import type { PlanOptions } from '../../workers/training/plan-options';

const P = 10;
/** Windows of a batch. */
const WINDOWS = 100;

/** A method with its published settings on data, and the rows of an epoch in the order of its steps. */
export interface MethodProblem extends PlanOptions {
  settings: Record<string, unknown>;
  problem: Problem;
  rows: Uint32Array;
}

/** Nine batches of q rows: q levels a feature, q tags a column, as few of them as the method takes. */
function tableProblem(about: MethodAbout, q: number): { data: Dataset; problem: Problem } {
  const sets = [{ tags: q, places: 4, parents: Int32Array.from({ length: q }, (_, tag) => (tag < 10 ? -1 : tag % 10)) }];
  const { task, p, levels, tags, ...kind } = acceptedProblem(about, P, [q, q, q], sets);
  const data = testDataset(task, p, levels, 13.5 * q, 4, tags, kind);
  return { data, problem: { task, p, levels, ...(tags && { tags }), batchSize: q } };
}

/** Batches of windows of the lab's simulated series, as published methods take them. */
function windowProblem({ refusal }: MethodAbout): { data: Dataset; problem: Problem } {
  for (const predicts of ['next-step', 'forecast'] as const) {
    const data = runToEnd(drawing(tagSeriesSchema.parse({ kind: 'tag-series', predicts }), { data: 4, split: 4 }));
    const problem = { ...shapeOf(data), batchSize: WINDOWS };
    if (!refusal?.(problem)) return { data, problem };
  }
  throw new Error('the method takes neither steps nor forecasts');
}

/** A method's problem: of q levels, or of windows where `q` is null. */
export function optionsFor(id: string, q: number | null): MethodProblem {
  const about = aboutMethod(id);
  const { data, problem } = q === null ? windowProblem(about) : tableProblem(about, q);
  const settings = about.settings.parse({}) as Record<string, unknown>;
  const model = buildModel(id, problem, settings, new RandomStream(5, 'weights'), data);
  const dataset = model.inputs ? { ...data, ...model.inputs } : data;
  const batchSize = model.batchSize ?? problem.batchSize;
  const { train } = dataset.split;
  // The order of a table's rows makes no difference to the time of a step.
  const order = model.epochOrder?.(train, 1, 1) ?? (dataset.series ? epochRows(dataset, train, 1, 1) : train);
  const rows = withoutSmallBatch(order, batchSize, model.leastBatch ?? 1);
  return { model, dataset, batchSize, learningRate: 0.001, noiseSeed: 7, settings, problem, rows };
}

/** The methods with training steps, in the registry's order. */
export const WITH_STEPS: readonly MethodAbout[] = ABOUTS.filter(({ ownAlgorithm }) => !ownAlgorithm);
