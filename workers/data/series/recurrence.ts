/** What drives simulated series, besides the tags' vectors (docs/methods.md F6). */
export interface Recurrence {
  /** Standard deviation of the shocks of a series, and of the target. */
  seriesDeviation: number;
  targetDeviation: number;
  /** How much of its last value the target keeps. */
  targetMemory: number;
  /** Largest share of its last value that a series keeps, and steps of a season. */
  strongestMemory: number;
  period: number;
}

/** What the tags of each series come to (F each). */
export interface SeriesTraits {
  /** Share of its last value that a series keeps. */
  memory: Float64Array;
  /** Amplitude of its season. */
  amplitude: Float64Array;
  /** Its weight in the next value of the target. */
  loading: Float64Array;
}

/** Width of a tag's true vector: one number for each trait. */
export const TRAITS = 3;

/**
 * Traits of series from the sums of their tags' vectors (docs/methods.md F6): memory 0.95 tanh(u1), amplitude
 * u2, loading u3 / √F.
 *
 * @param vectors true vectors (K × 3, row-major)
 * @param sets tags of each series (F)
 */
export function traitsOf(vectors: ArrayLike<number>, sets: readonly ArrayLike<number>[], strongestMemory: number): SeriesTraits {
  const sum = (set: ArrayLike<number>, m: number) => Array.from(set).reduce((total, tag) => total + vectors[tag * TRAITS + m], 0);
  return {
    memory: Float64Array.from(sets, (set) => strongestMemory * Math.tanh(sum(set, 0))),
    amplitude: Float64Array.from(sets, (set) => sum(set, 1)),
    loading: Float64Array.from(sets, (set) => sum(set, 2) / Math.sqrt(sets.length)),
  };
}

/**
 * The series and their target from zero (docs/methods.md F6): x_t = memory · x_{t−1} + amplitude · sin(2π t /
 * period + phase) + shock, y_t = memory · y_{t−1} + Σ loading · x_{t−1} + shock.
 *
 * @param shock the next standard normal of the series, or of the target: called step by step, first for every
 * series, then for the target
 * @param steps in all; `dropped` of them come before the first that is kept, so that nothing tells of zero
 * @returns F × kept, row-major, and the target
 */
export function recur(
  { memory, amplitude, loading }: SeriesTraits,
  phases: ArrayLike<number>,
  { seriesDeviation, targetDeviation, targetMemory, period }: Recurrence,
  shock: { series(): number; target(): number },
  steps: number,
  dropped: number,
): { series: Float32Array; target: Float64Array } {
  const count = memory.length;
  const kept = steps - dropped;
  const series = new Float32Array(count * kept);
  const target = new Float64Array(kept);
  let last = new Float64Array(count);
  let y = 0;
  for (let t = 0; t < steps; t++) {
    const now = new Float64Array(count);
    y *= targetMemory;
    for (let f = 0; f < count; f++) {
      now[f] = memory[f] * last[f] + amplitude[f] * Math.sin((2 * Math.PI * t) / period + phases[f]) + seriesDeviation * shock.series();
      y += loading[f] * last[f];
      if (t >= dropped) series[f * kept + t - dropped] = now[f];
    }
    y += targetDeviation * shock.target();
    if (t >= dropped) target[t - dropped] = y;
    last = now;
  }
  return { series, target };
}
