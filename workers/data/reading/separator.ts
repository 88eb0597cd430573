import { RecordScanner } from '../bytes/records';

/** Records looked at. */
const RECORDS = 50;

/**
 * Records of a text, blank ones left out. `literal`: quotes enclose nothing. Several spaces separate like
 * one.
 */
export function recordsOf(text: string, separator: string, literal: boolean, most = RECORDS): { records: string[][]; broken: boolean } {
  const bytes = new TextEncoder().encode(text);
  const scanner = new RecordScanner(separator, literal);
  const records: string[][] = [];
  let [at, broken] = [0, false];
  for (let seen = 0; at < bytes.length && seen < most; seen++, at = scanner.next) {
    scanner.scan(bytes, at, bytes.length, true);
    broken ||= scanner.broken;
    if (!scanner.isBlank(bytes)) records.push(scanner.texts(bytes));
  }
  return { records, broken };
}

interface Fit {
  separator: string;
  /** Share of records with the most frequent number of cells, and that number. */
  share: number;
  cells: number;
  first: number;
}

function fitOf(text: string, separator: string): Fit {
  const plain = recordsOf(text, separator, false);
  const { records } = plain.broken ? recordsOf(text, separator, true) : plain;
  const sizes = new Map<number, number>();
  for (const { length } of records) if (length > 1) sizes.set(length, (sizes.get(length) ?? 0) + 1);
  const [cells, count] = [...sizes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  const first = records[0]?.length ?? 0;
  // The header of R's write.table is one cell shorter than the rows.
  const short = records.length > 2 && first > 1 && first === cells - 1 ? 1 : 0;
  return { separator, share: records.length > 0 ? (count + short) / records.length : 0, cells, first };
}

/**
 * The separator of a text table: the one that divides most of the first records into equally many cells; of
 * several the one that makes more of them. Spaces count only where no other sign divides the first line.
 */
export function guessSeparator(text: string, name: string): string {
  const header = text.slice(0, text.indexOf('\n', text.search(/\S/)) >>> 0);
  if (/\.(tsv|tab)(\.gz)?$/i.test(name) && header.includes('\t')) return '\t';
  const fits = [',', '\t', ';', '|'].map((separator) => fitOf(text, separator)).filter(({ cells }) => cells > 1);
  const best = fits.sort((a, b) => b.share - a.share || b.cells - a.cells)[0];
  if (!best || best.first < 2) {
    const spaces = fitOf(text, ' ');
    if (spaces.first > 1 && spaces.share > 0.95 && spaces.share >= (best?.share ?? 0)) return ' ';
  }
  return best?.separator ?? ',';
}
