import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { normalTable } from '../nn/initialisers';
import { sumOfTags } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { matrix, sumMap, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  form: /*#__PURE__*/ z.enum(['listing', 'matrices']).default('listing').meta({
    title: 'Bilinear form',
    help: 'Listing: tags times a matrix, which is the sum of tags. Matrices: each tag has a matrix too, and the sum of the row’s matrices acts on the sum of its vectors.',
    paper: 'listing',
  }),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

/** Standard deviation of the first numbers of a tag's matrix. */
const MATRIX_DEVIATION = 0.01;

export const about: MethodAbout<typeof settings> = {
  id: 'tag-bilinear',
  label: 'Bilinear map of tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'In its honest form, each tag has a vector and a matrix: the matrices of a row’s tags change the sum of their vectors, so that every pair of tags can do something of its own. As published it is the sum of tags.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, s_i + \big(\textstyle\sum_{j \in A_i} M_j\big) s_i\Big), \quad s_i = \textstyle\sum_{j \in A_i} E_j, \quad M = 0 \ \text{as published}`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d), \quad + \sum_c J_c d^2 \ \text{with matrices}`,
  whenToUse: 'With matrices, when pairs of few tags matter and rows are many: it has d² more numbers a tag.',
  notes: [
    'The guide’s text says that each tag has its own transformation matrix. Its formula and its listing multiply the zeros and ones of the tags by one matrix of J × d. That is linear in the tags, not bilinear, and the same map as the sum and the linear map, begun from standard normals; the guide calls it similar.',
    'Matrices is what the text describes, written by this lab. The matrices begin close to zero (normal with a deviation of 0.01), so that training begins from the sum of tags.',
  ],
  paper: 'A guide to nine embeddings of tags, method 6 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#7A3E9D', dark: '#CB9BEA', dash: '6px,3px' },
  settings,
  refusal: aboutTags('It maps the tags of a row to a vector'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => tags * (options.form === 'matrices' ? d + d * d : d)),
};

/** Row j of the matrices is M_j row by row: number (a, b) takes output a from s_b. */
function matricesMap(table: tf.Variable<tf.Rank.R2>, random: RandomStream): TagMap {
  const [tags, d] = table.shape;
  const matrices = matrix(normalTable(random, tags * d * d, MATRIX_DEVIATION), tags, d * d);
  return {
    width: d,
    parameters: (prefix) => ({
      all: [
        [`${prefix}/table`, table],
        [`${prefix}/matrices`, matrices],
      ],
      byTag: [`${prefix}/table`, `${prefix}/matrices`],
    }),
    rows(sets) {
      const sum = sumOfTags(table, sets);
      const acting = tf.reshape(sumOfTags(matrices, sets), [-1, d, d]);
      return tf.add(sum, tf.sum(tf.mul(acting, tf.expandDims(sum, 1)), 2)) as tf.Tensor2D;
    },
    vectors: () => table.clone(),
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { form, init } = options;
  const makeMap = ({ tags }: TagShape, d: number): TagMap => {
    const table = tagTable(random, tags, d, init);
    return form === 'matrices' ? matricesMap(table, random) : sumMap(table);
  };
  return buildTagModel(problem, options, random, makeMap);
}
