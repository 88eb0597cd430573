import { z } from 'zod';
import { Decoder } from '../nn/mlp';
import { responseHead } from '../nn/response';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { disposeAll } from './shared/lifetime';
import { DECODED_TASKS } from './shared/tasks';

const settings = /*#__PURE__*/ z.strictObject({ decoder: /*#__PURE__*/ decoderField() });
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'ignore',
  label: 'Ignore',
  family: 'encodings',
  tasks: DECODED_TASKS,
  idea: 'Leaves the categorical columns out and predicts from the numeric ones alone. It is the baseline that every other method has to beat.',
  formula: String.raw`\hat y_i = f_\theta(x_i)`,
  countFormula: 'M_f(p)',
  whenToUse:
    'Use it as the baseline of every comparison: it shows what the numeric features say without the categories. Never use it as the final model when levels matter.',
  paper:
    'Baseline in Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models',
  unseen: 'Nothing changes: the method never looks at levels.',
  line: { light: '#6C6E73', dark: '#94979C', dash: 'dot' },
  settings,
  parameterCount: ({ p, ...response }, { decoder }) => decoderCount(p, decoder, response),
};

/** A decoder on X alone (docs/methods.md A1). */
export function build(problem: Problem, { decoder: widths }: Settings, random: RandomStream): Model {
  const response = responseHead(problem);
  const decoder = new Decoder(problem.p, widths, random, decoderOutputs(problem), true);
  const parameters = new Map([...decoder.parameters(), ...response.parameters()]);
  return {
    parameters,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    loss({ x, y }) {
      const decoded = decoder.apply(x);
      const nll = response.loss(y, decoded);
      return { total: nll, terms: { nll }, output: response.onScale(decoded) };
    },
    levelVectors: async () => [],
    predict: ({ x }) => response.onScale(decoder.apply(x)),
    fused: { kind: 'no-levels', decoder: widths },
    dispose() {
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
