import { openTable, type Table } from '../data/csv';
import { LabFailure } from '../data/failure';
import type { Step } from '../data/schema';

/** Tables that are held: the one on the page, the table of the tags of its series, and one before. */
const MOST_TABLES = 3;

/** A table that was read: from which file, and by which steps. */
export interface ReadTable {
  file: File;
  fingerprint: string;
  steps: Step[];
}

/**
 * Opened tables by fingerprint. The last few are held in memory; of older ones only the file, which is read
 * again when one of them is wanted: ten tables of a quarter of a gigabyte would else fill the machine.
 */
export class OpenTables {
  readonly held = new Map<string, Table>();
  readonly #read = new Map<string, ReadTable>();

  constructor(readonly most = MOST_TABLES) {}

  add(file: File, table: Table): void {
    const { fingerprint } = table;
    this.#read.set(fingerprint, { file, fingerprint, steps: table.steps });
    // The newest is the last one.
    this.held.delete(fingerprint);
    this.held.set(fingerprint, table);
    for (const oldest of this.held.keys()) if (this.held.size > this.most) this.held.delete(oldest);
  }

  /** A table that another worker has read: this one reads it when it is wanted. */
  know(read: ReadTable): void {
    if (!this.#read.has(read.fingerprint)) this.#read.set(read.fingerprint, read);
  }

  /**
   * A table and its file, read again where it is not held any more; null where it was never opened.
   *
   * @throws LabFailure 'table-changed' where the file has changed, or is gone
   */
  async get(fingerprint: string): Promise<{ table: Table; file: File } | null> {
    const read = this.#read.get(fingerprint);
    if (!read) return null;
    const table = this.held.get(fingerprint) ?? (await readAgain(read));
    this.add(read.file, table);
    return { table, file: read.file };
  }

  /** Holds these tables, as far as they were opened. */
  async hold(fingerprints: readonly (string | null | undefined)[]): Promise<ReadonlyMap<string, Table>> {
    for (const fingerprint of fingerprints) if (fingerprint) await this.get(fingerprint);
    return this.held;
  }
}

async function readAgain({ file, fingerprint, steps }: ReadTable): Promise<Table> {
  const table = await openTable(file, { steps, expected: fingerprint }).catch(() => null);
  if (table?.fingerprint === fingerprint) return table;
  throw new LabFailure(
    'table-changed',
    `${file.name} cannot be read again: it has changed since it was opened, or it is not there any more.`,
    `Choose ${file.name} again.`,
  );
}
