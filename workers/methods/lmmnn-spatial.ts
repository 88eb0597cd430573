import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { byLevel } from './shared/by-level';
import { decoderCount } from './shared/counts';
import { columnSetting, namedColumn } from './shared/named-column';
import { alongCurve } from './shared/places';
import { buildSpatialModel } from './shared/spatial-model';

const LABEL = 'LMMNN of places';

const settings = /*#__PURE__*/ z.strictObject({
  east: /*#__PURE__*/ columnSetting(
    'First coordinate',
    'Numeric column, such as metres to the east; the last but one where none is chosen. The network does not see it.',
    'the coordinates of the simulation',
  ),
  north: /*#__PURE__*/ columnSetting(
    'Second coordinate',
    'Numeric column in the same unit; the last one where none is chosen.',
    'the coordinates of the simulation',
  ),
  network: /*#__PURE__*/ z
    .array(/*#__PURE__*/ z.int().min(1).max(1024))
    .max(6)
    .default([10, 10])
    .meta({ title: 'Network layers', help: 'Widths of the hidden ReLU layers of f.', paper: '100, 50, 25, 12' }),
  dropout: /*#__PURE__*/ z.number().min(0).max(0.9).default(0).meta({
    title: 'Dropout',
    help: 'Share of the activations dropped during training, after every hidden layer except the last.',
    paper: '0.25',
  }),
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
  const columns = [
    namedColumn(given.east, p - 2, p, dataset, { label: LABEL, as: 'the first coordinate' }),
    namedColumn(given.north, p - 1, p, dataset, { label: LABEL, as: 'the second coordinate' }),
  ] as const;
  if (columns[0] === columns[1])
    throw new LabFailure(
      'coordinates-alike',
      `${LABEL} has one column for both coordinates.`,
      `Choose two different columns in the settings of ${LABEL}.`,
    );
  const ordered = (rows: Uint32Array, data: Dataset): Uint32Array => (order === 'neighbours' ? alongCurve(rows, data, columns) : byLevel(rows, data));
  return {
    ...buildSpatialModel(problem, { ...given, columns }, random, dataset),
    batchSize: Math.min(problem.batchSize, largestBatch),
    ...(order !== 'shuffled' && dataset ? { epochOrder: (rows: Uint32Array) => ordered(rows, dataset) } : {}),
  };
}
