import { hasClasses } from '../data/tasks';
import type { ModelFile } from '../model-file/graph';
import { runGraph } from '../model-file/interpret';
import type { ModelFacts } from './facts';
import { feedsOf } from './feeds';
import type { FittedMethod } from './model';

/** What a model file was found to compute, next to the lab's own test predictions. */
export interface ModelCheck {
  /** Test rows that were compared. */
  rows: number;
  /** Largest difference, in the unit of the response. */
  largest: number;
  /** The same as a share of the response's standard deviation (of probabilities: the difference itself). */
  relative: number;
  /** The lab's own predictions drew random numbers, so that they differ from the file's. */
  draws: boolean;
}

const MOST_ROWS = 100;

/** Computes test rows with the graph of a model file, from their raw columns. */
export function verifyModel({ dataset, finished }: FittedMethod, { graph, metadata }: ModelFile): ModelCheck {
  const rows = dataset.split.test.subarray(0, MOST_ROWS);
  const { outputs } = JSON.parse(metadata.get('lab.model') as string) as ModelFacts;
  const fitted = runGraph(graph, feedsOf(dataset, rows)).get(outputs.fitted)?.data as Float64Array;
  const largest = fitted.reduce((most, value, i) => Math.max(most, Math.abs(value - finished.predictions[i])), 0);
  const { predictor } = finished;
  const draws = predictor !== undefined && 'draws' in predictor && predictor.draws;
  return { rows: rows.length, largest, relative: largest / (hasClasses(dataset.task) ? 1 : dataset.targetScale), draws };
}
