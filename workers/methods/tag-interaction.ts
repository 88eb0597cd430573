import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { sumOfTags, tagsOfRows } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { ofTable, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

type Form = 'formula' | 'formula-concat' | 'listing';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  form: /*#__PURE__*/ z.enum(['formula', 'formula-concat', 'listing']).default('formula').meta({
    title: 'Interactions',
    help: 'Formula: products of all pairs, added to the sum. Formula, concat: the same, next to the sum. Listing: what the guide’s corrected program computes, next to the sum.',
    paper: 'formula; listing',
  }),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

const widthOf = (form: Form, d: number): number => (form === 'formula' ? d : 2 * d);

export const about: MethodAbout<typeof settings> = {
  id: 'tag-interaction',
  label: 'Tags that interact',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Adds to the sum of a row’s tags the element-wise products of the vectors of every pair of them. So the network behind it need not learn what two tags do together.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, s_i + \textstyle\sum_{j < l \in A_i} E_j \odot E_l\Big), \quad s_i = \textstyle\sum_{j \in A_i} E_j`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d) \quad \text{(formula)}`,
  whenToUse:
    'When pairs of tags matter and rows are few. Choose formula, concat, and Xavier: of all methods here it did best on the lab’s simulation.',
  notes: [
    'The products of all pairs take no loop over pairs: they are half of the square of the sum minus the sum of the squares. With formula they are added to the sum itself, so that the network cannot tell one from the other; with formula, concat, a form of this lab, it gets both.',
    'The guide’s first listing multiplies the rows of a batch by each other, which cannot be meant. Its corrected listing adds up, over the row’s tags, each tag’s vector times the sum of its own numbers. That has no pair of different tags in it, and no element-wise product: what the text calls interactions is not there.',
    'The guide says that a plain sum misses interactions. That holds for a linear network behind it. The ReLU layers used here can work them out of the sum, so this method only saves them that work. With standard normals as first numbers the products begin very large, which costs more than it saves.',
  ],
  paper: 'A guide to nine embeddings of tags, method 4 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#B23A48', dark: '#F08A96', dash: '10px,3px,2px,3px' },
  settings,
  refusal: aboutTags('Its interactions are between the tags of a row'),
  candidates: widthCandidates,
  parameterCount: (problem, options) =>
    tagModelCount(
      problem,
      options,
      (tags, d) => tags * d,
      (d) => widthOf(options.form, d),
    ),
};

function interactionMap(table: tf.Variable<tf.Rank.R2>, form: Form): TagMap {
  return {
    ...ofTable(table),
    width: widthOf(form, table.shape[1]),
    rows(sets) {
      const sum = sumOfTags(table, sets);
      if (form === 'listing') {
        const scaled: tf.Tensor2D = tf.mul(table, tf.sum(table, 1, true));
        const several = tf.cast(tf.greaterEqual(tagsOfRows(sets), 2), 'float32');
        return tf.concat([sum, tf.mul(sumOfTags(scaled, sets), several)], 1);
      }
      const pairs: tf.Tensor2D = tf.mul(tf.sub(tf.square(sum), sumOfTags(tf.square(table), sets)), 0.5);
      return form === 'formula' ? tf.add(sum, pairs) : tf.concat([sum, pairs], 1);
    },
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const makeMap = ({ tags }: TagShape, d: number): TagMap => interactionMap(tagTable(random, tags, d, options.init), options.form);
  return buildTagModel(problem, options, random, makeMap);
}
