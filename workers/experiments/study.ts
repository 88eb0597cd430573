import type { Table } from '../data/csv';
import type { EdgeFile } from '../data/edges/edge-file';
import type { VectorFile } from '../data/vectors/vector-file';
import type { EngineInfo } from '../engine/info';
import { aboutMethod } from '../methods/registry';
import type { Experiment, MethodColumn, UnitRecord } from '../papers/types';
import { repetitionsOf, STUDY_CELL, type Study, studyExperimentId, studySpec } from '../spec/study';
import type { Lane } from '../training/lane';
import { fitUnit } from './unit';

/** Levels whose distances are compared, as in a run of the page. */
const DISTANCE_LEVELS = 2_000;

/** Curves of single repetitions are drawn faint and small. */
const KEPT_EPOCHS = 300;

/** A study as an experiment like those of the papers, of one cell and without published numbers. */
export function studyExperiment(study: Study): Experiment {
  return {
    id: studyExperimentId(study),
    title: 'Study',
    paper: '',
    about: '',
    cells: [
      {
        id: STUDY_CELL,
        label: 'Study',
        input: (repetition) => {
          const { methods: _, ...input } = studySpec(study, repetition);
          return input;
        },
        publishedRepetitions: 0,
        difference: null,
      },
    ],
    columns: study.spec.methods.map(({ id, settings }) => ({
      id,
      label: aboutMethod(id).label,
      method: id,
      settings,
      published: null,
      paired: true,
    })),
    metrics: [],
    baseline: null,
    caveats: [],
    figure: 'losses',
    needs: null,
    distanceLevels: DISTANCE_LEVELS,
    keptEpochs: KEPT_EPOCHS,
    published: () => Promise.resolve({ source: '', cells: {} }),
  };
}

export interface StudyOptions {
  engine: Pick<EngineInfo, 'backend' | 'threads'>;
  /** Version of the lab. */
  lab: string;
  /** Opened tables by fingerprint. */
  tables: ReadonlyMap<string, Table>;
  /** Opened files of level vectors by fingerprint. */
  vectors?: ReadonlyMap<string, VectorFile>;
  /** Opened files of edges between levels by fingerprint. */
  edges?: ReadonlyMap<string, EdgeFile>;
  /** Starts the engine anew after a method ran out of memory. */
  renew(): Promise<unknown>;
}

/** What a study tells while it runs. */
export type StudyReport = { repetition: number; method: string; lane: Lane | null } | { repetition: number; record: UnitRecord };

/**
 * Trains every repetition of a study, one after another, each method on the same data. A method that fails in
 * a repetition is kept as a failure in its record, and the others go on.
 *
 * @returns a record a repetition, in order
 * @throws LabFailure when the data of a repetition cannot be prepared
 */
export async function runStudy(study: Study, { renew, ...options }: StudyOptions, report?: (report: StudyReport) => void): Promise<UnitRecord[]> {
  const experiment = studyExperiment(study);
  const [cell] = experiment.cells;
  const records: UnitRecord[] = [];
  for (let repetition = 1; repetition <= repetitionsOf(study.plan); repetition++) {
    const unit = { experiment, cell, repetition, columns: experiment.columns };
    const told = { ...options, report: (column: MethodColumn, lane: Lane | null) => report?.({ repetition, method: column.method, lane }) };
    const record = await fitUnit(unit, told, renew);
    records.push(record);
    report?.({ repetition, record });
  }
  return records;
}
