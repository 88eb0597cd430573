/**
 * Milliseconds that a submit should take: long enough to keep a device busy, short enough for pause and for
 * the page's own drawing.
 */
const TARGET = 15;
/** Most steps of a submit. */
export const MOST_STEPS = 256;

/**
 * Learns how many steps fill 10 to 20 ms of the device, and keeps at most two submits in flight: more only
 * delays a pause, and slows some devices down. The first submit is of one step.
 */
export class Pace {
  steps = 1;
  readonly #queue: Pick<GPUQueue, 'onSubmittedWorkDone'>;
  /** Milliseconds until an idle queue reports that it is done; some browsers look only every 100 ms. */
  #latency = 0;
  #inFlight: Promise<void>[] = [];
  #doneAt = 0;

  constructor(queue: Pick<GPUQueue, 'onSubmittedWorkDone'>) {
    this.#queue = queue;
  }

  /** Measures how long an idle queue takes to answer. */
  async calibrate(): Promise<void> {
    await this.#queue.onSubmittedWorkDone();
    const from = performance.now();
    await this.#queue.onSubmittedWorkDone();
    this.#latency = performance.now() - from;
  }

  /** To be called after a submit of this many steps. Resolves when the queue wants the next one. */
  async submitted(steps: number): Promise<void> {
    const at = performance.now();
    const done = this.#queue.onSubmittedWorkDone().then(
      () => this.#learn(steps, at),
      () => {
        // A lost device is reported where results are read.
      },
    );
    this.#inFlight.push(done);
    if (this.#inFlight.length >= 2) await this.#inFlight.shift();
  }

  #learn(steps: number, submittedAt: number): void {
    const now = performance.now();
    const spent = Math.max(now - Math.max(submittedAt, this.#doneAt) - this.#latency, 0.05);
    this.#doneAt = now;
    const target = Math.max(TARGET, this.#latency);
    // A last chunk of an epoch, smaller than asked, says as much of a step; growth is cautious, a cut
    // immediate.
    this.steps = Math.max(1, Math.min(MOST_STEPS, 4 * this.steps, Math.floor((steps * target) / spent)));
  }
}
