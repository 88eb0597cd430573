import * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../../engine/noise';
import type { FusedDescription } from '../../engine/step-plan';
import { Interactions, widthsEach } from '../../nn/interactions';
import type { Network } from '../../nn/network';
import { responseHead } from '../../nn/response';
import { decoderOutputs } from '../../nn/response-shape';
import { type Members, membersOf, vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { Loss, Model, Problem } from '../method';
import { disposeAll } from './lifetime';

/** Where level vectors come from: any trainable map from levels to vectors. */
export interface LevelSource {
  /** Names begin with `embedding`; every one is a table by level or by what levels share. */
  parameters(): [string, tf.Variable][];
  /** Numbers in the vector of one level: one width for all features, or one for each. */
  readonly width: number | readonly number[];
  /** Each row's vector of each feature, K × [rows, width_k]; a row of tags has the mean of theirs. */
  rows(members: readonly Members[], noise: tf.Tensor[], training: boolean): tf.Tensor2D[];
  /** The vectors of all levels, K × [q_k, width_k]; the caller disposes of them. */
  levels(): tf.Tensor2D[];
  noiseShapes?(rows: number): NoiseShape[];
  /** Added to every step's loss. */
  penalty?(): tf.Scalar;
  readonly fused?: FusedDescription;
  readonly lookups?: Model['lookups'];
  /** Frees what is not a parameter. */
  dispose?(): void;
}

/**
 * A model of any network on level vectors, whatever they are made of. `fused` is the same as plain data,
 * where fused plans know it.
 */
export function buildLevelNetwork(problem: Problem, source: LevelSource, network: Network, fused?: FusedDescription): Model {
  const response = responseHead(problem);
  const tables = source.parameters();
  const parameters = new Map<string, tf.Variable>([...tables, ...network.parameters(), ...response.parameters()]);
  const { state } = network;
  return {
    parameters,
    state,
    tables: new Set([...tables.map(([name]) => name), ...(network.tables ?? [])]),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: (rows) => [...(source.noiseShapes?.(rows) ?? []), ...network.noiseShapes(rows)],
    loss({ y, ...inputs }, noise, training = true): Loss {
      const { x } = inputs;
      const members = membersOf(inputs);
      const ofSource = source.noiseShapes?.(x.shape[0]).length ?? 0;
      const vectors = source.rows(members, noise.slice(0, ofSource), training);
      const applied = network.apply({ x, members, vectors }, training ? noise.slice(ofSource) : null);
      const nll = response.loss(y, applied.decoded);
      const output = response.onScale(applied.decoded);
      const penalties = [applied.penalty, source.penalty?.()].filter((penalty) => penalty !== undefined);
      if (penalties.length === 0) return { total: nll, terms: { nll }, output, state: applied.state };
      const penalty: tf.Scalar = penalties.reduce((sum, more) => tf.add(sum, more));
      return { total: tf.add(nll, penalty), terms: { nll, penalty }, output, state: applied.state };
    },
    levelVectors: async () => source.levels(),
    predict(inputs, tables) {
      const members = membersOf(inputs);
      const vectors = tables.map((table, k) => vectorsOfRows(table, members[k]));
      return response.onScale(network.apply({ x: inputs.x, members, vectors }, null).decoded);
    },
    fused,
    lookups: source.lookups,
    dispose() {
      source.dispose?.();
      response.dispose?.();
      disposeAll(new Map([...parameters, ...(state ?? [])]));
    },
  };
}

/**
 * A model of level vectors set next to X before a decoder, whatever the vectors are made of (docs/methods.md
 * A8, A16). `source` has drawn its initial values from `random` before.
 */
export function buildLevelModel(problem: Problem, source: LevelSource, decoderWidths: readonly number[], random: RandomStream): Model {
  const widths = widthsEach(source.width, problem.levels.length);
  const network = new Interactions('concatenation', problem.p, widths, decoderWidths, random, decoderOutputs(problem));
  return buildLevelNetwork(problem, source, network, source.fused);
}
