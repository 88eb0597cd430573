/**
 * How many times longer a worker may be silent in a long task: with the ticks before and after, it is told
 * of within a minute.
 */
const LONG = 3.4;

/**
 * Decides from heartbeats whether a worker has stopped answering. It holds no timer of its own: `tick` is
 * called at an interval and says what to do, so that it can be tested with any clock.
 */
export class Watchdog {
  private askedAt: number | null = null;
  private lastTick: number | null = null;
  private heardAt: number | null = null;
  private rests: number | null = null;
  private wasBusy = false;

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
   * more than three times as long. `training`: it tells of its training, or its work rests, many times a
   * second, and silence for so long means that nothing goes on, though it may answer.
   */
  tick(now: number, busy: boolean, training = false): 'ask' | 'wait' | 'hung' {
    // A page that slept (closed lid, frozen tab) knows nothing of the worker: the waiting starts again.
    const slept = this.lastTick !== null && now - this.lastTick > 3 * this.interval;
    this.lastTick = now;
    if (slept || !training) this.heardAt = now;
    else if (this.heardAt !== null && now - this.heardAt > LONG * this.patience) return 'hung';
    if (this.askedAt === null) {
      this.askedAt = now;
      this.wasBusy = busy;
      return 'ask';
    }
    // What it was asked in a long task it may answer only now.
    const ended = this.wasBusy && !busy;
    this.wasBusy = busy;
    if (slept || ended) {
      this.askedAt = now;
      return 'wait';
    }
    return now - this.askedAt > (busy ? LONG : 1) * this.patience ? 'hung' : 'wait';
  }

  /** The worker told something at `now`: it lives, though it may not have come to what it was asked. */
  heard(now: number): void {
    this.heardAt = now;
    if (this.askedAt !== null) this.askedAt = now;
  }

  /**
   * The worker answered at `now`, with how often its work has rested so far. Work that has rested since it
   * was asked before goes on, though it may have nothing to tell, such as the fit of a large mixed model.
   */
  answered(rests: number, now: number): void {
    this.askedAt = null;
    if (this.rests !== null && rests !== this.rests) this.heardAt = now;
    this.rests = rests;
  }
}
