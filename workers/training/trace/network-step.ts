import * as tf from '@tensorflow/tfjs';
import { type LossAndGradients, lossAndGradients } from '../../engine/gradients';
import { drawNoise } from '../../engine/noise';
import { disposeWatched, type Watched, watch } from '../../engine/watch';
import type { Model } from '../../methods/method';
import { gaussianKl } from '../../nn/losses';
import { disposeBatch, epochRows, makeBatch, withoutSmallBatch } from '../batches';
import { trainingNoiseSeed } from '../trainer';
import { everyRow, layersOf, levelRows, levelsOfRow, placeOf, seenAt } from './places';
import type { TraceSource } from './source';
import type { NetworkTrace, Place, TracedFeature, TracedLoss, TracedUpdate } from './types';

/** What the trace of a network adds to what all traces have. */
export type NetworkPart = Pick<NetworkTrace, 'step' | 'features' | 'encoder' | 'decoder' | 'output' | 'prediction' | 'loss' | 'updates'>;

/** The batch that a training row is in, in the epoch after the weights' own. */
export interface TracedBatch {
  rows: Uint32Array;
  /** Place of the row among them. */
  at: number;
  epoch: number;
  /** From 0. */
  batch: number;
  batches: number;
}

/** Null for a row that no step of that epoch reads. */
export function batchOfRow({ dataset, batchSize, weightSeed, epoch }: TraceSource, model: Model, row: number): TracedBatch | null {
  const next = epoch + 1;
  const { train } = dataset.split;
  const shuffled = model.epochOrder?.(train, weightSeed, next) ?? epochRows(dataset, train, weightSeed, next);
  const order = withoutSmallBatch(shuffled, batchSize, model.leastBatch ?? 1);
  const place = order.indexOf(row);
  if (place < 0) return null;
  const batch = Math.floor(place / batchSize);
  return {
    rows: order.slice(batch * batchSize, (batch + 1) * batchSize),
    at: place % batchSize,
    epoch: next,
    batch,
    batches: Math.ceil(order.length / batchSize),
  };
}

const sumOfSquares = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (sum, value) => (sum as number) + value ** 2, 0) as number;

/** Which part of a method a parameter belongs to. */
function partOf(name: string): TracedUpdate['part'] {
  if (/^encoder\/(mean|logVar)/.test(name)) return 'heads';
  if (name.startsWith('encoder/')) return 'encoder';
  return /^embedding|\/levels\d+$/.test(name) ? 'tables' : 'decoder';
}

/** Gradients of the parameters by name. */
async function gradientsOf(model: Model, { gradients }: LossAndGradients): Promise<Map<string, Float32Array>> {
  const read = [...model.parameters].map(async ([name, variable]): Promise<[string, Float32Array]> => {
    const gradient = gradients[variable.name];
    return [name, gradient ? ((await gradient.data()) as Float32Array) : new Float32Array(variable.size)];
  });
  return new Map(await Promise.all(read));
}

/** The way back: last to first. */
const WAY_BACK: readonly TracedUpdate['part'][] = ['decoder', 'tables', 'heads', 'encoder'];

function updatesOf(gradients: ReadonlyMap<string, Float32Array>): TracedUpdate[] {
  return WAY_BACK.flatMap((part) => {
    const mine = [...gradients].filter(([name]) => partOf(name) === part);
    if (mine.length === 0) return [];
    return [
      {
        part,
        names: mine.map(([name]) => name),
        weights: mine.reduce((sum, [, values]) => sum + values.length, 0),
        gradient: Math.sqrt(mine.reduce((sum, [, values]) => sum + sumOfSquares(values), 0)),
      },
    ];
  });
}

/** Divergence of one level from the prior N(0, s²I), by the function of the loss. */
async function divergenceOf(mean: Float32Array, logVar: Float32Array, priorVariance: number): Promise<number> {
  const kl = tf.tidy(() => gaussianKl(tf.tensor2d(mean, [1, mean.length]), tf.tensor2d(logVar, [1, logVar.length]), priorVariance));
  const [value] = await kl.data();
  kl.dispose();
  return value;
}

/** Fills in what a feature came to in a step. */
async function stepFeature(
  feature: TracedFeature,
  k: number,
  { source, watched, batch, gradients }: { source: TraceSource; watched: Watched; batch: TracedBatch; gradients: ReadonlyMap<string, Float32Array> },
  noise: readonly tf.Tensor2D[],
): Promise<TracedFeature> {
  const { dataset, weights, settings } = source;
  const { rows, at } = batch;
  const { codes } = dataset.categorical[k];
  const vector = await seenAt(watched, 'vector', at, k);
  const draw = await seenAt(watched, 'draw', at, k);
  const d = vector?.values.length ?? 0;
  const slice = (values: Float32Array | undefined): Float32Array | null => values?.slice(feature.level * d, (feature.level + 1) * d) ?? null;
  const table = (name: string): Place | null => {
    const values = slice(weights.get(name));
    return values && { values, gradient: slice(gradients.get(name)) };
  };
  const common = { ...feature, vector, draw, noise: draw && (await placeOf({ values: noise[k], gradient: null }, at)).values };
  const ofTable = table(`embedding${k}/table`);
  if (ofTable) return { ...common, table: ofTable };
  const mean = table(`embedding${k}/mean`);
  const logVar = table(`embedding${k}/logVar`);
  const priorVariance = typeof settings.priorVariance === 'number' ? settings.priorVariance : 1;
  if (mean && logVar) return { ...common, mean, logVar, divergence: await divergenceOf(mean.values, logVar.values, priorVariance) };
  const encoded = await seenAt(watched, `mean${k}`, at);
  if (!encoded) return common;
  const draws = await everyRow(watched, 'draw', k);
  const places = Array.from(rows.keys()).filter((i) => codes[rows[i]] === feature.level);
  const levelMean = (await seenAt(watched, 'levelMean', feature.level, k))?.values ?? null;
  const levelLogVar = (await seenAt(watched, 'levelLogVar', feature.level, k))?.values ?? null;
  const fixed = settings.prior === undefined || settings.prior === 'fixed' || settings.prior === 'grid-searched';
  return {
    ...common,
    mean: encoded,
    logVar: await seenAt(watched, `logVar${k}`, at),
    levelMean,
    levelLogVar,
    average: levelRows(
      dataset,
      places.map((i) => rows[i]),
      rows[at],
      (i) => draws.slice(places[i] * d, (places[i] + 1) * d),
    ),
    divergence: fixed && levelMean && levelLogVar ? await divergenceOf(levelMean, levelLogVar, priorVariance) : null,
  };
}

/** A row's own loss: its squared error, or its cross-entropy from the logit. */
function lossOfRow(binary: boolean, y: number, output: number): number {
  if (!binary) return (y - output) ** 2;
  return Math.max(output, 0) - y * output + Math.log1p(Math.exp(-Math.abs(output)));
}

async function readLoss(loss: LossAndGradients, ofRow: number): Promise<TracedLoss> {
  const terms = await Promise.all(Object.entries(loss.terms).map(async ([name, term]) => [name, (await term.data())[0]] as const));
  return { total: (await loss.total.data())[0], terms: Object.fromEntries(terms), ofRow };
}

/**
 * The step that the batch of a training row would be, with the weights of the source and the noise of that
 * step: the tfjs definition of the loss and its gradient, watched on the way.
 */
export async function traceStep(source: TraceSource, model: Model, row: number, batch: TracedBatch): Promise<NetworkPart> {
  const { dataset, weightSeed, learningRate } = source;
  const inputs = makeBatch(dataset, batch.rows);
  const counter = (batch.epoch - 1) * batch.batches + batch.batch;
  const noise = drawNoise(model.noiseShapes(batch.rows.length), trainingNoiseSeed(weightSeed), counter);
  const { result: loss, watched } = watch(() => lossAndGradients(model.parameters, () => model.loss(inputs, noise, true)));
  try {
    const gradients = await gradientsOf(model, loss);
    const output = (await seenAt(watched, 'decoder/output', batch.at)) as Place;
    const features: TracedFeature[] = [];
    for (const [k, feature] of levelsOfRow(source, row).entries())
      features.push(await stepFeature(feature, k, { source, watched, batch, gradients }, noise));
    const binary = dataset.task === 'binary';
    return {
      step: { epoch: batch.epoch, batch: batch.batch + 1, batches: batch.batches, rows: batch.rows.length, learningRate },
      features,
      encoder: await layersOf(watched, 'encoder', batch.at),
      decoder: await layersOf(watched, 'decoder', batch.at),
      output,
      prediction: (await loss.output.data())[batch.at],
      loss: await readLoss(loss, lossOfRow(binary, dataset.y[row], output.values[0])),
      updates: updatesOf(gradients),
    };
  } finally {
    loss.dispose();
    disposeWatched(watched);
    disposeBatch(inputs);
    tf.dispose(noise);
  }
}
