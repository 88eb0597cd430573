import { type ColumnSink, ColumnStore, ReadAsLevels } from './bytes/column-store';
import { messageTurn } from './message-turn';
import type { TableProgress } from './preview';
import { refuse } from './refusals';
import { RowLines } from './row-lines';
import type { RawTable, Table } from './table';

/** Takes the rows of a table. */
export interface TableSink {
  /** One for each column of the source. */
  readonly columns: readonly ColumnSink[];
  /**
   * After each piece: so many more rows are in every column, the first of them on this line (or record) of
   * the file. Lets messages in.
   *
   * @throws LabFailure 'cancelled', 'csv-too-large'
   */
  took(rows: number, at: { line: number; bytesRead: number }): Promise<void>;
}

/** Rows `from` … `to` − 1. */
export interface RowRange {
  from: number;
  to: number;
}

/**
 * Where the rows of a table come from, whatever the format of its file: rows come in typed pieces, in order,
 * and nothing keeps a second copy. A source refuses with the file, the line or row group, the column and the
 * value by name. Delimited text has no need of it: its bytes go to the columns as they are.
 */
export interface TableSource {
  /** Names of the columns. */
  columns(): readonly string[];
  /** Null where only reading tells. */
  readonly rows: number | null;
  /** What had to be done to the file. */
  readonly steps: RawTable['steps'];
  /** Gives these rows to the sink; null: all. It may be asked more than once. */
  read(range: RowRange | null, sink: TableSink): Promise<void>;
}

export interface SourceOptions {
  /** Name and size of the file. */
  name: string;
  bytes: number;
  /** Largest estimated table, in bytes. */
  limit: number;
  onProgress?: (progress: TableProgress) => void;
  signal?: AbortSignal;
}

/** The columns of a source. @throws LabFailure of the source, 'cancelled', 'csv-too-large', 'csv-no-rows' */
export async function readSource(
  source: TableSource,
  options: SourceOptions,
  levels: ReadonlySet<string> = new Set(),
): Promise<Pick<Table, 'raw' | 'line' | 'rows'>> {
  const { name, bytes, limit, onProgress, signal } = options;
  const columns = source.columns().map((column) => new ColumnStore(column, levels.has(column) ? Number.POSITIVE_INFINITY : undefined));
  const lines = new RowLines();
  let rows = 0;
  try {
    await source.read(null, {
      columns,
      async took(more, { line, bytesRead }) {
        for (let row = 0; row < more; row++) lines.add(rows + row, line + row);
        rows += more;
        const held = columns.reduce((sum, column) => sum + column.held, 0);
        if (held > limit) throw refuse.tableTooLarge(name, held, limit, rows, columns);
        onProgress?.({ bytesRead, bytesTotal: bytes, rows });
        await messageTurn();
        if (signal?.aborted) throw refuse.cancelled(name);
      },
    });
    if (rows === 0) throw refuse.noRows(name);
    const raw: RawTable = { columns: columns.map((column) => column.finish()), separator: ',', steps: source.steps, doubt: null };
    return { raw, line: lines.reader(), rows };
  } catch (error) {
    if (!(error instanceof ReadAsLevels)) throw error;
    return readSource(source, options, new Set([...levels, error.column]));
  }
}
