import { messageTurn } from './message-turn';

/**
 * Work that yields where it may rest: between two steps of a few hundredths of a second at most. It is done
 * at once, or in turns with the messages that come in, such as the one that cancels.
 */
export type Work<T> = Generator<undefined, T>;

/** Rows of a column between two rests, and texts. */
export const REST_ROWS = 1 << 19;
export const REST_TEXTS = 1 << 17;

/** `look` at so many numbers after another; a rest after each piece. */
export function* inPieces<A extends Float64Array | Int32Array | Uint32Array>(values: A, look: (piece: A) => void): Work<void> {
  for (let from = 0; from < values.length; from += REST_ROWS) {
    look(values.subarray(from, from + REST_ROWS) as A);
    yield;
  }
}

export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** `turn` is waited for at every rest; what it throws ends the work. */
export async function inTurns<T>(work: Work<T>, turn: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await turn();
  }
}

/** Lets messages in when more than so many milliseconds have gone by since the last time. */
export function turnsEvery(ms: number, after: () => void, now: () => number = () => performance.now()): () => Promise<void> {
  let last = now();
  return async () => {
    if (now() - last > ms) {
      await messageTurn();
      last = now();
    }
    after();
  };
}
