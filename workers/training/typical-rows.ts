import { type Dataset, severalClasses, type TagColumn } from '../data/dataset';
import { shapeOf, tagPlaces } from '../data/tag-rows';
import { buildModel } from '../methods/registry';
import { RandomStream } from '../random/random';
import { predictRows } from './evaluate';
import { oneARow } from './evaluator';
import { orderedByRows } from './level-order';
import type { Pacer } from './pacer';
import { learnedRows } from './tag-sets';
import type { Trainer } from './trainer';
import { levelCounts } from './views';

/** Most levels of a feature, those of most rows first, that are predicted. */
const MOST_LEVELS = 100_000;
/**
 * Encodings are computed anew for data and typical rows together; not where that is more numbers than these.
 */
const MOST_ENCODED = 50_000_000;

/** What a typical row has, and which levels are put into it in turn. */
interface TypicalRow {
  /** Mean of each numeric feature over the training rows (p), as the methods see it. */
  x: Float32Array;
  /** The most frequent level, or tag, of each feature with level vectors. */
  usual: number[];
  /** Levels of each feature that are predicted. */
  levels: Uint32Array[];
}

function typicalRow(dataset: Dataset): TypicalRow {
  const { p, x } = dataset;
  const parts = learnedRows(dataset);
  const rows = parts.reduce((sum, part) => sum + part.length, 0);
  const mean = new Float64Array(p);
  for (const part of parts) for (const row of part) for (let j = 0; j < p; j++) mean[j] += x[row * p + j] / rows;
  const orders = levelCounts(dataset).map(orderedByRows);
  return {
    x: Float32Array.from(mean),
    usual: orders.map((order) => order[0] ?? 0),
    levels: orders.map((order) => order.slice(0, MOST_LEVELS)),
  };
}

/** Rows `before` that stay, then the typical rows of one feature after another. */
function withTypicalRows(dataset: Dataset, { x, usual, levels }: TypicalRow, before: number): Dataset {
  const { p, categorical, tags = [] } = dataset;
  const added = levels.reduce((sum, list) => sum + list.length, 0);
  const rows = before + added;
  const numbers = new Float32Array(rows * p);
  numbers.set(dataset.x.subarray(0, before * p));
  for (let i = before; i < rows; i++) numbers.set(x, i * p);
  /** Level of feature k in each added row. */
  const codesOf = (k: number): Int32Array => {
    const codes = new Int32Array(added).fill(usual[k]);
    const from = levels.slice(0, k).reduce((sum, list) => sum + list.length, 0);
    codes.set(levels[k], from);
    return codes;
  };
  const joined = (first: Int32Array, second: Int32Array): Int32Array => {
    const both = new Int32Array(first.length + second.length);
    both.set(first);
    both.set(second, first.length);
    return both;
  };
  const setsOf = (column: TagColumn, k: number): TagColumn => {
    const end = column.offsets[before];
    const offsets = new Uint32Array(rows + 1);
    offsets.set(column.offsets.subarray(0, before + 1));
    for (let i = 1; i <= added; i++) offsets[before + i] = end + i;
    return { ...column, offsets, ids: joined(column.ids.subarray(0, end), codesOf(k)), most: tagPlaces(column) };
  };
  const y = new Float32Array(rows);
  y.set(dataset.y.subarray(0, before));
  return {
    ...dataset,
    rows,
    x: numbers,
    y,
    categorical: categorical.map((column, k) => ({ ...column, codes: joined(column.codes.subarray(0, before), codesOf(k)) })),
    ...(dataset.tags && { tags: tags.map((column, k) => setsOf(column, categorical.length + k)) }),
    truth: null,
    // Tested alone: an encoding may treat rows that train in another way.
    split: {
      ...(before > 0 ? dataset.split : { train: new Uint32Array(0), validation: new Uint32Array(0) }),
      test: Uint32Array.from({ length: added }, (_, i) => before + i),
    },
    ...(before === 0 && { exact: undefined }),
  };
}

/** The typical rows alone as the method sees them; null where its encoding of them is too large. */
function seenBy({ id, model, settings, orderSeed, batchSize }: Trainer, dataset: Dataset, typical: TypicalRow): Dataset | null {
  const alone = withTypicalRows(dataset, typical, 0);
  if (!model.inputs) return alone;
  const { p } = model.inputs;
  if ((dataset.rows + alone.rows) * p > MOST_ENCODED) return null;
  // An encoding is a function of a row and of the training rows: built again, it also has the rows added.
  const both = withTypicalRows(dataset, typical, dataset.rows);
  const problem = { ...shapeOf(both), batchSize };
  const again = buildModel(id, problem, settings, new RandomStream(orderSeed, 'weights'), both);
  try {
    return again.inputs ? { ...alone, x: again.inputs.x.slice(dataset.rows * p), p, xScales: null, xNames: undefined } : null;
  } finally {
    again.dispose();
  }
}

/**
 * Predictions of a typical row with each level of each feature in turn (numeric features at their mean, other
 * features at their most frequent level, tags alone in their sets), on the scale of the dataset's y. One
 * array a feature with level vectors, NaN for levels that were not asked for; [] for windows of series, which
 * have no typical row, and for several classes, whose prediction is no one number. The weights of now and the
 * level vectors in use predict.
 */
export async function predictTypical(trainer: Trainer, dataset: Dataset, pacer: Pacer): Promise<Float32Array[]> {
  if (dataset.series || severalClasses(dataset) !== undefined) return [];
  const counts = levelCounts(dataset);
  if (counts.length === 0) return [];
  const typical = typicalRow(dataset);
  const values = counts.map(({ length }) => new Float32Array(length).fill(Number.NaN));
  await pacer.breathe();
  const seen = seenBy(trainer, dataset, typical);
  if (!seen) return values;
  const others = await trainer.evaluator.onOtherRows(seen);
  try {
    const all = Uint32Array.from({ length: seen.rows }, (_, i) => i);
    // Noise of its own: drawing past the stop must not notice.
    const predicted = oneARow(await predictRows(others, all, { ...trainer.noise }, pacer));
    let at = 0;
    for (const [k, levels] of typical.levels.entries()) for (const level of levels) values[k][level] = predicted[at++];
  } finally {
    others.dispose();
  }
  return values;
}
