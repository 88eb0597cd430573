import { type Factor, hasCodes, type LevelFactor, type SetFactor } from '../factor';

/** Z of the rows of a batch as compressed sparse rows, with a column for each level that the batch shows. */
export interface BatchDesign {
  rows: number;
  /** Entries of row i are `columns` and `values` from starts[i] to starts[i + 1] − 1 (rows + 1 numbers). */
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
  /** First column of each factor, then the columns in all (K + 1 numbers). */
  firsts: number[];
  /**
   * By factor, 1 for a row whose level no other row has, where such levels are kept apart and have no column;
   * null where there is none. Never of sets.
   */
  alone: (Uint8Array | null)[];
}

/** What a factor adds to the design: its levels in the batch, numbered in the order of their first rows. */
interface Part {
  /** As of SetFactor; null: one entry a row. */
  offsets: ArrayLike<number> | null;
  ids: Int32Array;
  levels: number;
  alone: Uint8Array | null;
}

/**
 * Room for a number of each level, kept between batches and left at 0: most batches show few of many levels.
 */
let room = new Int32Array(1024);

function makeRoom(ids: ArrayLike<number>): void {
  let largest = 0;
  for (let at = 0; at < ids.length; at++) if (ids[at] > largest) largest = ids[at];
  if (largest >= room.length) room = new Int32Array(2 * (largest + 1));
}

/** Every level that occurs has a column. */
function numbered(ids: ArrayLike<number>, offsets: ArrayLike<number> | null): Part {
  makeRoom(ids);
  const own = new Int32Array(ids.length);
  let levels = 0;
  for (let at = 0; at < own.length; at++) {
    const id = ids[at];
    if (room[id] === 0) room[id] = ++levels;
    own[at] = room[id] - 1;
  }
  for (let at = 0; at < own.length; at++) room[ids[at]] = 0;
  return { offsets, ids: own, levels, alone: null };
}

/** Every level that two rows have has a column. */
function shared({ codes }: LevelFactor): Part {
  makeRoom(codes);
  const m = codes.length;
  for (let i = 0; i < m; i++) room[codes[i]]++;
  let single = 0;
  const alone = new Uint8Array(m);
  for (let i = 0; i < m; i++) {
    if (room[codes[i]] !== 1) continue;
    alone[i] = 1;
    single++;
  }
  // From here on the room has −1 − the number of a level.
  let levels = 0;
  const ids = new Int32Array(m - single);
  const offsets = new Int32Array(m + 1);
  let entries = 0;
  for (let i = 0; i < m; i++) {
    if (alone[i] === 0) {
      if (room[codes[i]] > 0) room[codes[i]] = -1 - levels++;
      ids[entries++] = -1 - room[codes[i]];
    }
    offsets[i + 1] = entries;
  }
  for (let i = 0; i < m; i++) room[codes[i]] = 0;
  return single > 0 ? { offsets, ids, levels, alone } : { offsets: null, ids, levels, alone: null };
}

const entriesOf = ({ offsets }: Part, row: number): number => (offsets ? offsets[row + 1] - offsets[row] : 1);

/** Z of a batch; a level that one row alone has is kept out of it, and told in `alone`. */
export function batchDesign(factors: readonly Factor[], rows: number): BatchDesign {
  const parts = factors.map((factor): Part => {
    if (!hasCodes(factor)) return numbered((factor as SetFactor).ids, factor.offsets);
    return shared(factor);
  });
  const firsts = [0];
  for (const { levels } of parts) firsts.push(firsts[firsts.length - 1] + levels);
  const starts = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    let entries = 0;
    for (const part of parts) entries += entriesOf(part, i);
    starts[i + 1] = starts[i] + entries;
  }
  const columns = new Int32Array(starts[rows]);
  const values = new Float64Array(starts[rows]).fill(1);
  const next = starts.slice();
  for (const [k, part] of parts.entries()) {
    const { offsets, ids } = part;
    const isSet = !hasCodes(factors[k]);
    for (let i = 0; i < rows; i++) {
      const from = offsets ? offsets[i] : i;
      const entries = entriesOf(part, i);
      for (let at = from; at < from + entries; at++) {
        if (isSet) values[next[i]] = 1 / entries;
        columns[next[i]++] = firsts[k] + ids[at];
      }
    }
  }
  return { rows, starts, columns, values, firsts, alone: parts.map(({ alone }) => alone) };
}

/** Z b of each row. */
export function timesEffects({ rows, starts, columns, values }: BatchDesign, effects: Float64Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let at = starts[i]; at < starts[i + 1]; at++) sum += values[at] * effects[columns[at]];
    sums[i] = sum;
  }
  return sums;
}

/** Z'v of each column. */
export function sumsOfColumns({ rows, starts, columns, values, firsts }: BatchDesign, v: Float64Array): Float64Array {
  const sums = new Float64Array(firsts[firsts.length - 1]);
  for (let i = 0; i < rows; i++) for (let at = starts[i]; at < starts[i + 1]; at++) sums[columns[at]] += values[at] * v[i];
  return sums;
}
