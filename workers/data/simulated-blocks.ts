import type { RandomStream } from '../random/random';

/** What a simulation of blocks has where its spec does not say. */
export const BLOCK_SHARE = 0.9;
export const SEQUENCES = 2000;

/** Levels of a sequence, and the share of them that are of its block. */
const LENGTH = 8;
const PURITY = 0.9;

/** The block of a level: blocks take turns, so that they are as large as one another. */
export const blockOf = (level: number, blocks: number): number => level % blocks;

/**
 * Gives the levels of a block a part of their effects in common, in place; the variance of each dimension
 * stays what it was.
 *
 * @param effects q × d, row-major
 * @param centres blocks × d, drawn with the same variances
 * @param share of the variance that a block has in common
 */
export function shareBlocks(effects: Float32Array, centres: Float32Array, d: number, share: number): void {
  const blocks = centres.length / d;
  const [common, own] = [Math.sqrt(share), Math.sqrt(1 - share)];
  for (let i = 0; i < effects.length; i++) {
    const centre = centres[blockOf(Math.floor(i / d), blocks) * d + (i % d)];
    effects[i] = common * centre + own * effects[i];
  }
}

/** Sequences of levels, each of one block but for a tenth of its levels, which may be any. */
export function blockSequences(q: number, blocks: number, count: number, random: RandomStream): { offsets: Uint32Array; words: Int32Array } {
  const words = new Int32Array(count * LENGTH);
  for (let s = 0; s < count; s++) {
    const block = random.integer(Math.min(blocks, q));
    const size = Math.ceil((q - block) / blocks);
    for (let i = 0; i < LENGTH; i++) words[s * LENGTH + i] = random.uniform() < PURITY ? block + blocks * random.integer(size) : random.integer(q);
  }
  return { offsets: Uint32Array.from({ length: count + 1 }, (_, s) => LENGTH * s), words };
}
