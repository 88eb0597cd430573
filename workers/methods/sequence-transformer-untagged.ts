import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { buildSequenceModel, sequenceCount } from './shared/sequence-model';
import { atEveryStep, DIVIDES_WIDTH, dividesWidth, identicalBlocksField, orderFields, transformerFields } from './shared/sequence-settings';

const settings = /*#__PURE__*/ z
  .strictObject({
    .../*#__PURE__*/ transformerFields(),
    .../*#__PURE__*/ orderFields(),
    identicalBlocks: /*#__PURE__*/ identicalBlocksField(),
  })
  .refine(dividesWidth, DIVIDES_WIDTH);

export const about: MethodAbout<typeof settings> = {
  id: 'sequence-transformer-untagged',
  label: 'Sequence transformer without tags',
  family: 'sequences',
  idea: 'The same transformer, blind to tags: all that it knows of a series is the window in front of it. What it lacks against the one with tags is what tags are worth.',
  formula: String.raw`\hat x_{t+1} = w' h_t + b,\quad h = T_\theta(x_1, \ldots, x_L)`,
  countFormula: '(p + 1) D + B (4 D^2 + 2 D F + 9 D + F) + D + 1',
  whenToUse:
    'For series without tags, and beside the one with tags. The difference is largest at the first steps of a window, where the values alone say little about the series.',
  paper: 'Vaswani et al. (2017), Attention Is All You Need, as the lab’s control of the guide’s model (docs/methods.md F4)',
  unseen: 'Nothing changes: it never knows which series a window belongs to.',
  line: { light: '#2C5282', dark: '#7FB2E8', dash: '10px,4px' },
  settings,
  refusal: atEveryStep('The sequence transformer'),
  parameterCount: (problem, options) => sequenceCount(problem, { ...options, d: 0 }),
};

/** The honest sequence transformer without a table of tags (docs/methods.md F4). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildSequenceModel(problem, { ...options, d: 0 }, random);
}
