import { channelsOf, firstAsked, type Series, startsOf } from './series';

/** Channels whose numbers lie `step` apart in a list, those of the first series from `first` on. */
interface Channels {
  count: number;
  first: number;
  step: number;
  /** How much further the numbers of the next series begin; 0: they are those of all. */
  ofSeries: number;
}

/** Numbers at consecutive steps of one or more channels: row f · starts + s has those from step s on. */
export interface Windows {
  from: 'windows';
  list: Float32Array;
  starts: number;
  channels: readonly Channels[];
}

const lists = new WeakMap<Series, Float32Array>();

/** The values of all series, the clock and the target, one after the other: each number once. */
function listOf(series: Series): Float32Array {
  const parts = [series.values, ...series.clock, ...(series.target ? [series.target] : [])];
  const list = lists.get(series) ?? new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  if (lists.has(series)) return list;
  let at = 0;
  for (const part of parts) {
    list.set(part, at);
    at += part.length;
  }
  lists.set(series, list);
  return list;
}

/**
 * The windows of a dataset of series and what they are asked for, as places in one list: the numbers of
 * `windowValues` and `windowResponses`, for a device that gathers them itself.
 */
export function windowPlaces(series: Series): { window: Windows; response: Windows } {
  const { task, steps, names, clock } = series;
  const ofList = { from: 'windows', list: listOf(series), starts: startsOf(series) } as const;
  const own = { count: 1, first: 0, step: 0, ofSeries: steps };
  const others = names.length * steps;
  const target = { count: 1, first: others + clock.length * steps, step: 0, ofSeries: 0 };
  const channels: Channels[] =
    task === 'forecast'
      ? [target, { count: channelsOf(series) - 1, first: 0, step: steps, ofSeries: 0 }]
      : [own, { count: clock.length, first: others, step: steps, ofSeries: 0 }];
  const asked = task === 'next-step' ? own : target;
  return {
    window: { ...ofList, channels: channels.filter(({ count }) => count > 0) },
    response: { ...ofList, channels: [{ ...asked, first: asked.first + firstAsked(series) }] },
  };
}
