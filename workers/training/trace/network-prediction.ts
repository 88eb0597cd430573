import * as tf from '@tensorflow/tfjs';
import { EVALUATION_ROWS } from '../../engine/constants';
import type { NoiseKey } from '../../engine/step-plan';
import { disposeWatched, watch } from '../../engine/watch';
import type { LevelVectors, Model } from '../../methods/method';
import { numbersAt } from '../../numbers/typed-arrays';
import { counterNormal } from '../../random/random';
import { disposeBatch, eachSlice, makeBatch } from '../batches';
import type { NetworkPart } from './network-step';
import { everyRow, layersOf, levelRows, levelsOfRow, placeOf, seenAt } from './places';
import { modelOf, type TraceSource } from './source';
import type { Place, TracedFeature } from './types';

/** The noise of one row of a batch, whichever batch of whichever counter it was. */
function noiseOfRow(model: Model, { seed, step }: NoiseKey, row: number): tf.Tensor2D[] {
  let column = 0;
  return model.noiseShapes(1).map(([, columns]) => {
    const values = Float32Array.from({ length: columns }, (_, j) => counterNormal(seed, step, row, column + j));
    column += columns;
    return tf.tensor2d(values, [1, columns]);
  });
}

/** Draws, or means, that the rows of a level give to its vector: n × d, in the order of `places`. */
async function drawsOf(source: TraceSource, model: Model, k: number, d: number, places: readonly number[]): Promise<Float32Array> {
  const { dataset, learned, extraction, settings } = source;
  const given = new Float32Array(places.length * d);
  const rows = numbersAt(Uint32Array, learned, places);
  let at = 0;
  for (const slice of eachSlice(rows, EVALUATION_ROWS)) {
    const batch = makeBatch(dataset, slice);
    const noise = model.noiseShapes(slice.length).map(([count, columns]) => tf.zeros([count, columns]) as tf.Tensor2D);
    const { result: loss, watched } = watch(() => tf.tidy(() => model.loss(batch, noise, false).total));
    const mean = await everyRow(watched, `mean${k}`);
    const logVar = await everyRow(watched, `logVar${k}`);
    tf.dispose([loss, ...noise]);
    disposeWatched(watched);
    disposeBatch(batch);
    for (let i = 0; i < slice.length; i++, at++) {
      const place = places[at];
      const step = extraction.step + Math.floor(place / EVALUATION_ROWS);
      for (let m = 0; m < d; m++) {
        const epsilon = settings.extraction === 'mean' ? 0 : counterNormal(extraction.seed, step, place % EVALUATION_ROWS, k * d + m);
        given[at * d + m] = mean[i * d + m] + Math.exp(logVar[i * d + m] / 2) * epsilon;
      }
    }
  }
  return given;
}

/** The average of n rows of d numbers; zeros of none. */
function averageOf(values: Float32Array, d: number): Float32Array {
  const n = values.length / d;
  const sum = new Float64Array(d);
  for (let i = 0; i < values.length; i++) sum[i % d] += values[i];
  return Float32Array.from(sum, (total) => (n > 0 ? total / n : 0));
}

/**
 * The average of a level's n rows as predictions take it: all of it, or n / (n + κ), with κ = 1 or trained.
 */
function shrunk({ settings: { shrinkage = 'none' }, weights }: TraceSource, k: number, average: Float32Array, n: number): Float32Array {
  if (shrinkage === 'none') return average;
  const kappa = Math.exp(weights.get(`shrinkage/logKappa${k}`)?.[0] ?? 0);
  return average.map((one) => (one * n) / (n + kappa));
}

/** A table [q, d] that has one level alone, which is all that one row asks for. */
const oneLevel = (q: number, level: number, values: Float32Array): tf.Tensor2D => {
  const table = new Float32Array(q * values.length);
  table.set(values, level * values.length);
  return tf.tensor2d(table, [q, values.length]);
};

/** The features of a row with the vectors that its levels have in predictions. */
async function predictedFeatures(source: TraceSource, row: number): Promise<{ features: TracedFeature[]; vectors: LevelVectors }> {
  const { dataset, learned, weights, result } = source;
  const model = modelOf(source, weights);
  try {
    const plain = levelsOfRow(source, row);
    if (!weights.has('encoder/mean0/kernel')) {
      const vectors = result
        ? result.vectors.map(({ values, levels, d }) => tf.tensor2d(values, [levels, d]))
        : await model.levelVectors([], () => []);
      const features = plain.map((feature, k): TracedFeature => {
        const { level } = feature;
        const d = vectors[k]?.shape[1] ?? 0;
        const place = (name: string): Place | null => {
          const values = weights.get(name);
          return values ? { values: values.slice(level * d, (level + 1) * d), gradient: null } : null;
        };
        return { ...feature, table: place(`embedding${k}/table`), mean: place(`embedding${k}/mean`), logVar: place(`embedding${k}/logVar`) };
      });
      return { features, vectors };
    }
    const d = (weights.get('encoder/mean0/bias') as Float32Array).length;
    const features: TracedFeature[] = [];
    const vectors: tf.Tensor2D[] = [];
    for (const [k, feature] of plain.entries()) {
      const { codes, cardinality } = dataset.categorical[k];
      const places = Array.from(learned.keys()).filter((i) => codes[learned[i]] === feature.level);
      const given = await drawsOf(source, model, k, d, places);
      const average = averageOf(given, d);
      const kept = result?.vectors[k].values.slice(feature.level * d, (feature.level + 1) * d);
      vectors.push(oneLevel(cardinality, feature.level, kept ?? shrunk(source, k, average, places.length)));
      features.push({
        ...feature,
        levelMean: average,
        average: levelRows(
          dataset,
          places.map((place) => learned[place]),
          row,
          (i) => given.subarray(i * d, (i + 1) * d),
        ),
      });
    }
    return { features, vectors };
  } finally {
    model.dispose();
  }
}

/** A row as it is predicted: nothing is learned from it, and its response is not read. */
export async function tracePrediction(source: TraceSource, row: number): Promise<NetworkPart> {
  const { dataset, predicting, prediction } = source;
  const { features, vectors } = await predictedFeatures(source, row);
  const model = modelOf(source, predicting);
  const inputs = makeBatch(dataset, Uint32Array.of(row));
  const place = Math.max(0, dataset.split.test.indexOf(row));
  const key = { seed: prediction.seed, step: prediction.step + Math.floor(place / EVALUATION_ROWS) };
  const noise = model.samplesPrediction ? noiseOfRow(model, key, place % EVALUATION_ROWS) : [];
  const { result: output, watched } = watch(() => tf.tidy(() => model.predict(inputs, vectors, noise)));
  try {
    const passed = await Promise.all(
      features.map(async (feature, k): Promise<TracedFeature> => {
        const vector = await seenAt(watched, 'vector', 0, k);
        const draw = await seenAt(watched, 'draw', 0, k);
        return { ...feature, vector, draw, noise: draw && (await placeOf({ values: noise[k], gradient: null }, 0)).values };
      }),
    );
    return {
      step: null,
      features: passed,
      encoder: [],
      decoder: await layersOf(watched, 'decoder', 0),
      output: (await seenAt(watched, 'decoder/output', 0)) as Place,
      prediction: (await output.data())[0],
      loss: null,
      updates: [],
    };
  } finally {
    disposeWatched(watched);
    disposeBatch(inputs);
    tf.dispose([output, ...noise, ...vectors]);
    model.dispose();
  }
}
