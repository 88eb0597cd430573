import type { VectorFormat } from './vector-file';

/** How the lines of a file of level vectors are to be taken apart. */
export interface LineForm {
  format: VectorFormat;
  /** Between cells; of spaces, any number stand between two. */
  separator: ',' | ';' | '\t' | ' ';
  /** The first line is no level: names of columns, or the sizes of word2vec. */
  hasHeader: boolean;
  /** Sizes that the first line of word2vec promises. */
  promised: { levels: number; d: number } | null;
  /**
   * Place of the label in a line, of the feature's name (null: none), and of the numbers (null: all after the
   * label).
   */
  label: number;
  feature: number | null;
  numbers: number[] | null;
  /** A label may have an apostrophe in front that keeps spreadsheets from taking it for a formula. */
  guarded: boolean;
}

/** A finite decimal number; with semicolons between cells, a decimal comma counts. */
export function decimal(cell: string, comma = false): number {
  const text = comma ? cell.trim().replace(',', '.') : cell.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Math.fround(Number(text)) : Number.NaN;
}

/**
 * The cells of a record: quoted cells may hold separators, line ends and doubled quotes. Null where a quote
 * is still open at its end.
 */
export function cellsOf(record: string, separator: LineForm['separator']): string[] | null {
  if (separator === ' ') return record.trim().split(/[ \t]+/);
  if (!record.includes('"')) return record.split(separator);
  const cells: string[] = [];
  for (let at = 0; ; ) {
    if (record[at] !== '"') {
      const end = record.indexOf(separator, at);
      cells.push(end < 0 ? record.slice(at) : record.slice(at, end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    let cell = '';
    for (at++; ; ) {
      const end = record.indexOf('"', at);
      if (end < 0) return null;
      cell += record.slice(at, end);
      at = end + 1;
      if (record[at] !== '"') break;
      cell += '"';
      at++;
    }
    const end = record.indexOf(separator, at);
    cells.push(cell + (end < 0 ? record.slice(at) : record.slice(at, end)));
    if (end < 0) return cells;
    at = end + 1;
  }
}

const areNumbers = (cells: readonly string[], comma = false): boolean =>
  cells.length > 0 && cells.every((cell) => Number.isFinite(decimal(cell, comma)));

const PLAIN = { hasHeader: false, promised: null, label: 0, feature: null, numbers: null, guarded: false };

/**
 * The form of a file by its first line (docs/methods.md F8): word2vec begins with two whole numbers, GloVe
 * with a level and numbers between spaces; everything else has commas, semicolons or tabs, with a header
 * where the second cell is no number.
 */
export function lineForm(first: string): LineForm {
  const sizes = /^\s*(\d+) +(\d+)\s*$/.exec(first);
  if (sizes) return { ...PLAIN, format: 'word2vec', separator: ' ', hasHeader: true, promised: { levels: Number(sizes[1]), d: Number(sizes[2]) } };
  if (first.includes('\t')) return delimited(first, '\t', 'tsv');
  const spaced = first.trim().split(/ +/);
  if (areNumbers(spaced.slice(-1)) && areNumbers(spaced.slice(1))) return { ...PLAIN, format: 'glove', separator: ' ' };
  return delimited(first, first.includes(';') ? ';' : ',', 'csv');
}

function delimited(first: string, separator: LineForm['separator'], format: VectorFormat): LineForm {
  const cells = (cellsOf(first, separator) ?? [first]).map((cell) => cell.trim());
  const plain = { ...PLAIN, format, separator };
  if (cells.length < 2 || areNumbers(cells.slice(1, 2), separator === ';')) return plain;
  const named = cells.map((cell) => cell.toLowerCase());
  const entries = named.flatMap((name, place) => (/^e\d+$/.test(name) ? [place] : []));
  // The lab's own downloads: feature, level, counts, e1 … ed, and perhaps posterior standard deviations.
  if (named[0] === 'feature' && named[1] === 'level' && entries.length > 0)
    return { ...plain, hasHeader: true, label: 1, feature: 0, numbers: entries, guarded: true };
  return { ...plain, hasHeader: true };
}
