/** Between two checkpoints: so long, or so many epochs and some seconds; before the first one second. */
const MILLISECONDS = 10_000;
const EPOCHS = 10;
const FIRST_MILLISECONDS = 1_000;
/**
 * What a checkpoint takes of the page and of the browser's storage is not seen here: a run on two cores that
 * is saved every second takes a tenth longer.
 */
const LEAST_MILLISECONDS = 4_000;
/** Taking them is at most this share of a run's time. */
const SHARE = 0.05;

/**
 * Says when a run is saved: after 10 seconds or 10 epochs, whichever comes first, but first after a second,
 * then at most every four, and less often where saving takes long.
 */
export class CheckpointPace {
  #at: number;
  #epoch = 0;
  #cost = 0;
  #least = FIRST_MILLISECONDS;

  constructor(readonly now: () => number = () => performance.now()) {
    this.#at = now();
  }

  /** @param epoch that a method has just ended */
  due(epoch: number): boolean {
    const since = this.now() - this.#at;
    if (since < this.#cost / SHARE) return false;
    // Where methods train one after another, each begins from 1 again.
    return since >= MILLISECONDS || (since >= this.#least && Math.abs(epoch - this.#epoch) >= EPOCHS);
  }

  /** A checkpoint of this epoch was taken; that took so long. */
  taken(epoch: number, milliseconds: number): void {
    this.#at = this.now();
    this.#epoch = epoch;
    this.#cost = milliseconds;
    this.#least = LEAST_MILLISECONDS;
  }
}
