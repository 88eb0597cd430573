/** Between two checkpoints: so long, or so many epochs and a second. */
const MILLISECONDS = 10_000;
const EPOCHS = 10;
const LEAST_MILLISECONDS = 1_000;
/** Taking them is at most this share of a run's time. */
const SHARE = 0.05;

/**
 * Says when a run is saved: after 10 seconds or 10 epochs, whichever comes first, but at most once a second,
 * and less often where saving takes long.
 */
export class CheckpointPace {
  #at: number;
  #epoch = 0;
  #cost = 0;

  constructor(readonly now: () => number = () => performance.now()) {
    this.#at = now();
  }

  /** @param epoch that a method has just ended */
  due(epoch: number): boolean {
    const since = this.now() - this.#at;
    if (since < this.#cost / SHARE) return false;
    // Where methods train one after another, each begins from 1 again.
    return since >= MILLISECONDS || (since >= LEAST_MILLISECONDS && Math.abs(epoch - this.#epoch) >= EPOCHS);
  }

  /** A checkpoint of this epoch was taken; that took so long. */
  taken(epoch: number, milliseconds: number): void {
    this.#at = this.now();
    this.#epoch = epoch;
    this.#cost = milliseconds;
  }
}
