import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { coordinateColumns, coordinateFields } from './shared/coordinate-columns';
import { decoderCount, stackCount } from './shared/counts';
import { buildEmbeddedModel } from './shared/embedded-model';
import { aboutLevels } from './shared/needed-features';
import { networkFields, OF_LMMNN } from './shared/network-fields';

const LABEL = 'LMMNN with learned g';

/** Hidden layers of the published g of coordinates. */
const LAYERS = [1000, 500, 200, 100, 500, 1000];

const settings = /*#__PURE__*/ z.strictObject({
  g: /*#__PURE__*/ z.enum(['table', 'locations']).default('table').meta({
    title: 'Hidden vectors come from',
    help: 'Table: each level has its own, as wide as a tenth of the levels. Locations: a network of two coordinates gives them, for places that are the levels of one feature.',
    paper: 'a table; locations for spatial data',
  }),
  embedded: /*#__PURE__*/ z.array(/*#__PURE__*/ z.int().min(1).max(2000)).max(100).default([]).meta({
    title: 'Hidden widths',
    help: 'Table: numbers in a hidden vector, one for each feature; none is a tenth of its levels. Locations: the layers of the network, the last one as wide as the vectors; none are the published six.',
    paper: 'a tenth of the levels',
  }),
  .../*#__PURE__*/ coordinateFields(
    'Locations only: a numeric column; the last but one where none is chosen.',
    'Locations only: a numeric column in the same unit; the last one where none is chosen.',
  ),
  .../*#__PURE__*/ networkFields(OF_LMMNN),
  largestBatch: /*#__PURE__*/ z.int().min(2).max(1000).default(100).meta({
    title: 'Largest batch',
    help: 'Batches are at most this large: a step takes the cube of the rows or of the hidden numbers, whichever are fewer.',
    paper: '30 with one feature, 100 with several',
  }),
  effectRows: /*#__PURE__*/ z.int().min(1).nullable().default(null).meta({
    title: 'Rows for the effects',
    help: 'After training the effects of levels are taken from all rows, or from as many as this, drawn once.',
    paper: '10,000 at most',
  }),
});
type Settings = z.output<typeof settings>;

/** Numbers in a hidden vector of each feature. */
const widthsOf = (levels: readonly number[], { embedded }: Pick<Settings, 'embedded'>): number[] =>
  levels.map((q, k) => embedded[k] ?? Math.max(1, Math.floor(0.1 * q)));

/** Most numbers in all hidden vectors: 0.4 GB, and four times that with their gradients and moments. */
const MOST_HIDDEN = 100_000_000;

/** Throws LabFailure 'hidden-vectors-too-large' before memory is asked for. */
function checkedWidths(levels: readonly number[], given: Settings): number[] {
  const widths = widthsOf(levels, given);
  const numbers = widths.reduce((sum, width, k) => sum + width * levels[k], 0);
  if (numbers <= MOST_HIDDEN) return widths;
  const told = (value: number): string => value.toLocaleString('en-US');
  throw new LabFailure(
    'hidden-vectors-too-large',
    `${LABEL} would have ${told(numbers)} numbers in its hidden vectors (widths ${widths.map(told).join(' and ')} for ${levels.map(told).join(' and ')} levels); it may have ${told(MOST_HIDDEN)}.`,
    `Set smaller hidden widths in the settings of ${LABEL}, such as 10, or leave it out.`,
  );
}

const layersOf = ({ embedded }: Pick<Settings, 'embedded'>): readonly number[] => (embedded.length > 0 ? embedded : LAYERS);

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn-embedded',
  label: LABEL,
  family: 'random effects',
  idea: 'LMMNN whose levels enter by a learned function g: every level has a hidden vector, and one vector of random numbers b, integrated out of the likelihood, turns hidden vectors into effects. With one feature that is an ordinary random intercept with many more numbers, which the method fits to the rows it trains on.',
  formula: String.raw`y = f_\theta(X) + \sum_k g_k(Z_k) b_k + e,\quad g_k(Z_k) = Z_k W_k,\quad b_k \sim N(0, \sigma_k^2 I_{l_k}),\quad V = \sigma_e^2 I + \sum_k \sigma_k^2 (Z_k W_k)(Z_k W_k)^\top`,
  countFormula: String.raw`M_f(p) + 1 + K + \sum_k q_k l_k,\quad l_k = \lfloor q_k / 10 \rfloor`,
  whenToUse:
    'To repeat the published runs, and to see what a flexible g costs: it has a tenth of the square of the number of levels as parameters, and its residual variance comes out far too small (docs/methods.md F10). It assumes that levels with similar hidden vectors have similar effects. LMMNN is the better choice for levels without such structure.',
  notes: [
    'Published with one feature its data are those of a random intercept of variance l σ²_b / 3: a mixed model with intercepts finds that variance, and with a network instead of lines it also predicts better than the learned g.',
  ],
  paper: 'Simchoni & Rosset (2023), Integrating Random Effects in Deep Neural Networks, g(Z)b',
  unseen: 'Keeps the hidden vector it began with, which is near 0, and so has nearly no effect; a level of another table has none.',
  line: { light: '#8A3FA8', dark: '#C58BE0', dash: '10px,4px' },
  settings,
  parameterCount: ({ p, levels }, given) =>
    given.g === 'locations'
      ? decoderCount(p - 2, given.network) + stackCount(2, layersOf(given)) + 2
      : decoderCount(p, given.network) + 1 + levels.length + widthsOf(levels, given).reduce((sum, width, k) => sum + width * levels[k], 0),
  refusal: (problem) => {
    const { task } = problem;
    if (task === 'binary') return `${LABEL} takes a regression response only: its likelihood is that of a Gaussian response.`;
    return aboutLevels(`${LABEL} has effects of levels`)(problem);
  },
};

/** docs/methods.md F10. */
export function build(problem: Problem, given: Settings, random: RandomStream, dataset?: Dataset): Model {
  const { p, levels } = problem;
  const hidden = () => {
    if (given.g === 'table') return { widths: checkedWidths(levels, given) };
    if (levels.length !== 1 || p < 2)
      throw new LabFailure(
        'locations-needed',
        `${LABEL} of locations needs one categorical feature, whose levels are places, and two numeric columns that are coordinates.`,
        `Choose hidden vectors from a table in the settings of ${LABEL}, or other columns.`,
      );
    return { layers: layersOf(given), columns: coordinateColumns(given, p, dataset, LABEL) };
  };
  return {
    ...buildEmbeddedModel(problem, { ...given, hidden: hidden(), label: LABEL }, random, dataset),
    batchSize: Math.min(problem.batchSize, given.largestBatch),
  };
}
