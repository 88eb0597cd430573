import { MANY, ReadAsLevels } from '../bytes/column-store';
import { codesOfNumbers } from '../bytes/number-codes';
import { FIRST_CELLS, NumberColumn } from '../bytes/number-column';
import { MISSING, type RawColumn } from '../table';

/** Rows of a block. */
const BLOCK = 1 << 16;

/**
 * Collects the cells of a column whose file says that they are numbers. As of a text, few different ones
 * become a list and many are held row by row; and a number that no double holds (a whole one beyond 2⁵³) is a
 * name.
 */
export class NumberStore {
  readonly name: string;
  rows = 0;
  readonly #many: number;
  readonly #blocks: Float64Array[] = [];
  #block = new Float64Array(1 << 10);
  #at = 0;
  #infinite: number[] = [];

  /** `many`: different numbers from which on they are held row by row. */
  constructor(name: string, many = MANY) {
    this.name = name;
    this.#many = many;
  }

  /** A number, or NaN where the cell is missing. */
  number(value: number): void {
    if (this.#at === this.#block.length) this.#grow();
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) this.#infinite.push(this.rows);
    this.#block[this.#at++] = value;
    this.rows++;
  }

  /** A whole number that a double does not hold. */
  beyond(): never {
    throw new ReadAsLevels(this.name);
  }

  #grow(): void {
    this.#blocks.push(this.#block);
    this.#block = new Float64Array(BLOCK);
    this.#at = 0;
  }

  get distinct(): number {
    return this.rows;
  }

  /** Bytes held. */
  get held(): number {
    return this.rows * 8;
  }

  finish(): RawColumn {
    const values = this.#joined();
    // As in a text, what is infinite is no number, and can be made missing.
    const texts: string[] = [];
    const codes = this.#infinite.map((row) => {
      const text = String(values[row]);
      values[row] = Number.NaN;
      if (!texts.includes(text)) texts.push(text);
      return texts.indexOf(text);
    });
    const others = { rows: Uint32Array.from(this.#infinite), codes: Uint32Array.from(codes), texts };
    const few = codesOfNumbers(values, this.#many - 1);
    if (few) return listed(this.name, few, others);
    const first = Array.from(values.subarray(0, FIRST_CELLS), (value) => (Number.isNaN(value) ? null : String(value)));
    for (const [i, row] of this.#infinite.entries()) if (row < FIRST_CELLS) first[row] = texts[codes[i]];
    return new NumberColumn(this.name, { values, others, first, points: values.some((value) => !Number.isInteger(value) && !Number.isNaN(value)) });
  }

  #joined(): Float64Array {
    const all = new Float64Array(this.rows);
    let at = 0;
    for (const block of this.#blocks) {
      all.set(block, at);
      at += block.length;
    }
    all.set(this.#block.subarray(0, this.#at), at);
    return all;
  }
}

interface Others {
  rows: Uint32Array;
  codes: Uint32Array;
  texts: readonly string[];
}

/** A column of few different numbers. */
function listed(name: string, { codes, numbers: known }: { codes: Int32Array; numbers: Float64Array }, others: Others): RawColumn {
  others.rows.forEach((row, i) => {
    codes[row] = known.length + others.codes[i];
  });
  const numbers = new Float64Array(known.length + others.texts.length).fill(Number.NaN);
  numbers.set(known);
  const counts = new Uint32Array(numbers.length);
  let missing = 0;
  for (const code of codes) {
    if (code === MISSING) missing++;
    else counts[code]++;
  }
  return { name, codes, texts: [...Array.from(known, String), ...others.texts], numbers, counts, missing, plain: true };
}
