import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { drawing, summarize } from '../../data/prepare';
import { growthSchema, type Task } from '../../data/schema';
import { runToEnd } from '../../data/simulation-parts';
import { shapeOf, type TagShape } from '../../data/tag-rows';
import type { StepEngine } from '../../engine/info';
import { memoryUse } from '../../engine/memory';
import { buildModel } from '../../methods/registry';
import { OF_TABLES, RESPONSES, type ResponseKind, SMALL_LEVELS, SMALL_TAGS } from '../../methods/testing/every-method';
import { testDataset, testSettings } from '../../methods/testing/test-model';
import { RandomStream } from '../../random/random';
import { Run, type RunEvent } from '../run';
import { trainingSchema } from '../schema';

/**
 * What tests do with every registered method, in Node and in a worker of a browser: two epochs through the
 * plan that the lab chooses.
 */

/** A method and the shape of the small data that it is tried on. */
export interface MethodCase extends ResponseKind {
  id: string;
  task: Task;
  /** Numeric features. */
  p: number;
  levels: number[];
  /** Columns of tags; absent where there are none. */
  tags?: readonly TagShape[];
}

/** How a case went. */
export interface MethodOutcome {
  title: string;
  /** What computed the steps; null when training did not start. */
  engine: StepEngine | null;
  milliseconds: number;
  /** Training losses of the epochs, and predictions of the test rows. */
  losses: number[];
  predictions: number[];
  /** What is wrong, in words; empty when all is well. */
  problems: string[];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export const caseTitle = ({ id, task, p, levels, tags }: MethodCase): string =>
  [
    id,
    task,
    counted(levels.length, 'feature'),
    ...(tags ? [`${counted(tags.length, 'column')} of tags`] : []),
    ...(p === 0 ? ['no numeric column'] : []),
  ].join(', ');

const ROWS = 270;
const WEIGHTS = 1;
/**
 * Two thirds of the rows train. Without numeric columns the last batch has one row, and a run few steps: more
 * would amplify rounding.
 */
const batchOf = ({ p }: MethodCase): number => (p === 0 ? (2 / 3) * ROWS - 1 : 30);

/** Growth curves for the methods that need them; every test row is of a curve that no training row has. */
function growthDataset(): Dataset {
  const spec = growthSchema.parse({ kind: 'growth', levels: [12], trainRows: 200, testRows: 70, split: 'by-level' });
  return runToEnd(drawing(spec, { data: 1, split: 1 }));
}

export const datasetOf = ({ task, p, levels, tags, ...kind }: MethodCase): Dataset =>
  p === 1 ? growthDataset() : testDataset(task, p, levels, ROWS, 3, tags, kind);
/**
 * Without numeric columns d is 3, as layer norms of two numbers hang on rounding, and so does a second stage
 * of hundreds of steps.
 */
export const settingsOf = ({ id, p }: MethodCase): Record<string, unknown> =>
  testSettings(id, p === 0 ? { d: 3, decoder: [6], encoder: [8], postTraining: false } : { d: 2, decoder: [6], encoder: [8] });

/**
 * Every registered method with both tasks, one and three features, as far as it accepts them: two numeric
 * features, or one for a method that takes no other. A method that accepts none of them accepts two features
 * (users and items), or needs columns of tags, or throws here.
 */
export function methodCases(): MethodCase[] {
  return OF_TABLES.flatMap(({ id, refusal }) => {
    const accepted = (p: number, features: number[], columns?: number, kind: ResponseKind = {}): MethodCase[] =>
      (['regression', 'binary'] as const).flatMap((task) =>
        features.flatMap((count) => {
          const problem = { task, p, levels: SMALL_LEVELS.slice(0, count), ...(columns && { tags: SMALL_TAGS.slice(0, columns) }), ...kind };
          return refusal?.(problem) ? [] : [{ id, ...problem }];
        }),
      );
    const withTags = (): MethodCase[] => [...accepted(2, [0], 1), ...accepted(2, [2], 2)];
    const ofKinds = (): MethodCase[] => RESPONSES.flatMap((kind) => accepted(2, [1], undefined, kind));
    const cases = [accepted(2, [1, 3]), accepted(1, [1, 3]), accepted(2, [2]), withTags(), ofKinds()].find((found) => found.length > 0);
    if (!cases) throw new Error(`"${id}" accepts none of the problems that every method is tried on`);
    return cases;
  });
}

/**
 * Every method that takes data without a numeric column, with both tasks and as few features as it accepts.
 */
export function casesWithoutNumbers(): MethodCase[] {
  return OF_TABLES.flatMap(({ id, refusal }) =>
    (['regression', 'binary'] as const).flatMap((task) => {
      const [one, two] = [1, 2].map((count) => ({ levels: SMALL_LEVELS.slice(0, count) }));
      const tried = [one, two, { ...one, tags: SMALL_TAGS.slice(0, 1) }, ...RESPONSES.map((kind) => ({ ...one, ...kind }))];
      const problem = tried.find((some) => !refusal?.({ p: 0, ...some, task }));
      return problem ? [{ id, task, p: 0, ...problem }] : [];
    }),
  );
}

/**
 * What must compute the steps of a method on the active backend; a plan that cannot be had makes the lab fall
 * back without failing.
 */
function wantedEngine(tried: MethodCase, data: Dataset): RegExp {
  const problem = { ...shapeOf(data), batchSize: batchOf(tried) };
  const model = buildModel(tried.id, problem, settingsOf(tried), new RandomStream(WEIGHTS, 'weights'), data);
  model.dispose();
  if (model.ownFit) return /^own algorithm$/;
  if (tf.getBackend() === 'cpu') return /^tfjs CPU$/;
  if (tf.getBackend() === 'wasm') return model.fused ? /^fused WASM$/ : /^recorded WASM$/;
  // What the fused WebGPU step leaves to another plan is captured.
  return model.fused ? /^(fused|captured) WebGPU$/ : /^captured WebGPU$/;
}

/**
 * Trains two epochs on the active backend, as a run of the lab: the loss falls, levels that no training row
 * has are predicted, the plan is the one that this backend has for the method, and nothing stays in memory.
 * Never rejects.
 */
export async function tryMethod(tried: MethodCase): Promise<MethodOutcome> {
  const { id } = tried;
  const outcome: MethodOutcome = { title: caseTitle(tried), engine: null, milliseconds: 0, losses: [], predictions: [], problems: [] };
  const wrong = (problem: string): void => void outcome.problems.push(problem);
  const { losses } = outcome;
  const started = performance.now();
  try {
    const data = datasetOf(tried);
    const wanted = wantedEngine(tried, data);
    const before = memoryUse();
    const training = trainingSchema.parse({ batchSize: batchOf(tried), epochs: 2, patience: null, learningRate: 0.02, drawPastStop: false });
    const plan = { methods: [{ id, settings: settingsOf(tried) }], training, seeds: { data: 1, split: 1, weights: WEIGHTS } };
    const run = new Run(data, plan, (event: RunEvent) => {
      if (event.type === 'curves') losses.push(...event.curves.training);
      if (event.type === 'lanes') outcome.engine = event.lanes[0]?.engine?.kind ?? null;
    });
    await run.train();
    const after = memoryUse();
    if (JSON.stringify(after) !== JSON.stringify(before)) wrong(`it held ${JSON.stringify(before)} before and holds ${JSON.stringify(after)} after`);
    if (!wanted.test(outcome.engine ?? '')) wrong(`its steps ran on ${outcome.engine}, not ${wanted.source}`);
    if (tried.levels.length > 0 && summarize(data).unseen.testRows === 0) wrong('no test row has an unseen level');
    const finished = run.finished.get(id);
    outcome.predictions = [...(finished?.predictions ?? [])];
    const { length } = data.split.test;
    if (!finished) wrong('it has no result');
    else if (finished.predictions.length !== length) wrong(`${finished.predictions.length} predictions for ${length} test rows`);
    else if (!finished.predictions.every(Number.isFinite)) wrong('a prediction is not a number');
    const { without, with: known } = finished?.result.levelShares ?? {};
    // Of times that may be censored no share is told.
    if (finished && !data.events && !(Number.isFinite(without) && Number.isFinite(known)))
      wrong(`without levels it explains ${without}, with them ${known}`);
    if (finished && !(Number(finished.result.parameters) > 0)) wrong(`its parameter count is ${finished.result.parameters}`);
    // A method with an algorithm of its own may be done after one iteration.
    if (losses.length < (outcome.engine === 'own algorithm' ? 1 : 2)) wrong(`${losses.length} epochs`);
    else if (!losses.every(Number.isFinite)) wrong(`the loss is ${losses.join(', ')}`);
    // The few steps without numeric columns need not lower it, where dropout or draws are in it.
    else if (tried.p > 0 && losses.length > 1 && !(losses[1] < losses[0])) wrong(`the loss goes from ${losses[0]} to ${losses[1]}`);
  } catch (failure) {
    wrong(failure instanceof Error ? failure.message : String(failure));
  }
  outcome.milliseconds = performance.now() - started;
  return outcome;
}
