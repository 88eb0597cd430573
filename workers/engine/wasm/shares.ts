/**
 * Blocks of a thread in one round of collecting level vectors: a round ends when all its rows are encoded.
 */
export const ROUND_BLOCKS = 4;

/** Most bytes of dense gradients that are summed apart for an even split, and most shares. */
const SHARE_BYTES = 8 * 2 ** 20;
const MOST_SHARES = 16;

/**
 * Shares of a batch whose losses and gradients threads sum apart: several a thread, so that a slower one
 * takes fewer, and one each where gradients are large.
 */
export const sharesOf = (threads: number, denseBytes: number): number =>
  threads > 1 ? Math.max(threads, Math.min(4 * threads, MOST_SHARES, Math.floor(SHARE_BYTES / denseBytes))) : 1;
