import type * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../../engine/noise';
import { meanSquaredError } from '../../nn/losses';
import type { Inputs, Loss, Model } from '../method';
import { disposeAll } from './lifetime';
import type { SeriesTables } from './series-table';

/** A network on windows of series. */
export interface WindowNetwork {
  noiseShapes(rows: number): readonly NoiseShape[];
  /**
   * @param tables of tags, as trained or as level vectors give them
   * @param noise null for no dropout
   * @returns [rows, outputs]
   */
  apply(inputs: Inputs, tables: readonly tf.Tensor2D[] | undefined, noise: readonly tf.Tensor[] | null): tf.Tensor2D;
  dispose(): void;
}

/** Windows of a batch. Throws where it has none, which a refusal has kept from happening. */
export function windowsOf({ window }: Inputs): tf.Tensor3D {
  if (!window) throw new Error('a network on windows was given rows of a table');
  return window;
}

/**
 * A model of windows: the mean over rows and steps of the squared error. Level vectors are the tables of
 * tags (docs/methods.md F4, F5).
 */
export function buildWindowModel(parameters: ReadonlyMap<string, tf.Variable>, tables: SeriesTables, network: WindowNetwork): Model {
  return {
    parameters,
    tables: new Set(tables.parameters().map(([name]) => name)),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss(batch, noise, training = true): Loss {
      const output = network.apply(batch, undefined, training ? noise : null);
      const nll = meanSquaredError(batch.y, output);
      return { total: nll, terms: { nll }, output };
    },
    levelVectors: async () => tables.copies(),
    predict: (inputs, vectors) => network.apply(inputs, vectors, null),
    dispose() {
      network.dispose();
      disposeAll(parameters);
    },
  };
}
