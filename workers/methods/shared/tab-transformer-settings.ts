import { z } from 'zod';
import { decoderOutputs } from '../../nn/response-shape';
import { TabTransformer } from '../../nn/tab-transformer';
import type { RandomStream } from '../../random/random';
import type { CountedProblem, Problem } from '../method';
import { decoderCount } from './counts';
import { dField } from './fields';

export const TAB_TRANSFORMER_PAPER =
  'Huang et al. (2020), TabTransformer: Tabular Data Modeling Using Contextual Embeddings; in the smaller form of Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models';

/** Settings of the transformer itself, whatever its level vectors are. */
export const transformerFields = () => ({
  heads: /*#__PURE__*/ z
    .int()
    .min(1)
    .max(16)
    .default(4)
    .meta({ title: 'Attention heads', help: 'Each has the width d of a level vector.', paper: '4' }),
  blocks: /*#__PURE__*/ z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .meta({ title: 'Transformer blocks', help: 'Attention and feed-forward layer, one after the other.', paper: '2' }),
  feedForward: /*#__PURE__*/ z
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .meta({ title: 'Feed-forward width', help: 'Width of the ReLU layer of each block.', paper: '64' }),
  dropout: /*#__PURE__*/ z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .meta({ title: 'Attention dropout', help: 'Share of attention weights left out of each training step.', paper: '0.1' }),
  decoder: /*#__PURE__*/ z.array(z.int().min(1).max(1024)).max(6).default([10, 10]).meta({
    title: 'Decoder layers',
    help: 'Widths of the hidden ReLU layers behind the transformer. One layer of 64 is the older head that Table 6 was made with, although the text says all decoders are alike.',
    paper: '10, 10; 64 in Table 6',
  }),
});

const schema = /*#__PURE__*/ z.strictObject({ d: /*#__PURE__*/ dField(), .../*#__PURE__*/ transformerFields() });
export type TransformerSettings = z.output<typeof schema>;

/**
 * Numbers in one block: queries, keys and values, the way back, two layer norms, the feed-forward layer.
 * 3,124 as published.
 */
function blockCount({ d, heads, feedForward }: TransformerSettings): number {
  return 3 * (d + 1) * heads * d + (heads * d + 1) * d + 4 * d + (d + 1) * feedForward + (feedForward + 1) * d;
}

/** Column vectors, the norm of x, blocks and decoder; level vectors come on top. */
export function transformerCount({ p, levels, ...response }: CountedProblem, settings: TransformerSettings): number {
  const width = levels.length * settings.d;
  return width + 2 * p + settings.blocks * blockCount(settings) + decoderCount(p + width, settings.decoder, response);
}

export function makeTransformer(problem: Problem, settings: TransformerSettings, random: RandomStream): TabTransformer {
  const { p, levels } = problem;
  return new TabTransformer({ ...settings, p, features: levels.length, outputs: decoderOutputs(problem) }, random);
}
