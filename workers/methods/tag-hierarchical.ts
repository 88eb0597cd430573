import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { sumOfTags } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags, eitherRefusal } from './shared/needed-features';
import { tagDecoderField, tagInitField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { ofTable, tagTable } from './shared/tag-table';
import { TagTree } from './shared/tag-tree';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  depth: /*#__PURE__*/ z.enum(['parents', 'ancestors']).default('parents').meta({
    title: 'A tag brings',
    help: 'Parents: the tag above it. Ancestors: all tags above it, up to the top.',
    paper: 'parents',
  }),
  count: /*#__PURE__*/ z.enum(['per-child', 'once']).default('per-child').meta({
    title: 'A tag above several counts',
    help: 'Per child: once for each of the row’s tags below it, and once more if the row has it itself. Once: once in a row.',
    paper: 'per child',
  }),
  init: /*#__PURE__*/ tagInitField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-hierarchical',
  label: 'Tags with parents',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Adds to the vector of each tag those of the tags above it, so that brothers and sisters share what their parent has learned. A rare tag begins from its parent’s vector instead of from nothing.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \textstyle\sum_{j \in A_i} \big(E_j + \sum_{l \,\text{above}\, j} E_l\big)\Big)`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d)`,
  whenToUse: 'When tags have parents (Sensor/Pressure) and many of them are rare. Choose Xavier for the vectors.',
  notes: [
    'The guide’s formula gives a tag its own vector plus its parent’s. Its listing counts, for each parent, the row’s tags below it. The two agree only while no parent is itself a tag of the row: then the listing counts it once more. And a grandparent is reached only through a parent that the row has.',
    'Ancestors takes all tags above a tag, as the formula would if it were applied again and again. Once, a form of this lab, counts every tag and every tag above it at most once in a row.',
    'The guide gives no hierarchy for its 17 tags; labels with / : or > name one, or a person gives pairs of child and parent. The views of tag vectors show each tag with all that it brings.',
  ],
  paper: 'A guide to nine embeddings of tags, method 8 (docs/methods.md A18, F2)',
  unseen:
    'A tag that no training row has is left out of the row’s set. Where unseen tags are kept as published, it brings the trained vectors of its parents, which is the point of the method.',
  line: { light: '#2F6F3E', dark: '#7CC48B', dash: 'solid' },
  settings,
  refusal: eitherRefusal(aboutTags('It adds to each tag those above it'), ({ tags = [] }) =>
    tags.some(({ parents }) => parents.some((parent) => parent >= 0))
      ? null
      : 'It adds to each tag those above it, and no tag of the data has a parent.',
  ),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => tags * d),
};

function treeMap(table: tf.Variable<tf.Rank.R2>, tree: TagTree, once: boolean): TagMap {
  return {
    ...ofTable(table),
    width: table.shape[1],
    rows: (sets) => (once ? sumOfTags(table, tree.closed(sets)) : sumOfTags(tree.vectors(table), sets)),
    vectors: () => tree.vectors(table),
    dispose: () => tree.dispose(),
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { depth, count, init } = options;
  const makeMap = ({ tags, parents }: TagShape, d: number): TagMap =>
    treeMap(tagTable(random, tags, d, init), new TagTree(parents, depth), count === 'once');
  return buildTagModel(problem, options, random, makeMap);
}
