import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, levelCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { buildIndicatorModel } from './shared/indicator-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { trainingRows } from './shared/training-rows';

const settings = /*#__PURE__*/ z.strictObject({ decoder: /*#__PURE__*/ decoderField() });

export const about: MethodAbout<typeof settings> = {
  id: 'one-hot',
  label: 'One-hot',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Gives each level a column that is 1 in its rows and 0 elsewhere. The first layer then learns a weight vector for every level, at the cost of one kernel row per level.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \mathbf 1[z_i = 1], \dots, \mathbf 1[z_i = q]\big), \quad W^\top [x_i, \mathbf 1_{z_i}] = W_x^\top x_i + W_{z_i}`,
  countFormula: String.raw`\textstyle M_f(p + \sum_k q_k)`,
  whenToUse:
    'With few levels, as a reference that has no settings to choose. With thousands of levels it overfits like an embedding table as wide as the first layer.',
  paper:
    'Baseline in Simchoni & Rosset (2021), Using Random Effects to Account for High-Cardinality Categorical Features and Repeated Measures in DNNs',
  unseen: 'Gets a row of zeros: a level without training rows has no column.',
  line: { light: '#7A5C00', dark: '#DDB63F', dash: '10px,4px,2px,4px' },
  settings,
  refusal: aboutLevels('One-hot gives every level a column'),
  parameterCount: ({ p, levels, ...response }, { decoder }) => decoderCount(p + levelCount(levels), decoder, response),
};

/**
 * Place of each level among those that training rows have, and how many those are; unseen levels have the
 * factor 0.
 */
function seenColumns(dataset: Dataset, feature: number): { index: Int32Array; factor: Float32Array | null; columns: number } {
  const { codes, cardinality } = dataset.categorical[feature];
  const factor = new Float32Array(cardinality);
  for (const row of trainingRows(dataset)) factor[codes[row]] = 1;
  const index = new Int32Array(cardinality);
  let columns = 0;
  for (let level = 0; level < cardinality; level++) if (factor[level]) index[level] = columns++;
  return { index, factor: columns < cardinality ? factor : null, columns };
}

/** One column a level seen in training (docs/methods.md A2). Without a dataset every level counts as seen. */
export function build(problem: Problem, { decoder }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const features = problem.levels.map((q, k) =>
    dataset ? seenColumns(dataset, k) : { index: Int32Array.from({ length: q }, (_, level) => level), factor: null, columns: q },
  );
  const columns = features.map((feature) => feature.columns);
  const indicators = features.map(({ index, factor }, block) => ({ block, index, factor }));
  return {
    ...buildIndicatorModel(problem, columns, indicators, decoder, random),
    newLevel: 'zeros',
    parameterCount: about.parameterCount({ ...problem, levels: columns }, { decoder }),
  };
}
