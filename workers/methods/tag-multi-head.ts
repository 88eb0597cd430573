import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { normalTable } from '../nn/initialisers';
import { softmaxOverPlaces } from '../ops/place-softmax';
import { vectorsOfTags } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem, TagSets } from './method';
import { aboutTags } from './shared/needed-features';
import { byHead } from './shared/tag-attention';
import { tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { matrix, ofTable, sumMap, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  form: /*#__PURE__*/ z.enum(['flatten', 'attention']).default('flatten').meta({
    title: 'Heads',
    help: 'Flatten: the sum of the tags is cut into pieces and put together again, which changes nothing. Attention: each piece weighs the tags in its own way.',
    paper: 'flatten',
  }),
  heads: /*#__PURE__*/ z.int().min(1).max(16).default(4).meta({
    title: 'Number of heads',
    help: 'Pieces of equal width that a vector is cut into. Where it does not divide the width, the next smaller number that does is taken.',
    paper: '4',
  }),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

/** The most heads, at most as many as asked for, that divide the width. */
function headsOf(d: number, heads: number): number {
  let most = Math.min(d, heads);
  while (d % most !== 0) most--;
  return most;
}

export const about: MethodAbout<typeof settings> = {
  id: 'tag-multi-head',
  label: 'Tags in heads',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Cuts the vector of a tag into a few shorter ones, its heads. As published the heads are only put side by side again; with attention each head decides for itself which of a row’s tags count.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \big[\textstyle\sum_{j \in A_i} w_{jh} E_{jh}\big]_{h = 1}^{H}\Big), \quad w_{jh} = 1 \ \text{or}\ \operatorname*{softmax}_{j \in A_i} \frac{q_h' E_{jh}}{\sqrt{d / H}}`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d), \quad + C d \ \text{with attention}`,
  whenToUse: 'With attention, when different groups of tags decide about different things. Flattened, only to see that nothing changes.',
  notes: [
    'The guide’s text gives each tag several vectors, one a head, and says that this takes more parameters. Its listing reshapes the one vector of the sum, so that the network behind it gets the same numbers in the same order: the same map as the sum of tags, begun from standard normals.',
    'The form with attention is this lab’s. A head has one query for all rows, so a tag’s score does not depend on the row; only which tags it competes with does. A head is a weighted mean: it cannot tell how many tags a row has.',
  ],
  paper: 'A guide to nine embeddings of tags, method 3 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#3F5FBF', dark: '#93ABF5', dash: '6px,3px' },
  settings,
  refusal: aboutTags('It weighs the tags of a row in several heads'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => tags * d + (options.form === 'attention' ? d : 0)),
};

/** Attention with a query for each head over the tags of the row (docs/methods.md F2). */
function attentionMap({ tags }: TagShape, d: number, heads: number, random: RandomStream, init: 'published' | 'xavier'): TagMap {
  const width = d / heads;
  const table = tagTable(random, tags, d, init);
  const query = matrix(normalTable(random, d, 1), heads, width);
  const weigh = (sets: TagSets): tf.Tensor3D => {
    const products = tf.reshape(tf.mul(table, tf.reshape(query, [1, d])), [tags, heads, width]);
    const scores = tf.div(tf.sum(products, 2), Math.sqrt(width)) as tf.Tensor2D;
    return softmaxOverPlaces(vectorsOfTags(scores, sets), sets.mask);
  };
  return {
    ...ofTable(table, (prefix) => [[`${prefix}/query`, query]]),
    width: d,
    rows(sets) {
      const [rows, places] = sets.ids.shape;
      const vectors = tf.reshape(vectorsOfTags(table, sets), [rows, places, heads, width]);
      return tf.reshape(tf.sum(tf.mul(vectors, tf.expandDims(weigh(sets), 3)), 1), [rows, d]);
    },
    weights: (sets) => byHead(weigh(sets)),
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { form, heads, init } = options;
  if (form === 'attention') return buildTagModel(problem, options, random, (shape, d) => attentionMap(shape, d, headsOf(d, heads), random, init));
  return buildTagModel(problem, options, random, ({ tags }, d) => sumMap(tagTable(random, tags, d, init)));
}
