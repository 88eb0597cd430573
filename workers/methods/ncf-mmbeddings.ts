import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { InnerProduct } from '../nn/inner-product';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { NCF_PAPER, ncfRefusal } from './shared/ncf';
import { DECODED_TASKS } from './shared/tasks';
import { buildVariational } from './shared/variational-model';
import { variationalCandidates, variationalCount, variationalFields } from './shared/variational-settings';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ variationalFields({ beta: 0.1, priorVariance: 0.5, encoder: [100] }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'ncf-mmbeddings',
  label: 'NCF with MMbeddings',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Collaborative filtering whose user and item vectors are not stored: an encoder proposes them row by row, and each user and item takes the average. The number of parameters does not grow with users or items.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \langle B_{u_i}, B_{v_i} \rangle\big), \quad B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i, \quad b_i \sim q_\phi(b \mid x_i, y_i)`,
  countFormula: String.raw`M_\phi(p + 1) + 4 (h + 1) d + M_f(p + 1)`,
  whenToUse:
    'With two categorical features whose levels occur in pairs, when most users or items have few rows, or tables of all of them are too large. Leave post-training on: here the results depend on it.',
  paper: NCF_PAPER,
  unseen: 'Takes the zero vector, so that its inner product is 0.',
  line: { light: '#7A5C00', dark: '#D6B23C', dash: 'solid' },
  settings,
  candidates: variationalCandidates,
  refusal: ncfRefusal,
  parameterCount: (problem, options) => variationalCount(problem, options) + decoderCount(problem.p + 1, options.decoder, problem),
};

/**
 * MMbeddings of two features whose inner product goes next to x into an MLP; no biases and no L2
 * (docs/methods.md A13).
 */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { d, encoder, decoder, priorVariance, logVarAveraging, extraction } = options;
  return buildVariational(
    problem,
    options,
    () => new InnerProduct(problem.p, decoder, null, random, decoderOutputs(problem)),
    random,
    dataset,
    (beta) => ({ kind: 'encoder', interaction: 'inner-product', d, encoder, decoder, beta, priorVariance, logVarAveraging, extraction }),
  );
}
