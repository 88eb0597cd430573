import type * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { featureName, ownResponse } from '../../data/dataset';
import type { Watched, WatchedPlace } from '../../engine/watch';
import { numbersAt } from '../../numbers/typed-arrays';
import { partOf } from './choose-row';
import type { TraceSource } from './source';
import type { LevelRows, Place, TracedFeature, TracedRow } from './types';

/** Most rows of a level that are listed. */
const MOST_LISTED = 12;

/** One row of a tensor [n, width], as numbers. */
async function rowAt(tensor: tf.Tensor, i: number): Promise<Float32Array> {
  const width = tensor.shape[1] ?? 1;
  return Float32Array.from((await tensor.data()).slice(i * width, (i + 1) * width));
}

/** What was seen at a place, of one row. */
export async function placeOf({ values, gradient }: WatchedPlace, i: number): Promise<Place> {
  return { values: await rowAt(values, i), gradient: gradient && (await rowAt(gradient, i)) };
}

/** The k-th passing of a place; null where nothing passed. */
export async function seenAt(watched: Watched, place: string, i: number, k = 0): Promise<Place | null> {
  const passed = watched.get(place)?.[k];
  return passed ? placeOf(passed, i) : null;
}

/**
 * The k-th passing of a place, all rows. Throws where nothing passed: the method would not be what it says.
 */
export async function everyRow(watched: Watched, place: string, k = 0): Promise<Float32Array> {
  const passed = watched.get(place)?.[k];
  if (!passed) throw new Error(`nothing passed ${place}`);
  return (await passed.values.data()) as Float32Array;
}

/** The layers of a stack in their order. */
export async function layersOf(watched: Watched, stack: string, i: number): Promise<Place[]> {
  const layers: Place[] = [];
  for (let passed = watched.get(`${stack}/dense0`); passed; passed = watched.get(`${stack}/dense${layers.length}`))
    layers.push(await placeOf(passed[0], i));
  return layers;
}

/** The row itself. */
export function tracedRow(source: TraceSource, row: number): TracedRow {
  const { dataset } = source;
  const { x, p, y, xScales, targetName, classLabels } = dataset;
  return {
    row,
    part: partOf(source, row),
    x: Array.from({ length: p }, (_, j) => {
      const value = x[row * p + j];
      const scale = xScales?.[j];
      return { name: featureName(dataset, j), value, own: scale ? value * scale.scale + scale.mean : null };
    }),
    y: y[row],
    ownY: ownResponse(dataset, Uint32Array.of(row))[0],
    targetName,
    classLabels: classLabels && [classLabels[0], classLabels[1]],
  };
}

/** The levels of a row, before anything is known of their vectors. */
export function levelsOfRow({ dataset }: TraceSource, row: number): TracedFeature[] {
  const { train, validation } = dataset.split;
  return dataset.categorical.map(({ name, codes, labels }, feature) => {
    const level = codes[row];
    const has = (count: number, other: number): number => count + (codes[other] === level ? 1 : 0);
    return {
      feature,
      name,
      level,
      label: labels?.[level] ?? String(level),
      trainingRows: train.reduce(has, 0) + validation.reduce(has, 0),
      mean: null,
      logVar: null,
      levelMean: null,
      levelLogVar: null,
      noise: null,
      draw: null,
      average: null,
      vector: null,
      table: null,
      divergence: null,
    };
  });
}

/**
 * The rows of a level that meet in an average, the followed one first.
 *
 * @param rows all rows that meet, by their numbers in the data
 * @param gives what row i of them gives, d numbers
 */
export function levelRows({ y }: Dataset, rows: ArrayLike<number>, followed: number, gives: (i: number) => ArrayLike<number>): LevelRows {
  const places = Array.from({ length: rows.length }, (_, i) => i);
  const first = places.filter((i) => rows[i] === followed);
  const listed = [...first, ...places.filter((i) => rows[i] !== followed)].slice(0, MOST_LISTED);
  return {
    n: rows.length,
    rows: numbersAt(Uint32Array, rows, listed),
    y: Float32Array.from(listed, (i) => y[rows[i]]),
    gives: Float32Array.from(listed.flatMap((i) => Array.from(gives(i)))),
  };
}
