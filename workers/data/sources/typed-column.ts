import { ColumnStore } from '../bytes/column-store';
import type { RawColumn } from '../table';
import { listText } from './cell-texts';
import { NumberStore } from './number-store';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Cells of a column of a typed file, one after the other, whatever they are. */
export class TypedColumn {
  readonly name: string;
  readonly #store: NumberStore | ColumnStore;

  /** `kind`: of numbers, of texts, or of names, which stay texts whatever they look like. */
  constructor(name: string, kind: 'numbers' | 'texts' | 'names', many: number | undefined) {
    this.name = name;
    this.#store =
      kind === 'numbers' ? new NumberStore(name, many) : new ColumnStore(name, { many: kind === 'names' ? Number.POSITIVE_INFINITY : many });
  }

  get rows(): number {
    return this.#store.rows;
  }

  get held(): number {
    return this.#store.held;
  }

  get distinct(): number {
    return this.#store.distinct;
  }

  missing(): void {
    if (this.#store instanceof NumberStore) this.#store.number(Number.NaN);
    else this.#store.bytes(NOTHING, 0, 0);
  }

  /** @throws ReadAsLevels */
  add(cell: number | string | Uint8Array): void {
    const store = this.#store;
    if (store instanceof NumberStore) {
      // Digits in a column of numbers: no double holds them.
      if (typeof cell === 'number') store.number(cell);
      else store.beyond();
    } else if (cell instanceof Uint8Array) store.bytes(cell, 0, cell.length);
    else store.text(String(cell));
  }

  /** @throws RangeError for a label that no cell can hold */
  list(cells: readonly (number | string | Uint8Array)[]): void {
    this.add(listText(cells.map((cell) => (cell instanceof Uint8Array ? decoder.decode(cell) : String(cell)))));
  }

  /** @throws ReadAsLevels */
  finish(): RawColumn {
    return this.#store.finish();
  }
}

const NOTHING = new Uint8Array();
