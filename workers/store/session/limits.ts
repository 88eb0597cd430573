/** What a session file is, without the checks that reading one needs. */
import type { KeptCheckpoint, RunSnapshot, RunStatus } from '../../protocol';

/** One run of a session file. */
export interface SessionRun {
  /** As the person named it; null: by its data and time. */
  name: string | null;
  /** ISO 8601. */
  begun: string;
  updated: string;
  status: RunStatus;
  snapshot: RunSnapshot;
  /** Weights, level vectors and predictions, and where it goes on. */
  checkpoint: KeptCheckpoint;
}

/** A table of one's own, as its file was. */
export interface SessionTable {
  name: string;
  fingerprint: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Runs in one file, with what the page shows of them, to be opened by any lab. */
export interface Session {
  /** Version of the lab that wrote it, and when (ISO 8601). */
  lab: string;
  made: string;
  runs: SessionRun[];
  tables: SessionTable[];
}

export const SESSION_ENDING = '.mmlab';
/** Larger files are refused before they are read. */
export const MOST_SESSION_BYTES = 2 ** 30;
/** The largest table that is kept itself, and that a session file holds. */
export const MOST_TABLE_BYTES = 20_000_000;
/** The longest name of a run. */
export const MOST_NAME_LETTERS = 80;

/** By its name, or by the first four bytes of everything that the lab packs. */
export const looksLikeSession = (name: string, first: Uint8Array): boolean =>
  name.toLowerCase().endsWith(SESSION_ENDING) || String.fromCharCode(...first.subarray(0, 4)) === 'LMMB';
