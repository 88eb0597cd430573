import type { BatchDesign } from './design';

/** Where the columns of a batch's design meet in a row. */
export interface Meetings {
  /** Pairs of columns that meet: left > right, each pair once. */
  left: Int32Array;
  right: Int32Array;
  /** Of each meeting its row, its pair and the product of its two entries of Z. */
  row: Int32Array;
  pair: Int32Array;
  product: Float64Array;
}

/** All meetings of two columns in a row, pair by pair in a fixed order. */
export function meetingsOf({ rows, starts, columns, values, firsts }: BatchDesign): Meetings {
  const size = firsts[firsts.length - 1];
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const entries = starts[i + 1] - starts[i];
    count += (entries * (entries - 1)) / 2;
  }
  // Entries of Z by column: their places and their rows.
  const begins = new Int32Array(size + 1);
  for (const column of columns) begins[column + 1]++;
  for (let j = 0; j < size; j++) begins[j + 1] += begins[j];
  const next = begins.slice();
  const places = new Int32Array(columns.length);
  const rowsOf = new Int32Array(columns.length);
  for (let i = 0; i < rows; i++) {
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      const slot = next[columns[at]]++;
      places[slot] = at;
      rowsOf[slot] = i;
    }
  }
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const row = new Int32Array(count);
  const pair = new Int32Array(count);
  const product = new Float64Array(count);
  /** The last pair of each column as the left one. */
  const last = new Int32Array(size).fill(-1);
  let pairs = 0;
  let meetings = 0;
  for (let b = 0; b < size; b++) {
    for (let slot = begins[b]; slot < begins[b + 1]; slot++) {
      const i = rowsOf[slot];
      const value = values[places[slot]];
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const a = columns[at];
        if (a <= b) continue;
        let known = last[a];
        if (known < 0 || right[known] !== b) {
          known = pairs++;
          last[a] = known;
          left[known] = a;
          right[known] = b;
        }
        row[meetings] = i;
        pair[meetings] = known;
        product[meetings++] = value * values[at];
      }
    }
  }
  return { left: left.subarray(0, pairs), right: right.subarray(0, pairs), row, pair, product };
}
