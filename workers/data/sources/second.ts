import type { NumberColumn } from '../bytes/number-column';
import type { TextBytes } from '../bytes/texts';
import type { FileStep } from '../reading/steps';
import type { RawColumn } from '../table';

/** What another worker is asked: every second column of a file, from the second on. */
export interface ShareRequest {
  file: Blob;
  limit: number;
  given: readonly FileStep[];
  exact: boolean;
  many?: number;
  /** The file's name: a copy of it may have lost that. */
  name: string;
  levels: readonly string[];
}

/**
 * A column as it goes from worker to worker. Its texts are bytes; those among numbers one string, each ended
 * by a zero byte: no text holds one.
 */
export type PackedColumn =
  | { name: string; texts: TextBytes; column: Pick<RawColumn, 'codes' | 'numbers' | 'counts' | 'missing'> }
  | { name: string; texts: string; cells: Omit<NumberColumn['cells'], 'others'> & { rows: Uint32Array; codes: Uint32Array } };

export interface Share {
  rows: number;
  /** Estimated bytes of memory, as the reader has it. */
  held: number;
  columns: PackedColumn[];
}

/** Another worker's reading. */
export interface SecondReader {
  /** Null where it has failed: the file is then read alone, which says why. */
  share: Promise<Share | null>;
  /** Ends it. */
  stop(): void;
}
