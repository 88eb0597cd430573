import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { DIVIDES_WIDTH, dividesWidth } from './shared/sequence-settings';
import { buildTimexerModel, refusedForecast, TIMEXER_PAPER, timexerCount, timexerFields } from './shared/timexer-model';

const settings = /*#__PURE__*/ z.strictObject(/*#__PURE__*/ timexerFields()).refine(dividesWidth, DIVIDES_WIDTH);

export const about: MethodAbout<typeof settings> = {
  id: 'timexer-untagged',
  label: 'TimeXer without tags',
  family: 'sequences',
  idea: 'TimeXer as its authors have it. Patches of the series to forecast and one global token attend to each other, and the global token attends to the other series, each a token of its whole window.',
  formula: String.raw`\hat y_{t+1 \ldots t+H} = W\, T_\theta\big(\text{patches}(y), g;\ \{V x_f\}_f\big)`,
  countFormula: 'P D + D + (L + 1) D + B (8 D^2 + 2 D F + 15 D + F) + 2 D + (N + 1) D H + H',
  whenToUse:
    'To forecast one series with the help of others, and beside the one with tags. The other series are a set to it: swap two of them and the forecast stays, so it can only go by the shape of each window. Where the patch length does not divide the window, the newest steps are lost.',
  paper: TIMEXER_PAPER,
  unseen: 'Nothing changes: it looks at no tags.',
  line: { light: '#9A3412', dark: '#F6A06B', dash: '10px,4px' },
  settings,
  refusal: refusedForecast,
  parameterCount: (problem, options) => timexerCount(problem, options, false),
};

/** TimeXer as its authors have it (docs/methods.md F5). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTimexerModel(problem, options, false, random);
}
