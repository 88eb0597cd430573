import type { Dataset, TagColumn } from '../data/dataset';
import { tagPlaces } from '../data/tag-rows';
import { setOf } from './tag-sets';

/** A row of the data with another set of tags in one column. */
export interface ProbeRow {
  row: number;
  /** Ascending, each once. */
  tags: ArrayLike<number>;
}

/** A set with and without a tag, ascending. */
export function withTag(set: ArrayLike<number>, tag: number): number[] {
  const others = withoutTag(set, tag);
  const at = others.findIndex((other) => other > tag);
  others.splice(at < 0 ? others.length : at, 0, tag);
  return others;
}
export const withoutTag = (set: ArrayLike<number>, tag: number): number[] => Array.from(set).filter((other) => other !== tag);

/** Columns of tags with the sets given: `sets[i]` for row i. */
function columnOf(column: TagColumn, sets: readonly ArrayLike<number>[], most: number): TagColumn {
  const offsets = new Uint32Array(sets.length + 1);
  for (let i = 0; i < sets.length; i++) offsets[i + 1] = offsets[i] + sets[i].length;
  const ids = new Int32Array(offsets[sets.length]);
  for (let i = 0; i < sets.length; i++) ids.set(Array.from(sets[i]), offsets[i]);
  return { name: column.name, labels: column.labels, parents: column.parents, offsets, ids, most };
}

/**
 * A dataset of the rows asked for, in their order: everything as in the data but the sets of column
 * `feature`. A model can predict them as it predicts its own rows; a set may take more places than a row of
 * the data.
 */
export function probeDataset(dataset: Dataset, feature: number, probes: readonly ProbeRow[]): Dataset {
  const { p, x, y, categorical, tags = [] } = dataset;
  const rows = probes.length;
  const taken = new Float32Array(rows * p);
  probes.forEach(({ row }, i) => {
    taken.set(x.subarray(row * p, (row + 1) * p), i * p);
  });
  const none = new Uint32Array(0);
  return {
    ...dataset,
    rows,
    x: taken,
    y: Float32Array.from(probes, ({ row }) => y[row]),
    categorical: categorical.map((column) => ({ ...column, codes: Int32Array.from(probes, ({ row }) => column.codes[row]) })),
    tags: tags.map((column, k) =>
      columnOf(
        column,
        probes.map(({ row, tags: own }) => (k === feature ? own : setOf(column, row))),
        tagPlaces(column),
      ),
    ),
    // They are neither learned from nor judged.
    split: { train: none, validation: none, test: none },
    truth: null,
    exact: undefined,
  };
}
