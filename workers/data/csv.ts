import { bytesOf, firstBytes, isZip, joined } from './byte-stream';
import { ReadAsLevels } from './bytes/column-store';
import { NumberColumn } from './bytes/number-column';
import { DelimitedReader, ReadAgain, type TextReader } from './delimited';
import { messageTurn } from './message-turn';
import type { NamedBlob } from './named-blob';
import type { TableProgress } from './preview';
import { tableOf } from './reading/apply';
import { archiveEntry } from './reading/archive';
import { guessColumnSteps } from './reading/guess';
import type { Encoding } from './reading/kinds';
import type { ReadingOptions } from './reading/question';
import { type ColumnStep, type FileStep, isFileStep, type Step, stepsWithin } from './reading/steps';
import { jsonForm, RecordReader } from './records';
import { refuse } from './refusals';
import { printable } from './shown-text';
import type { RawTable, Table } from './table';

export type { Table } from './table';

export interface OpenOptions extends ReadingOptions {
  /**
   * The same file read before, under other steps of the file: of `steps`, those about columns that it did not
   * have are found anew.
   */
  before?: Table;
  /** Heard at most every 100 ms, and once at the end. */
  onProgress?: (progress: TableProgress) => void;
  signal?: AbortSignal;
  /** Largest file and largest estimated table, in bytes. */
  limit?: number;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
}

const LIMIT = 2 * 2 ** 30;

const HEAD = 64;

/** Pauses in which messages are heard, such as the one that cancels, and told how far the reading is. */
const TURN_MS = 30;
const TELL_MS = 100;

/**
 * Reads a text table into dictionary-encoded columns, piece by piece: neither the text nor its cells are ever
 * held whole. The file may be delimited text (comma, semicolon, tab, |, spaces) or JSON records, in UTF-8,
 * UTF-16 or Windows-1252, plain, gzip-compressed or alone in a zip archive. Quoted cells may contain
 * separators, line ends and doubled quotes; blank lines are skipped. Header names are trimmed, cells are not.
 * What else had to be done is in the table's steps: found by the reader, or given.
 *
 * @throws LabFailure with the codes of refusals.ts, each naming line, column or value, some with a question;
 * 'cancelled' when `signal` fires
 */
export async function openTable(file: NamedBlob, options: OpenOptions = {}): Promise<Table> {
  const table = await readTable(file, options);
  const { expected } = options;
  if (!expected || table.fingerprint === expected || !table.raw.columns.some((column) => column instanceof NumberColumn)) return table;
  // A link of an earlier version: it held every text, and its fingerprint is over them.
  const former = await readTable(file, { ...options, many: Number.POSITIVE_INFINITY });
  return former.fingerprint === expected ? former : table;
}

async function readTable(file: NamedBlob, options: OpenOptions): Promise<Table> {
  const { signal, limit = LIMIT, steps, given = [], before } = options;
  if (file.size === 0) throw refuse.empty(file.name);
  if (file.size > limit) throw refuse.fileTooLarge(file.name, file.size, limit);
  const asked: readonly Step[] = steps ?? given;
  const exact = steps !== undefined;
  const ofFile = asked.filter(isFileStep);
  const archived = ofFile.find((step) => step.kind === 'archive');
  const entry = isZip(await firstBytes(file)) ? await archiveEntry(file, archived?.entry ?? null, signal) : null;
  if (entry !== null && !archived) ofFile.unshift({ kind: 'archive', entry });
  const { raw, line, rows, encoding } = await read(file, entry, ofFile, exact, { ...options, limit });
  const first: RawTable['steps'] = entry === null ? [] : [{ step: { kind: 'archive', entry } }];
  if (encoding !== 'utf-8') first.push({ step: { kind: 'encoding', encoding } });
  const whole: RawTable = { ...raw, steps: [...first, ...raw.steps] };
  const facts = { name: printable(file.name), bytes: file.size, rows, line, raw: whole };
  return tableOf(
    facts,
    columnSteps(
      whole,
      asked.filter((step): step is ColumnStep => !isFileStep(step)),
      exact,
      before,
    ),
  );
}

/** Steps of columns: those that were asked for, and where the reader may look by itself, what it finds. */
function columnSteps({ columns, separator }: RawTable, asked: ColumnStep[], exact: boolean, before: Table | undefined): ColumnStep[] {
  if (!before) return exact ? asked : guessColumnSteps(columns, separator, asked);
  const known = new Set(before.raw.columns.map(({ name }) => name));
  const names = new Set(columns.map(({ name }) => name));
  const kept = stepsWithin(asked, names);
  const fresh = guessColumnSteps(
    columns.filter(({ name }) => !known.has(name)),
    separator,
    [],
  );
  return [...fresh.filter(({ kind }) => kind === 'missing-words'), ...kept, ...fresh.filter(({ kind }) => kind !== 'missing-words')];
}

/**
 * Reads a file to its end; once more where its quotes turn out to be characters like any other, or a column
 * of numbers to be one of names.
 *
 * @param levels columns that are held as levels, whatever their cells are
 */
async function read(
  file: NamedBlob,
  entry: string | null,
  given: readonly FileStep[],
  exact: boolean,
  options: OpenOptions & { limit: number },
  levels: ReadonlySet<string> = new Set(),
): Promise<Pick<Table, 'raw' | 'line' | 'rows'> & { encoding: Encoding }> {
  const { onProgress, signal, limit, many } = options;
  const asked = given.find((step) => step.kind === 'encoding')?.encoding ?? null;
  let reader: TextReader | null = null;
  let encoding: Encoding = 'utf-8';
  let bytesRead = 0;
  let told = performance.now();
  let turned = told;
  const began = performance.now();
  const tell = () => onProgress?.({ bytesRead, bytesTotal: file.size, rows: reader?.rows ?? 0, seconds: (performance.now() - began) / 1000 });
  const name = entry ?? file.name;
  const pieces = bytesOf(file, {
    onBytes: (bytes) => {
      bytesRead = bytes;
    },
    onEncoding: (found) => {
      encoding = found;
    },
    encoding: asked,
    entry,
    limit,
    signal,
  });
  const readerOf = (beginning: Uint8Array): TextReader => {
    const text = new TextDecoder().decode(beginning.subarray(0, 4 * HEAD));
    const json = given.find((step) => step.kind === 'json')?.form ?? (exact ? null : jsonForm(text));
    return json ? new RecordReader({ name, limit, levels, many }, json) : new DelimitedReader({ name, limit, given, exact, levels, many });
  };
  // The first signs tell JSON from delimited text.
  let head: Uint8Array = new Uint8Array();
  try {
    for await (const piece of pieces) {
      head = joined(head, piece);
      if (!reader && head.length < HEAD) continue;
      reader ??= readerOf(head);
      reader.push(head);
      head = new Uint8Array();
      const now = performance.now();
      if (now - turned > TURN_MS) {
        if (now - told > TELL_MS) {
          tell();
          told = now;
        }
        await messageTurn();
        turned = performance.now();
      }
    }
    if (signal?.aborted) throw refuse.cancelled(file.name);
    reader ??= readerOf(head);
    reader.push(head);
    const table = reader.finish();
    tell();
    return { ...table, rows: reader.rows, encoding };
  } catch (error) {
    if (error instanceof ReadAsLevels) return read(file, entry, given, exact, options, new Set([...levels, error.column]));
    if (!(error instanceof ReadAgain)) throw error;
    return read(file, entry, [...given, error.step], exact, options, levels);
  }
}
