import type { Stack } from './stacks';

/**
 * The block of rows that a workgroup works on. A *cell* is one activation of four neighbouring rows. On a GPU
 * the activations of a tile lie in the memory of its workgroup as [activation][cell]; an odd number of cells
 * makes neighbouring activations start in different banks. Where they are too many for that memory, and on
 * quads (see KernelModel), the stacks themselves are worked on.
 */
export interface Tile {
  /** A workgroup is one quad, and each of its invocations has one cell. */
  quads: boolean;
  /** Cells along the rows, of which a thread's block has `block`. */
  cells: number;
  block: number;
  rows: number;
  threads: number;
  /** Activations that the memory of a workgroup has room for; 0 where it is not used. */
  memory: number;
  /** Most workgroups of a dispatch; they walk over the tiles. */
  most: number;
  stride: number;
}

/** One cell of an activation of a stack, where it is stored. */
export const stored = (tile: Tile, { buffer, at }: Stack, activation: string, cell: string): string =>
  `${buffer}[(${at}u + ${activation}) * ${tile.stride / 4}u + g0 + ${cell}]`;

/** When activations go to their stack: where they are worked on, always. */
export type Keeping = 'always' | 'backward' | 'never';

/** What becomes of a cell of outputs: WGSL of its value, from that of the sums and where they lie. */
export type Activation = (value: string, activation: string, cell: string) => string;

/** A dense layer, or the way back through one. */
export interface Product {
  from: Stack;
  to: Stack;
  inputs: number;
  cols: number;
  /** Where the weights begin as [input][column], as [column][input], and the bias. */
  at: number;
  transposeAt: number;
  biasAt?: number;
  activation: Activation;
  keeping: Keeping;
}
