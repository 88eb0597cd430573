import { type Dataset, ownResponse } from '../data/dataset';
import { firstAsked, placeOf, type Series } from '../data/series/series';
import type { Scale } from '../data/standardize';
import { RandomStream } from '../random/random';
import type { ForecastWindow } from './lane';

/** Windows drawn, of known and of new series each. */
const DRAWN = 8;

/** From the unit of results to that of a series: they differ where every series has a scale of its own. */
const toOwn = ({ scales, task }: Series, f: number): Scale => (task === 'next-step' ? scales?.[f] : undefined) ?? { mean: 0, scale: 1 };

/** A test window with what was predicted for it, in the unit of its series or target. */
export interface TestWindow {
  /** Name of the series, or of the target. */
  name: string;
  known: boolean;
  /** First step that is asked for, from 0. */
  asked: number;
  actual: Float64Array;
}

/** The i-th test window: what was asked for, in the unit of the series or target. */
export function testWindow(dataset: Dataset, series: Series, i: number): TestWindow & { own(values: ArrayLike<number>): Float64Array } {
  const row = dataset.split.test[i];
  const { series: f, start } = placeOf(series, row);
  const { mean, scale } = toOwn(series, f);
  const own = (values: ArrayLike<number>) => Float64Array.from(values, (value) => value * scale + mean);
  return {
    name: series.task === 'forecast' ? dataset.targetName : series.names[f],
    known: series.known[f] === 1,
    asked: start + firstAsked(series),
    actual: own(ownResponse(dataset, Uint32Array.of(row))),
    own,
  };
}

/**
 * A seeded sample of test windows with their past, what came and what was predicted, in the unit of the
 * series or target. The same windows for every method.
 */
export function drawnWindows(dataset: Dataset, predictions: Float64Array, seed: number): ForecastWindow[] | undefined {
  const { series, split } = dataset;
  if (!series) return undefined;
  const { outputs, length, steps } = series;
  const order = Uint32Array.from(split.test, (_, i) => i);
  new RandomStream(seed, 'windows drawn').shuffle(order);
  const places = ([1, 0] as const).flatMap((known) =>
    [...order].filter((i) => series.known[placeOf(series, split.test[i]).series] === known).slice(0, DRAWN),
  );
  return places.map((i) => {
    const { name, known, asked, actual, own } = testWindow(dataset, series, i);
    const { series: f, start } = placeOf(series, split.test[i]);
    // The target is in the unit of results only after its own scale; a series' values are in it already.
    const past =
      series.task === 'next-step'
        ? own(series.values.subarray(f * steps + start, f * steps + start + length))
        : Float64Array.from((series.target as Float32Array).subarray(start, start + length), (v) => v * dataset.targetScale + dataset.targetMean);
    return {
      name,
      known,
      start,
      asked,
      times: series.times?.slice(start, asked + outputs) ?? null,
      past,
      actual,
      predicted: own(predictions.subarray(i * outputs, (i + 1) * outputs)),
    };
  });
}
