import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { Interactions, interactionCount, interactionWidth, widthsEach } from '../nn/interactions';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, interactionField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { buildVariational } from './shared/variational-model';
import { variationalCandidates, variationalCount, variationalFields } from './shared/variational-settings';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ variationalFields(),
  interaction: /*#__PURE__*/ interactionField('concatenation'),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'mmbeddings',
  label: 'MMbeddings',
  family: 'random effects',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'An encoder reads each row with its response and proposes a vector for its level; a level takes the plain average over its rows; a common prior pulls while the encoder trains. No table is learned, so the number of parameters does not depend on the number of levels.',
  formula: String.raw`B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i, \quad b_i \sim N\big(\mu_\phi(x_i, y_i), \operatorname{diag} \tau^2_\phi(x_i, y_i)\big), \quad \hat y_i = f_\theta(x_i, B_{z_i})`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + M_f(p + K d)`,
  whenToUse:
    'When there are many levels and few rows per level, or when a table of q rows is too large. Levels must have training rows with responses: an unseen level gets the prior mean.',
  paper: 'Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models',
  unseen: 'Takes the zero vector, the mean of the prior.',
  line: { light: '#0B62DB', dark: '#5BA3FB', dash: 'solid' },
  settings,
  refusal: aboutLevels('MMbeddings are random effects of levels'),
  candidates: variationalCandidates,
  parameterCount(problem, options) {
    const { interaction, decoder, d } = options;
    const features = problem.levels.length;
    const head = decoderCount(problem.p + interactionWidth(interaction, widthsEach(d, features)), decoder, problem);
    return variationalCount(problem, options) + interactionCount(interaction, widthsEach(d, features), problem.p) + head;
  },
};

/** The variational autoencoder of docs/methods.md A10 in front of an MLP on x and the level vectors. */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { interaction, decoder, d, encoder, priorVariance, logVarAveraging, extraction } = options;
  return buildVariational(
    problem,
    options,
    () => new Interactions(interaction, problem.p, widthsEach(d, problem.levels.length), decoder, random, decoderOutputs(problem)),
    random,
    dataset,
    interaction === 'concatenation'
      ? (beta) => ({ kind: 'encoder', d, encoder, decoder, beta, priorVariance, logVarAveraging, extraction })
      : undefined,
  );
}
