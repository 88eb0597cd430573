import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { TagShape } from '../data/tag-rows';
import { columnVariances } from '../data/vectors/match';
import type { StartVectors } from '../data/vectors/vector-file';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { tagStartField } from './pretraining/start-fields';
import { startTable } from './pretraining/start-table';
import { aboutTags } from './shared/needed-features';
import { tagComponents } from './shared/tag-components';
import { tagDecoderField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { matrix, sumMap, tagTable } from './shared/tag-table';
import { DECODED_TASKS } from './shared/tasks';
import { trainingRows } from './shared/training-rows';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  start: /*#__PURE__*/ tagStartField(),
  tableRate: /*#__PURE__*/ z.number().min(0).max(1).default(0.1).meta({
    title: 'Rate of the vectors',
    help: 'The learning rate of the tags’ vectors as a part of everything else’s. 0: frozen, they stay as they were found. 1: free.',
    paper: '1',
  }),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-pretrained',
  label: 'Pretrained tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Begins from vectors that say which tags occur together, found before training and without the response, and adds up those of a row’s tags. Training then moves them slowly, freely, or not at all.',
  formula: String.raw`\hat y_i = f_\theta\Big(x_i, \textstyle\sum_{j \in A_i} E_j\Big), \quad E \ \text{begins as}\ E^0`,
  countFormula: String.raw`\textstyle\sum_c J_c d + \sum_k q_k d + M_f(p + (C + K) d) \quad \text{(frozen: without}\ \sum_c J_c d)`,
  whenToUse:
    'When rows with a response are few and tags that occur together also act alike. Where tags are drawn at random, what occurs together says nothing.',
  notes: [
    'The guide takes the vectors from a file that it does not name. Unless you choose one, they are found in the training rows, without the response: loadings of the tags on the first principal components of their zeros and ones, each tag scaled to variance 1, or vectors of skip-gram over the tags of each row.',
    'Vectors of a file are matched by label, and wider ones are projected on their first d principal components.',
    'The map is that of the sum of tags. The guide’s formula shows the vector of one tag and its program adds up those of all tags of a row; this method adds up.',
    'Frozen vectors are not counted as parameters. A free table forgets where it began when rows are many.',
  ],
  paper: 'A guide to nine embeddings of tags, method 9 (docs/methods.md A18, F2)',
  unseen:
    'A tag that no training row has is left out of the row’s set. Where unseen tags are kept as published, it has a random vector of usual length; zeros when frozen.',
  line: { light: '#5D4037', dark: '#C9AAA0', dash: 'solid' },
  settings,
  refusal: aboutTags('It begins from which tags occur together'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => (options.tableRate === 0 ? 0 : tags * d)),
};

/** Vectors from the training rows, for the tags that have variance there (docs/methods.md F2, F8). */
function componentVectors(dataset: Dataset, column: number, d: number, random: RandomStream): StartVectors {
  const tags = dataset.tags?.[column];
  if (!tags) throw new Error(`the data have no column of tags ${column + 1}`);
  const { vectors, known } = tagComponents(tags, [...trainingRows(dataset)], d, random);
  const rows = [...known.keys()].filter((tag) => known[tag] === 1);
  return { d, values: vectors, known, variances: columnVariances(vectors, d, rows) };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { tableRate } = options;
  const makeMap = ({ tags }: TagShape, d: number, column: number): TagMap => {
    const start = problem.start?.[problem.levels.length + column] ?? (dataset && componentVectors(dataset, column, d, random));
    // Counts and reference steps are made without data: standard normals stand for the vectors.
    if (!start) return sumMap(tagTable(random, tags, d, 'published'));
    return sumMap(matrix(startTable(start, d, tableRate === 0, random, `column ${column + 1} of tags`), tags, d));
  };
  return buildTagModel(problem, options, random, makeMap, { rates: new Map([['table', tableRate]]) });
}
