import type { ByteKernel } from './bytes/kernel';
import { NumberColumn } from './bytes/number-column';
import type { TextBytes } from './bytes/texts';
import { Fingerprint } from './fingerprint';
import type { TableColumn } from './table';
import { inPieces, REST_TEXTS, type Work } from './work';

/**
 * Content hash of a table: the same for the same cells, whatever the file's delimiter, line ends or
 * compression. It is taken with the missing words of old (`formerReading`), so that it stays what links hold.
 * Numbers that are held row by row count as numbers, in whatever digits they are written.
 */
export function* fingerprinting(columns: readonly TableColumn[], kernel: ByteKernel | null = null): Work<string> {
  const hash = new Fingerprint(kernel).text(columns.some((column) => column instanceof NumberColumn) ? 'table/2' : 'table/1').word(columns.length);
  for (const column of columns) {
    hash.text(column.name);
    if (column instanceof NumberColumn) yield* addNumbers(hash, column);
    else {
      hash.word(column.counts.length);
      if (column.utf8) yield* addUtf8(hash, column.utf8.held);
      else for (const text of column.dictionary) hash.text(text);
      yield;
      yield* addIntegers(hash, column.codes);
    }
    yield;
  }
  return hash.digest();
}

function* addNumbers(hash: Fingerprint, { cells: { values, others } }: NumberColumn): Work<void> {
  hash.word(-1 - others.texts.length);
  for (const text of others.texts) hash.text(text);
  yield* addIntegers(hash, others.rows);
  yield* addIntegers(hash, others.codes);
  hash.word(values.length);
  yield* inPieces(values, (piece) => hash.numbers(piece));
}

function* addUtf8(hash: Fingerprint, held: TextBytes): Work<void> {
  for (let from = 0; from < held.size; from += REST_TEXTS) {
    hash.allUtf8(held, from, Math.min(held.size, from + REST_TEXTS));
    yield;
  }
}

/** Integers with their count. */
function* addIntegers(hash: Fingerprint, values: Int32Array | Uint32Array): Work<void> {
  hash.word(values.length);
  yield* inPieces(values, (piece) => hash.integers(piece));
}
