import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { sumMap, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-linear',
  label: 'Linear map of tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Writes a row’s tags as zeros and ones and multiplies them by a matrix. As a row has few ones, this adds up the matrix’s columns of its tags: it is the sum of tags, begun from other numbers.',
  formula: String.raw`\hat y_i = f_\theta(x_i, T_i W'), \quad T_i \in \{0, 1\}^J`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d)`,
  whenToUse: 'To see what the first numbers of a table do: next to the sum of tags, which has the same map and smaller first numbers.',
  notes: [
    'The guide says that the linear map has more parameters than the sum and captures complex relationships between tags. Neither holds: both are the same map, the row’s zeros and ones times a matrix of J × d numbers.',
    'What differs is where they begin. The sum begins with small uniform numbers (Xavier), the linear map with standard normals, which are some four times larger. After the same training that costs between 0.1 and 0.5 of squared error in our experiments; choose Xavier here and the two are one method.',
  ],
  paper: 'A guide to nine embeddings of tags, method 2 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector of zeros.',
  line: { light: '#0F7A8A', dark: '#4CC6D6', dash: '10px,4px' },
  settings,
  refusal: aboutTags('It maps the tags of a row to a vector'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => tags * d),
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const makeMap = ({ tags }: TagShape, d: number): TagMap => sumMap(tagTable(random, tags, d, options.init));
  return buildTagModel(problem, options, random, makeMap);
}
