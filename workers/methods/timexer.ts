import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { eitherRefusal } from './shared/needed-features';
import { DIVIDES_WIDTH, dividesWidth, ofTaggedSeries } from './shared/sequence-settings';
import { buildTimexerModel, refusedForecast, TIMEXER_PAPER, timexerCount, timexerFields } from './shared/timexer-model';

const settings = /*#__PURE__*/ z.strictObject(/*#__PURE__*/ timexerFields()).refine(dividesWidth, DIVIDES_WIDTH);

export const about: MethodAbout<typeof settings> = {
  id: 'timexer',
  label: 'TimeXer with tags',
  family: 'sequences',
  tags: 'own',
  idea: 'Forecasts one series from patches of its own past and from other series, each of which is one token for its whole window. To every such token it adds the vectors of the series’ tags, so that it knows what kind of series it is looking at.',
  formula: String.raw`\hat y_{t+1 \ldots t+H} = W\, T_\theta\big(\text{patches}(y), g;\ \{V x_f + \textstyle\sum_{j \in A_f} E_j\}_f\big)`,
  countFormula: 'P D + D + (L + 1) D + J D + B (8 D^2 + 2 D F + 15 D + F) + 2 D + (N + 1) D H + H',
  whenToUse:
    'When one series depends on many others and their tags say how. Attention treats the others as a set, and TimeXer gives them no identity: without tags it cannot know which is which. Scaling each window, as published, also throws away their level and size; try it off. Beware of its second norm: the authors’ code applies it to the global token alone, the Time-Series-Library to all tokens, and the figure in the paper does not tell.',
  paper: `${TIMEXER_PAPER}. Tags on the other series are the lab’s (docs/methods.md F5); the guide’s “TimeXer” is another model, the sequence transformer`,
  unseen: 'A tag that no series has does not occur: the series are the same in training and test.',
  line: { light: '#9A3412', dark: '#F6A06B', dash: 'solid' },
  settings,
  refusal: eitherRefusal(refusedForecast, ofTaggedSeries('TimeXer without tags')),
  parameterCount: (problem, options) => timexerCount(problem, options, true),
};

/** TimeXer with the sums of tags added to the tokens of the other series (docs/methods.md F5). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTimexerModel(problem, options, true, random);
}
