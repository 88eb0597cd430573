import * as tf from '@tensorflow/tfjs';
import type { Series } from '../../data/series/series';
import { paddedTags, tagPlaces } from '../../data/tag-rows';
import type { Problem } from '../method';
import type { GoldenArray, MethodFixture } from './golden-fixture';
import { tagColumnOf } from './golden-tags';

/** Windows of a fixture, [n, L, C] in row-major order. */
interface GoldenWindows {
  shape: [rows: number, length: number, channels: number];
  values: number[];
  /** The windows are of one series to forecast (channel 0) and of others. */
  forecast: boolean;
}

/**
 * The windows of a fixture: `X` [n, L, C], or `endogenous` [n, L] before `exogenous` [n, L, F]. Undefined
 * where its rows are those of a table.
 */
export function windowsOfFixture({ inputs }: Pick<MethodFixture, 'inputs'>): GoldenWindows | undefined {
  const { X, endogenous, exogenous } = inputs;
  if (endogenous && exogenous) return { ...sideBySide(endogenous, exogenous), forecast: true };
  if (X?.shape.length === 3) return { shape: X.shape as [number, number, number], values: X.values, forecast: false };
  return undefined;
}

function sideBySide(one: GoldenArray, others: GoldenArray): Pick<GoldenWindows, 'shape' | 'values'> {
  const [rows, length, features] = others.shape;
  const values = one.values.flatMap((value, step) => [value, ...others.values.slice(step * features, (step + 1) * features)]);
  return { shape: [rows, length, 1 + features], values };
}

/** The shape of windows: sets of tags belong to the rows, or to the other series of a forecast. */
export function windowProblemOf(fixture: MethodFixture, { shape, forecast }: GoldenWindows): Problem {
  const { config, inputs } = fixture;
  const [, length, channels] = shape;
  const outputs = inputs.y.shape[1];
  const column = tagColumnOf(fixture);
  const places = column && tagPlaces(column);
  const series = { task: forecast ? ('forecast' as const) : ('next-step' as const), length, channels, outputs };
  const common = { task: 'regression' as const, p: 0, levels: [], batchSize: config.n };
  if (!column || !places) return { ...common, series };
  const tags = column.labels.length;
  if (!forecast) return { ...common, tags: [{ tags, places, parents: column.parents }], series };
  const rows = Uint32Array.from({ length: channels - 1 }, (_, f) => f);
  return { ...common, series: { ...series, exogenousTags: { tags, places, rows: rows.length, ...paddedTags(column, rows, places) } } };
}

/** The pieces of a batch of windows that are not the same as those of a table. */
export function windowTensors({ shape, values }: GoldenWindows): { x: tf.Tensor2D; z: tf.Tensor1D[]; window: tf.Tensor3D } {
  return { x: tf.zeros([shape[0], 0]), z: [], window: tf.tensor3d(values, shape) };
}

/**
 * Windows and what they are asked for as a dataset of series, for a plan that cuts out its batches itself:
 * one after the other in time, each followed by its response, whatever the fixture asks for.
 *
 * @returns the series, and the row of each window
 */
export function seriesOfWindows({ shape, values }: GoldenWindows, response: GoldenArray): { series: Series; rows: Uint32Array } {
  const [count, length, channels] = shape;
  const outputs = response.shape[1];
  const span = length + outputs;
  const target = new Float32Array(count * span);
  const others = new Float32Array((channels - 1) * count * span);
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < length; t++) {
      const from = (i * length + t) * channels;
      target[i * span + t] = values[from];
      for (let c = 1; c < channels; c++) others[(c - 1) * count * span + i * span + t] = values[from + c];
    }
    for (let h = 0; h < outputs; h++) target[i * span + length + h] = response.values[i * outputs + h];
  }
  const series: Series = {
    task: 'forecast',
    steps: count * span,
    length,
    outputs,
    names: Array.from({ length: channels - 1 }, (_, f) => `${f}`),
    values: others,
    scales: null,
    clock: [],
    target,
    known: new Uint8Array(channels - 1).fill(1),
    innovationVariance: null,
    times: null,
  };
  return { series, rows: Uint32Array.from({ length: count }, (_, i) => i * span) };
}
