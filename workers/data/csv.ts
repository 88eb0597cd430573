import { ReadAsLevels } from './bytes/column-store';
import { ByteKernel } from './bytes/kernel';
import { NumberColumn } from './bytes/number-column';
import type { NamedBlob } from './named-blob';
import type { TableProgress } from './preview';
import { tableOf } from './reading/apply';
import { guessingColumnSteps } from './reading/guess';
import type { ReadingOptions } from './reading/question';
import { type ColumnStep, type FileStep, isFileStep, type Step, stepsWithin } from './reading/steps';
import { refuse } from './refusals';
import { printable } from './shown-text';
import { sourceOf } from './sources/pick';
import type { SecondReader, ShareRequest } from './sources/second';
import type { ReadCells } from './sources/source';
import type { RawTable, Table } from './table';
import { atOnce, inTurns, turnsEvery, type Work } from './work';

export type { Table } from './table';

export interface OpenOptions extends ReadingOptions {
  /**
   * The same file read before, under other steps of the file: of `steps`, those about columns that it did not
   * have are found anew.
   */
  before?: Table;
  /** Heard at most every 100 ms, and once at the end. */
  onProgress?: (progress: TableProgress) => void;
  /** Starts another worker on every second column of a file; null, or absent, where that is not worth it. */
  second?: (request: ShareRequest) => SecondReader | null;
  /** Hears the first rows of a long file as a table of their own, once, while the others are read. */
  onBeginning?: (table: Table) => void;
  signal?: AbortSignal;
  /** Largest file and largest estimated table, in bytes. */
  limit?: number;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
  /** Most bytes that are taken from the file at once. */
  piece?: number;
  /** False: without the compiled reader, to the same end. */
  kernel?: boolean;
}

const LIMIT = 2 * 2 ** 30;

/** Pauses in which messages are heard, such as the one that cancels, and told how far the reading is. */
const TURN_MS = 30;
const TELL_MS = 100;

/**
 * Reads a table into dictionary-encoded columns, piece by piece: neither the file nor its cells are ever
 * held whole. The file may be Parquet, a sheet of an Excel workbook (.xlsx), delimited text (comma,
 * semicolon, tab, |, spaces) or JSON records; text is in UTF-8, UTF-16 or Windows-1252, plain,
 * gzip-compressed or alone in a zip archive. A tar archive of such files is one table. In text, quoted
 * cells may contain separators, line ends and doubled quotes; blank lines are skipped. Header names are
 * trimmed, cells are not. What else had to be done is in the table's steps: found by the reader, or given.
 *
 * @throws LabFailure with the codes of refusals.ts and of the readers in sources/, each naming line, column
 * or value, some with a question; 'cancelled' when `signal` fires
 */
export async function openTable(file: NamedBlob, options: OpenOptions = {}): Promise<Table> {
  const { expected, onBeginning } = options;
  let begun = false;
  const once = (first: Table): void => {
    if (!begun) onBeginning?.(first);
    begun = true;
  };
  const table = await readTable(file, { ...options, onBeginning: onBeginning && once });
  if (!expected || table.fingerprint === expected || !table.raw.columns.some((column) => column instanceof NumberColumn)) return table;
  // A link of an earlier version: it held every text, and its fingerprint is over them.
  const former = await readTable(file, { ...options, many: Number.POSITIVE_INFINITY, onBeginning: undefined });
  return former.fingerprint === expected ? former : table;
}

async function readTable(file: NamedBlob, options: OpenOptions): Promise<Table> {
  const { limit = LIMIT, steps, given = [], before } = options;
  if (file.size === 0) throw refuse.empty(file.name);
  if (file.size > limit) throw refuse.fileTooLarge(file.name, file.size, limit);
  const asked: readonly Step[] = steps ?? given;
  const exact = steps !== undefined;
  const ofColumns = asked.filter((step): step is ColumnStep => !isFileStep(step));
  const kernel = options.kernel === false ? null : await ByteKernel.load();
  function* made({ raw, rows, line, unit }: ReadCells): Work<Table> {
    const own = yield* columnSteps(raw, ofColumns, exact, before);
    return yield* tableOf({ name: printable(file.name), bytes: file.size, rows, line, unit, raw }, own, kernel);
  }
  const { onBeginning, signal } = options;
  const hear = onBeginning && ((first: ReadCells) => onBeginning(atOnce(made(first))));
  const cells = await read(file, asked.filter(isFileStep), exact, { ...options, limit }, hear);
  const turn = turnsEvery(TURN_MS, () => refuseCancelled(signal, file.name));
  return await inTurns(made(cells), turn);
}

/** @throws LabFailure 'cancelled' */
export function refuseCancelled(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted) throw refuse.cancelled(name);
}

/** Steps of columns: those that were asked for, and where the reader may look by itself, what it finds. */
function* columnSteps({ columns, separator }: RawTable, asked: ColumnStep[], exact: boolean, before: Table | undefined): Work<ColumnStep[]> {
  if (!before) return exact ? asked : yield* guessingColumnSteps(columns, separator, asked);
  const known = new Set(before.raw.columns.map(({ name }) => name));
  const names = new Set(columns.map(({ name }) => name));
  const kept = stepsWithin(asked, names);
  const fresh = yield* guessingColumnSteps(
    columns.filter(({ name }) => !known.has(name)),
    separator,
    [],
  );
  return [...fresh.filter(({ kind }) => kind === 'missing-words'), ...kept, ...fresh.filter(({ kind }) => kind !== 'missing-words')];
}

/** Reads a file to its end; once more where a column of numbers turns out to be one of names. */
async function read(
  file: NamedBlob,
  given: readonly FileStep[],
  exact: boolean,
  options: OpenOptions & { limit: number },
  onBeginning?: (cells: ReadCells) => void,
): Promise<ReadCells> {
  const { onProgress, signal, limit, alone, many, piece, kernel, second } = options;
  const began = performance.now();
  let told = began;
  const tell = (bytesRead: number, rows: number) =>
    onProgress?.({ bytesRead, bytesTotal: file.size, rows, seconds: (performance.now() - began) / 1000 });
  const rest = turnsEvery(TURN_MS, () => refuseCancelled(signal, file.name));
  const turn = (bytesRead: number, rows: number): Promise<void> => {
    const now = performance.now();
    if (now - told > TELL_MS) {
      tell(bytesRead, rows);
      told = now;
    }
    return rest();
  };
  const { source, steps } = await sourceOf(file, given, signal);
  const levels = new Set<string>();
  for (;;) {
    try {
      const cells = await source({
        file,
        limit,
        given: steps,
        exact,
        alone,
        levels,
        many,
        piece,
        kernel,
        second,
        signal,
        turn,
        onBeginning: levels.size === 0 ? onBeginning : undefined,
      });
      refuseCancelled(signal, file.name);
      tell(file.size, cells.rows);
      return cells;
    } catch (error) {
      if (!(error instanceof ReadAsLevels)) throw error;
      levels.add(error.column);
    }
  }
}
