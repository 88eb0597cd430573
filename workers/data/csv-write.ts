import { guarded } from './csv-field';

export type Cell = string | number | null;

/**
 * A quote, a comma and a line end, and what some programs lose: space at either end, and a byte order mark.
 */
const QUOTED = /[",\r\n\ufeff]|^ | $/;

function field(cell: Cell, guardFormulas: boolean): string {
  if (cell === null) return '';
  const text = String(cell);
  const plain = guardFormulas ? guarded(text) : text;
  return plain !== text || QUOTED.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}

/** Rows turned to text at a time. */
const CHUNK = 8192;

/**
 * A CSV in UTF-8 with a header and \n line ends, quoted where needed, piece by piece. Null and NaN become
 * empty cells.
 *
 * @param guardFormulas see FORMULA; off for files that are only read back by programs
 */
export function* csvPieces(
  header: readonly string[],
  rows: Iterable<readonly Cell[]>,
  { guardFormulas = true } = {},
): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const line = (row: readonly Cell[]): string =>
    row.map((cell) => field(typeof cell === 'number' && Number.isNaN(cell) ? null : cell, guardFormulas)).join(',');
  let lines = [line(header)];
  const taken = (): Uint8Array<ArrayBuffer> => {
    const piece = encoder.encode(`${lines.join('\n')}\n`);
    lines = [];
    return piece;
  };
  for (const row of rows) {
    lines.push(line(row));
    if (lines.length >= CHUNK) yield taken();
  }
  if (lines.length > 0) yield taken();
}

/** Pieces of bytes one after the other. */
export function joined(pieces: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const parts = [...pieces];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same as one array. */
export const csvBytes = (header: readonly string[], rows: Iterable<readonly Cell[]>, options = {}): Uint8Array<ArrayBuffer> =>
  joined(csvPieces(header, rows, options));
