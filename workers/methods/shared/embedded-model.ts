import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { hiddenEffects } from '../../mixed/hidden-effects';
import { DropoutNetwork } from '../../nn/dropout-network';
import { Mlp } from '../../nn/mlp';
import { embeddedNll } from '../../nn/random-embeddings';
import { Tables } from '../../nn/tables';
import { numbersAt } from '../../numbers/typed-arrays';
import { drawNumbers } from '../../random/draw-numbers';
import { RandomStream } from '../../random/random';
import type { Batch, Inputs, LevelVectors, Model, Problem } from '../method';
import { disposeAll } from './lifetime';
import { featureNames, LEAST_VARIANCE, varianceEstimates } from './lmmnn-model';
import { nextTask } from './next-task';
import { placesOf } from './places';
import { rowNumbers } from './row-numbers';
import { withoutColumns } from './without-columns';

export interface EmbeddedSettings {
  network: readonly number[];
  dropout: number;
  /**
   * Where hidden vectors come from: a table of each feature with these widths, or layers over two
   * coordinates.
   */
  hidden: { widths: readonly number[] } | { layers: readonly number[]; columns: readonly [number, number] };
  /** As many rows, drawn once, give the effects of levels after training; null: all. */
  effectRows: number | null;
  /** Of the method, for refusals. */
  label: string;
}

/** Hidden vectors G_k of rows and of all levels. */
interface Hidden {
  parameters: [string, tf.Variable][];
  ofRows(inputs: Inputs): tf.Tensor2D[];
  /** W_k of all levels: K × [q_k, l_k], inside a tf.tidy. */
  ofLevels(): tf.Tensor2D[];
  fixed(x: tf.Tensor2D): tf.Tensor2D;
}

function hiddenTables(levels: readonly number[], widths: readonly number[], random: RandomStream): Hidden {
  const tables = new Tables(levels, widths, random);
  return {
    parameters: tables.parameters(),
    ofRows: ({ z }) => tables.rows(z),
    ofLevels: () => tables.variables.map((table) => table as tf.Tensor2D),
    fixed: (x) => x,
  };
}

function hiddenPlaces(
  q: number,
  { layers, columns, label }: { layers: readonly number[]; columns: readonly [number, number]; label: string },
  random: RandomStream,
  dataset?: Dataset,
): Hidden {
  const stack = new Mlp(2, layers, random);
  // A level that no row has is nowhere: at the middle of standardised coordinates.
  const places = dataset ? Float32Array.from(placesOf(dataset, columns, label).points, (value) => (Number.isNaN(value) ? 0 : value)) : null;
  return {
    parameters: stack.parameters('location'),
    ofRows: ({ x }) => [
      stack.apply(
        tf.concat(
          columns.map((column) => tf.slice(x, [0, column], [-1, 1])),
          1,
        ) as tf.Tensor2D,
        true,
        'location',
      ),
    ],
    ofLevels() {
      if (!places) throw new Error('level effects of places need the dataset that has their coordinates');
      return [stack.apply(tf.tensor2d(places, [q, 2]), true, 'location')];
    },
    fixed: (x) => withoutColumns(x, columns),
  };
}

/**
 * y = f(X) + Σ_k g_k(z_k)'b_k + e, b_k ~ N(0, σ²_k I), with f a network and g learned, by the likelihood of
 * each batch with b integrated out (docs/methods.md F10).
 */
export function buildEmbeddedModel(
  problem: Problem,
  { network: widths, dropout, hidden: asked, effectRows, label }: EmbeddedSettings,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const { p, levels } = problem;
  const network = new DropoutNetwork('columns' in asked ? p - 2 : p, widths, dropout, random);
  const hidden = 'columns' in asked ? hiddenPlaces(levels[0], { ...asked, label }, random, dataset) : hiddenTables(levels, asked.widths, random);
  // Of its own, so that effects asked for again are the same.
  const drawn = random.integer(2 ** 31);
  const residualVariance = tf.tidy(() => tf.variable(tf.scalar(1)));
  const variances = tf.tidy(() => tf.variable(tf.ones([levels.length]) as tf.Tensor1D));
  const parameters = new Map<string, tf.Variable>([
    ...network.parameters(),
    ...hidden.parameters,
    ['sigma2e', residualVariance],
    ['sigma2b', variances],
  ]);
  const apply = (x: tf.Tensor2D, noise: readonly tf.Tensor[] = []): tf.Tensor2D => network.apply(hidden.fixed(x), noise);
  return {
    parameters,
    floors: new Map([
      ['sigma2e', LEAST_VARIANCE],
      ['sigma2b', LEAST_VARIANCE],
    ]),
    ...('widths' in asked ? { tables: new Set(hidden.parameters.map(([name]) => name)) } : {}),
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss(batch, noise, training = true) {
      const f = apply(batch.x, training ? noise : []);
      const residuals = tf.sub(batch.y, f) as tf.Tensor2D;
      const total = embeddedNll(residuals, hidden.ofRows(batch), residualVariance as tf.Variable<tf.Rank.R0>, variances);
      return { total, terms: { nll: total }, output: f };
    },
    async levelVectors(batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<LevelVectors> {
      const kinds = [Float64Array, ...levels.map(() => Int32Array)];
      const [all, ...codes] = await rowNumbers(batches, kinds, ({ x, y, z }) => [tf.sub(y, apply(x)), ...z]);
      const rows = drawNumbers(all.length, effectRows ?? all.length, new RandomStream(drawn, 'rows of effects'));
      const residuals = numbersAt(Float64Array, all, rows);
      // Copies: the caller of a tidy may not keep variables.
      const tables = tf.tidy(() => hidden.ofLevels().map((table) => tf.clone(table)));
      const [[residual], spread, ...values] = await Promise.all([residualVariance.data(), variances.data(), ...tables.map((table) => table.data())]);
      const factors = tables.map((table, k) => ({
        vectors: values[k] as Float32Array,
        width: table.shape[1],
        levels: levels[k],
        codes: Int32Array.from(rows, (row) => codes[k][row]),
        variance: spread[k],
      }));
      tf.dispose(tables);
      const effects = await hiddenEffects(residuals, factors, residual, nextTask);
      return effects.map((column) => tf.tensor2d(Float32Array.from(column), [column.length, 1]));
    },
    async estimates() {
      const [[residual], spread] = await Promise.all([residualVariance.data(), variances.data()]);
      const all = varianceEstimates({ residual, levels: [...spread] }, null, featureNames(problem, dataset));
      return all.map((estimate) =>
        estimate.feature === null
          ? estimate
          : { ...estimate, ofVectors: true as const, name: estimate.name.replace('Variance of', 'Variance of b of') },
      );
    },
    predict(inputs, vectors) {
      return tf.addN([apply(inputs.x), ...vectors.map((table, k) => tf.gather(table, inputs.z[k]))]);
    },
    dispose: () => disposeAll(parameters),
  };
}
