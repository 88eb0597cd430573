import type { RunProgress } from './lane';

/** Rows per second are measured over this window. */
const WINDOW_MILLISECONDS = 4000;

/** Measures the pace of a run. Pauses do not count; `pausedMilliseconds` arguments are the pauses so far. */
export class ProgressMeter {
  #started = 0;
  #recent: { at: number; rows: number }[] = [];
  #turns = new Map<string, { total: number; epochs: number }>();
  #turnStarted = 0;

  constructor(readonly now: () => number = () => performance.now()) {}

  /** @param elapsedSeconds of a run that goes on: what it took before */
  start(elapsedSeconds = 0): void {
    this.#started = this.now() - 1000 * elapsedSeconds;
  }

  /** A batch of `rows` training rows was run. */
  rows(rows: number): void {
    const at = this.now();
    this.#recent.push({ at, rows });
    while (this.#recent.length > 1 && this.#recent[0].at < at - WINDOW_MILLISECONDS) this.#recent.shift();
  }

  /** A method begins an epoch. */
  turn(pausedMilliseconds: number): void {
    this.#turnStarted = this.now() - pausedMilliseconds;
  }

  /** A method's epoch has ended. */
  epoch(method: string, pausedMilliseconds: number): void {
    const at = this.now() - pausedMilliseconds;
    const turn = this.#turns.get(method) ?? { total: 0, epochs: 0 };
    turn.total += Math.max(0, at - this.#turnStarted);
    turn.epochs++;
    this.#turns.set(method, turn);
  }

  read(epoch: number, epochs: number, left: { id: string; epochs: number }[], pausedMilliseconds: number): RunProgress {
    let secondsLeft: number | null = 0;
    for (const { id, epochs: remaining } of left) {
      const turn = this.#turns.get(id);
      if (!turn || secondsLeft === null) secondsLeft = null;
      else secondsLeft += (turn.total / turn.epochs / 1000) * remaining;
    }
    const first = this.#recent[0];
    const span = first ? (this.now() - first.at) / 1000 : 0;
    const rows = this.#recent.reduce((sum, entry) => sum + entry.rows, 0);
    return {
      epoch,
      epochs,
      rowsPerSecond: span > 0.2 ? rows / span : 0,
      secondsLeft,
      elapsedSeconds: Math.max(0, this.now() - this.#started - pausedMilliseconds) / 1000,
    };
  }
}
