/** Thrown inside a run that was replaced or reset. */
export class RunCancelled extends Error {
  constructor() {
    super('the run was cancelled');
  }
}

/** Gives messages a turn. A MessageChannel, because timers and animation frames are throttled in a hidden tab and channels are not. */
class Turn {
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
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#channel.port2.postMessage(null);
    });
  }

  close(): void {
    this.#channel.port1.close();
  }
}

/**
 * Pause, resume, stop and cancel of one run. The training loop calls `breathe` between batches: it yields to messages every
 * few milliseconds, waits while paused, and throws once the run is cancelled.
 */
export class Pacer {
  readonly #turn = new Turn();
  #last = performance.now();
  #gate: { opened: Promise<void>; open: () => void } | null = null;
  #stopped = false;
  #cancelled = false;
  /** Milliseconds spent waiting in a pause, to be left out of times. */
  pausedMilliseconds = 0;

  constructor(
    readonly slice = 12,
    readonly onPauseChange: (paused: boolean) => void = () => {},
  ) {}

  get paused(): boolean {
    return this.#gate !== null;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  pause(): void {
    if (this.#gate || this.#stopped || this.#cancelled) return;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { opened, open };
    this.onPauseChange(true);
  }

  resume(): void {
    const gate = this.#gate;
    if (!gate) return;
    this.#gate = null;
    this.onPauseChange(false);
    gate.open();
  }

  /** Asks every method to stop where it is; also opens a pause. */
  stop(): void {
    this.#stopped = true;
    this.resume();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#gate?.open();
    this.#gate = null;
  }

  /** Yields when the time slice is used up. Throws RunCancelled. */
  async breathe(): Promise<void> {
    if (this.#cancelled) throw new RunCancelled();
    if (!this.#gate && performance.now() - this.#last < this.slice) return;
    await this.#turn.next();
    while (this.#gate) {
      const since = performance.now();
      await this.#gate.opened;
      this.pausedMilliseconds += performance.now() - since;
    }
    if (this.#cancelled) throw new RunCancelled();
    this.#last = performance.now();
  }

  close(): void {
    this.#turn.close();
  }
}
