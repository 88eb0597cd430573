import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { levelCount } from './shared/counts';
import { CURVE_WIDTH, GROWTH_PAPER, growthCurve, growthRefusal, startField, withCurveEstimates } from './shared/growth';
import { buildLevelNetwork } from './shared/level-model';
import { tableSource } from './shared/table-source';

const settings = /*#__PURE__*/ z.strictObject({ start: /*#__PURE__*/ startField() });

export const about: MethodAbout<typeof settings> = {
  id: 'growth-embeddings',
  label: 'Growth curve, Embeddings',
  family: 'tables',
  idea: 'A logistic growth curve takes the place of the network, and every level has its own asymptote, midpoint and scale as three free numbers. Nothing pulls the curve of a level with few rows towards the others.',
  formula: String.raw`\hat y_i = \frac{\beta_1 + E_{z_i 1}}{1 + \exp\left(-\frac{x_i - (\beta_2 + E_{z_i 2})}{\max(\beta_3 + E_{z_i 3},\, 0.1)}\right)}`,
  countFormula: '3q + 3',
  whenToUse:
    'For growth over one number, such as age or time, with many rows per level. With few rows per level the mixed-model versions of this curve do better.',
  paper: GROWTH_PAPER,
  unseen: 'Keeps the three small random numbers it started with: nearly the mean curve.',
  line: { light: '#5A6B00', dark: '#B9CE4A', dash: '10px,4px' },
  settings,
  refusal: growthRefusal,
  parameterCount: ({ levels }) => CURVE_WIDTH * levelCount(levels) + CURVE_WIDTH,
};

/** Three numbers per level in front of the logistic curve, mean squared error (docs/methods.md A15). */
export function build(problem: Problem, { start }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const tables = new Tables(problem.levels, CURVE_WIDTH, random);
  return withCurveEstimates(buildLevelNetwork(problem, tableSource(tables, CURVE_WIDTH), growthCurve(dataset, start, false)), dataset);
}
