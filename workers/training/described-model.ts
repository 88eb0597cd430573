import * as tf from '@tensorflow/tfjs';
import { isInnerProduct } from '../engine/description';
import type { NoiseShape } from '../engine/noise';
import type { FusedDescription } from '../engine/step-plan';
import type { Model, Problem } from '../methods/method';
import { averageByLevel } from '../methods/shared/level-average';
import { disposeAll } from '../methods/shared/lifetime';
import { Dense } from '../nn/dense';
import { gaussianKl, meanSquaredError } from '../nn/losses';
import { MixedEncoder } from '../nn/mixed-encoder';
import { onResponseScale, reconstruction } from '../nn/response';
import { reparameterise } from '../nn/sampling';
import { gatherRows } from '../ops/gather-rows';
import { inverseCounts, segmentMean } from '../ops/segment-mean';
import { segmentCounts } from '../ops/segment-sum';
import type { RandomStream } from '../random/random';

/**
 * The plainest tfjs definition of a fused description, whatever its options, for tests of the fused plans:
 * methods say the same in words of their own. Not for sampled tables, nor for an encoder with the log of
 * means, which have no options to test.
 */
export function describedModel(problem: Problem, description: FusedDescription, random: RandomStream): Model {
  if (description.kind === 'sampled-tables' || description.kind === 'random-intercepts')
    throw new Error(`${description.kind} have no definition here`);
  const binary = problem.task === 'binary';
  const { decoder, kind } = description;
  const d = kind === 'no-levels' ? 0 : description.d;
  const levels = kind === 'no-levels' ? [] : problem.levels;
  const inner = isInnerProduct(description);
  const encoder =
    kind === 'encoder' ? new MixedEncoder({ inputs: problem.p + 1, widths: description.encoder, features: levels.length, d }, random) : null;
  const variable = (rows: number, columns: number): tf.Variable<tf.Rank.R2> =>
    tf.tidy(() =>
      tf.variable(
        tf.tensor2d(
          Float32Array.from({ length: rows * columns }, () => random.normal() / 2),
          [rows, columns],
        ),
      ),
    );
  const lookups =
    kind !== 'tables'
      ? null
      : (description.lookups ?? {
          tables: levels.map((rows) => ({ rows, width: d })),
          features: levels.map((q, table) => [{ table, index: Int32Array.from({ length: q }, (_, j) => j) }]),
        });
  const tables = lookups?.tables.map(({ rows, width }) => variable(rows, width)) ?? [];
  const biases = kind === 'tables' && description.biases ? levels.map((q) => variable(q, 1)) : [];
  const widths = [problem.p + (inner ? 1 : levels.length * d), ...decoder, 1];
  const layers = widths.slice(1).map((width, i) => new Dense(widths[i], width, i < decoder.length ? 'relu' : 'linear', random));
  const decoderParameters = new Map(layers.flatMap((layer, i) => layer.parameters(i < decoder.length ? `decoder/dense${i}` : 'decoder/output')));
  const parameters = new Map<string, tf.Variable>([
    ...(encoder?.parameters() ?? []),
    ...decoderParameters,
    ...tables.map((table, t): [string, tf.Variable] => [`embedding${t}/table`, table]),
    ...biases.map((table, k): [string, tf.Variable] => [`embedding${k}/bias`, table]),
  ]);

  const rates = description.dropout ?? [];
  const levelRate = kind === 'tables' ? (description.levelDropout ?? 0) : 0;
  const noiseShapes = (rows: number): NoiseShape[] => [
    ...(encoder ? levels.map((): NoiseShape => [rows, d]) : []),
    ...(levelRate > 0 ? levels.map((): NoiseShape => [rows, d, 'uniform']) : []),
    ...decoder.flatMap((width, i): NoiseShape[] => ((rates[i] ?? 0) > 0 ? [[rows, width, 'uniform']] : [])),
  ];
  const drop = (values: tf.Tensor2D, uniform: tf.Tensor, rate: number): tf.Tensor2D =>
    tf.mul(tf.mul(values, tf.cast(tf.greaterEqual(uniform, rate), 'float32')), 1 / (1 - rate));

  /**
   * [rows, 1] before the sigmoid, from the rows' level vectors. `uniforms`: what is left of the noise, in
   * training.
   */
  const decode = (x: tf.Tensor2D, ids: tf.Tensor1D[], vectors: tf.Tensor2D[], uniforms: tf.Tensor[] | null): tf.Tensor2D => {
    const left = [...(uniforms ?? [])];
    const taken = vectors.map((rows) => (uniforms && levelRate > 0 ? drop(rows, left.shift() as tf.Tensor, levelRate) : rows));
    const product = (): tf.Tensor2D => {
      const dot = tf.sum(tf.mul(taken[0], taken[1]), 1, true) as tf.Tensor2D;
      return biases.reduce((sum, table, k) => tf.add(sum, gatherRows(table, ids[k])), dot);
    };
    let hidden: tf.Tensor2D = tf.concat([x, ...(inner ? [product()] : taken)], 1);
    for (const [i, layer] of layers.entries()) {
      hidden = layer.apply(hidden);
      if (uniforms && (rates[i] ?? 0) > 0) hidden = drop(hidden, left.shift() as tf.Tensor, rates[i]);
    }
    return hidden;
  };

  /** Level vectors as the tables have them, K × [q, d]. */
  const fromTables = (): tf.Tensor2D[] =>
    (lookups?.features ?? []).map(
      (list) =>
        tf.concat(
          list.map(({ table, index }) => gatherRows(tables[table], tf.tensor1d(index, 'int32'))),
          1,
        ) as tf.Tensor2D,
    );

  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes,
    loss({ x, z: ids, y }, noise, training = true) {
      const terms: tf.Scalar[] = [];
      let vectors: tf.Tensor2D[];
      if (kind === 'encoder') {
        const divergences: tf.Scalar[] = [];
        vectors = (encoder as MixedEncoder).apply(x, y).map(({ mean, logVar }, k) => {
          const inverse = inverseCounts(segmentCounts(ids[k], levels[k]));
          divergences.push(gaussianKl(segmentMean(mean, ids[k], inverse), segmentMean(logVar, ids[k], inverse), description.priorVariance));
          return segmentMean(reparameterise(mean, logVar, noise[k]), ids[k], inverse);
        });
        terms.push(tf.mul(tf.addN(divergences), description.beta / problem.batchSize));
      } else {
        vectors = fromTables();
        if (kind === 'tables' && description.l2 > 0) terms.push(tf.mul(tf.addN(tables.map((table) => tf.sum(tf.square(table)))), description.l2));
      }
      const rows = vectors.map((table, k) => gatherRows(table, ids[k]));
      const decoded = decode(x, ids, rows, training ? noise.slice(encoder ? levels.length : 0) : null);
      const fit = reconstruction(binary, y, decoded);
      const nll: tf.Scalar = encoder && !binary ? tf.mul(fit, 0.5) : fit;
      return { total: tf.addN([nll, ...terms]), terms: { nll }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: async (batches, noise) =>
      encoder
        ? averageByLevel(batches, levels, d, ({ x, y }) => {
            const posterior = encoder.apply(x, y);
            const epsilon = noise(levels.map(() => [x.shape[0], d]));
            return posterior.map(({ mean, logVar }, k) => reparameterise(mean, logVar, epsilon[k]));
          })
        : tf.tidy(fromTables),
    predict: ({ x, z: ids }, vectors) =>
      onResponseScale(
        binary,
        decode(
          x,
          ids,
          vectors.map((table, k) => gatherRows(table, ids[k])),
          null,
        ),
      ),
    secondStage: encoder
      ? {
          parameters: decoderParameters,
          loss: ({ x, z: ids, y }, vectors) =>
            meanSquaredError(
              y,
              onResponseScale(
                binary,
                decode(
                  x,
                  ids,
                  vectors.map((table, k) => gatherRows(table, ids[k])),
                  null,
                ),
              ),
            ),
        }
      : undefined,
    fused: description,
    dispose: () => disposeAll(parameters),
  };
}
