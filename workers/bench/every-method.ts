import { median, ratio } from './statistics';

/**
 * Every method's step next to its PyTorch peer and to tfjs: what `npm run bench -- all` measures and `?bench`
 * shows.
 */

/** Who takes turns. Threads are those of the step; `torch compiled` is `torch` through torch.compile. */
export const ENGINES = ['lab, 1 thread', 'lab, 2 threads', 'torch, 1 thread', 'torch, 2 threads', 'torch compiled, 2 threads', 'tfjs'] as const;
export type EveryEngine = (typeof ENGINES)[number];

/** Milliseconds a step, each round, by the clock and of processors. */
export interface EngineTimes {
  wall: number[];
  processor: number[];
}

/** One method at one q. */
export interface EveryMethodRow {
  method: string;
  label: string;
  /** Levels of a feature, and rows of a batch where the method takes so many; null for windows of series. */
  q: number | null;
  /** Rows of a batch, and steps of an epoch. */
  batch: number;
  batches: number;
  /** How the lab's steps run: 'fused WASM', 'recorded WASM', or 'tfjs WASM' where they cannot be recorded. */
  step: string;
  times: Partial<Record<EveryEngine, EngineTimes>>;
  /** Why an engine is missing. */
  absent: Partial<Record<EveryEngine, string>>;
  /** Relative differences of the losses of the first steps between the lab and its peer, step by step. */
  differences: number[];
  /** Processor milliseconds until the lab's step on one thread is there, and bytes of its memory. */
  preparation: number;
  bytes: number | null;
  /** Load of the machine over the last minute. */
  load: number;
}

/** Whole fits of a mixed model, which has no steps, next to R's lme4. */
export interface MixedRow {
  label: string;
  /** Processor seconds of each fit, on one thread; of lme4 none where R is not there. */
  lab: number[];
  lme4: number[];
}

export interface EveryMethodReport {
  version: 1;
  date: string;
  machine: string;
  cores: number;
  node: string;
  torch: string | null;
  rounds: number;
  turn: number;
  /** Steps whose losses were compared. */
  compared: number;
  rows: EveryMethodRow[];
  /** Absent where methods were chosen by name. */
  mixed?: MixedRow[];
}

/** Medians of a row's rounds: how many times as long `theirs` takes as `ours`; null where one is missing. */
export function timesAsLong(
  { times }: Pick<EveryMethodRow, 'times'>,
  theirs: EveryEngine,
  ours: EveryEngine,
  clock: keyof EngineTimes = 'wall',
): number | null {
  const [mine, other] = [times[ours], times[theirs]];
  return mine && other ? ratio(other[clock], mine[clock]) : null;
}

/** Milliseconds of a step, or null. */
export const usualTime = ({ times }: Pick<EveryMethodRow, 'times'>, engine: EveryEngine): number | null => {
  const rounds = times[engine]?.wall ?? [];
  return rounds.length > 0 ? median(rounds) : null;
};

/** Median of the seconds of whole fits; null of none. */
export const usualSeconds = (fits: readonly number[]): number | null => (fits.length > 0 ? median(fits) : null);

/** Geometric mean of those that are there; null of none. */
export function geometricMean(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length > 0 ? Math.exp(there.reduce((sum, value) => sum + Math.log(value), 0) / there.length) : null;
}
