import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { coordinateColumns, coordinateFields } from './shared/coordinate-columns';
import { buildCorrelated } from './shared/correlated-model';
import { correlatedCount, correlatedFields } from './shared/correlated-settings';
import { placeGround } from './shared/place-ground';
import { DECODED_TASKS } from './shared/tasks';
import { variationalCandidates } from './shared/variational-settings';

const LABEL = 'MMbeddings of places';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ coordinateFields(
    'Numeric column, such as metres to the east; the last but one where none is chosen. The networks see it as any other.',
    'Numeric column in the same unit; the last one where none is chosen.',
  ),
  correlation: /*#__PURE__*/ z.enum(['learned', 'fixed']).default('learned').meta({
    title: 'Share and length are',
    help: 'Learned: trained with the prior, and found once more by maximum likelihood from the vectors of all rows, for levels without rows. Fixed: the two numbers below throughout.',
    paper: 'future work',
  }),
  share: /*#__PURE__*/ z.number().min(0).max(0.99).default(0.7).meta({
    title: 'Share of correlation ρ',
    help: 'What near levels have in common, as a share of the variance of their vectors; the rest is each level’s own. At 0 the method is MMbeddings. Where it is learned, training begins here.',
    paper: 'future work',
  }),
  length: /*#__PURE__*/ z.number().min(0).max(1e9).default(0).meta({
    title: 'Length ℓ',
    help: 'Distance, in the unit of the coordinates, at which 0.61 of the share is left. 0: twice the side of the square that a level has to itself. Where it is learned, training begins here.',
    paper: 'future work',
  }),
  .../*#__PURE__*/ correlatedFields(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'mmbeddings-correlated',
  label: LABEL,
  family: 'random effects',
  tasks: DECODED_TASKS,
  idea: 'MMbeddings whose levels are places: the prior says that vectors of places that are near are alike. A place that no row trained gets its vector from the places around it, where MMbeddings have nothing but zeros.',
  formula: String.raw`b_{\cdot m} \sim N\big(0, s_m^2 C\big),\quad C_{jk} = (1 - \rho)\, \delta_{jk} + \rho \exp\!\Big(-\frac{|s_j - s_k|^2}{2 \ell^2}\Big),\quad b_u = C_{uo} C_{oo}^{-1} B_o`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + M_f(p + K d) + K d + 2`,
  whenToUse:
    'When predictions are wanted at places that had no rows, and what a place does is more than a shift of the response. It assumes that vectors vary in the same way everywhere and in every direction, and that straight-line distance counts: degrees of longitude and latitude should be projected first. Where places only shift the response, LMMNN of places is simpler and nearer to the truth.',
  notes: [
    'The lab’s own: the paper names correlated levels as future work, without equations (docs/methods.md A29). With a share of 0 it is MMbeddings.',
    'A batch counts the divergence from the prior of its own places, exactly. The vectors of all rows have another share and length than those of batches of few rows, so both are found once more for places without rows: exactly of up to 500 places that have rows, from the 15 nearest of more.',
    'A model file predicts at new coordinates too where at most 500 places have rows; else a new place has the zero vector.',
  ],
  paper: 'The lab’s own, after Simchoni & Rosset (2025), MMbeddings, whose outlook names correlated levels',
  unseen: 'Takes the mean of its vector given those of the places with rows, by distance; far from all of them the zero vector.',
  line: { light: '#0B62DB', dark: '#5BA3FB', dash: '6px,3px' },
  settings,
  refusal: ({ levels, p }) => {
    if (levels.length === 0) return `${LABEL} need a categorical feature whose levels are places, and the data have no categorical feature.`;
    return p < 2 ? `${LABEL} need two numeric columns that are coordinates, and the data have ${p === 0 ? 'none' : 'one'}.` : null;
  },
  candidates: variationalCandidates,
  parameterCount: (problem, options) => correlatedCount(problem, options, 2),
};

/** docs/methods.md A29. */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const columns = coordinateColumns(options, problem.p, dataset, LABEL);
  return buildCorrelated(problem, options, placeGround(problem, { ...options, columns, label: LABEL }, dataset), random, dataset);
}
