import type { Scale } from '../standardize';

/**
 * What a window is asked for (docs/methods.md F4, F5). next-step: the value after each of its steps.
 * regression: a given target at each of its steps. forecast: the target's next values, from its own past and
 * from all other series.
 */
export type SeriesTask = 'next-step' | 'regression' | 'forecast';

/**
 * Series over the same steps of time. A row of such a dataset is a window; its number says which one
 * (`placeOf`), and nothing is copied.
 */
export interface Series {
  task: SeriesTask;
  /** Steps of time T. */
  steps: number;
  /** Steps of a window L. */
  length: number;
  /** Numbers that a window is asked for: L, or the horizon H of a forecast. */
  outputs: number;
  /** Names of the series (F). */
  names: readonly string[];
  /** Values (F × T, a series after the other), as the methods see them. NaN where a cell is missing. */
  values: Float32Array;
  /**
   * Value of series f in its own unit = values · scales[f].scale + scales[f].mean; null where it already is.
   */
  scales: readonly Scale[] | null;
  /** Channels that every window has besides its series: sine and cosine of the clock (T each). */
  clock: readonly Float32Array[];
  /** The target (T), as the methods see it; null for next-step, whose target is the series itself. */
  target: Float32Array | null;
  /** Which series train (F): 1, or 0 for those that only test. All 1 for a forecast. */
  known: Uint8Array;
  /**
   * Variance of what no past can tell of the next value, in the unit of results squared; null where it is
   * not known. A smaller test error has read the answer.
   */
  innovationVariance: number | null;
  /** What a person should know of them before training. */
  warnings?: readonly { code: string; message: string }[];
  /** What a step is called (T): a date as the file has it; null: its number. */
  times: readonly string[] | null;
}

/** Shape of windows, as a model is built for them. */
export interface SeriesShape {
  task: SeriesTask;
  /** Steps of a window L. */
  length: number;
  /** Numbers at each step C: the series and the clock, or the target and all F other series. */
  channels: number;
  /** Width of the response: L, or the horizon H. */
  outputs: number;
  /** Forecast: sets of tags of channels 1 … F; absent where they have none. */
  exogenousTags?: { tags: number; places: number; rows: number };
}

/** Channels C of a window. */
export const channelsOf = ({ task, names, clock }: Pick<Series, 'task' | 'names' | 'clock'>): number =>
  task === 'forecast' ? 1 + names.length : 1 + clock.length;

/** Steps that a window and its response take together. */
export const spanOf = ({ task, length, outputs }: Pick<Series, 'task' | 'length' | 'outputs'>): number =>
  task === 'next-step' ? length + 1 : task === 'forecast' ? length + outputs : length;

/** Windows of one series: starts 0 … this − 1. */
export const startsOf = (series: Pick<Series, 'task' | 'length' | 'outputs' | 'steps'>): number => Math.max(0, series.steps - spanOf(series) + 1);

/** Rows of the dataset: every window of every series, or of all series together for a forecast. */
export const windowsOf = (series: Pick<Series, 'task' | 'length' | 'outputs' | 'steps' | 'names'>): number =>
  startsOf(series) * (series.task === 'forecast' ? 1 : series.names.length);

/** Which series a row is a window of (0 for a forecast) and at which step it starts. */
export function placeOf(series: Pick<Series, 'task' | 'length' | 'outputs' | 'steps'>, row: number): { series: number; start: number } {
  const starts = startsOf(series);
  return { series: Math.floor(row / starts), start: row % starts };
}

/** The first step that a window which starts at 0 is asked for. */
export const firstAsked = ({ task, length }: Pick<Series, 'task' | 'length'>): number =>
  task === 'next-step' ? 1 : task === 'forecast' ? length : 0;

/** The windows of these rows: rows × L × C. */
export function windowValues(series: Series, rows: Uint32Array): Float32Array {
  const { steps, length, values, target, clock, names, task } = series;
  const channels = channelsOf(series);
  const windows = new Float32Array(rows.length * length * channels);
  const channel = (i: number, c: number, from: Float32Array, start: number) => {
    for (let t = 0; t < length; t++) windows[(i * length + t) * channels + c] = from[start + t];
  };
  for (let i = 0; i < rows.length; i++) {
    const { series: f, start } = placeOf(series, rows[i]);
    if (task === 'forecast') {
      channel(i, 0, target as Float32Array, start);
      for (let g = 0; g < names.length; g++) channel(i, 1 + g, values, g * steps + start);
    } else {
      channel(i, 0, values, f * steps + start);
      for (let c = 0; c < clock.length; c++) channel(i, 1 + c, clock[c], start);
    }
  }
  return windows;
}

/** What the windows of these rows are asked for: rows × outputs. */
export function windowResponses(series: Series, rows: Uint32Array): Float32Array {
  const { steps, outputs, values, target, task } = series;
  const responses = new Float32Array(rows.length * outputs);
  for (let i = 0; i < rows.length; i++) {
    const { series: f, start } = placeOf(series, rows[i]);
    const from = start + firstAsked(series);
    responses.set(
      task === 'next-step' ? values.subarray(f * steps + from, f * steps + from + outputs) : (target as Float32Array).subarray(from, from + outputs),
      i * outputs,
    );
  }
  return responses;
}
