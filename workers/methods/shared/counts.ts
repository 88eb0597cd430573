import { type AskedResponse, decoderOutputs, headCount } from '../../nn/response-shape';
import type { Problem } from '../method';

/** Numbers in a ReLU stack of these widths over `inputs`: Σ (w_{k−1} + 1) w_k. */
export function stackCount(inputs: number, widths: readonly number[]): number {
  let count = 0;
  let width = inputs;
  for (const next of widths) {
    count += (width + 1) * next;
    width = next;
  }
  return count;
}

/** Numbers in the decoder: its stack and its outputs, with what the response has behind it. */
export function decoderCount(inputs: number, widths: readonly number[], response: AskedResponse = {}): number {
  const last = widths.length > 0 ? widths[widths.length - 1] : inputs;
  return stackCount(inputs, widths) + (last + 1) * decoderOutputs(response) + headCount(response);
}

/** Σ q_k. */
export function levelCount(levels: readonly number[]): number {
  return levels.reduce((sum, q) => sum + q, 0);
}

/**
 * Numbers in a factorization machine: an intercept, and a weight and d factors of each number and level; of
 * several classes weights and intercepts for each, and how much each factor counts for them.
 */
export function machineCount(p: number, levels: readonly number[], d: number, response: AskedResponse): number {
  const outputs = decoderOutputs(response);
  const columns = p + levelCount(levels);
  return outputs * (1 + columns) + columns * d + (outputs === 1 ? 0 : d * outputs);
}

/** Levels of every feature that has level vectors: those of categorical features, then tags. */
export const sizesOf = ({ levels, tags = [] }: Pick<Problem, 'levels' | 'tags'>): number[] => [...levels, ...tags.map((shape) => shape.tags)];

/** Features that have level vectors. */
export const featureCount = ({ levels, tags = [] }: Pick<Problem, 'levels' | 'tags'>): number => levels.length + tags.length;
