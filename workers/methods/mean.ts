import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { onResponseScale, reconstruction } from '../nn/response';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, OwnFit, Problem } from './method';
import { disposeAll } from './shared/lifetime';

const settings = /*#__PURE__*/ z.strictObject({});

export const about: MethodAbout<typeof settings> = {
  id: 'mean',
  label: 'Mean of the target',
  family: 'encodings',
  idea: 'Predicts one number for every row: the mean of the target over the training rows, or the share of the positive class. A method that does not beat it has learned nothing.',
  formula: String.raw`\hat y_i = \bar y`,
  countFormula: '1',
  whenToUse: 'Use it as the first row of every comparison: an error of 9.4 means something only next to it. Never use it as a model.',
  paper: 'The constant that R² is measured against',
  unseen: 'Nothing changes: the method never looks at levels.',
  line: { light: '#33353A', dark: '#C9CBCF', dash: '2px,5px' },
  ownAlgorithm: true,
  settings,
  parameterCount: () => 1,
};

/** Probabilities stay this far from 0 and 1, as Keras' log loss has it. */
const CLIP = 1e-7;

/** One number, the mean of y (for a binary response its log odds), found in one pass and not by steps. */
export function build(problem: Problem, _settings: z.output<typeof settings>, _random: RandomStream, dataset?: Dataset): Model {
  const binary = problem.task === 'binary';
  const mean = tf.tidy(() => tf.variable(tf.tensor1d([0])));
  const parameters = new Map([['mean', mean]]);
  const constant = (rows: number): tf.Tensor2D => tf.add(tf.zeros([rows, 1]), mean);

  /** Takes the mean over these rows and returns it on the response scale. */
  const take = ({ y }: Dataset, rows: Iterable<number>): number => {
    let sum = 0;
    let count = 0;
    for (const row of rows) {
      sum += y[row];
      count++;
    }
    const average = sum / Math.max(1, count);
    const share = Math.min(Math.max(average, CLIP), 1 - CLIP);
    tf.tidy(() => mean.assign(tf.tensor1d([binary ? Math.log(share / (1 - share)) : average])));
    return binary ? share : average;
  };
  /** Mean squared error or log loss of one number for these rows. */
  const lossOf = ({ y }: Dataset, rows: Uint32Array, value: number): number =>
    rows.reduce((sum, row) => sum + (binary ? -Math.log(y[row] > 0.5 ? value : 1 - value) : (y[row] - value) ** 2), 0) / rows.length;

  let done = false;
  const ownFit: OwnFit = {
    get converged() {
      return done;
    },
    async iterate() {
      if (!dataset) throw new Error('a mean needs its dataset to be taken');
      const { train, validation } = dataset.split;
      const value = take(dataset, train);
      done = true;
      return { training: lossOf(dataset, train, value), objective: lossOf(dataset, validation, value) };
    },
    async finish() {
      if (dataset) take(dataset, [...dataset.split.train, ...dataset.split.validation]);
    },
  };

  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    ownFit,
    /** No step trains on it; it lets the generic checks see the model. */
    loss({ x, y }) {
      const decoded = constant(x.shape[0]);
      const nll = reconstruction(binary, y, decoded);
      return { total: nll, terms: { nll }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: async () => [],
    predict: ({ x }) => onResponseScale(binary, constant(x.shape[0])),
    dispose: () => disposeAll(parameters),
  };
}
