import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { buildCorrelated } from './shared/correlated-model';
import { correlatedCount, correlatedFields } from './shared/correlated-settings';
import { graphGround } from './shared/graph-ground';
import { DECODED_TASKS } from './shared/tasks';
import { variationalCandidates } from './shared/variational-settings';

const LABEL = 'MMbeddings of a graph';

const settings = /*#__PURE__*/ z.strictObject({
  correlation: /*#__PURE__*/ z.enum(['learned', 'fixed']).default('learned').meta({
    title: 'Dependence is',
    help: 'Learned: trained with the prior, and found once more by maximum likelihood from the vectors of all rows, for levels without rows. Fixed: the number below throughout.',
    paper: 'future work',
  }),
  dependence: /*#__PURE__*/ z.number().min(0).max(0.995).default(0.9).meta({
    title: 'Dependence ρ',
    help: 'How much the vector of a level follows its neighbours: given them, its mean is ρ Σ w b / (ρ Σ w + 1 − ρ) over its edges. At 0 the method is MMbeddings. Where it is learned, training begins here.',
    paper: 'future work',
  }),
  .../*#__PURE__*/ correlatedFields(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'mmbeddings-graph',
  label: LABEL,
  family: 'random effects',
  tasks: DECODED_TASKS,
  idea: 'MMbeddings whose levels are joined by edges, such as regions that share a border: the prior says that vectors of neighbours are alike. A level that no row trained gets its vector from its neighbours, where MMbeddings have nothing but zeros.',
  formula: String.raw`b_{\cdot m} \sim N\big(0, s_m^2 C\big),\quad C_{jk} = \frac{K_{jk}}{\sqrt{K_{jj} K_{kk}}},\quad K = \big(\rho\, (D - W) + (1 - \rho)\, I\big)^{-1},\quad b_u = C_{uo} C_{oo}^{-1} B_o`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + M_f(p + K d) + K d + 1`,
  whenToUse:
    'When it is known which levels go together (borders, friends, a taxonomy) and predictions are wanted of levels that had few rows or none. It assumes that an edge means alike, as much everywhere as its weight says. Where levels have coordinates, MMbeddings of places knows distances too.',
  notes: [
    'The lab’s own: the paper names correlated levels as future work, without equations (docs/methods.md A29). The prior is the conditional autoregression of Leroux, Lei & Breslow (2000), scaled so that each level has the same variance. With a dependence of 0 it is MMbeddings.',
    'Edges are given for a column in the data (its “Read as”, or --edges on the command line): two levels on each line, and perhaps a weight. A name that no level of the data has is a node all the same: its neighbours are joined through it. A level without an edge is independent of all others.',
    'A batch counts the divergence from the prior of its own levels, exactly. Correlations of all pairs are held at five dependences and go straight between them, for up to 2,000 nodes. Levels without rows are solved exactly where up to 500 have rows, from the 15 that are most like them of more.',
    'In a model file, a level that the data do not have has the zero vector, whatever its edges.',
  ],
  paper: 'The lab’s own, after Simchoni & Rosset (2025), MMbeddings, whose outlook names correlated levels, and Leroux, Lei & Breslow (2000)',
  unseen: 'Takes the mean of its vector given those of the levels with rows, along the edges; without any edge to them the zero vector.',
  line: { light: '#0B62DB', dark: '#5BA3FB', dash: '2px,2px,8px,2px' },
  edges: true,
  settings,
  refusal: ({ levels, edges }) => {
    if (levels.length === 0) return `${LABEL} need a categorical feature whose levels are joined by edges, and the data have no categorical feature.`;
    return edges ? null : `${LABEL} need edges between the levels of a column, and the data have none: give a file of them for the column.`;
  },
  candidates: variationalCandidates,
  parameterCount: (problem, options) => correlatedCount(problem, options, 1),
};

/** docs/methods.md A29. */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  return buildCorrelated(problem, options, graphGround(problem, options, dataset), random, dataset);
}
