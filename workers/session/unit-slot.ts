import type { Table } from '../data/csv';
import type { EdgeFile } from '../data/edges/edge-file';
import { LabFailure } from '../data/failure';
import type { VectorFile } from '../data/vectors/vector-file';
import type { EngineInfo } from '../engine/info';
import { studyExperiment } from '../experiments/study';
import { UnitRun } from '../experiments/unit';
import { assignRoles } from '../papers/open-table';
import type { Experiment, UnitRecord } from '../papers/types';
import type { UnitRequest } from '../protocol';
import { studySpec } from '../spec/study';
import type { Lane } from '../training/lane';
import { RunCancelled } from '../training/run';
import { checkMemory } from './memory-check';

/** Catalogue of the papers' experiments, loaded with the first unit. */
const catalogue = async (): Promise<readonly Experiment[]> => (await import('../papers/catalog')).EXPERIMENTS;

const cancelled = () => new LabFailure('cancelled', 'The repetition was stopped before its end.', 'Finished repetitions are kept.');

/** Holds at most one unit of an experiment: a repetition of a cell in training. */
export class UnitSlot {
  #current: { run: UnitRun; ended: Promise<void> } | null = null;
  /** It outlives a unit: the next one waits too. */
  #paused = false;
  #cancels = 0;

  /** How often units were cancelled: one that was asked for before the last time is not wanted any more. */
  get cancels(): number {
    return this.#cancels;
  }

  /** True while a unit trains or is paused. */
  get busy(): boolean {
    return this.#current !== null;
  }

  /**
   * Fits a unit to its end and gives its record. `report` hears of lanes. `since`: `cancels` when it was
   * asked for.
   *
   * @throws LabFailure for an unknown experiment, cell or column, data that is not open, or 'cancelled' after
   * `cancel`
   */
  async fit(
    request: UnitRequest,
    engine: EngineInfo,
    files: { tables: ReadonlyMap<string, Table>; vectors: ReadonlyMap<string, VectorFile>; edges: ReadonlyMap<string, EdgeFile> },
    lab: string,
    report: (column: string, lane: Lane | null) => void,
    since: number,
  ): Promise<UnitRecord> {
    if (this.#current)
      throw new LabFailure('unit-running', 'A repetition of an experiment is training already.', 'Wait for it, or stop the experiment.');
    const { experiment: id, cell: cellId, repetition, columns: wanted, before, study, left } = request;
    if (study) checkMemory(studySpec(study, repetition));
    const experiment = study ? studyExperiment(study) : (await catalogue()).find((candidate) => candidate.id === id);
    const cell = experiment?.cells.find((candidate) => candidate.id === cellId);
    if (!experiment || !cell)
      throw new LabFailure('no-experiment', `There is no experiment "${id}" with a cell "${cellId}".`, 'Choose an experiment of the list.');
    const columns = experiment.columns.filter((column) => wanted.includes(column.id));
    const opened = request.fingerprint ? files.tables.get(request.fingerprint) : undefined;
    if (experiment.needs && !opened) {
      throw new LabFailure(
        'table-missing',
        `${experiment.needs.name} is not open in this page.`,
        `Open a file with the columns that ${experiment.title} needs.`,
      );
    }
    const table = experiment.needs && opened ? assignRoles(experiment.needs, opened) : undefined;
    if (since !== this.#cancels) throw cancelled();
    const run = new UnitRun(
      { experiment, cell, repetition, columns },
      { engine, lab, ...files, table, before, left, report: (column, lane) => report(column.id, lane) },
    );
    if (this.#paused) run.pause();
    let announceEnd = (): void => {};
    this.#current = {
      run,
      ended: new Promise((resolve) => {
        announceEnd = resolve;
      }),
    };
    try {
      return await run.train();
    } catch (thrown) {
      if (thrown instanceof RunCancelled) throw cancelled();
      throw thrown;
    } finally {
      this.#current = null;
      announceEnd();
    }
  }

  pause(): void {
    this.#paused = true;
    this.#current?.run.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#current?.run.resume();
  }

  /**
   * Ends the unit without a record, also one that waits for its turn, and waits until it has given everything
   * back.
   */
  async cancel(): Promise<void> {
    this.#paused = false;
    this.#cancels++;
    const current = this.#current;
    if (!current) return;
    current.run.cancel();
    await current.ended;
  }
}
