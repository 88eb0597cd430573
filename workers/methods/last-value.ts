import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { channelsOf, type Series, windowResponses, windowValues } from '../data/series/series';
import { meanSquaredError } from '../nn/losses';
import type { RandomStream } from '../random/random';
import type { Inputs, MethodAbout, Model, OwnFit, Problem } from './method';
import { windowsOf } from './shared/window-model';

const settings = /*#__PURE__*/ z.strictObject({});

export const about: MethodAbout<typeof settings> = {
  id: 'last-value',
  label: 'Last value',
  family: 'sequences',
  idea: 'Predicts that nothing changes: the next value is the last one, and so are all that a forecast asks for. It learns nothing, and on many real series it is hard to beat.',
  formula: String.raw`\hat x_{t+h} = x_t`,
  countFormula: '0',
  whenToUse: 'As the first row of every comparison of sequences. A method that does not beat it has learned nothing about time.',
  paper: 'The naive forecast; the guide compares with nothing',
  unseen: 'Nothing changes: the method never looks at which series it is.',
  line: { light: '#6C6E73', dark: '#94979C', dash: '2px,5px' },
  ownAlgorithm: true,
  settings,
  refusal: ({ series }) => (series?.task === 'regression' ? 'The window does not hold the target, so there is no last value of it.' : null),
  parameterCount: () => 0,
};

/** Windows whose loss is taken at once. */
const CHUNK = 512;

/** Mean squared error of the last values. */
function lossOf(series: Series, rows: Uint32Array): number {
  const { length, outputs, task } = series;
  const channels = channelsOf(series);
  let sum = 0;
  for (let from = 0; from < rows.length; from += CHUNK) {
    const some = rows.subarray(from, from + CHUNK);
    const [values, asked] = [windowValues(series, some), windowResponses(series, some)];
    for (let i = 0; i < some.length; i++)
      for (let h = 0; h < outputs; h++)
        sum += (asked[i * outputs + h] - values[(i * length + (task === 'forecast' ? length - 1 : h)) * channels]) ** 2;
  }
  return sum / (rows.length * outputs);
}

/** The last value of channel 0, at every step or for every step ahead (docs/methods.md F5). */
export function build({ series }: Problem, _settings: z.output<typeof settings>, _random: RandomStream, dataset?: Dataset): Model {
  if (!series) throw new Error('a last value needs windows of series');
  const { length, task, outputs } = series;
  const apply = (inputs: Inputs): tf.Tensor2D => {
    const windows = windowsOf(inputs);
    const rows = windows.shape[0];
    if (task !== 'forecast') return tf.reshape(tf.slice(windows, [0, 0, 0], [rows, length, 1]), [rows, length]);
    return tf.tile(tf.reshape(tf.slice(windows, [0, length - 1, 0], [rows, 1, 1]), [rows, 1]), [1, outputs]) as tf.Tensor2D;
  };
  let done = false;
  const ownFit: OwnFit = {
    get converged() {
      return done;
    },
    async iterate() {
      if (!dataset?.series) throw new Error('a last value needs its series');
      done = true;
      return { training: lossOf(dataset.series, dataset.split.train), objective: lossOf(dataset.series, dataset.split.validation) };
    },
  };
  return {
    parameters: new Map(),
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
    dispose() {},
  };
}
