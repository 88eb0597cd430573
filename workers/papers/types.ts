import type { ColumnRole } from '../data/schema';
import type { ExperimentInput } from '../spec/experiment';
import type { MethodResult } from '../training/method-result';
import type { Summary } from './statistics';

/**
 * Per-repetition numbers of one method in one cell, in the order of the authors' files; null where a
 * repetition has none.
 */
export type PublishedSeries = Partial<
  Record<
    | 'mse'
    | 'mae'
    | 'r2'
    | 'auc'
    | 'logLoss'
    | 'accuracy'
    | 'frobenius'
    | 'spearman'
    | 'rmseD'
    | 'aucB'
    | 'beforePostTraining'
    | 'noiseVariance'
    | 'effectVariance0'
    | 'effectVariance1'
    | 'effectVariance2'
    | 'slopeVariance'
    | 'squareVariance'
    | 'correlation01'
    | 'correlation02'
    | 'squaredLength'
    | 'concordance'
    | 'baselineRate'
    | 'baselineShape'
    | 'epochs'
    | 'seconds'
    | 'tagEffects'
    | 'knownSeries'
    | 'newSeries'
    | 'lastStep'
    | 'firstStep'
    | 'firstStepNew',
    (number | null)[]
  >
>;

/** Results that the authors of a paper publish: by cell ('q=100'), then by their name of the method. */
export interface Published {
  /** Repository and file. */
  source: string;
  cells: Record<
    string,
    Record<
      string,
      {
        parameters: number | null;
        series: PublishedSeries;
        /** Where only means are known: their number of repetitions and, where told, standard errors. */
        summaries?: Partial<Record<MetricKey, Summary>>;
      }
    >
  >;
}

/** A number of a method that a table shows. */
export type MetricKey = keyof PublishedSeries;

export interface MetricColumn {
  key: MetricKey;
  label: string;
  better: 'lower' | 'higher' | 'none';
  digits: number;
}

/** A method as one column of a table: the same method may stand in several columns with other settings. */
export interface MethodColumn {
  /** Unique within the experiment. */
  id: string;
  label: string;
  /** Id in the registry. */
  method: string;
  settings: Record<string, unknown>;
  /** Name in the published files; null where nothing was published. */
  published: string | null;
  /**
   * True when the published repetitions of this column were fitted on the data of the published baseline
   * (docs/methods.md DIS-30).
   */
  paired: boolean;
  /** Training settings of this column where they are not the cell's (Table 3 has a batch size per method). */
  training?: ExperimentInput['training'];
  /** The same for single cells, by id (a method that was published with a smaller batch at the largest q). */
  trainingIn?: Readonly<Record<string, ExperimentInput['training']>>;
  /** It sees what it is asked for, so that it is never the best of a row. */
  readsAnswer?: true;
  /** Added to the key of the published cell (Table 5 has one column per value). */
  publishedCell?: string;
}

/** Something a reader must know about cells of a table. */
export interface Caveat {
  /** As in docs/methods.md: 'DIS-13'; null for what the lab itself does differently. */
  source: string | null;
  text: string;
  /** Absent: all cells, all columns, all metrics. */
  cells?: readonly string[];
  columns?: readonly string[];
  metrics?: readonly MetricKey[];
  /**
   * 'not comparable' takes the cell out of the count; 'reason' is said of an entry that differs, and is shown
   * to be why; 'note' only explains.
   */
  effect: 'note' | 'reason' | 'not comparable';
}

/** A table that the person opened, with the roles that an experiment needs. */
export interface OpenTable {
  name: string;
  fingerprint: string;
  columns: { name: string; role: ColumnRole }[];
}

/** One row of the grid: data and training of its repetitions. */
export interface Cell {
  /** Key in the published file: 'q=100'. */
  id: string;
  label: string;
  /**
   * The spec of a repetition (from 1), without methods: seeds differ from repetition to repetition, so all
   * methods of one share its data.
   */
  input(repetition: number, table?: OpenTable): Omit<ExperimentInput, 'methods'>;
  /** Repetitions of the published run (most of its methods). */
  publishedRepetitions: number;
  /** Settings of this cell that differ from the published ones, as a sentence; null: none. */
  difference: string | null;
  /** Ids of the columns that are fitted in this cell; absent: all. */
  columns?: readonly string[];
}

/** A table of a paper as data. */
export interface Experiment {
  /** 'table1-regression' */
  id: string;
  title: string;
  /** The paper, and where in it. */
  paper: string;
  /** What is asked and how, in two sentences. */
  about: string;
  cells: readonly Cell[];
  columns: readonly MethodColumn[];
  metrics: readonly MetricColumn[];
  /**
   * Column whose metric divides the others before they are compared with the published ratio; null: the
   * numbers themselves are compared.
   */
  baseline: string | null;
  caveats: readonly Caveat[];
  /** The paper's figure that is drawn from the repetitions, next to means and intervals; null: none. */
  figure: 'epoch-time' | 'losses' | 'matches' | null;
  /** Data that the person has to open, as a file of the documented shape; null for simulated data. */
  needs: DataNeeded | null;
  /** Most levels of a feature whose pairwise distances are compared; absent: as published. */
  distanceLevels?: number;
  /** Most epochs of a curve that are kept; absent: 1,000. */
  keptEpochs?: number;
  published(): Promise<Published>;
  /**
   * True for an experiment of the lab, of which no paper has numbers: the other numbers are those of a second
   * implementation, known as means.
   */
  ownExperiment?: true;
  /** True where a paper has means and standard errors alone, and not the repetitions. */
  publishedMeans?: true;
}

/** Data that cannot be shipped: where it is and which columns are needed. */
export interface DataNeeded {
  name: string;
  where: string;
  target: string;
  categorical: readonly string[];
  numeric: readonly string[];
  /** What the rows are, and how many the paper had. */
  rows: string;
}

/** What a method reached in one repetition of a cell; a failure is kept as one. */
export type Outcome = { result: MethodResult; kept?: Kept } | { failure: string };

/** What a figure needs beyond the results. */
export interface Kept {
  /** Validation losses by epoch, of every `every`-th from the first, and of the last; absent: of all. */
  curves?: { objective: number[]; predictive: number[]; every?: number };
  /**
   * Per true dimension: r with the estimated dimension that matches best, and R² of a fit on all of them
   * (docs/methods.md C11).
   */
  matches?: { r: number[]; r2: number[] };
}

/** By what an outcome was fitted, and when. */
export interface Fitted {
  /** Version of the lab. */
  lab: string;
  backend: string;
  threads: number;
  /** When it ended (ISO 8601). */
  finished: string;
}

/**
 * One repetition of a cell: the unit of work, of files and of stored results. Every number in it was computed
 * by the lab. Its version, engine and time are those of the newest outcomes.
 */
export interface UnitRecord extends Fitted {
  version: 1;
  experiment: string;
  cell: string;
  repetition: number;
  /** Of the data that all columns were fitted on. */
  fingerprint: string;
  /**
   * Share of the published test rows or repetitions that differ, in words; null when the settings are the
   * published ones.
   */
  difference: string | null;
  /** Rows of the three parts. Absent in records of earlier versions. */
  rows?: { train: number; validation: number; test: number };
  outcomes: Record<string, Outcome>;
  /**
   * Of columns that were fitted before the newest ones. Absent where there are none, and in records of
   * earlier versions.
   */
  fittedBy?: Record<string, Fitted>;
}
