/** What is known of a dataset before training. */
import type { TrueComponents } from './dataset';
import type { Task } from './schema';
import type { SeriesShape } from './series/series';

/** Something about the data that a person should know before training; nothing that keeps them from it. */
export interface DataWarning {
  /** Stable, kebab-case: 'singletons', 'test-one-class', … */
  code: string;
  /** One sentence, or two: what is so, and what follows from it. */
  message: string;
}

/** What the page may know of the data before training. */
export interface DatasetSummary {
  task: Task;
  /** Labels of the classes of a response of several, in their order; absent for every other. */
  classes?: readonly string[];
  trainRows: number;
  validationRows: number;
  testRows: number;
  p: number;
  /** unseenTestRows: test rows whose level of this feature no training or validation row has. */
  features: { name: string; levels: number; unseenTestRows: number }[];
  /**
   * Columns of tags, in the order of the data; absent where there are none. unseenTestRows: test rows with a
   * tag that no training or validation row has; places: most tags of a row, rounded up to a multiple of 4.
   */
  tags?: { name: string; tags: number; places: number; parents: Int32Array; unseenTestRows: number }[];
  /**
   * Of windows of series: their shape, the steps of time, and how many series train and only test. Absent for
   * rows of a table. trainRows is then the number of windows of an epoch.
   */
  series?: SeriesShape & { steps: number; known: number; held: number };
  /** The response is whole numbers from 0 on; absent where it is not. */
  counts?: true;
  /**
   * The response is a time to an event: the column that says whether it was seen (absent in a simulation),
   * and the share of all rows that are censored. Absent where it is not.
   */
  events?: { name: string; censored: number };
  /**
   * Rows with at least one level that no row has from which it could be learned: training rows, and for test
   * rows also validation rows.
   */
  unseen: { testRows: number; validationRows: number };
  targetName: string;
  hasTruth: boolean;
  /** What a simulation was drawn with; null where nothing was simulated. */
  truth: TrueComponents | null;
  fingerprint: string;
  /** Absent in runs recorded by earlier versions. */
  warnings?: DataWarning[];
}
