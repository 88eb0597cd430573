import { LabFailure } from '../data/failure';
import { messageTurn } from '../data/message-turn';

/** Work between two turns of messages. */
const SLICE_MILLISECONDS = 12;

/** A long piece of work that messages interrupt and may cancel. */
export class Job {
  #last = performance.now();
  #cancelled = false;

  constructor(readonly id: number) {}

  cancel(): void {
    this.#cancelled = true;
  }

  /** Gives messages a turn when the slice is over. Rejects with code 'cancelled' once it is cancelled. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#last < SLICE_MILLISECONDS) return;
    // A channel of its own each time: Node lets timers wait while one channel has messages.
    await messageTurn();
    if (this.#cancelled) throw new LabFailure('cancelled', 'The map was stopped before its end.', 'Ask for it again.');
    this.#last = performance.now();
  }

  /** Does all pieces of a generator and gives what it returns; `told` hears of what it yields. */
  async whole<T>(pieces: Generator<number, T>, told: (at: number) => void = () => {}): Promise<T> {
    for (;;) {
      const { done, value } = pieces.next();
      if (done) return value as T;
      told(value as number);
      await this.breathe();
    }
  }
}
