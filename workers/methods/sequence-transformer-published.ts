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
  seriesTagWidthField,
  transformerFields,
} from './shared/sequence-settings';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z
  .strictObject({
    d: /*#__PURE__*/ seriesTagWidthField(),
    .../*#__PURE__*/ commonWidthFields(),
    .../*#__PURE__*/ transformerFields(),
    identicalBlocks: /*#__PURE__*/ identicalBlocksField(),
  })
  .refine(dividesWidth, DIVIDES_WIDTH);

export const about: MethodAbout<typeof settings> = {
  id: 'sequence-transformer-published',
  label: 'Sequence transformer, as published',
  family: 'sequences',
  tags: 'own',
  idea: 'The transformer as the guide lists it: every step attends to every other, later ones included, and nothing tells the order. It is here to show a leak, because a step can read the value that it is asked to predict from the step after it.',
  formula: String.raw`\hat x_{t+1} = w' h_t + b,\quad h = T_\theta\big(\{[x_1, s], \ldots, [x_L, s]\}\big),\quad s = \textstyle\sum_{j \in A} E_j`,
  countFormula: String.raw`\textstyle\sum_c J_c d + (p + C d + 1) D + B (4 D^2 + 2 D F + 9 D + F) + D + 1`,
  whenToUse:
    'Only to see what goes wrong, never to forecast. Look at the error of the last step, which has no future to read: it is far larger than the mean. A mean below the innovation variance by more than noise is proof, for no honest model gets there in the long run. Where a channel is a clock it finds the next step by it. Without one it cannot tell the order of steps at all. The guide calls it an integration of TimeXer, but it has no patches, no forecast horizon and no attention to other series. Its text does not say that all blocks start with the same weights.',
  paper: 'A guide to nine embeddings of tags, section 6, listing 12 (docs/methods.md F4). It gives no loss, no optimiser and no data',
  unseen: 'A tag that no training series has is left out. A new series needs nothing but its tags; without any it gets a vector of zeros.',
  line: { light: '#2C5282', dark: '#7FB2E8', dash: '4px,2.5px' },
  settings,
  refusal: eitherRefusal(atEveryStep('The sequence transformer'), ofTaggedSeries('the sequence transformer without tags')),
  parameterCount: sequenceCount,
};

/** The guide's encoder over steps as its listing is (docs/methods.md F4, DIS-47). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildSequenceModel(problem, { ...options, position: 'none', causal: false }, random);
}
