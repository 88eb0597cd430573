import { Fingerprint } from '../fingerprint';
import { type LineReader, readLines } from '../lines';
import type { NamedBlob } from '../named-blob';
import { printable } from '../shown-text';
import { cellsOf, decimal, type LineForm, lineForm } from './line-form';
import { refuse } from './refusals';
import type { VectorFile } from './vector-file';

/** Most numbers of a vector, and of all vectors of a file. */
const MOST_WIDE = 1024;
const MOST_NUMBERS = 150_000_000;
/**
 * A longer record comes from a quote that was never closed, a longer line from a file of another kind: the
 * widest vector with a label of ten thousand letters is shorter. A record is looked at from its beginning
 * with each line that an open quote adds, so that without these bounds it would never come to an end.
 */
const LONGEST_RECORD = 1 << 16;
const MOST_LINES = 100;

/**
 * An apostrophe in front of a text that a spreadsheet would take for a formula (workers/data/csv-field.ts).
 */
const GUARD = /^'(?=[=+\-@\t\r])/;

/** Takes a file of level vectors line by line. */
class VectorReader implements LineReader<VectorFile> {
  readonly #name: string;
  readonly #most: number;
  #form: LineForm | null = null;
  #record = '';
  #recordLine = 0;
  #lines = 0;
  #d = 0;
  #values = new Float32Array(1 << 12);
  readonly #labels: string[] = [];
  readonly #features: string[] = [];
  /** Numbers in a vector of each feature. */
  readonly #widths = new Map<string, number>();
  /** Line of each label, by feature. */
  readonly #seen = new Map<string, Map<string, number>>();

  constructor(name: string, most: number) {
    this.#name = name;
    this.#most = most;
  }

  line(text: string): void {
    this.#lines++;
    if (this.#record === '') {
      if (text.trim() === '') return;
      this.#recordLine = this.#lines;
      this.#record = text;
    } else this.#record += `\n${text}`;
    this.#form ??= lineForm(this.#record);
    const cells = cellsOf(this.#record, this.#form.separator);
    if (cells === null) {
      if (this.#record.length > LONGEST_RECORD || this.#lines - this.#recordLine >= MOST_LINES) throw refuse.openQuote(this.#name, this.#recordLine);
      return;
    }
    this.#record = '';
    if (this.#form.hasHeader && this.#d === 0) {
      this.#d = this.#form.promised?.d ?? this.#form.numbers?.length ?? cells.length - 1;
      if (this.#d > MOST_WIDE) throw refuse.tooWide(this.#name, this.#recordLine, this.#d, MOST_WIDE);
      return;
    }
    this.#level(cells, this.#form);
  }

  #level(cells: string[], form: LineForm): void {
    const [name, at] = [this.#name, this.#recordLine];
    // Labels between spaces may hold words: what stands before the last d cells, if the last of it is no
    // number.
    const most = form.separator === ' ' && this.#d > 0 ? Math.max(1, cells.length - this.#d) : 1;
    const spaces = most > 1 && Number.isFinite(decimal(cells[most - 1])) ? 1 : most;
    const first = form.numbers ? form.label : 0;
    const written = form.numbers ? (cells[first] ?? '') : cells.slice(0, spaces).join(' ');
    const label = (form.guarded ? written.replace(GUARD, '') : written).trim();
    const entries = form.numbers ? form.numbers.flatMap((place) => (place < cells.length ? [cells[place]] : [])) : cells.slice(spaces);
    if (label === '') throw refuse.noLabel(name, at);
    if (entries.length === 0) throw refuse.noNumbers(name, at, label);
    if (this.#d === 0) this.#d = entries.length;
    if (entries.length > MOST_WIDE) throw refuse.tooWide(name, at, entries.length, MOST_WIDE);
    const row = this.#labels.length;
    const from = row * this.#d;
    if (from + this.#d > this.#most) throw refuse.tooLarge(name, at, this.#most);
    const feature = form.feature === null ? '' : printable(cells[form.feature]).trim();
    const width = form.feature === null ? this.#d : (this.#widths.get(feature) ?? entries.length);
    if (entries.length !== width) throw refuse.ragged(name, at, label, entries.length, width);
    this.#widths.set(feature, width);
    while (this.#values.length < from + this.#d) {
      const more = new Float32Array(this.#values.length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    for (const [place, entry] of entries.entries()) {
      const value = decimal(entry, form.separator === ';');
      if (!Number.isFinite(value)) throw refuse.notNumber(name, at, label, place + 1, entry.trim());
      this.#values[from + place] = value;
    }
    const seen = this.#seen.get(feature) ?? new Map<string, number>();
    const before = seen.get(label);
    if (before !== undefined) throw refuse.twice(name, at, label, before);
    this.#seen.set(feature, seen.set(label, at));
    this.#labels.push(label);
    if (form.feature !== null) this.#features.push(feature);
  }

  /** @throws LabFailure 'vectors-long-line' where the line that is not over yet is none */
  unfinished(rest: string): void {
    if (rest.length > LONGEST_RECORD) throw refuse.longLine(this.#name, this.#lines + 1);
  }

  finish(): VectorFile {
    if (this.#record !== '') throw refuse.openQuote(this.#name, this.#recordLine);
    const form = this.#form;
    if (!form || this.#labels.length === 0) throw refuse.empty(this.#name);
    const levels = this.#labels.length;
    if (form.promised && form.promised.levels !== levels) throw refuse.wrongCount(this.#name, form.promised.levels, levels);
    const values = this.#values.slice(0, levels * this.#d);
    const print = new Fingerprint().text('vectors/1').word(this.#d).word(levels);
    for (const label of this.#labels) print.text(label);
    for (const feature of this.#features) print.text(feature);
    print.integers(new Int32Array(values.buffer));
    return {
      name: this.#name,
      fingerprint: print.digest(),
      format: form.format,
      d: this.#d,
      labels: this.#labels,
      values,
      widths: form.feature === null ? null : this.#widths,
      features: form.feature === null ? null : this.#features,
    };
  }
}

/**
 * Reads a file of level vectors (docs/methods.md F8): CSV or TSV with or without a header, word2vec text,
 * GloVe text, or the lab's own download of level vectors; plain or gzip-compressed.
 *
 * @throws LabFailure 'vectors-…', each naming the line
 */
export function readVectors(file: NamedBlob, { most = MOST_NUMBERS } = {}): Promise<VectorFile> {
  return readLines(file, new VectorReader(file.name, most), refuse);
}
