import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { sumOfTags } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { byHead, TagScores } from './shared/tag-attention';
import { hiddenField, tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { ofTable, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

type Combine = 'concat' | 'add';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  combine: /*#__PURE__*/ z.enum(['concat', 'add']).default('concat').meta({
    title: 'Sum and attention are',
    help: 'Concat: set side by side, so that the network gets both. Add: added up to one vector.',
    paper: 'none, the guide only recommends both',
  }),
  hidden: /*#__PURE__*/ hiddenField('Units of the layer that scores a tag.'),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

const widthOf = (combine: Combine, d: number): number => (combine === 'concat' ? 2 * d : d);

export const about: MethodAbout<typeof settings> = {
  id: 'tag-hybrid',
  label: 'Sum and attention',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Gives the network both the sum of a row’s tags and their average weighed by attention. The sum knows how many tags a row has, the attention knows which of them decides.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \big[\textstyle\sum_{j \in A_i} E_j,\ \sum_{j \in A_i} w_{ij} E_j\big]\Big), \quad w_i = \operatorname*{softmax}_{j \in A_i} a(E_j)`,
  countFormula: String.raw`\textstyle\sum_c \big(J_c d + h d + 2 h + 1\big) + \sum_k q_k d + M_f(p + 2 C d + K d) \quad \text{(concat)}`,
  whenToUse: 'When it is not known whether effects of tags add up or one of them decides.',
  notes: [
    'The guide recommends to use both the sum and attention and does not say how. That they share one table, stand side by side and that the attention leaves absent tags out are decisions of this lab.',
    'It repairs what is wrong with attention alone, which cannot represent effects that add up.',
  ],
  paper: 'A guide to nine embeddings of tags, section 5.6 (docs/methods.md F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#9C2A6B', dark: '#F08CC4', dash: 'solid' },
  settings,
  refusal: aboutTags('It adds up and weighs the tags of a row'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => {
    const { combine, hidden } = options;
    return tagModelCount(
      problem,
      options,
      (tags, d) => tags * d + (d + 1) * hidden + hidden + 1,
      (d) => widthOf(combine, d),
    );
  },
};

function hybridMap(table: tf.Variable<tf.Rank.R2>, hidden: number, combine: Combine, random: RandomStream): TagMap {
  const scores = new TagScores(table, hidden, random);
  return {
    ...ofTable(table, (prefix) => scores.parameters(prefix)),
    width: widthOf(combine, table.shape[1]),
    rows(sets) {
      const sum = sumOfTags(table, sets);
      const attended = scores.rows(sets, 'mask');
      return combine === 'concat' ? tf.concat([sum, attended], 1) : tf.add(sum, attended);
    },
    weights: (sets) => byHead(scores.weights(sets, 'mask')),
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { combine, hidden, init } = options;
  const makeMap = ({ tags }: TagShape, d: number): TagMap => hybridMap(tagTable(random, tags, d, init), hidden, combine, random);
  return buildTagModel(problem, options, random, makeMap);
}
