import { type Series, spanOf } from './series';

/** Steps from each on without a missing value and without a gap in time: 0 where the value is missing. */
function clean(values: ArrayLike<number>, from: number, steps: number, gap: Uint8Array): Int32Array {
  const run = new Int32Array(steps);
  for (let t = steps - 1; t >= 0; t--) {
    if (Number.isNaN(values[from + t])) continue;
    run[t] = 1 + (t + 1 < steps && !gap[t + 1] ? run[t + 1] : 0);
  }
  return run;
}

/**
 * Which windows have all their values and cross no gap in time.
 *
 * @param gaps steps that do not follow the one before them
 */
export function allowedWindows(series: Series, gaps: readonly number[]): (series: number, start: number) => boolean {
  const { steps, values, target, names, task, length } = series;
  const gap = new Uint8Array(steps);
  for (const step of gaps) gap[step] = 1;
  const runs = names.map((_, f) => clean(values, f * steps, steps, gap));
  const ofTarget = target ? clean(target, 0, steps, gap) : null;
  const span = spanOf(series);
  if (task !== 'forecast') return (f, start) => runs[f][start] >= span && (!ofTarget || ofTarget[start] >= span);
  const shortest = Int32Array.from({ length: steps }, (_, t) => runs.reduce((least, run) => Math.min(least, run[t]), steps));
  return (_, start) => shortest[start] >= length && (ofTarget as Int32Array)[start] >= span;
}
