import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TagShape } from '../data/tag-rows';
import { Dense } from '../nn/dense';
import { torchLinear } from '../nn/initialisers';
import { sumOfTags } from '../ops/tag-sum';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutTags } from './shared/needed-features';
import { hiddenField, tagDecoderField, tagWidthField } from './shared/tag-fields';
import { buildTagModel, type TagMap, tagModelCount } from './shared/tag-model';
import { DECODED_TASKS } from './shared/tasks';
import { widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  hidden: /*#__PURE__*/ hiddenField('Units of the hidden ReLU layer between a row’s tags and their vector.'),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-mlp',
  label: 'Tags through a network',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Sends the zeros and ones of a row’s tags through a small network with one hidden layer. It is the only published form here in which tags can act together before the network behind it sees them.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \mathrm{ReLU}(T_i W_0 + b_0) W_1 + b_1\big), \quad T_i \in \{0, 1\}^J`,
  countFormula: String.raw`\textstyle\sum_c \big(h (J_c + 1) + (h + 1) d\big) + \sum_k q_k d + M_f(p + (C + K) d)`,
  whenToUse: 'With few tags and many rows. It costs h numbers a tag, so thousands of tags make it large.',
  notes: [
    'A tag has no vector here. The views of tag vectors show what a row gets that has this tag alone.',
    'Its first numbers are those of PyTorch’s linear layers, small and uniform, so it does not pay for large ones as most methods of the guide do. That is a part of why it does well beside them.',
    'The first layer is the sum of h numbers a tag, a bias and a ReLU: one more layer in front of the network behind the sum of tags.',
  ],
  paper: 'A guide to nine embeddings of tags, method 5 (docs/methods.md A18, F2)',
  unseen: 'A tag that no training row has is left out of the row’s set. A row without tags gets a vector that is learned, not zeros.',
  line: { light: '#5B6B00', dark: '#B9CC4F', dash: '10px,4px' },
  settings,
  refusal: aboutTags('It sends the tags of a row through a network'),
  candidates: widthCandidates,
  parameterCount: (problem, options) => tagModelCount(problem, options, (tags, d) => options.hidden * (tags + 1) + (options.hidden + 1) * d),
};

function networkMap({ tags }: TagShape, d: number, hidden: number, random: RandomStream): TagMap {
  const first = new Dense(tags, hidden, 'relu', random, torchLinear);
  const second = new Dense(hidden, d, 'linear', random, torchLinear);
  const through = (sums: tf.Tensor2D): tf.Tensor2D => second.apply(tf.relu(tf.add(sums, first.bias)));
  return {
    width: d,
    parameters: (prefix) => ({
      all: [...first.parameters(`${prefix}/dense0`), ...second.parameters(`${prefix}/dense1`)],
      byTag: [`${prefix}/dense0/kernel`],
    }),
    rows: (sets) => through(sumOfTags(first.kernel, sets)),
    vectors: () => through(first.kernel),
  };
}

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTagModel(problem, options, random, (shape, d) => networkMap(shape, d, options.hidden, random));
}
