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
 * A CSV in UTF-8 with a header and \n line ends, quoted where needed. Null and NaN become empty cells.
 *
 * @param guardFormulas see FORMULA; off for files that are only read back by programs
 */
export function csvBytes(header: readonly string[], rows: Iterable<readonly Cell[]>, { guardFormulas = true } = {}): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let chunk: Cell[][] = [[...header]];
  const flush = () => {
    if (chunk.length === 0) return;
    const lines = chunk.map((row) => row.map((cell) => field(cell, guardFormulas)).join(','));
    parts.push(encoder.encode(`${lines.join('\n')}\n`));
    chunk = [];
  };
  for (const row of rows) {
    chunk.push(row.map((cell) => (typeof cell === 'number' && Number.isNaN(cell) ? null : cell)));
    if (chunk.length >= CHUNK) flush();
  }
  flush();
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
