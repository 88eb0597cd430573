import { z } from 'zod';
import { decoderOutputs } from '../nn/response-shape';
import { Tables } from '../nn/tables';
import { TabNet } from '../nn/tabnet';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { aboutFeatures } from './shared/needed-features';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  width: /*#__PURE__*/ z.int().min(1).max(128).default(16).meta({
    title: 'Width of decisions',
    help: 'Width of each step’s output, and of its input to the next mask (n_d = n_a).',
    paper: '16',
  }),
  steps: /*#__PURE__*/ z
    .int()
    .min(1)
    .max(10)
    .default(5)
    .meta({ title: 'Decision steps', help: 'Number of steps; in each, a mask chooses which numbers to use.', paper: '5' }),
  relaxation: /*#__PURE__*/ z.number().min(1).max(3).default(1.5).meta({
    title: 'Relaxation γ',
    help: 'At 1, each number of the row is used in one step only; a larger value allows later steps to use it again.',
    paper: '1.5',
  }),
  sparsity: /*#__PURE__*/ z.number().min(0).max(10).default(0.0001).meta({
    title: 'Sparsity penalty',
    help: 'Weight of the masks’ entropy: larger makes each step look at fewer numbers.',
    paper: '1e-4',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tabnet',
  label: 'TabNet',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Looks at a row in several steps, each through a sparse mask that chooses a few of its numbers, somewhat like the splits of a tree. Levels enter as ordinary embeddings.',
  formula: String.raw`M_s = \operatorname{entmax}_{1.5}\big(P_s \odot h_s(a_{s-1})\big), \quad [d_s, a_s] = g_s(M_s \odot \tilde x_i), \quad \hat y_i = f_\theta\Big(\textstyle\sum_s \mathrm{ReLU}(d_s)\Big)`,
  countFormula: String.raw`\textstyle\sum_k q_k d + (S (w + 4) + 4 w + 4) F + 8 w^2 + (S + 1)(16 w^2 + 64 w) + M_f(w), \quad F = p + K d`,
  whenToUse:
    'With many rows, and many numeric features of which few matter for any one row. On small tables, its batch normalisation lags behind the weights in the first epochs.',
  paper: 'Arik & Pfister (2021), TabNet: Attentive Interpretable Tabular Learning',
  unseen: 'Keeps the small random vector it started with.',
  line: { light: '#A3263B', dark: '#F07F92', dash: '10px,4px' },
  settings,
  candidates: widthCandidates,
  refusal: aboutFeatures('TabNet chooses among features'),
  // Moving averages included, as Keras counts.
  parameterCount({ p, levels, ...response }, options) {
    const { width, steps, decoder } = options;
    const inputs = p + rowWidth(options, levels);
    const shared = 4 * inputs + 4 * width * inputs + 8 * width ** 2;
    const transformers = (steps + 1) * (16 * width ** 2 + 64 * width);
    return tablesCount(options, levels) + shared + transformers + steps * (width + 4) * inputs + decoderCount(width, decoder, response);
  },
};

/** TabNet on x and a table per feature (docs/methods.md A14). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const widths = featureWidths(options, problem.levels);
  const tables = new Tables(problem.levels, widths, random);
  return buildLevelNetwork(
    problem,
    tableSource(tables, widths),
    new TabNet({ ...options, inputs: problem.p + rowWidth(options, problem.levels), outputs: decoderOutputs(problem) }, random),
  );
}
