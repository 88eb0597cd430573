import { NumberColumn } from './bytes/number-column';
import { Fingerprint } from './fingerprint';
import type { TableColumn } from './table';

/**
 * Content hash of a table: the same for the same cells, whatever the file's delimiter, line ends or
 * compression. It is taken with the missing words of old (`formerReading`), so that it stays what links hold.
 * Numbers that are held row by row count as numbers, in whatever digits they are written.
 */
export function tableFingerprint(columns: readonly TableColumn[]): string {
  const hash = new Fingerprint().text(columns.some((column) => column instanceof NumberColumn) ? 'table/2' : 'table/1').word(columns.length);
  for (const column of columns) {
    hash.text(column.name);
    if (column instanceof NumberColumn) addNumbers(hash, column);
    else {
      hash.word(column.dictionary.length);
      for (const text of column.dictionary) hash.text(text);
      hash.integers(column.codes);
    }
  }
  return hash.digest();
}

function addNumbers(hash: Fingerprint, { cells: { values, others } }: NumberColumn): void {
  hash.word(-1 - others.texts.length);
  for (const text of others.texts) hash.text(text);
  hash.integers(others.rows).integers(others.codes).word(values.length).numbers(values);
}
