import { type Dataset, responseWidth, type TagColumn } from './dataset';
import { channelsOf, startsOf } from './series/series';
import { type Windows, windowPlaces } from './series/window-list';
import { tagPlaces } from './tag-rows';

/** The numbers of a piece by row: `width` each, one row after the other. */
interface OwnNumbers {
  from: 'rows';
  values: Float32Array | Int32Array;
}

/**
 * A stretch of a list, of a length of its own: set i is `list[starts[i]] … list[starts[i + 1] − 1]`, then
 * zeros up to the width, where it is cut. Without `list`: 1 for each place that has an entry. Row r has set
 * ⌊r / rowsASet⌋.
 */
interface Stretches {
  from: 'list';
  list: Int32Array | null;
  starts: Uint32Array;
  rowsASet: number;
}

/** A tensor of a batch, [rows, …shape], and where each row's numbers come from. */
export class Piece {
  constructor(
    /** Shape of a row's part: [] is one number a row, as a vector; of windows [steps, channels]. */
    readonly shape: readonly number[],
    readonly source: OwnNumbers | Stretches | Windows,
  ) {}

  /** Numbers of a row. */
  get width(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  get dtype(): 'int32' | 'float32' {
    const { source } = this;
    return (source.from === 'rows' ? source.values : source.list) instanceof Int32Array ? 'int32' : 'float32';
  }

  /** Numbers of these rows, row-major. */
  take(rows: Uint32Array): Float32Array | Int32Array {
    const numbers = rows.length * this.width;
    return this.takeInto(rows, this.dtype === 'int32' ? new Int32Array(numbers) : new Float32Array(numbers));
  }

  /** The same in an array that is there. */
  takeInto<T extends Taken>(rows: Uint32Array, taken: T): T {
    const { source, width } = this;
    if (source.from === 'rows') takeOwn(source, width, rows, taken);
    else if (source.from === 'list') takeStretches(source, width, rows, taken);
    else takeWindows(source, width, rows, taken);
    return taken;
  }
}

type Taken = Float32Array | Int32Array;

function takeOwn({ values }: OwnNumbers, width: number, rows: Uint32Array, taken: Taken): void {
  for (let i = 0, to = 0; i < rows.length; i++) for (let j = 0, from = rows[i] * width; j < width; j++) taken[to++] = values[from++];
}

function takeStretches({ list, starts, rowsASet }: Stretches, width: number, rows: Uint32Array, taken: Taken): void {
  for (let i = 0; i < rows.length; i++) {
    const set = Math.floor(rows[i] / rowsASet);
    const from = starts[set];
    const count = Math.min(width, starts[set + 1] - from);
    for (let j = 0; j < width; j++) taken[i * width + j] = j >= count ? 0 : list ? list[from + j] : 1;
  }
}

function takeWindows({ list, starts, channels }: Windows, width: number, rows: Uint32Array, taken: Taken): void {
  const all = channels.reduce((sum, { count }) => sum + count, 0);
  for (let i = 0; i < rows.length; i++) {
    const series = Math.floor(rows[i] / starts);
    const start = rows[i] % starts;
    let channel = 0;
    for (const { count, first, step, ofSeries } of channels)
      for (let c = 0; c < count; c++, channel++) {
        const from = first + c * step + series * ofSeries + start;
        for (let t = 0, to = i * width + channel; t * all < width; t++, to += all) taken[to] = list[from + t];
      }
  }
}

/** What of a dataset batches are cut out of. */
export type PieceData = Pick<Dataset, 'rows' | 'x' | 'p' | 'y' | 'categorical' | 'tags' | 'series' | 'events'>;

/** Places of a row, found once for each column. */
const places = new WeakMap<TagColumn, number>();

function sets(column: TagColumn, rowsASet: number): { ids: Piece; mask: Piece } {
  const width = places.get(column) ?? tagPlaces(column);
  places.set(column, width);
  const stretches = { from: 'list', starts: column.offsets, rowsASet } as const;
  return { ids: new Piece([width], { ...stretches, list: column.ids }), mask: new Piece([width], { ...stretches, list: null }) };
}

/** Something in place of each piece of a batch. */
export type Pieces<T> = T | readonly Pieces<T>[] | { readonly [name: string]: Pieces<T> };

/**
 * The pieces of a batch (workers/methods/method.ts, Batch), each with where it lies in the data: batches of
 * tensors and the rows that a device keeps are both made from this list. Another kind of input is another
 * field of `Inputs`, and an entry here.
 */
export function piecesOf(dataset: PieceData): Pieces<Piece> {
  const { x, p, y, categorical, series, events } = dataset;
  const outputs = responseWidth(dataset);
  const places = series && windowPlaces(series);
  // The sets of a forecast are those of its channels: no row has one of its own.
  const tags = series?.task === 'forecast' ? undefined : dataset.tags;
  return {
    x: new Piece([p], { from: 'rows', values: x }),
    y: new Piece([outputs], places?.response ?? { from: 'rows', values: y }),
    z: categorical.map(({ codes }) => new Piece([], { from: 'rows', values: codes })),
    ...(tags && { tags: tags.map((column) => sets(column, series ? startsOf(series) : 1)) }),
    ...(events && { event: new Piece([1], { from: 'rows', values: events.seen }) }),
    ...(series && places && { window: new Piece([series.length, channelsOf(series)], places.window) }),
  };
}

/** The same tree with something else in place of each piece. */
export function mapPieces<T>(pieces: Pieces<Piece>, of: (piece: Piece) => T): Pieces<T> {
  if (pieces instanceof Piece) return of(pieces);
  if (Array.isArray(pieces)) return pieces.map((one: Pieces<Piece>) => mapPieces(one, of));
  return Object.fromEntries(Object.entries(pieces).map(([name, one]) => [name, mapPieces(one, of)]));
}

/** All pieces, in the order of the tree. */
export function eachPiece(pieces: Pieces<Piece>): Piece[] {
  const found: Piece[] = [];
  mapPieces(pieces, (piece) => found.push(piece));
  return found;
}
