/** A part of the engine whose code is loaded when it is first asked for. */
export class LateRoom<T> {
  #room: Promise<T> | null = null;

  constructor(readonly load: () => Promise<T>) {}

  /**
   * Resolves with it. One that did not come, as the network was away, is asked for again by the next call.
   */
  open(): Promise<T> {
    this.#room ??= this.load().catch((failure: unknown) => {
      this.#room = null;
      throw failure;
    });
    return this.#room;
  }

  /** Does something with it where it was asked for and has come. */
  ifOpen(work: (room: T) => void): void {
    this.#room?.then(work, () => undefined);
  }
}
