import type { NamedBlob } from '../named-blob';
import type { FileStep } from '../reading/steps';
import type { RawTable, Table } from '../table';
import type { SecondReader, ShareRequest } from './second';

/** A file as cells in columns. Its steps say all that was done to get them. */
export interface ReadCells extends Pick<Table, 'rows' | 'line' | 'unit'> {
  raw: RawTable;
  /** Columns that the file says are numbers, where its columns have types. */
  numbers?: readonly string[];
}

/** How a file is to be read. */
export interface ReadingContext {
  file: NamedBlob;
  /** Most bytes of memory. */
  limit: number;
  /** Steps of the file; `exact`: these alone. */
  given: readonly FileStep[];
  exact: boolean;
  /** One column will do: rows to be predicted have no target. */
  alone?: true;
  /** Columns that are held as levels, whatever their cells are. */
  levels: ReadonlySet<string>;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
  /** Most bytes that are taken from the file at once. */
  piece?: number;
  /** False: without the compiled reader, to the same end. */
  kernel?: boolean;
  /** Starts another worker on every second column of a file; null, or absent, where that is not worth it. */
  second?: (request: ShareRequest) => SecondReader | null;
  /** Every second column only, from this on. */
  share?: 0 | 1;
  /** Hears the first rows of a long file, before the others are read. */
  onBeginning?: (cells: ReadCells) => void;
  signal?: AbortSignal;
  /**
   * Called often: tells how far the reading is, and gives messages a turn, such as the one that cancels.
   *
   * @throws LabFailure 'cancelled'
   */
  turn(bytesRead: number, rows: number): Promise<void>;
}

/**
 * What reads files of one format, from beginning to end and piece by piece: nothing keeps a second copy of
 * the table. It asks nothing of the network.
 *
 * @throws LabFailure that names the file and the place in it: line, row or row group, column, value;
 * ReadAsLevels where a column of numbers turns out to be one of names
 */
export type TableSource = (context: ReadingContext) => Promise<ReadCells>;
