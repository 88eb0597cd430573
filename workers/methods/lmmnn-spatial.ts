import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { byLevel } from './shared/by-level';
import { coordinateColumns, coordinateFields } from './shared/coordinate-columns';
import { decoderCount } from './shared/counts';
import { networkFields, OF_LMMNN } from './shared/network-fields';
import { alongCurve } from './shared/places';
import { buildSpatialModel } from './shared/spatial-model';

const LABEL = 'LMMNN of places';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ coordinateFields(
    'Numeric column, such as metres to the east; the last but one where none is chosen. The network does not see it.',
    'Numeric column in the same unit; the last one where none is chosen.',
  ),
  .../*#__PURE__*/ networkFields(OF_LMMNN),
  order: /*#__PURE__*/ z.enum(['by-level', 'neighbours', 'shuffled']).default('by-level').meta({
    title: 'Row order',
    help: 'By level: sorted by place and never shuffled, as the authors do. Neighbours: along a curve through the map, so that a batch holds places that are near and the length shows. Shuffled: a new order each epoch.',
    paper: 'by level',
  }),
  largestBatch: /*#__PURE__*/ z.int().min(2).max(1000).default(100).meta({
    title: 'Largest batch',
    help: 'Batches are at most this large: all rows of a batch are correlated, and a step takes the cube of their number.',
    paper: '100',
  }),
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn-spatial',
  label: LABEL,
  family: 'random effects',
  idea: 'LMMNN on a map: the levels of the first categorical feature are places, and their effects are a Gaussian field that is alike where places are near. Variance and length of the field are learned with the network; after training the field at every place follows from its neighbours (kriging), also where no row trained.',
  formula: String.raw`y = f_\theta(X) + b(s) + \sum_k Z_k b_k + e,\quad \operatorname{Cov}(b(s), b(s')) = \kappa_0 \exp\!\Big(-\frac{|s - s'|^2}{2 \kappa_1}\Big),\quad V = \sigma_e^2 I + Z D Z^\top + \sum_k \sigma_k^2 Z_k Z_k^\top`,
  countFormula: 'M_f(p - 2) + 3 + (K - 1)',
  whenToUse:
    'When effects of places change smoothly over a map and some places have few rows or none. It assumes that the field has the same variance and length everywhere and in every direction, and that straight-line distance counts: degrees of longitude and latitude should be projected first. Do not use it when places that touch can differ as much as any.',
  notes: [
    'Ids that are random on the map put places that are far apart into one batch, so that the length is learned from few near pairs and comes out too large with few places (docs/methods.md F10). Row order “neighbours” puts near ones together.',
    'With up to 1,000 places that have rows the field is exact; with more, each place is predicted from its 64 nearest. A model file predicts at new coordinates too where at most 500 places have rows; else a new place has an effect of 0.',
  ],
  paper: 'Simchoni & Rosset (2023), Integrating Random Effects in Deep Neural Networks, spatial data',
  unseen: 'A place without training rows gets the field of its neighbours; a level of another feature gets 0.',
  line: { light: '#8A3FA8', dark: '#C58BE0', dash: 'solid' },
  settings,
  parameterCount: ({ p, levels }, { network }) => decoderCount(p - 2, network) + 3 + levels.length - 1,
  refusal: ({ levels, task, p }) => {
    if (task === 'binary') return `${LABEL} takes a regression response only: its likelihood is that of a Gaussian response.`;
    if (levels.length === 0) return `${LABEL} needs a categorical feature whose levels are places, and the data have no categorical feature.`;
    return p < 2 ? `${LABEL} needs two numeric columns that are coordinates, and the data have ${p === 0 ? 'none' : 'one'}.` : null;
  },
};

/** docs/methods.md F10. */
export function build(problem: Problem, given: Settings, random: RandomStream, dataset?: Dataset): Model {
  const { p } = problem;
  const { order, largestBatch } = given;
  const columns = coordinateColumns(given, p, dataset, LABEL);
  const ordered = (rows: Uint32Array, data: Dataset): Uint32Array => (order === 'neighbours' ? alongCurve(rows, data, columns) : byLevel(rows, data));
  return {
    ...buildSpatialModel(problem, { ...given, columns }, random, dataset),
    batchSize: Math.min(problem.batchSize, largestBatch),
    ...(order !== 'shuffled' && dataset ? { epochOrder: (rows: Uint32Array) => ordered(rows, dataset) } : {}),
  };
}
