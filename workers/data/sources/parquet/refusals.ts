import { LabFailure } from '../../failure';
import { quote } from '../../refusals';

const count = (number: number): string => number.toLocaleString('en');

/** Why a Parquet file is refused, each with its place. */
export const refuseParquet = {
  damaged: (name: string, where: string, why: string) =>
    new LabFailure(
      'parquet-damaged',
      `${name} is no whole Parquet file: ${where} cannot be read (${why}).`,
      'Choose the whole file, or write it again.',
    ),

  encrypted: (name: string) =>
    new LabFailure('parquet-encrypted', `${name} is an encrypted Parquet file.`, 'Write it again without encryption, and choose that file.'),

  unsupported: (name: string, column: string, what: string) =>
    new LabFailure(
      'parquet-unsupported',
      `The column ${quote(column)} of ${name} is written with ${what}, which is not read here.`,
      'Write the file again, for example with pandas or DuckDB and their defaults, or leave the column out.',
    ),

  label: (name: string, column: string, row: number, label: string) =>
    new LabFailure(
      'list-label',
      `The list in ${quote(column)} of row ${count(row + 1)} of ${name} has the label ${quote(label)}, with a semicolon and quotes of both kinds.`,
      'Write the label without one of them.',
    ),

  notUtf8: (name: string, column: string, row: number) =>
    new LabFailure(
      'parquet-not-text',
      `The text in ${quote(column)} of row ${count(row + 1)} of ${name} is not UTF-8.`,
      'Write the column again as text in UTF-8, or leave it out.',
    ),
};
