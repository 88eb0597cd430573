import Papa from 'papaparse';
import { FORMULA } from './csv-field';

export type Cell = string | number | null;

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
    const text = Papa.unparse(chunk, { newline: '\n', escapeFormulae: guardFormulas ? FORMULA : false });
    parts.push(encoder.encode(`${text}\n`));
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
