import type { Dataset } from '../data/dataset';
import { messageTurn } from '../data/message-turn';
import type { ExperimentSpec } from '../spec/experiment';
import { Run, RunCancelled, type RunEvent, type RunRecovery } from '../training/run';
import { SnapshotSchedule } from '../training/snapshot-schedule';

/** Prepares a dataset and waits for `report` between its pieces. */
export type PrepareData = (spec: ExperimentSpec, report: (fraction: number) => Promise<void>) => Promise<Dataset>;

interface Occupant {
  /** Null while its data is prepared. */
  run: Run | null;
  cancelled: boolean;
  ended: Promise<void>;
}

/** Progress of the data is told this often. */
const REPORT_MILLISECONDS = 100;

/**
 * Holds at most one run: a new one waits until the old one has given everything back, however fast runs are
 * asked for.
 */
export class RunSlot {
  /** Settings of the page that outlive a run. */
  feature = 0;
  pace: number | null = null;
  #occupant: Occupant | null = null;
  #stops = 0;
  #launching: Promise<void> = Promise.resolve();

  constructor(readonly prepare: PrepareData) {}

  /** The run in progress, or the last one until it is replaced or cleared. */
  get run(): Run | null {
    return this.#occupant?.run ?? null;
  }

  /** How often runs were stopped: one that was asked for before the last time is not wanted any more. */
  get stops(): number {
    return this.#stops;
  }

  /**
   * Runs a spec to its end. Resolves when it has ended or was replaced; rejects with what went wrong.
   * `since`: `stops` when it was asked for.
   */
  async start(
    since: number,
    readSpec: () => ExperimentSpec,
    emit: (event: RunEvent) => void,
    pauseAfter: number | null,
    readRecovery: () => RunRecovery | null,
  ): Promise<void> {
    const before = this.#launching;
    let launched = () => {};
    this.#launching = new Promise((resolve) => {
      launched = resolve;
    });
    await before;
    await this.clear();
    let announceEnd = () => {};
    const mine: Occupant = {
      run: null,
      cancelled: since !== this.#stops,
      ended: new Promise((resolve) => {
        announceEnd = resolve;
      }),
    };
    this.#occupant = mine;
    launched();
    try {
      if (mine.cancelled) throw new RunCancelled();
      emit({ type: 'status', status: 'preparing', preparing: { kind: 'data', percent: null }, error: null });
      const spec = readSpec();
      const dataset = await this.prepare(spec, this.#reporter(mine, emit));
      if (mine.cancelled) throw new RunCancelled();
      mine.run = new Run(dataset, spec, emit, pauseAfter, new SnapshotSchedule(), readRecovery());
      mine.run.watchFeature(this.feature);
      mine.run.setPace(this.pace);
      await mine.run.train();
    } catch (thrown) {
      if (!(thrown instanceof RunCancelled)) throw thrown;
      emit({ type: 'status', status: 'idle', preparing: null, error: null });
    } finally {
      announceEnd();
    }
  }

  #reporter(mine: Occupant, emit: (event: RunEvent) => void): (fraction: number) => Promise<void> {
    let told = performance.now();
    return async (fraction) => {
      if (performance.now() - told > REPORT_MILLISECONDS) {
        told = performance.now();
        emit({ type: 'status', status: 'preparing', preparing: { kind: 'data', percent: Math.round(100 * fraction) }, error: null });
        await messageTurn();
      }
      if (mine.cancelled) throw new RunCancelled();
    };
  }

  /**
   * Ends the run with results; while it waits for its turn or its data is prepared there is nothing to keep,
   * and the run is given up.
   */
  stop(): void {
    this.#stops++;
    if (this.#occupant?.run) this.#occupant.run.stop();
    else if (this.#occupant) this.#occupant.cancelled = true;
  }

  /** Gives up the run, and one that waits for its turn. */
  async reset(): Promise<void> {
    this.#stops++;
    await this.clear();
  }

  /** Gives up the run, if any, and waits until it has freed everything. */
  async clear(): Promise<void> {
    const occupant = this.#occupant;
    if (!occupant) return;
    occupant.cancelled = true;
    occupant.run?.cancel();
    await occupant.ended;
    if (this.#occupant === occupant) this.#occupant = null;
  }
}
