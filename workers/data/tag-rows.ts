import { isCounts } from './counts';
import { type Dataset, severalClasses, type TagColumn } from './dataset';
import type { Task } from './schema';
import { channelsOf, type SeriesShape } from './series/series';

/**
 * Most tags that a cell may have; what is beyond is cut by the reader, counted and told (docs/methods.md F1).
 */
export const MOST_TAGS = 64;

/** Shape of a column of tags, as a model is built for it. */
export interface TagShape {
  /** Tags K. */
  tags: number;
  /** Most tags of a row A, rounded up to a multiple of 4: places of a row in a batch. */
  places: number;
  /** Parent of each tag (K), −1 for none. */
  parents: Int32Array;
}

/** Sets of some rows in fixed shape: the tags of a row first, then places that count nothing. */
export interface PaddedTags {
  /** rows × places, row-major: tag of each place, 0 where there is none. */
  ids: Int32Array;
  /** rows × places: 1 where there is a tag, else 0. */
  mask: Float32Array;
}

/** Places of a row that has at most so many tags. */
export const placesFor = (most: number): number => 4 * Math.ceil(Math.max(1, most) / 4);

/** Most tags of any row, rounded up to a multiple of 4, so that every batch of the column has one shape. */
export function tagPlaces({ offsets, most: known = 0 }: TagColumn): number {
  let most = known;
  for (let row = 0; row + 1 < offsets.length; row++) most = Math.max(most, offsets[row + 1] - offsets[row]);
  return placesFor(most);
}

/** What a model knows of the columns of tags before training; undefined where there are none. */
const tagShapes = ({ tags }: Pick<Dataset, 'tags'>): TagShape[] | undefined =>
  tags?.map((column) => ({ tags: column.labels.length, places: tagPlaces(column), parents: column.parents }));

/** Windows, and the sets of tags of the other series of a forecast. */
export interface SeriesProblem extends SeriesShape {
  exogenousTags?: { tags: number; places: number; rows: number } & PaddedTags;
}

/** What a model is built for (workers/methods/method.ts, Problem), without the batch. */
export interface DataShape {
  task: Task;
  /** How many, for a response of several classes; absent for every other. */
  classes?: number;
  p: number;
  levels: number[];
  /** Absent for a forecast: its sets belong to the other series and not to a row. */
  tags?: readonly TagShape[];
  /** The response is whole numbers from 0 on. */
  counts?: true;
  /** The response is a time to an event that may be censored. */
  events?: true;
  /** The data have edges between the levels of a feature. */
  edges?: true;
  series?: SeriesProblem;
}

/** The shape of a dataset. */
export function shapeOf(dataset: Dataset): DataShape {
  const { task, p, categorical, series, events } = dataset;
  const classes = severalClasses(dataset);
  const tags = series?.task === 'forecast' ? undefined : tagShapes(dataset);
  return {
    task,
    ...(classes !== undefined && { classes }),
    p,
    levels: categorical.map(({ cardinality }) => cardinality),
    ...(tags && { tags }),
    ...(events ? { events: true } : isCounts(dataset) && { counts: true }),
    ...(dataset.graph && { edges: true }),
    ...(series && { series: seriesShape(dataset) }),
  };
}

function seriesShape({ series, tags }: Pick<Dataset, 'tags' | 'series'>): SeriesProblem | undefined {
  if (!series) return undefined;
  const { task, length, outputs, names } = series;
  const shape = { task, length, channels: channelsOf(series), outputs };
  const [column] = tags ?? [];
  if (task !== 'forecast' || !column) return shape;
  const places = tagPlaces(column);
  const rows = names.length;
  const sets = paddedTags(
    column,
    Uint32Array.from({ length: rows }, (_, f) => f),
    places,
  );
  return { ...shape, exogenousTags: { tags: column.labels.length, places, rows, ...sets } };
}

/** The column of these rows alone. */
export function setsOfRows(column: TagColumn, rows: Uint32Array): TagColumn {
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) offsets[i + 1] = offsets[i] + column.offsets[rows[i] + 1] - column.offsets[rows[i]];
  const ids = new Int32Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) ids.set(column.ids.subarray(column.offsets[rows[i]], column.offsets[rows[i] + 1]), offsets[i]);
  return { ...column, offsets, ids };
}

/** The sets of these rows, `places` a row. */
export function paddedTags({ offsets, ids }: TagColumn, rows: Uint32Array, places: number): PaddedTags {
  const padded = { ids: new Int32Array(rows.length * places), mask: new Float32Array(rows.length * places) };
  for (let i = 0; i < rows.length; i++) {
    const from = offsets[rows[i]];
    const set = ids.subarray(from, offsets[rows[i] + 1]);
    padded.ids.set(set, i * places);
    padded.mask.fill(1, i * places, i * places + set.length);
  }
  return padded;
}
