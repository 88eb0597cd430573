import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { Series } from '../data/series/series';
import { meanSquaredError } from '../nn/losses';
import type { RandomStream } from '../random/random';
import type { Inputs, MethodAbout, Model, OwnFit, Problem } from './method';
import { disposeAll } from './shared/lifetime';
import { countedSeries } from './shared/sequence-settings';
import { allTrainingRows } from './shared/training-rows';
import { windowsOf } from './shared/window-model';
import { equationLoss, equationSize, fitEquations, type WindowEquation, windowEquations } from './shared/window-regression';

const settings = /*#__PURE__*/ z.strictObject({
  order: /*#__PURE__*/ z.int().min(1).max(64).default(2).meta({
    title: 'Order',
    help: 'How many of the last values the next one is computed from. The first steps of a window have fewer behind them and get equations of their own.',
    paper: 'not in the guide',
  }),
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'linear-autoregression',
  label: 'Linear autoregression',
  family: 'sequences',
  idea: 'The next value is a weighted sum of the last values and of the clock, where the window has one. The weights are found by least squares in one go, the same for all series. For a forecast it uses the past of the forecast series alone.',
  formula: String.raw`\hat x_{t+1} = a + \textstyle\sum_{k=0}^{r-1} \varphi_k x_{t-k} + \gamma' c_t`,
  countFormula: String.raw`\textstyle\sum_{k=1}^{r} (1 + k + p - 1)\quad (\text{forecast: } (1 + r) H)`,
  whenToUse:
    'Beside every network of sequences. A network that does not beat two numbers and an intercept has not paid for itself. One set of weights for all series is its limit: where series keep different shares of their last value, tags or a longer window can tell them apart, and it cannot.',
  paper: 'Yule (1927), On a Method of Investigating Periodicities in Disturbed Series; here as the baseline that the guide leaves out',
  unseen: 'Nothing changes: all series have the same equation.',
  line: { light: '#4A4F57', dark: '#AEB4BD', dash: '10px,4px,2px,4px' },
  ownAlgorithm: true,
  settings,
  parameterCount: (problem, { order }) => windowEquations(countedSeries(problem, 24, 24), order).reduce((sum, one) => sum + equationSize(one), 0),
};

/** Pooled linear equations on windows, by least squares in double precision (docs/methods.md F4). */
export function build({ series: shape }: Problem, { order }: Settings, _random: RandomStream, dataset?: Dataset): Model {
  if (!shape) throw new Error('an autoregression needs windows of series');
  const equations = windowEquations(shape, order);
  const layers = equations.map(({ lags, others, outputs }) => ({
    kernel: tf.tidy(() => tf.variable(tf.zeros([lags + others, outputs]) as tf.Tensor2D)),
    bias: tf.tidy(() => tf.variable(tf.zeros([outputs]) as tf.Tensor1D)),
  }));
  const parameters = new Map<string, tf.Variable>(
    layers.flatMap(({ kernel, bias }, i): [string, tf.Variable][] => [
      [`equation${i}/kernel`, kernel],
      [`equation${i}/bias`, bias],
    ]),
  );

  /** The equation's predictors of its steps: [rows · steps, lags + others]. */
  const predictors = (windows: tf.Tensor3D, { lags, others, from, end }: WindowEquation): tf.Tensor2D => {
    const rows = windows.shape[0];
    const part = (step: number, channel: number, width: number): tf.Tensor => tf.slice(windows, [0, step, channel], [rows, end - from, width]);
    const parts = Array.from({ length: lags }, (_, lag) => part(from - lag, 0, 1));
    return tf.reshape(tf.concat(others > 0 ? [...parts, part(from, 1, others)] : parts, 2), [rows * (end - from), lags + others]);
  };
  const apply = (inputs: Inputs): tf.Tensor2D => {
    const windows = windowsOf(inputs);
    const rows = windows.shape[0];
    const answers = equations.map((equation, i) => {
      const { kernel, bias } = layers[i];
      return tf.reshape(tf.add(tf.matMul(predictors(windows, equation), kernel), bias), [rows, -1]) as tf.Tensor2D;
    });
    return answers.length === 1 ? answers[0] : tf.concat(answers, 1);
  };

  /** Least squares on these rows; the variables take the coefficients. */
  const take = async (series: Series, rows: Uint32Array, breathe: () => Promise<void>): Promise<Float64Array[]> => {
    const found = await fitEquations(series, rows, equations, breathe);
    for (const [i, { lags, others, outputs }] of equations.entries())
      tf.tidy(() => {
        layers[i].bias.assign(tf.tensor1d(Float32Array.from(found[i].subarray(0, outputs))));
        layers[i].kernel.assign(tf.tensor2d(Float32Array.from(found[i].subarray(outputs)), [lags + others, outputs]));
      });
    return found;
  };

  let done = false;
  const ownFit: OwnFit = {
    get converged() {
      return done;
    },
    async iterate(breathe) {
      if (!dataset?.series) throw new Error('an autoregression needs its series to be fitted');
      const { series, split } = dataset;
      const found = await take(series, split.train, breathe);
      done = true;
      return {
        training: await equationLoss(series, split.train, equations, found, breathe),
        objective: await equationLoss(series, split.validation, equations, found, breathe),
      };
    },
    async finish(breathe) {
      if (dataset?.series) await take(dataset.series, allTrainingRows(dataset), breathe);
    },
  };

  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    ownFit,
    /** No step trains on it; validation losses are asked of it. */
    loss(batch) {
      const output = apply(batch);
      const nll = meanSquaredError(batch.y, output);
      return { total: nll, terms: { nll }, output };
    },
    levelVectors: async () => [],
    predict: (inputs) => apply(inputs),
    dispose: () => disposeAll(parameters),
  };
}
