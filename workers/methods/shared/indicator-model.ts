import type { Variable } from '@tensorflow/tfjs';
import { responseHead } from '../../nn/response';
import { decoderOutputs } from '../../nn/response-shape';
import { type Indicators, SparseDecoder } from '../../nn/sparse-decoder';
import type { RandomStream } from '../../random/random';
import type { Model, Problem } from '../method';
import { disposeAll } from './lifetime';

/** A decoder on x and indicator columns of levels (docs/methods.md A2, A5): one-hot and feature hashing. */
export function buildIndicatorModel(
  problem: Problem,
  columns: readonly number[],
  features: readonly Indicators[],
  widths: readonly number[],
  random: RandomStream,
): Model {
  const response = responseHead(problem);
  const decoder = new SparseDecoder(problem.p, columns, features, widths, random, decoderOutputs(problem));
  const parameters = new Map<string, Variable>([...decoder.parameters(), ...response.parameters()]);
  return {
    parameters,
    tables: new Set(decoder.blocks().map(([name]) => name)),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    loss({ x, z, y }) {
      const decoded = decoder.apply(x, z);
      const nll = response.loss(y, decoded);
      return { total: nll, terms: { nll }, output: response.onScale(decoded) };
    },
    lookups: features.map(({ block, index, factor }) => [{ parameter: decoder.blocks()[block][0], index, factor }]),
    levelVectors: async () => [],
    predict: ({ x, z }) => response.onScale(decoder.apply(x, z)),
    dispose() {
      decoder.dispose();
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
