import type { BufferLayout } from '../buffer-layout';

/**
 * Columns of numbers by row in one of two buffers: number c of row r lies at (at + c) × stride + r, so that
 * neighbouring rows are neighbours.
 */
export interface Stack {
  buffer: 'acts' | 'slopes';
  at: number;
}

/**
 * Where the activations of a batch and their slopes lie between kernels: each layer's inputs in `acts`, the
 * loss's slope in each layer's outputs in `slopes`. A kernel's gradient is the product of the two over rows.
 */
export interface Stacks {
  input: Stack;
  hidden: Stack[];
  hiddenSlopes: Stack[];
  /** Outputs of the heads, where they have no better place, then their slopes. */
  heads: Stack;
  decoderInput: Stack;
  decoderHidden: Stack[];
  decoderSlopes: Stack[];
  /** Slopes in the decoder's input, where they have no better place. */
  inputSlopes: Stack;
  acts: number;
  slopes: number;
}

export function stacksOf({ hidden, heads, decoding }: BufferLayout): Stacks {
  const next = { acts: 0, slopes: 0 };
  const take = (buffer: Stack['buffer'], columns: number): Stack => {
    const at = next[buffer];
    next[buffer] += columns;
    return { buffer, at };
  };
  const stacks = {
    input: take('acts', heads ? (hidden[0] ?? heads).rows : 0),
    hidden: hidden.map(({ cols }) => take('acts', cols)),
    hiddenSlopes: hidden.map(({ cols }) => take('slopes', cols)),
    heads: take('slopes', heads?.cols ?? 0),
    decoderInput: take('acts', decoding[0].rows),
    decoderHidden: decoding.slice(0, -1).map(({ cols }) => take('acts', cols)),
    decoderSlopes: decoding.map(({ cols }) => take('slopes', cols)),
    inputSlopes: take('slopes', decoding[0].rows),
  };
  return { ...stacks, ...next };
}
