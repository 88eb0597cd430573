import type { Dataset } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { RunCancelled, type RunPlan } from '../training/run';
import { type TimeProbe, TimeRun } from '../training/time-probe';

/** Holds at most one timing of a run before it begins; whatever trains ends it first. */
export class TimeSlot {
  #current: { cancel(): void; ended: Promise<unknown> } | null = null;

  /** @throws LabFailure 'cancelled' after `cancel` or when another timing takes its place */
  async measure(dataset: () => Promise<Dataset>, plan: RunPlan): Promise<TimeProbe> {
    const before = this.cancel();
    let run: TimeRun | null = null;
    let cancelled = false;
    // It holds the place at once, so that what begins to train in the same moment ends it.
    const ended = (async () => {
      await before;
      const data = await dataset();
      if (cancelled) throw new RunCancelled();
      run = new TimeRun(data, plan);
      return run.measure();
    })();
    const mine = {
      cancel: () => {
        cancelled = true;
        run?.cancel();
      },
      ended,
    };
    this.#current = mine;
    try {
      return await ended;
    } catch (thrown) {
      if (thrown instanceof RunCancelled) throw new LabFailure('cancelled', 'The timing was given up.', 'It is made again when nothing trains.');
      throw thrown;
    } finally {
      if (this.#current === mine) this.#current = null;
    }
  }

  /** Ends a timing, and resolves when it has freed everything. */
  async cancel(): Promise<void> {
    this.#current?.cancel();
    await this.#current?.ended.catch(() => undefined);
  }
}
