import { type Dataset, featureName, type TagColumn } from '../data/dataset';
import { hasGapLevel } from '../data/levels';
import { tagPlaces } from '../data/tag-rows';
import type { GraphBuilder } from '../model-file/builder';
import { doubles, integers, type Port } from '../model-file/graph';

/** A column that a model file takes, as its metadata have it. */
export interface ModelColumn {
  /** Of the column, or of the block of columns; the name of the input too. */
  name: string;
  kind: 'numeric' | 'categorical' | 'tags';
  /** Number that a missing cell counts as; of a numeric column. */
  missing?: number;
  /** The date that days count from, ISO 8601; of a numeric column that is days. */
  from?: string;
  /** Words, lower case, that are 0 and 1; of a numeric column that says yes or no. */
  says?: [no: string, yes: string];
  /** Places for the tags of a row; of a column of tags. */
  places?: number;
}

/** Values of a graph that a predictor takes, by the names it has for them. */
export interface PreparedColumns {
  ports: Port[];
  columns: ModelColumn[];
  /** `x`, `z0`, …, `tags0.ids`, `tags0.mask`, `n`: names in the graph. */
  values: Map<string, string>;
}

const ROWS = 'rows';

/** Mean of a numeric feature over the training rows (validation included), in its own unit. */
function meanOf({ x, p, xScales, split }: Dataset, j: number): number {
  let [sum, count] = [0, 0];
  for (const part of [split.train, split.validation]) for (const row of part) sum += x[row * p + j];
  count = split.train.length + split.validation.length;
  const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
  return (sum / Math.max(1, count)) * scale + mean;
}

/** Tags that a training or validation row has; others are left out of a row's set where the data say so. */
function knownTags({ split }: Pick<Dataset, 'split'>, { offsets, ids, labels, unseenRows }: TagColumn): Uint8Array {
  const known = new Uint8Array(labels.length);
  if (!unseenRows) return known.fill(1);
  for (const part of [split.train, split.validation])
    for (const row of part) for (const tag of ids.subarray(offsets[row], offsets[row + 1])) known[tag] = 1;
  return known;
}

/**
 * The raw columns of a dataset as inputs of a graph, and what a batch has of them: missing numbers replaced,
 * numbers centred and scaled in double precision, texts as codes. A text that is no level has the code q, a
 * missing one that of missing cells where they are a level.
 */
export function prepareColumns(dataset: Dataset, graph: GraphBuilder): PreparedColumns {
  const { p, xScales, xTexts, categorical, tags = [] } = dataset;
  const ports: Port[] = [];
  const columns: ModelColumn[] = [];
  const values = new Map<string, string>();
  const numbers: string[] = [];
  for (let j = 0; j < p; j++) {
    const name = featureName(dataset, j);
    const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
    // A standardised column is centred at the very number that its missing cells have.
    const missing = mean !== 0 ? mean : meanOf(dataset, j);
    ports.push({ name, type: 'double', dims: [ROWS] });
    columns.push({ name, kind: 'numeric', missing, ...xTexts?.[j] });
    const filled = graph.node('Where', [graph.node('IsNaN', [name]), graph.constant(doubles([missing], [])), name]);
    const centred = graph.node('Sub', [filled, graph.constant(doubles([mean], []))]);
    const scaled = graph.node('Div', [centred, graph.constant(doubles([scale], []))]);
    numbers.push(graph.node('Reshape', [graph.node('Cast', [scaled], { to: 1 }), graph.constant(integers([-1, 1], [2]))]));
  }
  if (p > 0) values.set('x', p === 1 ? numbers[0] : graph.node('Concat', numbers, { axis: 1 }));
  for (const [k, { name, cardinality, labels }] of categorical.entries()) {
    const keys = labels ?? Array.from({ length: cardinality }, (_, level) => String(level));
    const gaps = hasGapLevel(keys) ? [''] : [];
    ports.push({ name, type: 'string', dims: [ROWS] });
    columns.push({ name, kind: 'categorical' });
    values.set(
      `z${k}`,
      graph.node('LabelEncoder', [name], {
        keys_strings: [...keys, ...gaps],
        values_int64s: [...keys.keys(), ...gaps.map(() => cardinality - 1)],
        default_int64: cardinality,
      }),
    );
  }
  for (const [k, column] of tags.entries()) {
    const { name, labels } = column;
    const known = knownTags(dataset, column);
    const tagsOf = [...labels.keys()].filter((tag) => known[tag] === 1);
    const places = tagPlaces(column);
    ports.push({ name, type: 'string', dims: [ROWS, places] });
    columns.push({ name, kind: 'tags', places });
    const codes = graph.node('LabelEncoder', [name], {
      keys_strings: tagsOf.map((tag) => labels[tag]),
      values_int64s: tagsOf,
      default_int64: -1,
    });
    const there = graph.node('GreaterOrEqual', [codes, graph.constant(integers([0], []))]);
    values.set(`tags${k}.ids`, graph.node('Max', [codes, graph.constant(integers([0], []))]));
    values.set(`tags${k}.mask`, graph.node('Cast', [there], { to: 1 }));
  }
  values.set('n', graph.node('Shape', [ports[0].name], { start: 0, end: 1 }));
  return { ports, columns, values };
}
