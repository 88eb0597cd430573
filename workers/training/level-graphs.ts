import type { Dataset } from '../data/dataset';
import { aboutMethod } from '../methods/registry';
import { correlationsOf, type GraphCorrelations } from '../mixed/graph-levels';

/** Correlations along the edges of a dataset: several trials of a method need them once. */
const found = new WeakMap<Dataset, Promise<GraphCorrelations>>();

/**
 * Correlations of the levels that a dataset has edges of, for a method that takes them (docs/methods.md A29);
 * undefined for other methods and data.
 *
 * @param breathe is awaited between parts of the work, and may throw to give up
 */
export async function graphOf(id: string, dataset: Dataset, breathe: () => Promise<void>): Promise<GraphCorrelations | undefined> {
  const { graph, categorical } = dataset;
  if (!graph || !aboutMethod(id).edges) return undefined;
  const before = found.get(dataset);
  if (before) return before;
  const computing = correlationsOf(graph, categorical[graph.feature].cardinality, breathe);
  found.set(dataset, computing);
  // What was given up is done anew.
  computing.catch(() => found.delete(dataset));
  return computing;
}
