import type { EdgeFile } from '../../workers/data/edges/edge-file';
import { readEdges } from '../../workers/data/edges/read-edges';
import { LabFailure } from '../../workers/data/failure';
import type { ColumnChoice } from '../../workers/data/schema';
import { fileFrom } from '../cli';
import type { Values } from './options';

/** The files of --edges by the column that they are for. */
export type NamedEdges = ReadonlyMap<string, EdgeFile>;

/**
 * Reads the files of --edges COLUMN=FILE.
 *
 * @throws LabFailure 'bad-option' where one is written otherwise or a column has two, and those of
 * `readEdges`
 */
export async function edgesOf(values: Values): Promise<NamedEdges> {
  const files = new Map<string, EdgeFile>();
  for (const given of Array.isArray(values.edges) ? values.edges : []) {
    const at = given.indexOf('=');
    if (at < 1 || at === given.length - 1)
      throw new LabFailure('bad-option', `--edges is "${given}", which is not a column and a file.`, 'Write for example --edges state=borders.csv.');
    const column = given.slice(0, at);
    if (files.has(column)) throw new LabFailure('bad-option', `--edges are given twice for "${column}".`, 'Give one file for the column.');
    files.set(column, await readEdges(await fileFrom(given.slice(at + 1))));
  }
  return files;
}

/**
 * Columns with the edges that were given for them.
 *
 * @throws LabFailure 'bad-option' where one is no categorical column
 */
export function withEdgesOf<Data extends { columns: ColumnChoice[] }>(dataset: Data, edges: NamedEdges): Data {
  for (const column of edges.keys())
    if (!dataset.columns.some(({ name, role, block }) => name === column && role === 'categorical' && block === undefined))
      throw new LabFailure(
        'bad-option',
        `--edges are given for "${column}", which is no categorical column.`,
        `Give them for one of ${dataset.columns.flatMap(({ name, role }) => (role === 'categorical' ? [name] : [])).join(', ') || 'those of --categorical'}.`,
      );
  const columns = dataset.columns.map((column): ColumnChoice => {
    const file = edges.get(column.name);
    return file ? { ...column, edges: { name: file.name, fingerprint: file.fingerprint } } : column;
  });
  return { ...dataset, columns };
}
