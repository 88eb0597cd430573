import { z } from 'zod';
import { Interactions, interactionCount, interactionWidth, widthsEach } from '../nn/interactions';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, levelCount } from './shared/counts';
import { decoderField, dField, interactionField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { tableSource } from './shared/table-source';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  interaction: /*#__PURE__*/ interactionField('product'),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'interactions',
  label: 'Embeddings that interact',
  family: 'architectures',
  tags: 'average',
  idea: 'Ordinary embeddings whose vectors are multiplied, added or put through a bilinear form before the network sees them. So the ReLU layers do not have to learn the effects of pairs.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, e_1, \ldots, e_K, e_j \odot e_l \ (j < l)\big), \quad e_k = E_{z_{ik}}`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f\big(p + K d + \tbinom{K}{2} d\big) \quad \text{(product)}`,
  whenToUse: 'With two or more categorical features whose levels act together, such as shop and product. With one it is ordinary embeddings.',
  paper: 'Product and bilinear layers: Qu et al. (2016), Product-based Neural Networks for User Response Prediction',
  unseen: 'Keeps the small random vector it started with.',
  line: { light: '#4F6B12', dark: '#A9C957', dash: '10px,4px' },
  settings,
  refusal: ({ levels }) =>
    levels.length >= 2
      ? null
      : `Interactions are between levels of two or more categorical features; here is ${levels.length === 0 ? 'none' : 'one'}.`,
  parameterCount({ p, levels }, { d, interaction, decoder }) {
    const widths = widthsEach(d, levels.length);
    return levelCount(levels) * d + interactionCount(interaction, widths) + decoderCount(p + interactionWidth(interaction, widths), decoder);
  },
};

/** A table per feature, whose vectors meet as the setting says (docs/methods.md A17). */
export function build(problem: Problem, { d, interaction, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const tables = new Tables(problem.levels, d, random);
  return buildLevelNetwork(
    problem,
    tableSource(tables, d),
    new Interactions(interaction, problem.p, widthsEach(d, problem.levels.length), decoder, random),
  );
}
