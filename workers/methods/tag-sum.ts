import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { tagDecoderField, tagPoolingField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { sumMap, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  pooling: /*#__PURE__*/ tagPoolingField('sum'),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-sum',
  label: 'Sum of tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Gives each tag a vector and adds up the vectors of a row’s tags. What tags do one by one is in the sum, and the network behind it finds what they do together.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \textstyle\sum_{j \in A_i} E_j\Big), \quad A_i = \text{tags of row } i`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d)`,
  whenToUse: 'As the first method on tags: small, fast, and hard to beat when every tag has many rows.',
  notes: [
    'Five other methods of the guide compute the same map: the linear map, tags in heads (flattened), the bilinear map as listed, the first listing of attention, and pretrained tags. They differ in their first numbers alone, and some in numbers that never learn.',
    'First numbers decide more than the method. Tables of standard normals, as PyTorch begins them, cost between 0.1 and 0.5 of squared error on the lab’s simulation against the small uniform ones (Xavier) that the sum begins with. Compare methods with vectors that begin alike before you conclude anything.',
    'The guide’s program applies a table that was never trained, which is a random projection. It gives no network, no loss and no training: all that follows the vectors is the same here for every method, so that they can be compared.',
    'A sum can be any number of tags long, so rows with many tags have long vectors. Mean, an option of this lab, takes that away: better where the number of tags says nothing, worse where effects add up.',
  ],
  paper: 'A guide to nine embeddings of tags, method 1 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#0F7A8A', dark: '#4CC6D6', dash: 'solid' },
  settings,
  refusal: aboutTags('It adds up the vectors of a row’s tags'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => tags * d),
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const makeMap = ({ tags }: TagShape, d: number): TagMap => sumMap(tagTable(random, tags, d, 'xavier'), options.pooling);
  return buildTagModel(problem, options, random, makeMap);
}
