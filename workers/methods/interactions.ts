import { z } from 'zod';
import { Interactions, interactionCount, interactionWidth, OF_ANY_WIDTHS } from '../nn/interactions';
import { decoderOutputs } from '../nn/response-shape';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField, interactionField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, isFixed, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z
  .strictObject({
    d: /*#__PURE__*/ dField(),
    .../*#__PURE__*/ widthFields(),
    interaction: /*#__PURE__*/ interactionField('product'),
    decoder: /*#__PURE__*/ decoderField(),
  })
  .refine(({ widths, interaction }) => isFixed({ widths }) || OF_ANY_WIDTHS.includes(interaction), {
    path: ['interaction'],
    message: 'product, sum and second order take vectors of one width: give d or a rule and no widths by feature, or combine them otherwise',
  });
type Settings = z.output<typeof settings>;

/** Each feature's width; where vectors are multiplied or added number by number, that of the widest. */
function widthsOf(options: Settings, levels: readonly number[]): number[] {
  const widths = featureWidths(options, levels);
  return OF_ANY_WIDTHS.includes(options.interaction) ? widths : widths.map(() => Math.max(...widths));
}

export const about: MethodAbout<typeof settings> = {
  id: 'interactions',
  label: 'Embeddings that interact',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Ordinary embeddings whose vectors are multiplied, added or put through a bilinear form before the network sees them. So the ReLU layers do not have to learn the effects of pairs.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, e_1, \ldots, e_K, e_j \odot e_l \ (j < l)\big), \quad e_k = E_{z_{ik}}`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f\big(p + K d + \tbinom{K}{2} d\big) \quad \text{(product)}`,
  whenToUse: 'With two or more categorical features whose levels act together, such as shop and product. With one it is ordinary embeddings.',
  notes: [
    'The guide’s text names products and sums. Its program multiplies only pairs of equal width, and says nothing of the others; it has no sum. Both forms of the product are here, and they are the same where all widths are.',
    'Second order is what a factorization machine adds to a linear model, as one number for the network to use: numeric columns take part in it with vectors of their own.',
  ],
  paper: 'Product and bilinear layers: Qu et al. (2016), Product-based Neural Networks for User Response Prediction',
  unseen: 'Keeps the small random vector it started with.',
  line: { light: '#4F6B12', dark: '#A9C957', dash: '10px,4px' },
  settings,
  refusal: ({ levels }) =>
    levels.length >= 2
      ? null
      : `Interactions are between levels of two or more categorical features; here is ${levels.length === 0 ? 'none' : 'one'}.`,
  candidates: widthCandidates,
  widths: widthsOf,
  parameterCount({ p, levels, ...response }, options) {
    const { interaction, decoder } = options;
    const widths = widthsOf(options, levels);
    return (
      levels.reduce((sum, q, k) => sum + q * widths[k], 0) +
      interactionCount(interaction, widths, p) +
      decoderCount(p + interactionWidth(interaction, widths), decoder, response)
    );
  },
};

/** A table per feature, whose vectors meet as the setting says (docs/methods.md A17). */
export function build(problem: Problem, options: Settings, random: RandomStream): Model {
  const { interaction, decoder } = options;
  const widths = widthsOf(options, problem.levels);
  const tables = new Tables(problem.levels, widths, random);
  return buildLevelNetwork(
    problem,
    tableSource(tables, widths),
    new Interactions(interaction, problem.p, widths, decoder, random, decoderOutputs(problem)),
  );
}
