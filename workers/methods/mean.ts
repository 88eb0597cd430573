import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { responseHead } from '../nn/response';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, OwnFit, Problem } from './method';
import { disposeAll } from './shared/lifetime';
import { DECODED_TASKS } from './shared/tasks';
import { allTrainingRows } from './shared/training-rows';

const settings = /*#__PURE__*/ z.strictObject({});

export const about: MethodAbout<typeof settings> = {
  id: 'mean',
  label: 'Mean of the target',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Predicts one number for every row: the mean of the target over the training rows, or the share of the positive class, or of each class. A method that does not beat it has learned nothing.',
  formula: String.raw`\hat y_i = \bar y`,
  countFormula: '1',
  whenToUse: 'Use it as the first row of every comparison: an error of 9.4 means something only next to it. Never use it as a model.',
  paper: 'The constant that R² is measured against',
  unseen: 'Nothing changes: the method never looks at levels.',
  line: { light: '#33353A', dark: '#C9CBCF', dash: '2px,5px' },
  ownAlgorithm: true,
  settings,
  parameterCount: ({ classes = 1 }) => classes,
};

/** Probabilities stay this far from 0 and 1, as Keras' log loss has it. */
const CLIP = 1e-7;

/** What is taken of some rows: the mean of y, or the share of each class that a logit is for. */
function takenOf(problem: Problem, { y }: Dataset, rows: ArrayLike<number>): number[] {
  const width = problem.classes ?? 1;
  const sums = new Array<number>(width).fill(0);
  for (let i = 0; i < rows.length; i++) {
    const value = y[rows[i]];
    if (problem.classes === undefined) sums[0] += value;
    else sums[value]++;
  }
  return sums.map((sum) => sum / Math.max(1, rows.length));
}

const clipped = (share: number): number => Math.min(Math.max(share, CLIP), 1 - CLIP);

const logit = (share: number): number => Math.log(share / (1 - share));

/** The numbers of the model that give what was taken: the mean, log odds, or log shares. */
function numbersOf(task: Problem['task'], taken: readonly number[]): number[] {
  if (task === 'regression') return [...taken];
  if (task === 'binary') return taken.map((share) => logit(clipped(share)));
  return taken.map((share) => Math.log(clipped(share)));
}

/**
 * One number, the mean of y (for a binary response its log odds), or the log share of each class; found in
 * one pass and not by steps. Ordered classes need no order here: their shares are those of any classes.
 */
export function build(problem: Problem, _settings: z.output<typeof settings>, _random: RandomStream, dataset?: Dataset): Model {
  const response = responseHead(problem.task === 'ordinal' ? { ...problem, task: 'classes' } : problem);
  const width = problem.classes ?? 1;
  const mean = tf.tidy(() => tf.variable(tf.zeros([width]) as tf.Tensor1D));
  const parameters = new Map([['mean', mean]]);
  const constant = (rows: number): tf.Tensor2D => tf.add(tf.zeros([rows, width]), mean);

  /** Takes what these rows say, and returns it. */
  const take = (data: Dataset, rows: ArrayLike<number>): number[] => {
    const taken = takenOf(problem, data, rows);
    tf.tidy(() => mean.assign(tf.tensor1d(numbersOf(problem.task, taken))));
    return taken;
  };
  /** Mean squared error or log loss of what was taken for these rows. */
  const lossOf = ({ y }: Dataset, rows: Uint32Array, taken: readonly number[]): number => {
    const ofRow = (row: number): number => {
      if (problem.task === 'regression') return (y[row] - taken[0]) ** 2;
      if (problem.classes !== undefined) return -Math.log(clipped(taken[y[row]]));
      const share = clipped(taken[0]);
      return -Math.log(y[row] > 0.5 ? share : 1 - share);
    };
    return rows.reduce((sum, row) => sum + ofRow(row), 0) / rows.length;
  };

  let done = false;
  const ownFit: OwnFit = {
    get converged() {
      return done;
    },
    async iterate() {
      if (!dataset) throw new Error('a mean needs its dataset to be taken');
      const { train, validation } = dataset.split;
      const taken = take(dataset, train);
      done = true;
      return { training: lossOf(dataset, train, taken), objective: lossOf(dataset, validation, taken) };
    },
    async finish() {
      if (dataset) take(dataset, allTrainingRows(dataset));
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
      const nll = response.loss(y, decoded);
      return { total: nll, terms: { nll }, output: response.onScale(decoded) };
    },
    levelVectors: async () => [],
    predict: ({ x }) => response.onScale(constant(x.shape[0])),
    dispose() {
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
