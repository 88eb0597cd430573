import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { formulaMap, idleMap, scoredMap } from './shared/tag-attention';
import { hiddenField, tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  form: /*#__PURE__*/ z.enum(['listing', 'mask', 'formula', 'first-listing']).default('listing').meta({
    title: 'Weights of tags',
    help: 'Listing: tags that the row does not have take part with a score of 0. Mask: only the row’s own tags do. Formula: all tags count, by a layer on the sum. First listing: every weight is 1.',
    paper: 'listing; formula',
  }),
  hidden: /*#__PURE__*/ hiddenField('Units of the layer that scores a tag; the formula has none.'),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-attention',
  label: 'Attention to tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Gives each tag a score, turns the scores of a row’s tags into weights that add up to 1, and averages their vectors with these weights. So some tags can count more than others.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \textstyle\sum_{j \in A_i} w_{ij} E_j\Big), \quad w_{ij} = \frac{e^{a(E_j)}}{\sum_{l \in A_i} e^{a(E_l)} + n_i}, \quad n_i = J - |A_i| \ \text{(listing)},\ 0 \ \text{(mask)}`,
  countFormula: String.raw`\textstyle\sum_c \big(J_c d + h d + 2 h + 1\big) + \sum_k q_k d + M_f(p + (C + K) d)`,
  whenToUse: 'When one tag of a row decides and the others hardly matter. Where effects of tags add up, a sum or the hybrid is better.',
  notes: [
    'The guide has three attentions that differ, and this lab adds a fourth. Its formula weighs all tags, those that the row does not have too, by a layer on the sum: the row’s tags enter only through that layer. Its first listing takes a softmax over a single score, which is always 1: exactly the sum of tags, with an attention (321 numbers at the widths here) that has no gradient and never learns.',
    'Its corrected listing, the default here, multiplies the scores of absent tags by 0 and keeps them in the softmax, where a score of 0 still has the weight e⁰ = 1. So the weights of the tags that are there add up to less than 1. Mask leaves absent tags out, as a correct attention does.',
    'The correct one is not the better one. A weighted mean does not know how many tags a row has, so mask cannot represent effects that add up. With listing the weights add up to more the more tags a row has, and this flaw lets it count.',
    'The guide says that the weights follow from the context of the row. In listing and mask the score of a tag depends on the tag alone; only with formula does the row change it.',
  ],
  paper: 'A guide to nine embeddings of tags, method 7 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets zeros; with formula it gets a mean of all vectors.',
  line: { light: '#A15C00', dark: '#E8AE4A', dash: 'solid' },
  settings,
  refusal: aboutTags('It weighs the tags of a row'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => {
    const { form, hidden } = options;
    return tagModelCount(problem, options, (tags, d) => tags * d + (form === 'formula' ? (d + 1) * tags : (d + 1) * hidden + hidden + 1));
  },
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { form, hidden, init } = options;
  const makeMap = (shape: TagShape, d: number): TagMap => {
    const table = tagTable(random, shape.tags, d, init);
    if (form === 'formula') return formulaMap(table, shape, random);
    return form === 'first-listing' ? idleMap(table, hidden, random) : scoredMap(table, hidden, form, random);
  };
  return buildTagModel(problem, options, random, makeMap);
}
