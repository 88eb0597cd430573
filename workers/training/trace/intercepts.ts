import * as tf from '@tensorflow/tfjs';
import { LabFailure } from '../../data/failure';
import { EVALUATION_ROWS } from '../../engine/constants';
import type { Batch, Model } from '../../methods/method';
import { disposeBatch, eachSlice, makeBatch } from '../batches';
import type { LevelTable } from '../evaluator';
import { levelRows, levelsOfRow } from './places';
import type { TraceSource } from './source';
import type { InterceptTrace, TracedFeature } from './types';

export type InterceptPart = Pick<InterceptTrace, 'features' | 'fixed' | 'residualVariance' | 'effects' | 'prediction'>;

/** These rows as batches, once. */
function* batchesOf({ dataset }: TraceSource, rows: Uint32Array): Generator<Batch> {
  for (const slice of eachSlice(rows, EVALUATION_ROWS)) {
    const batch = makeBatch(dataset, slice);
    try {
      yield batch;
    } finally {
      disposeBatch(batch);
    }
  }
}

/** Level effects as tables, those of the results or those that the weights of now give. */
async function effectTables(source: TraceSource, model: Model): Promise<LevelTable[]> {
  if (source.result) return source.result.vectors;
  const tables = await model.levelVectors(batchesOf(source, source.learned), () => []);
  try {
    return await Promise.all(tables.map(async (table) => ({ values: (await table.data()) as Float32Array, levels: table.shape[0], d: 1 })));
  } finally {
    tf.dispose(tables);
  }
}

/** Predictions of rows with these level effects. */
async function predicted(source: TraceSource, model: Model, rows: Uint32Array, effects: readonly LevelTable[]): Promise<Float32Array> {
  const values = new Float32Array(rows.length);
  const tables = effects.map(({ values: effect, levels }) => tf.tensor2d(effect, [levels, 1]));
  let at = 0;
  for (const batch of batchesOf(source, rows)) {
    const output = tf.tidy(() => model.predict(batch, tables, []));
    values.set(await output.data(), at);
    at += output.shape[0];
    output.dispose();
  }
  tf.dispose(tables);
  return values;
}

/** One number of the weights. */
function numberAt({ weights }: TraceSource, name: string, i = 0): number {
  const value = weights.get(name)?.[i];
  if (value === undefined) throw new LabFailure('no-trace', 'This method has no random intercepts.', 'Choose another method.');
  return value;
}

/**
 * A row of a model of random intercepts: its level's residuals (what x and the effects of other features
 * leave of y), their mean, and the weight n σ²_k / (n σ²_k + σ²_e) that it keeps (docs/methods.md A11). With
 * several features the mean is over residuals from which their effects are taken away, which is exact at the
 * effects that the model predicts.
 */
export async function traceIntercepts(source: TraceSource, model: Model, row: number): Promise<InterceptPart> {
  const { dataset, learned, weights } = source;
  const residualVariance = numberAt(source, 'sigma2e');
  const tables = await effectTables(source, model);
  const none = tables.map(({ levels, d }) => ({ values: new Float32Array(levels), levels, d }));
  const features: TracedFeature[] = [];
  const effects: InterceptTrace['effects'] = [];
  for (const [k, feature] of levelsOfRow(source, row).entries()) {
    const { codes } = dataset.categorical[k];
    const { level } = feature;
    const rows = learned.filter((one) => codes[one] === level);
    // What x and all other features say of these rows.
    const others = await predicted(source, model, rows, tables.with(k, none[k]));
    const residuals = Float32Array.from(rows, (one, i) => dataset.y[one] - others[i]);
    const mean = rows.length > 0 ? residuals.reduce((sum, one) => sum + one, 0) / rows.length : 0;
    const variance = numberAt(source, 'sigma2b', k);
    effects.push({
      variance,
      mean,
      weight: (rows.length * variance) / (rows.length * variance + residualVariance),
      effect: tables[k].values[level],
    });
    const average = levelRows(dataset, rows, row, (i) => [residuals[i]]);
    features.push({ ...feature, average, vector: { values: Float32Array.of(tables[k].values[level]), gradient: null } });
  }
  const [value] = await predicted(source, model, Uint32Array.of(row), none);
  const [prediction] = await predicted(source, model, Uint32Array.of(row), tables);
  const slopes = weights.has('network/dense0/kernel') ? null : (weights.get('network/output/kernel') ?? null);
  const intercept = slopes && numberAt(source, 'network/output/bias');
  return {
    features,
    fixed: slopes && intercept !== null ? { value, intercept, slopes: slopes.slice() } : { value, intercept: null, slopes: null },
    residualVariance,
    effects,
    prediction,
  };
}
