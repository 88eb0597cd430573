import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { eitherRefusal } from './shared/needed-features';
import { buildSequenceModel, sequenceCount } from './shared/sequence-model';
import {
  atEveryStep,
  DIVIDES_WIDTH,
  dividesWidth,
  identicalBlocksField,
  ofTaggedSeries,
  orderFields,
  seriesTagWidthField,
  transformerFields,
} from './shared/sequence-settings';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z
  .strictObject({
    d: /*#__PURE__*/ seriesTagWidthField(),
    .../*#__PURE__*/ commonWidthFields(),
    .../*#__PURE__*/ transformerFields(),
    .../*#__PURE__*/ orderFields(),
    identicalBlocks: /*#__PURE__*/ identicalBlocksField(),
  })
  .refine(dividesWidth, DIVIDES_WIDTH);

export const about: MethodAbout<typeof settings> = {
  id: 'sequence-transformer',
  label: 'Sequence transformer',
  family: 'sequences',
  tags: 'own',
  idea: 'Reads a window of one series step by step, with the sum of the series’ tag vectors beside every step, and predicts the next value at each. A step sees only itself and earlier steps, and a pattern of waves tells it its place.',
  formula: String.raw`\hat x_{t+1} = w' h_t + b,\quad h = T_\theta\big([x_1, s], \ldots, [x_L, s]\big),\quad s = \textstyle\sum_{j \in A} E_j`,
  countFormula: String.raw`\textstyle\sum_c J_c d + (p + C d + 1) D + B (4 D^2 + 2 D F + 9 D + F) + D + 1`,
  whenToUse:
    'For many series that share how they move, and above all for series that were never trained on but have known tags. The guide’s own listing has neither mask nor positions and so reads the answer: that form is “as published”. Hold it against the linear autoregression, which is hard to beat on short memories.',
  paper:
    'A guide to nine embeddings of tags, section 6, with a causal mask and positions added (docs/methods.md F4); layers as Vaswani et al. (2017), Attention Is All You Need',
  unseen: 'A tag that no training series has is left out. A new series needs nothing but its tags; without any it gets a vector of zeros.',
  line: { light: '#2C5282', dark: '#7FB2E8', dash: 'solid' },
  settings,
  refusal: eitherRefusal(atEveryStep('The sequence transformer'), ofTaggedSeries('the sequence transformer without tags')),
  parameterCount: sequenceCount,
};

/** The guide's encoder over steps with tags, made honest by a mask and positions (docs/methods.md F4). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildSequenceModel(problem, options, random);
}
