import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { type EncodedData, levelMeans } from './shared/level-means';
import { aboutLevels, eitherRefusal } from './shared/needed-features';
import { buildNumericModel, columnsOf } from './shared/numeric-model';
import { principalScores } from './shared/principal-components';
import { DECODED_TASKS } from './shared/tasks';

const settings = /*#__PURE__*/ z.strictObject({
  components: /*#__PURE__*/ z.int().min(1).max(128).default(5).meta({
    title: 'Components',
    help: 'Principal components kept of the level means; at most as many as there are numeric features.',
    paper: '5',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'pca-encoding',
  label: 'PCA-encoding',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Takes the means of the numeric features by level and keeps their first five principal components as inputs. Like mean-encoding it never looks at the response.',
  formula: String.raw`\hat y_i = f_\theta(x_i, V^\top(\bar x_{z_i} - \bar{\bar x})), \quad V: \text{first components of the level means } \bar x_j`,
  countFormula: String.raw`M_f(p + K c), \quad c = \min(5, p)`,
  whenToUse: 'When there are many numeric features and they differ between levels. It cannot find what only the response shows.',
  paper: 'Reference code of Simchoni & Rosset (2025), MMbeddings',
  unseen: 'Gets zeros, the mean of all levels.',
  line: { light: '#7B4B94', dark: '#C9A2E3', dash: '6px,3px,2px,3px,2px,3px' },
  settings,
  parameterCount: ({ p, levels, ...response }, { components, decoder }) =>
    decoderCount(p + levels.length * Math.min(components, p), decoder, response),
  inputWidth: ({ p, levels }, { components }) => p + levels.length * Math.min(components, p),
  refusal: eitherRefusal(
    ({ p }) => (p === 0 ? 'PCA-encoding needs numeric features, and the data have none.' : null),
    aboutLevels('PCA-encoding is of the means by level'),
  ),
};

/**
 * Scores of the levels seen in training (q × components): the level means, each level counting once, on their
 * principal components; zeros for the others.
 */
export function levelScores(dataset: EncodedData, feature: number, components: number): Float64Array {
  const { means, counts } = levelMeans(dataset, feature);
  const { p } = dataset;
  const seen = Array.from(counts.keys()).filter((level) => counts[level] > 0);
  const matrix = new Float64Array(seen.length * p);
  for (const [place, level] of seen.entries()) matrix.set(means.subarray(level * p, (level + 1) * p), place * p);
  const scores = principalScores(matrix, seen.length, p, components);
  const all = new Float64Array(counts.length * components);
  for (const [place, level] of seen.entries()) all.set(scores.subarray(place * components, (place + 1) * components), level * components);
  return all;
}

/** Principal components of the level means next to X (docs/methods.md A4). */
export function build(problem: Problem, { components, decoder }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  return buildNumericModel(problem, decoder, random, dataset, (data) => {
    const width = Math.min(components, data.p);
    return columnsOf(
      data,
      data.categorical.map((_, k) => levelScores(data, k, width)),
      width,
    );
  });
}
