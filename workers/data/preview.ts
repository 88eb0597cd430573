/** What a person sees of an opened table, and of the roles of its columns. */
import type { LabError } from './failure';
import type { ReadingQuestion, TakenStep } from './reading/question';
import type { ColumnRole, Task } from './schema';
import type { DataWarning } from './summary';
import type { TagSeparator } from './tags/cells';

export type ColumnKind = 'number' | 'whole number' | 'date' | 'text' | 'two values';

export interface ColumnPreview {
  name: string;
  kind: ColumnKind;
  role: ColumnRole;
  /** Why this role was guessed, in words. */
  reason: string;
  /**
   * A target guessed by its place, or one of several that could be meant; numbers that may be codes of
   * categories.
   */
  unsure: boolean;
  /** Distinct non-missing values, of numbers as numbers (1 and 1.0 are one); exact. */
  levels: number;
  /** Distinct texts: the levels of the column where it is categorical. */
  labels: number;
  missing: number;
  /** Numbers: least, greatest, mean of the non-missing values. */
  min: number | null;
  max: number | null;
  mean: number | null;
  /**
   * At most 24 heights in 0…1: a histogram for numbers, log rows per level in falling order for categories.
   */
  shape: { form: 'histogram' | 'levels'; heights: number[] };
  /** Levels with fewer than 10 rows. */
  rareLevels: number;
  /** Different in every row: looks like an identifier. */
  identifier: boolean;
  /** The values of a column with at most 2 of them, in order of first appearance. */
  values: string[] | null;
  /**
   * The values of a column with at most 20 of them, in order of first appearance: it may say which rows test.
   * Absent where there are more.
   */
  fewValues?: string[];
  /** The reader's own: row names or numbers, ignored unless a person gives them a role. */
  index: boolean;
  /**
   * A column of numbers with a few cells that are none, or are infinite: `numbers` cells of `numbers +
   * count`, and the first bad one. Its guessed role is that of a column of numbers, which is refused until
   * the question about it is answered. Null for every other column.
   */
  badCells: { count: number; numbers: number; line: number; value: string } | null;
  /** Words found that count as missing, with their cells; empty cells are not among them. */
  missingWords: { word: string; count: number }[];
  /**
   * Labels that differ in spelling only (case, spaces, 1 and 1.0), as they could be merged: `of` labels would
   * be one.
   */
  spellings: { into: string; from: string[]; of: number }[];
  /** Every value is a date, and no step reads it as one: how the first one is written. */
  dates: { first: string } | null;
  /** Whole numbers with more digits than can be computed with. */
  longNumbers: boolean;
  /** Of a column that was guessed to hold tags: what its cells are split by. */
  tagSeparator?: TagSeparator;
}

/** A column of tags, as the rows that are used have it. */
export interface TagFacts {
  name: string;
  /** What the cells are split by; null for a block of 0/1 columns. */
  separator: TagSeparator | null;
  /** Tags K, with ancestors that no cell has. */
  tags: number;
  /** Most tags of a row, rounded up to a multiple of 4. */
  places: number;
  /** Parent of each tag (K), −1 for none. */
  parents: Int32Array;
  /** Tags of a row. */
  mean: number;
  most: number;
  /** The first labels. */
  first: string[];
  /** Tags of the hierarchy that no cell has. */
  ancestors: number;
  /** Tags with a parent. */
  children: number;
  /** Rows without a tag. */
  empty: number;
  /** Rows with more tags than a row may have: the first ones stay. */
  cut: number;
  /** Missing cells of a block, which count as 0. */
  missingAsZero: number;
}

/** Columns of 0 and 1 whose names begin alike: they can be one column of tags. */
export interface TagBlock {
  /** What the names begin with, such as "genre_". */
  block: string;
  columns: string[];
  /** Each row has exactly one 1: they can be one categorical column. */
  oneEach: boolean;
  /** 1s of a row. */
  mean: number;
  most: number;
  missing: number;
}

/** What the roles of a table make worth saying of a column. */
export type RoleNotice =
  /** The column gives the target away. */
  | { kind: 'leak'; column: string; how: 'copy' | 'monotone' | 'linear' | 'one-to-one' | 'decides' }
  /** Its labels begin anew within each level of another column; `evident`: the target says so too. */
  | { kind: 'nested'; column: string; outer: string; labels: number; pairs: number; evident: boolean }
  /** It has one value in the rows that are used, and several in the file. */
  | { kind: 'constant'; column: string; value: string }
  /** Labels that only occur in rows that are not used: they are no levels. */
  | { kind: 'unused-levels'; column: string; labels: number; used: number };

export interface TablePreview {
  /** The handle for `checkRoles` and for a spec of kind 'table'. */
  fingerprint: string;
  name: string;
  bytes: number;
  rows: number;
  columns: ColumnPreview[];
  /** Blocks of 0/1 columns that can be taken together; absent where there are none. */
  blocks?: TagBlock[];
  /** The first rows as text; null is missing. */
  head: (string | null)[][];
  /** The task suggested by the target column. */
  task: Task;
  /**
   * Everything done to the file, in order; `steps.map(({ step }) => step)` is the `reading` of a spec of kind
   * 'table'.
   */
  steps: TakenStep[];
  /** What could be meant otherwise, the pressing ones first. */
  questions: ReadingQuestion[];
}

export interface TableProgress {
  bytesRead: number;
  bytesTotal: number;
  rows: number;
  /** Since the reading began. */
  seconds?: number;
  /** Told once of a long file: its first rows, as a table of their own. */
  beginning?: TablePreview;
}

export interface RoleCheck {
  /** Null when the roles can be used. */
  error: LabError | null;
  /** Why each task cannot be used with this target, or null when it can. */
  refusals: Readonly<Record<Task, LabError | null>>;
  task: Task;
  /**
   * Values of a target that can be classes, several of them: numbers by size, texts by the alphabet. Absent
   * where it cannot.
   */
  classes?: string[];
  rows: { train: number; validation: number; test: number; dropped: number };
  /** p and q of each categorical feature, for the parameter counts. */
  p: number;
  levels: number[];
  /** Columns of tags; absent where there are none. */
  tags?: TagFacts[];
  /** The target is whole numbers from 0 on; absent where it is not. */
  counts?: true;
  /** The target is a time, and a column says whether its event was seen; absent where none does. */
  events?: true;
  /** What to know of these roles before training; [] with an error. */
  warnings: DataWarning[];
  /** What the page can offer to mend; [] with an error. */
  notices: RoleNotice[];
}
