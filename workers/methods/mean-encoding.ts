import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { levelMeans } from './shared/level-means';
import { aboutLevels, eitherRefusal } from './shared/needed-features';
import { buildNumericModel, columnsOf } from './shared/numeric-model';
import { DECODED_TASKS } from './shared/tasks';

const settings = /*#__PURE__*/ z.strictObject({ decoder: /*#__PURE__*/ decoderField() });

export const about: MethodAbout<typeof settings> = {
  id: 'mean-encoding',
  label: 'Mean-encoding',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'As published: replaces a level by the means of the numeric features over its rows. The response is not used, so where the numeric features do not depend on the level, the encoding adds only noise.',
  formula: String.raw`\hat y_i = f_\theta(x_i, \bar x_{z_i}), \quad \bar x_j = \frac{1}{n_j} \sum_{i : z_i = j} x_i`,
  countFormula: 'M_f(p + K p)',
  whenToUse:
    'To reproduce the published tables. The paper’s text cites an encoding by means of the response, but its code averages the inputs. For means of the response, choose Target encoding.',
  paper: 'Reference code of Simchoni & Rosset (2025), MMbeddings; the text cites Kuhn & Johnson (2019), Feature Engineering and Selection',
  unseen: 'Gets zeros, the overall mean of standardised features.',
  line: { light: '#5B6B00', dark: '#B9CC4F', dash: '2px,3px' },
  settings,
  parameterCount: ({ p, levels, ...response }, { decoder }) => decoderCount(p + levels.length * p, decoder, response),
  inputWidth: ({ p, levels }) => p + levels.length * p,
  refusal: eitherRefusal(
    ({ p }) => (p === 0 ? 'Mean-encoding averages numeric features, and the data have none.' : null),
    aboutLevels('Mean-encoding averages by level'),
  ),
};

/** Means of X by level next to X (docs/methods.md A3, DIS-1). */
export function build(problem: Problem, { decoder }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  return buildNumericModel(problem, decoder, random, dataset, (data) =>
    columnsOf(
      data,
      data.categorical.map((_, k) => levelMeans(data, k).means),
      data.p,
    ),
  );
}
