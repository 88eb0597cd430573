let rests = 0;

/**
 * How often work has given messages a turn so far. Only work that goes on counts it on, so that who watches
 * the worker can tell work that takes long from work that no longer ends.
 */
export const restsTaken = (): number => rests;

/**
 * Gives messages a turn, as often as asked. A MessageChannel, because timers and animation frames are
 * throttled in a hidden tab and channels are not.
 */
export class MessageTurns {
  readonly #channel = new MessageChannel();
  #waiting: (() => void)[] = [];

  constructor() {
    this.#channel.port1.onmessage = () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const go of waiting) go();
    };
  }

  next(): Promise<void> {
    rests++;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.#channel.port1.close();
  }
}

/** Lets messages in once, such as the one that cancels, between two pieces of synchronous work. */
export async function messageTurn(): Promise<void> {
  const turns = new MessageTurns();
  await turns.next();
  turns.close();
}
