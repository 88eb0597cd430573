import { RandomStream } from '../../random/random';
import { type Series, startsOf } from './series';
import { sideBySide } from './split';

/**
 * The windows of an epoch (1-based), in the order of its steps. Those of a forecast are all of `rows` in a
 * new order. For the other tasks every series gets as many windows as stand side by side in its training
 * part, and their starts are drawn anew each epoch: starts at multiples of L would tie the position in the
 * window to the hour of the day (docs/methods.md F4).
 *
 * @param rows ascending
 */
export function epochWindows(series: Series, rows: Uint32Array, seed: number, epoch: number): Uint32Array {
  const random = new RandomStream(seed, `windows ${epoch}`);
  const windows = series.task === 'forecast' ? rows.slice() : drawn(series, rows, random);
  random.shuffle(windows);
  return windows;
}

/** How many windows `epochWindows` gives. */
export function windowsAnEpoch(series: Series, rows: Uint32Array): number {
  if (series.task === 'forecast') return rows.length;
  let count = 0;
  for (const [from, end] of runsOf(series, rows)) count += sideBySide(series, end - from);
  return count;
}

function drawn(series: Series, rows: Uint32Array, random: RandomStream): Uint32Array {
  const windows: number[] = [];
  for (const [from, end] of runsOf(series, rows)) {
    for (let left = sideBySide(series, end - from); left > 0; left--) windows.push(rows[from + random.integer(end - from)]);
  }
  return Uint32Array.from(windows);
}

/** Where the rows of each series stand among these: from, and the first after it. */
export function* runsOf(series: Series, rows: Uint32Array): Generator<[from: number, end: number]> {
  const starts = startsOf(series);
  for (let from = 0; from < rows.length; ) {
    const f = Math.floor(rows[from] / starts);
    let end = from + 1;
    while (end < rows.length && Math.floor(rows[end] / starts) === f) end++;
    yield [from, end];
    from = end;
  }
}
