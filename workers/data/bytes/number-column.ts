import { numbersAt } from '../../numbers/typed-arrays';
import { MISSING, type RawColumn, type TableColumn } from '../table';
import { atOnce, inPieces, type Work } from '../work';
import { codingNumbers, distinctNumbers } from './number-codes';

/** First cells that a column of numbers keeps as they are written. */
export const FIRST_CELLS = 20;

/** The cells of a column of numbers, row by row. */
export interface NumberCells {
  /** Number of each row; NaN where a cell is missing or no number. */
  values: Float64Array;
  /** Cells that are neither numbers nor missing: rows in rising order, and which of `texts` each is. */
  others: { rows: Uint32Array; codes: Uint32Array; texts: readonly string[] };
  /** The first cells as the file has them; null is missing. */
  first: readonly (string | null)[];
  /** Some number is written with a point. */
  points: boolean;
}

/** What is true of all numbers of a column. */
export interface NumberFacts {
  present: number;
  min: number;
  max: number;
  mean: number;
  whole: boolean;
  /** Different numbers; of more than 131,072 decimal ones within 0.1 %. */
  distinct: number;
}

/**
 * A column of numbers with too many different ones for a list of them: its numbers are held row by row, and
 * nothing else. Codes, and the texts of its numbers as the language writes them, are made when they are asked
 * for: a column of numbers that is used as one never needs them.
 */
export class NumberColumn implements TableColumn, RawColumn {
  readonly name: string;
  readonly cells: NumberCells;
  readonly missing: number;
  #facts: NumberFacts | null = null;
  #encoded: Pick<TableColumn, 'codes' | 'numbers' | 'counts'> | null = null;
  #texts: string[] | null = null;

  constructor(name: string, cells: NumberCells) {
    this.name = name;
    this.cells = cells;
    let missing = 0;
    const { values } = cells;
    for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) missing++;
    this.missing = missing - cells.others.rows.length;
  }

  /** Cells that are numbers. */
  get present(): number {
    return this.cells.values.length - this.missing - this.cells.others.rows.length;
  }

  /** Rows of a number. */
  times(number: number): number {
    let times = 0;
    const { values } = this.cells;
    for (let row = 0; row < values.length; row++) if (values[row] === number) times++;
    return times;
  }

  get textLevels(): number {
    return this.cells.others.texts.length;
  }

  get codes(): Int32Array {
    return this.#encode().codes;
  }

  get numbers(): Float64Array {
    return this.#encode().numbers;
  }

  get counts(): Uint32Array {
    return this.#encode().counts;
  }

  get dictionary(): string[] {
    const { others } = this.cells;
    this.#texts ??= Array.from(this.numbers, (value, code) => (Number.isNaN(value) ? others.texts[code - this.#numbers] : String(value)));
    return this.#texts;
  }

  get texts(): string[] {
    return this.dictionary;
  }

  /** Codes below are those of numbers, the others those of other texts. */
  get #numbers(): number {
    return this.numbers.length - this.textLevels;
  }

  get facts(): NumberFacts {
    this.#facts ??= factsOfNumbers(this.cells.values);
    return this.#facts;
  }

  /** Makes `facts`, and the codes of whole numbers, which then are at hand. */
  *learning(): Work<void> {
    this.#facts ??= yield* learningNumbers(this.cells.values);
    if (this.#facts.whole) yield* this.#encoding();
  }

  /** Rows of each other text. */
  get otherCounts(): Uint32Array {
    const counts = new Uint32Array(this.textLevels);
    for (const code of this.cells.others.codes) counts[code]++;
    return counts;
  }

  /** The cell of a row as text; null is missing. */
  cell(row: number): string | null {
    const { values, first, others } = this.cells;
    if (row < first.length) return first[row];
    if (!Number.isNaN(values[row])) return String(values[row]);
    const at = placeOf(others.rows, row);
    return at < 0 ? null : others.texts[others.codes[at]];
  }

  called(name: string): NumberColumn {
    return name === this.name ? this : new NumberColumn(name, this.cells);
  }

  /**
   * The same column in which other texts for which `gone` is true are missing, and so are these numbers; the
   * column itself where nothing changes.
   */
  without(gone: (text: string) => boolean, numbers: ReadonlySet<number> = new Set()): NumberColumn {
    const { values: all, others, first, points } = this.cells;
    const texts = others.texts.filter((text) => !gone(text));
    const fewer = numbers.size > 0 && all.some((value) => numbers.has(value));
    if (texts.length === others.texts.length && !fewer) return this;
    const values = fewer ? all.map((value) => (numbers.has(value) ? Number.NaN : value)) : all;
    const place = others.texts.map((text) => texts.indexOf(text));
    const kept = Array.from(others.rows.keys()).filter((i) => place[others.codes[i]] >= 0);
    return new NumberColumn(this.name, {
      values,
      others: { rows: numbersAt(Uint32Array, others.rows, kept), codes: Uint32Array.from(kept, (i) => place[others.codes[i]]), texts },
      first: first.map((cell, row) => (Number.isNaN(values[row]) && !texts.includes(cell ?? '') ? null : cell)),
      points,
    });
  }

  /** The column in these rows, which rise. */
  rows(rows: Uint32Array): NumberColumn {
    const { values, others, points } = this.cells;
    const kept: { rows: number[]; codes: number[] } = { rows: [], codes: [] };
    for (let i = 0, at = 0; i < rows.length && at < others.rows.length; i++) {
      while (at < others.rows.length && others.rows[at] < rows[i]) at++;
      if (others.rows[at] !== rows[i]) continue;
      kept.rows.push(i);
      kept.codes.push(others.codes[at]);
    }
    const present = [...new Set(kept.codes)];
    const first = Array.from(rows.subarray(0, this.cells.first.length), (row) => this.cell(row));
    return new NumberColumn(this.name, {
      values: numbersAt(Float64Array, values, rows),
      others: {
        rows: Uint32Array.from(kept.rows),
        codes: Uint32Array.from(kept.codes, (code) => present.indexOf(code)),
        texts: present.map((code) => others.texts[code]),
      },
      first,
      points,
    });
  }

  #encode(): Pick<TableColumn, 'codes' | 'numbers' | 'counts'> {
    return this.#encoded ?? atOnce(this.#encoding());
  }

  *#encoding(): Work<Pick<TableColumn, 'codes' | 'numbers' | 'counts'>> {
    if (this.#encoded) return this.#encoded;
    const { values, others } = this.cells;
    const { codes, numbers: known } = yield* codingNumbers(values);
    const numbers = new Float64Array(known.length + others.texts.length).fill(Number.NaN);
    numbers.set(known);
    for (let i = 0; i < others.rows.length; i++) codes[others.rows[i]] = known.length + others.codes[i];
    const counts = new Uint32Array(numbers.length);
    for (let row = 0; row < codes.length; row++) if (codes[row] !== MISSING) counts[codes[row]]++;
    this.#encoded = { codes, numbers, counts };
    return this.#encoded;
  }
}

/** Where a row is in a rising list; −1 where it is not. */
function placeOf(rows: Uint32Array, row: number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rows[middle] < row) from = middle + 1;
    else to = middle;
  }
  return rows[from] === row ? from : -1;
}

export const factsOfNumbers = (values: Float64Array): NumberFacts => atOnce(learningNumbers(values));

function* learningNumbers(values: Float64Array): Work<NumberFacts> {
  const all = { present: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, whole: true };
  yield* inPieces(values, (piece) => learn(all, piece));
  const { present, min, max, sum, whole } = all;
  return { present, min, max, mean: sum / present, whole, distinct: yield* distinctNumbers(values, { present, min, max, whole }) };
}

/**
 * Counts these numbers in: a loop of its own, since in work that rests each number would become an object.
 */
function learn(all: { present: number; min: number; max: number; sum: number; whole: boolean }, values: Float64Array): void {
  let { present, min, max, sum, whole } = all;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    present++;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    if (whole && !Number.isInteger(value)) whole = false;
  }
  Object.assign(all, { present, min, max, sum, whole });
}
