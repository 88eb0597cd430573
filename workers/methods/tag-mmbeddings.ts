import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { FusedDescription, TagHeads } from '../engine/step-plan';
import { Interactions, widthsEach } from '../nn/interactions';
import { headPaths } from '../nn/mixed-encoder';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, featureCount } from './shared/counts';
import { aboutTags } from './shared/needed-features';
import { TAGS_AT_RANDOM, tagDecoderField, tagPoolingField, tagWidthField } from './shared/tag-fields';
import { DECODED_TASKS } from './shared/tasks';
import { buildVariational } from './shared/variational-model';
import { variationalCandidates, variationalCount, variationalFields } from './shared/variational-settings';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ variationalFields(),
  d: /*#__PURE__*/ tagWidthField(),
  pooling: /*#__PURE__*/ tagPoolingField('none, the lab’s own'),
  context: /*#__PURE__*/ z.enum(['none', 'others']).default('none').meta({
    title: 'The encoder reads a row’s other tags',
    help: 'None: a tag takes what its rows are like on average, also through tags that often come with it. Others: a second pass reads, for each tag of a row, the average vectors of its other tags, so that what they explain is not put on this one. It encodes every pair of row and tag, so it is slower.',
    paper: 'none, the lab’s own',
  }),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-mmbeddings',
  label: 'MMbeddings of tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Takes a tag as a random effect: an encoder reads each row with its response and proposes a vector, and a tag takes the plain average over the rows that have it; a common prior pulls while the encoder trains. No table is learned, so the number of parameters does not depend on the number of tags.',
  formula: String.raw`B_j \sim N\Big(\frac{1}{n_j} \sum_{i : j \in A_i} \mu_\phi(x_i, y_i),\; \frac{1}{n_j^2} \sum_{i : j \in A_i} \operatorname{diag} \tau^2_\phi(x_i, y_i)\Big), \quad \hat y_i = f_\theta\Big(x_i, \textstyle\sum_{j \in A_i} B_j\Big)`,
  countFormula: String.raw`M_\phi(p + 1) + 2 (C + K) (h + 1) d + M_f(p + (C + K) d)`,
  whenToUse:
    'When there are many tags and few rows for each, or when a table of all tags is too large. With few tags and many rows for each, a table (Sum of tags) is better: tags that come together are told apart less well here.',
  paper: `${TAGS_AT_RANDOM} Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models`,
  unseen: 'Takes the zero vector, the mean of the prior, and so adds nothing to its row. A row without tags has zeros too.',
  line: { light: '#0A6FB8', dark: '#58B6F2', dash: '6px,2px' },
  settings,
  refusal: aboutTags('MMbeddings of tags are random effects of tags'),
  candidates: variationalCandidates,
  parameterCount(problem, options) {
    const { context, d, decoder } = options;
    return variationalCount(problem, options, context === 'others' ? d : 0) + decoderCount(problem.p + featureCount(problem) * d, decoder, problem);
  },
};

/**
 * MMbeddings whose levels are tags: one draw a tag, pooled by row (docs/methods.md F3). Ordinary levels
 * beside them have heads of their own, and draws by level too, which have the distribution of averaged draws
 * by row.
 */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { d, decoder, pooling, context } = options;
  const network = () => new Interactions('concatenation', problem.p, widthsEach(d, featureCount(problem)), decoder, random, decoderOutputs(problem));
  const describe = (beta: number): FusedDescription => {
    const { encoder, priorVariance, logVarAveraging, extraction } = options;
    const tags = (problem.tags ?? []).map((_, column, { length }): TagHeads => ({ pooling, draw: 'tag', ...headPaths(column, length) }));
    return { kind: 'encoder', d, encoder, decoder, beta, priorVariance, logVarAveraging, extraction, tags };
  };
  return buildVariational(problem, options, network, random, dataset, context === 'none' ? describe : undefined, {
    pooling,
    context,
    draw: 'level',
    ownHeads: true,
  });
}
