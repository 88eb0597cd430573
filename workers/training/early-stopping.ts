/** Where a stopping rule stands. */
export interface StoppingState {
  bestEpoch: number;
  bestLoss: number;
  wait: number;
}

/**
 * Early stopping as in Keras 2 (docs/methods.md A0): mode min, min_delta 0, a tie is no improvement, stop
 * when the epochs without improvement reach the patience.
 */
export class EarlyStopping {
  /** Best epoch so far, 1-based; 0 before the first finite loss. */
  bestEpoch = 0;
  bestLoss = Number.POSITIVE_INFINITY;
  #wait = 0;

  /** `patience` null never stops. */
  constructor(readonly patience: number | null) {}

  save(): StoppingState {
    return { bestEpoch: this.bestEpoch, bestLoss: this.bestLoss, wait: this.#wait };
  }

  restore({ bestEpoch, bestLoss, wait }: StoppingState): void {
    this.bestEpoch = bestEpoch;
    this.bestLoss = bestLoss;
    this.#wait = wait;
  }

  /** Takes the loss of epoch `epoch` (1-based). `improved`: a new best; `stop`: patience is used up. */
  update(epoch: number, loss: number): { improved: boolean; stop: boolean } {
    if (loss < this.bestLoss) {
      this.bestLoss = loss;
      this.bestEpoch = epoch;
      this.#wait = 0;
      return { improved: true, stop: false };
    }
    this.#wait++;
    return { improved: false, stop: this.patience !== null && this.#wait >= this.patience };
  }
}
