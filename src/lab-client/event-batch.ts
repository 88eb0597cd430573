import type { LabEvent } from '../../workers/protocol';

/**
 * What comes with every epoch, which may be a hundred times a second. Five times per second look alive and
 * leave the processor to the training.
 */
const FREQUENT: readonly LabEvent['type'][] = ['curves', 'lanes', 'embedding'];

/**
 * Hands a worker's events on in their order, the frequent ones together at most every `interval` ms: events
 * of one task are one render of the page. All others (a status, a result) go on at once, after those that
 * waited, and so does the next frequent one: after a pause it holds the epoch of the pause. A run's first
 * epoch goes on at once too.
 */
export class EventBatch {
  private waiting: LabEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private handedOn = Number.NEGATIVE_INFINITY;
  /** Of the newest lanes. */
  private epoch = 0;

  constructor(
    private readonly handOn: (event: LabEvent) => void,
    private readonly interval = 200,
  ) {}

  add(event: LabEvent): void {
    this.waiting.push(event);
    const left = this.handedOn + this.interval - performance.now();
    const before = this.epoch;
    if (event.type === 'lanes') this.epoch = event.progress.epoch;
    if (!FREQUENT.includes(event.type)) {
      this.flush();
      this.handedOn = Number.NEGATIVE_INFINITY;
    } else if (left <= 0 || (before === 0 && this.epoch > 0)) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), left);
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.handedOn = performance.now();
    const events = this.waiting;
    this.waiting = [];
    for (const event of events) this.handOn(event);
  }
}
