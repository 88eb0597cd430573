import type { Dataset } from '../dataset';
import { LabFailure } from '../failure';
import { quote } from '../refusals';
import type { DatasetSpec } from '../schema';
import type { EdgeFile } from './edge-file';
import { matchEdges } from './level-graph';

/**
 * A table with the graph of the first of its categorical columns that edges were given for.
 *
 * @param files opened files of edges by fingerprint
 * @throws LabFailure 'edges-missing' where the file is not open, and those of `matchEdges`
 */
export function withEdges(dataset: Dataset, spec: DatasetSpec, files: ReadonlyMap<string, EdgeFile>): Dataset {
  if (spec.kind !== 'table') return dataset;
  for (const { name: column, role, edges } of spec.columns) {
    const feature = dataset.categorical.findIndex(({ name }) => name === column);
    if (role !== 'categorical' || !edges || feature < 0) continue;
    const file = files.get(edges.fingerprint);
    if (!file)
      throw new LabFailure(
        'edges-missing',
        `The file of edges ${edges.name} is not open in this page; it never leaves your computer.`,
        `Choose ${edges.name} again for ${quote(column)}, or take it out.`,
      );
    return { ...dataset, graph: matchEdges(file, feature, dataset.categorical[feature]) };
  }
  return dataset;
}
