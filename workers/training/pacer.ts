import { MessageTurns } from '../data/message-turn';

/** Thrown inside a run that was replaced or reset. */
export class RunCancelled extends Error {
  constructor() {
    super('the run was cancelled');
  }
}

/**
 * Pause, resume, stop and cancel of one run. The training loop calls `breathe` between batches: it yields to
 * messages every few milliseconds, waits while paused, and throws once the run is cancelled.
 */
export class Pacer {
  readonly #turn = new MessageTurns();
  #last = performance.now();
  #gate: { opened: Promise<void>; open: () => void } | null = null;
  #stopped = false;
  #round = 0;
  #roundStarted = performance.now();
  #wake: () => void = () => {};
  #cancelled = false;
  readonly #asides: (() => Promise<void>)[] = [];
  #asked: () => void = () => {};
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
    this.#wake();
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
    this.#wake();
    this.resume();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#wake();
    this.#gate?.open();
    this.#gate = null;
  }

  /**
   * Slow motion: a round (one epoch of every method) takes at least this long. 0 for full speed; ends a wait
   * in progress.
   */
  setRoundMilliseconds(milliseconds: number): void {
    this.#round = milliseconds;
    this.#wake();
  }

  /**
   * Ends a round: waits for what slow motion leaves of its time, unless the run is paused, stopped or
   * cancelled meanwhile.
   */
  async endRound(): Promise<void> {
    const left = this.#roundStarted + this.#round - performance.now();
    if (this.#round > 0 && left > 0 && !this.#stopped && !this.#cancelled) {
      const since = performance.now();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = () => {};
      this.pausedMilliseconds += performance.now() - since;
    }
    this.#roundStarted = performance.now();
  }

  /**
   * Does something between two pieces of the run's work, also in a pause; what it takes counts as paused. It
   * must leave the run's data and devices as they were. Resolves with what it gives.
   */
  aside<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#asides.push(() => work().then(resolve, reject));
      this.#asked();
    });
  }

  /** Yields when the time slice is used up. Throws RunCancelled. */
  async breathe(): Promise<void> {
    if (this.#cancelled) throw new RunCancelled();
    if (!this.#gate && performance.now() - this.#last < this.slice) return;
    await this.#turn.next();
    const since = performance.now();
    for (;;) {
      // Before those that are known are done: one that comes meanwhile is not missed.
      const asked = new Promise<void>((resolve) => {
        this.#asked = resolve;
      });
      await this.#doAsides();
      if (!this.#gate) break;
      await Promise.race([this.#gate.opened, asked]);
    }
    this.pausedMilliseconds += performance.now() - since;
    if (this.#cancelled) throw new RunCancelled();
    this.#last = performance.now();
  }

  /** What was asked for and not begun, in turn. Also at the end, so that nobody waits for ever. */
  async #doAsides(): Promise<void> {
    for (let work = this.#asides.shift(); work; work = this.#asides.shift()) await work();
  }

  /** No more is to be done; asides that still wait come now. */
  async close(): Promise<void> {
    await this.#doAsides();
    this.#turn.close();
  }
}
