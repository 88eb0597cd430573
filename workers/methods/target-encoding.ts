import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { LevelColumns, MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { buildNumericModel } from './shared/numeric-model';
import { averagedResponses, levelTargets, targetEncoding } from './shared/target-means';
import { DECODED_TASKS } from './shared/tasks';

const settings = /*#__PURE__*/ z.strictObject({
  smoothing: /*#__PURE__*/ z
    .union([z.literal('estimated'), z.number().min(0).max(1_000_000)])
    .default('estimated')
    .meta({
      title: 'Smoothing m',
      help: 'Each level’s mean is computed as if m more rows had the overall mean. Estimated: m is the variance within levels divided by the variance between levels, as in a linear mixed model.',
      paper: 'not in the paper',
    }),
  folds: /*#__PURE__*/ z.int().min(2).max(100).default(5).meta({
    title: 'Folds',
    help: 'A training row is encoded by the rows of the other folds, so that its own response does not leak into its input. Not used where the means leak.',
    paper: 'not in the paper',
  }),
  means: /*#__PURE__*/ z.enum(['out-of-fold', 'leaking-for-teaching', 'leaking-before-the-split']).default('out-of-fold').meta({
    title: 'Means are',
    help: 'Out of fold: a training row is encoded by the other folds. The other two leak and are for lessons only; a method that leaks is never the winner. Leaking for teaching: a training row’s own response is in its mean. Leaking before the split: the means are of all rows, test rows too.',
    paper: 'not in the paper',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'target-encoding',
  label: 'Target encoding',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Replaces a level by the mean response of its rows (of several classes by the share of each), pulled towards the overall mean when rows are few. A training row never sees its own response: it is encoded from the other folds.',
  formula: String.raw`\hat y_i = f_\theta(x_i, t_{z_i}), \quad t_j = \frac{\sum_{i : z_i = j} y_i + m \bar y}{n_j + m}, \quad m = \hat\sigma^2 / \hat\sigma_b^2`,
  countFormula: 'M_f(p + K)',
  whenToUse:
    'Use it as the simplest strong baseline: one number per level, learned from the response. It can shift predictions by level, but it holds only the level’s mean and not how the level changes the effect of the numeric features.',
  paper: 'Micci-Barreca (2001), A Preprocessing Scheme for High-Cardinality Categorical Attributes; not compared in MMbeddings',
  unseen: 'Gets the overall mean of the response.',
  line: { light: '#00677F', dark: '#4FC8E3', dash: '12px,3px,3px,3px' },
  settings,
  refusal: aboutLevels('Target encoding averages the response of every level'),
  parameterCount: ({ p, levels, ...response }, { decoder }) => decoderCount(p + levels.length * (response.classes ?? 1), decoder, response),
  inputWidth: ({ p, levels, classes = 1 }) => p + levels.length * classes,
  leaks: ({ means }) => means !== 'out-of-fold',
};

/** Columns of the same length as rows of so many numbers. */
function sideBySide(columns: readonly Float32Array[]): LevelColumns {
  const width = columns.length;
  const values = new Float32Array(columns[0].length * width);
  for (const [c, column] of columns.entries()) for (let level = 0; level < column.length; level++) values[level * width + c] = column[level];
  return { values, width };
}

/**
 * Smoothed, out-of-fold means of y by level next to X: the encoding that docs/methods.md A3 names next to the
 * published one (DIS-1).
 */
export function build(
  problem: Problem,
  { smoothing, folds, means, decoder }: z.output<typeof settings>,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  return buildNumericModel(problem, decoder, random, dataset, (data) => {
    const responses = averagedResponses(data);
    const width = data.categorical.length * responses.length;
    const values = new Float32Array(data.rows * width);
    // A column at a time: of many classes all of them would be the table once more.
    for (const k of data.categorical.keys())
      for (const [c, y] of responses.entries()) {
        const place = k * responses.length + c;
        targetEncoding({ ...data, y }, k, smoothing, folds, means).forEach((value, row) => {
          values[row * width + place] = value;
        });
      }
    const byLevel = data.categorical.map((_, k) => sideBySide(responses.map((y) => levelTargets({ ...data, y }, k, smoothing, means))));
    return { values, width, byLevel };
  });
}
