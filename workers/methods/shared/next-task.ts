import { messageTurn } from '../../data/message-turn';

/** Time between two breaths. */
const MILLISECONDS = 10;
let last = 0;

/**
 * Lets messages in between parts of long work, where the caller has no pacer at hand; returns at once when
 * the last time was just now.
 */
export async function nextTask(): Promise<void> {
  if (performance.now() - last < MILLISECONDS) return;
  await messageTurn();
  last = performance.now();
}
