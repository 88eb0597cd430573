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
  /** Stop was pressed before there was a run. */
  stopped: boolean;
  /** It goes on from a checkpoint, so that Stop has results to give. */
  resumes: boolean;
  ended: Promise<void>;
}

/** How often runs of a slot were stopped, and given up. */
export interface Ends {
  stops: number;
  resets: number;
}

function throwIfEnded({ cancelled, stopped, resumes }: Occupant): void {
  if (cancelled || (stopped && !resumes)) throw new RunCancelled();
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
  #resets = 0;
  #launching: Promise<void> = Promise.resolve();

  constructor(readonly prepare: PrepareData) {}

  /** The run in progress, or the last one until it is replaced or cleared. */
  get run(): Run | null {
    return this.#occupant?.run ?? null;
  }

  /** How often runs were stopped and given up: one that was asked for before the last time was meant too. */
  get ends(): Ends {
    return { stops: this.#stops, resets: this.#resets };
  }

  /**
   * Runs a spec to its end. Resolves when it has ended or was replaced; rejects with what went wrong.
   * `since`: `ends` when it was asked for. A run that goes on from a checkpoint is stopped as one that
   * trains: with the results that it had.
   */
  async start(
    since: Ends,
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
      cancelled: since.resets !== this.#resets,
      stopped: since.stops !== this.#stops,
      resumes: false,
      ended: new Promise((resolve) => {
        announceEnd = resolve;
      }),
    };
    this.#occupant = mine;
    launched();
    try {
      if (mine.cancelled) throw new RunCancelled();
      const recovery = readRecovery();
      mine.resumes = recovery?.from != null;
      throwIfEnded(mine);
      emit({ type: 'status', status: 'preparing', preparing: { kind: 'data', percent: null }, error: null });
      const spec = readSpec();
      const dataset = await this.prepare(spec, this.#reporter(mine, emit));
      throwIfEnded(mine);
      mine.run = new Run(dataset, spec, emit, pauseAfter, new SnapshotSchedule(), recovery);
      if (mine.stopped) mine.run.stop();
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
      throwIfEnded(mine);
    };
  }

  /**
   * Ends the run with results. While it waits for its turn or its data is prepared, one that begins has
   * nothing to keep and is given up; one that goes on ends when it has its data.
   */
  stop(): void {
    this.#stops++;
    if (this.#occupant?.run) this.#occupant.run.stop();
    else if (this.#occupant) this.#occupant.stopped = true;
  }

  /** Gives up the run, and one that waits for its turn. */
  async reset(): Promise<void> {
    this.#resets++;
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
