/** Snapshots of a run at most. */
export const MOST_SNAPSHOTS = 30;
/** Most of a run's time that snapshots may take beyond what the page asked for anyway. */
const SHARE_OF_TIME = 0.01;
/** So many milliseconds they may take in any run, a thirtieth an epoch: a short one would else have none. */
const FREE = 100;

/** Where a schedule stands. */
export interface ScheduleState {
  asked: number;
  every: number;
  kept: number[];
  all: number;
  spent: number;
}

/**
 * What epochs of a method take more for their snapshots, in milliseconds: an epoch with one looks at all
 * levels. The quickest of either kind are compared, which other work on the machine did not hold up.
 */
class EveryLevel {
  #taken = 0;
  #with = Number.POSITIVE_INFINITY;
  #without = Number.POSITIVE_INFINITY;

  add(training: number, taken: boolean): void {
    if (taken) {
      this.#taken++;
      this.#with = Math.min(this.#with, training);
    } else this.#without = Math.min(this.#without, training);
  }

  get spent(): number {
    return this.#taken === 0 ? 0 : this.#taken * Math.max(0, this.#with - this.#without);
  }
}

/**
 * After which epochs (1-based) a run takes snapshots: one answer for all its methods, so that they can be
 * looked at together. Every epoch until there are 30. From then on half as many are taken, and each takes the
 * place of one between two of the wider grid, the latest first: where learning is fastest they stay close.
 * Once all are of the wider grid, the next is twice as wide.
 */
export class SnapshotSchedule {
  /** The last epoch that was asked about; earlier ones are settled. */
  #asked = 0;
  #every = 1;
  #kept: number[] = [];
  /** Milliseconds of all epochs with their snapshots, and of snapshots. */
  #all = 0;
  #spent = 0;
  readonly #everyLevel = new Map<string, EveryLevel>();

  /** @param free milliseconds that snapshots may take in any run */
  constructor(readonly free = FREE) {}

  save(): ScheduleState {
    return { asked: this.#asked, every: this.#every, kept: [...this.#kept], all: this.#all, spent: this.#allSpent };
  }

  restore({ asked, every, kept, all, spent }: ScheduleState): void {
    this.#asked = asked;
    this.#every = every;
    this.#kept = [...kept];
    this.#all = all;
    this.#spent = spent;
    this.#everyLevel.clear();
  }

  get #allSpent(): number {
    return [...this.#everyLevel.values()].reduce((sum, { spent }) => sum + spent, this.#spent);
  }

  #fits(epoch: number): boolean {
    return (epoch - 1) % this.#every === 0;
  }

  #allowed(epoch: number): number {
    return this.free * Math.min(1, epoch / MOST_SNAPSHOTS) + SHARE_OF_TIME * this.#all;
  }

  /** Epochs whose snapshots are kept, rising. */
  get epochs(): readonly number[] {
    return this.#kept;
  }

  /** Whether to take a snapshot after this epoch. The first method to come there decides for the others. */
  takes(epoch: number): boolean {
    if (epoch > this.#asked) {
      this.#asked = epoch;
      if (this.#fits(epoch) && (epoch === 1 || this.#allSpent <= this.#allowed(epoch))) this.#kept = [...this.#kept, epoch];
      if (this.#kept.length > MOST_SNAPSHOTS) {
        if (this.#kept.every((kept) => this.#fits(kept))) this.#every *= 2;
        const between = this.#kept.findLast((kept) => !this.#fits(kept));
        this.#kept = this.#kept.filter((kept) => kept !== between);
      }
    }
    return this.#kept.includes(epoch);
  }

  /**
   * Time of an epoch, and of the snapshot that followed it (null: none did), in milliseconds. Snapshots after
   * the first epoch are not counted: they warm up what the others find ready.
   */
  spent(method: string, epoch: number, training: number, snapshot: number | null): void {
    const everyLevel = this.#everyLevel.get(method) ?? new EveryLevel();
    this.#everyLevel.set(method, everyLevel);
    everyLevel.add(training, epoch > 1 && snapshot !== null);
    this.#all += training + (snapshot ?? 0);
    if (epoch > 1) this.#spent += snapshot ?? 0;
  }
}
