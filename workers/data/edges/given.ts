import type { Dataset } from '../dataset';
import { LabFailure } from '../failure';
import { quote } from '../refusals';
import type { DatasetSpec } from '../schema';
import type { EdgeFile } from './edge-file';
import { matchEdges } from './level-graph';
import { refuse } from './refusals';

/**
 * A table with the graph of the categorical column that edges were given for.
 *
 * @param files opened files of edges by fingerprint
 * @throws LabFailure 'edges-two-columns' where more than one column has them, 'edges-missing' where the file
 * is not open, and those of `matchEdges`
 */
export function withEdges(dataset: Dataset, spec: DatasetSpec, files: ReadonlyMap<string, EdgeFile>): Dataset {
  if (spec.kind !== 'table') return dataset;
  const given = spec.columns.flatMap(({ name, role, edges }) => {
    const feature = dataset.categorical.findIndex((column) => column.name === name);
    return role === 'categorical' && edges && feature >= 0 ? [{ name, edges, feature }] : [];
  });
  if (given.length === 0) return dataset;
  const [{ name, edges, feature }, second] = given;
  if (second) throw refuse.twoColumns(name, second.name);
  const file = files.get(edges.fingerprint);
  if (!file)
    throw new LabFailure(
      'edges-missing',
      `The file of edges ${edges.name} is not open in this page; it never leaves your computer.`,
      `Choose ${edges.name} again for ${quote(name)}, or take it out.`,
    );
  return { ...dataset, graph: matchEdges(file, feature, dataset.categorical[feature]) };
}
