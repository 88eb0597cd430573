/**
 * Decides from heartbeats whether a worker has stopped answering. It holds no timer of its own: `tick` is
 * called at an interval and says what to do, so that it can be tested with any clock.
 */
export class Watchdog {
  private askedAt: number | null = null;
  private lastTick: number | null = null;

  /**
   * @param interval milliseconds between ticks
   * @param patience milliseconds without an answer after which the worker counts as hung
   */
  constructor(
    private readonly interval: number,
    private readonly patience: number,
  ) {}

  /**
   * One tick at `now` (ms). `busy`: the worker is in a task known to be long, in which it may not answer for
   * ten times as long.
   */
  tick(now: number, busy: boolean): 'ask' | 'wait' | 'hung' {
    // A page that slept (closed lid, frozen tab) knows nothing of the worker: the waiting starts again.
    const slept = this.lastTick !== null && now - this.lastTick > 3 * this.interval;
    this.lastTick = now;
    if (this.askedAt === null) {
      this.askedAt = now;
      return 'ask';
    }
    if (slept) {
      this.askedAt = now;
      return 'wait';
    }
    return now - this.askedAt > (busy ? 10 : 1) * this.patience ? 'hung' : 'wait';
  }

  answered(): void {
    this.askedAt = null;
  }
}
