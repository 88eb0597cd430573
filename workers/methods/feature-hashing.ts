import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { fingerprintRows, saltedRows, saltedSigns } from './shared/hashing';
import { buildIndicatorModel } from './shared/indicator-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';

const settings = /*#__PURE__*/ z.strictObject({
  bins: /*#__PURE__*/ z.int().min(1).max(1048576).default(1024).meta({
    title: 'Bins',
    help: 'Indicator columns that levels are hashed to. Levels in one bin cannot be told apart.',
    paper: '1,024',
  }),
  hash: /*#__PURE__*/ z.enum(['unsalted', 'salted']).default('unsalted').meta({
    title: 'Hash',
    help: 'Unsalted: one FarmHash of the level’s number for all features, as in the reference code. Salted: a different hash for each feature and seed.',
    paper: 'unsalted',
  }),
  signed: /*#__PURE__*/ z.boolean().default(false).meta({
    title: 'Signed',
    help: 'Gives each level the value +1 or −1 by a second hash, as Weinberger et al. do, so that collisions cancel on average. The reference code has no signs.',
    paper: 'off',
  }),
  shared: /*#__PURE__*/ z.boolean().default(false).meta({
    title: 'One space',
    help: 'All features share the bins, as Weinberger et al. do. Off: as many bins for every feature.',
    paper: 'off',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'feature-hashing',
  label: 'Feature hashing',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Sends each level by a hash to one of 1,024 bins and gives each bin an indicator column. The size does not grow with the number of levels, but levels that share a bin cannot be told apart.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, s(z_i)\, \mathbf 1_{h(z_i)}\big), \quad h(z) = \operatorname{FarmHash}(z) \bmod B, \quad s \equiv 1 \text{ as published}`,
  countFormula: 'M_f(p + K B)',
  whenToUse: 'When levels keep arriving and memory is fixed. Levels that share a bin get one effect, so it needs several bins per level to compete.',
  paper:
    'Weinberger et al. (2009), Feature Hashing for Large Scale Multitask Learning; as published in MMbeddings: unsigned and unsalted, bins of each feature apart',
  unseen: 'Uses the bin it hashes to, which the levels that share it have trained; without such levels, the bin keeps its initial values.',
  line: { light: '#A0324A', dark: '#F2899C', dash: '5px,3px' },
  settings,
  refusal: aboutLevels('Feature hashing puts levels into bins'),
  parameterCount: ({ p, levels, ...response }, { bins, shared, decoder }) => decoderCount(p + (shared ? 1 : levels.length) * bins, decoder, response),
};

/** One bin a level (docs/methods.md A5, DIS-2). */
export function build(problem: Problem, { bins, hash, signed, shared, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const salt = random.uint32();
  const features = problem.levels.map((q, feature) => ({
    block: shared ? 0 : feature,
    index: hash === 'salted' ? saltedRows(q, bins, { feature, chunk: 0, salt }) : fingerprintRows(q, bins),
    factor: signed ? saltedSigns(q, { feature, chunk: 0, salt }) : null,
  }));
  return buildIndicatorModel(problem, shared ? [bins] : problem.levels.map(() => bins), features, decoder, random);
}
