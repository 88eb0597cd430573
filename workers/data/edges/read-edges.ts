import { Fingerprint } from '../fingerprint';
import { type LineReader, readLines } from '../lines';
import type { NamedBlob } from '../named-blob';
import { cellsOf, type LineForm } from '../vectors/line-form';
import type { EdgeFile, NamedEdge } from './edge-file';
import { refuse } from './refusals';

/** Most edges of a file, and letters of a line: two names of ten thousand letters are shorter. */
const MOST_EDGES = 1_000_000;
const LONGEST_LINE = 1 << 16;

/** What stands between the cells of a file: what makes two or three of its first line. */
const separatorOf = (first: string): LineForm['separator'] =>
  (['\t', ';', ','] as const).find((separator) => [2, 3].includes(cellsOf(first, separator)?.length ?? 0)) ??
  (['\t', ';', ','] as const).find((separator) => first.includes(separator)) ??
  ' ';

/** A number above 0 that a cell says; NaN where it does not. With semicolons a decimal comma counts. */
function weightOf(cell: string, separator: LineForm['separator']): number {
  const text = separator === ';' ? cell.replace(',', '.') : cell;
  const value = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value > 0 ? value : Number.NaN;
}

/** Takes a file of edges line by line. */
class EdgeReader implements LineReader<EdgeFile> {
  readonly #lines: NamedEdge[] = [];
  #separator: LineForm['separator'] | null = null;
  #cells = 0;
  #read = 0;

  constructor(
    readonly name: string,
    readonly most: number,
  ) {}

  line(text: string): void {
    this.unfinished(text);
    const at = ++this.#read;
    if (text.trim() === '') return;
    const isFirst = this.#separator === null;
    this.#separator ??= separatorOf(text);
    const separator = this.#separator;
    const cells = cellsOf(text.replace(/\r$/, ''), separator)?.map((cell) => cell.trim());
    if (!cells) throw refuse.openQuote(this.name, at);
    if (cells.length !== 2 && cells.length !== 3) throw refuse.cells(this.name, at, cells.length);
    if (this.#cells === 0) this.#cells = cells.length;
    if (cells.length !== this.#cells) throw refuse.ragged(this.name, at, cells.length, this.#cells);
    const [from, to, third] = cells;
    if (from === '' || to === '') throw refuse.noName(this.name, at);
    const weight = third === undefined ? 1 : weightOf(third, separator);
    // With weights the names of the columns are known by a word in the place of a number.
    if (isFirst && Number.isNaN(weight) && /\p{L}/u.test(third) && !/^[+-]?(nan|na|inf|infinity|null)$/i.test(third)) return;
    if (Number.isNaN(weight)) throw refuse.weight(this.name, at, from, to, third);
    if (this.#lines.length >= this.most) throw refuse.tooMany(this.name, this.most);
    this.#lines.push({ from, to, weight, line: at });
  }

  /** @throws LabFailure 'edges-long-line' where the line that is not over yet is none */
  unfinished(rest: string): void {
    if (rest.length > LONGEST_LINE) throw refuse.tooLong(this.name, this.#read + 1);
  }

  finish(): EdgeFile {
    const [first, ...rest] = this.#lines;
    if (!first) throw refuse.empty(this.name);
    const weighted = this.#cells === 3;
    const beginsUnsure =
      !weighted && rest.length > 0 && !rest.some(({ from, to }) => [from, to].some((name) => name === first.from || name === first.to));
    const edges: NamedEdge[] = [];
    /** Edge of each pair of names, in the direction of the file. */
    const seen = new Map<string, Map<string, NamedEdge>>();
    for (const edge of this.#lines) {
      const { from, to, weight, line } = edge;
      if (from === to && !(beginsUnsure && edge === first)) throw refuse.loop(this.name, line, from);
      const same = seen.get(from)?.get(to);
      const reverse = seen.get(to)?.get(from);
      const before = same ?? (reverse?.weight === weight ? undefined : reverse);
      if (before) throw refuse.twice(this.name, line, from, to, before.line);
      seen.set(from, (seen.get(from) ?? new Map<string, NamedEdge>()).set(to, edge));
      if (!reverse) edges.push(edge);
    }
    const print = new Fingerprint().text('edges/1').word(edges.length);
    for (const { from, to, weight } of edges) print.text(from).text(to).text(String(weight));
    return { name: this.name, fingerprint: print.digest(), edges, beginsUnsure, weighted };
  }
}

/**
 * Reads a file of edges between levels (docs/methods.md A29): two names on each line, and perhaps a weight
 * above 0, with tabs, semicolons, commas or spaces between them; plain or gzip-compressed. Edges have no
 * direction: one that stands in both counts once.
 *
 * @throws LabFailure 'edges-…', each naming the line
 */
export function readEdges(file: NamedBlob, { most = MOST_EDGES } = {}): Promise<EdgeFile> {
  return readLines(file, new EdgeReader(file.name, most), refuse);
}
