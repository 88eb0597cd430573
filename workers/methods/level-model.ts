import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import type { FusedDescription } from '../engine/plan';
import { Decoder } from '../nn/mlp';
import { onResponseScale, reconstruction } from '../nn/response';
import { besides } from '../nn/tables';
import { gatherRows } from '../ops/gather-rows';
import type { RandomStream } from '../random/random';
import { disposeAll } from './lifetime';
import type { Loss, Model, Problem } from './method';

/** Where level vectors come from: any trainable map from levels to vectors. */
export interface LevelSource {
  /** Names begin with `embedding`; every one is a table by level or by what levels share. */
  parameters(): [string, tf.Variable][];
  /** Numbers in the vector of one level. */
  readonly width: number;
  /** Each row's vector of each feature, K × [rows, width]. */
  rows(z: readonly tf.Tensor1D[], noise: tf.Tensor[], training: boolean): tf.Tensor2D[];
  /** The vectors of all levels, K × [q_k, width]; the caller disposes of them. */
  levels(): tf.Tensor2D[];
  noiseShapes?(rows: number): NoiseShape[];
  /** Added to every step's loss. */
  penalty?(): tf.Scalar;
  readonly fused?: FusedDescription;
  /** Frees what is not a parameter. */
  dispose?(): void;
}

/**
 * A model of level vectors set beside X before a decoder, whatever the vectors are made of (METHODS.md A8, A16). `source` has drawn its initial values from
 * `random` before.
 */
export function buildLevelModel(problem: Problem, source: LevelSource, decoderWidths: readonly number[], random: RandomStream): Model {
  const binary = problem.task === 'binary';
  const decoder = new Decoder(problem.p + problem.levels.length * source.width, decoderWidths, random);
  const tables = source.parameters();
  const parameters = new Map<string, tf.Variable>([...tables, ...decoder.parameters()]);
  return {
    parameters,
    tables: new Set(tables.map(([name]) => name)),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: (rows) => source.noiseShapes?.(rows) ?? [],
    loss({ x, z, y }, noise, training = true): Loss {
      const decoded = decoder.apply(besides(x, source.rows(z, noise, training)));
      const nll = reconstruction(binary, y, decoded);
      const output = onResponseScale(binary, decoded);
      const penalty = source.penalty?.();
      return penalty ? { total: tf.add(nll, penalty), terms: { nll, penalty }, output } : { total: nll, terms: { nll }, output };
    },
    levelVectors: async () => source.levels(),
    predict(x, z, vectors) {
      const rows = vectors.map((table, k) => gatherRows(table, z[k]));
      return onResponseScale(binary, decoder.apply(besides(x, rows)));
    },
    fused: source.fused,
    dispose() {
      source.dispose?.();
      disposeAll(parameters);
    },
  };
}
