import { utf8Of } from '../bytes/dictionary';
import { levelColumn } from '../bytes/level-column';
import { NumberColumn } from '../bytes/number-column';
import { Utf8Texts } from '../bytes/utf8-texts';
import type { NamedBlob } from '../named-blob';
import { jsonForm } from '../records';
import type { RawColumn } from '../table';
import type { PackedColumn, SecondReader, Share } from './second';
import type { ReadCells, ReadingContext } from './source';

/**
 * Of larger files the columns may be more than the memory holds: one reader, which sees them all, refuses
 * them in time.
 */
const MOST_OF_LIMIT = 1 / 4;

const joined = (texts: readonly string[]): string => texts.map((text) => `${text}\0`).join('');
const apart = (texts: string): string[] => texts.split('\0').slice(0, -1);

/** Columns to be sent, and the buffers that move with them. */
export function packed({ rows, raw: { columns } }: ReadCells, held: number): { share: Share; buffers: ArrayBuffer[] } {
  const share: Share = {
    rows,
    held,
    columns: columns.map((column): PackedColumn => {
      const { name } = column;
      if (!(column instanceof NumberColumn)) {
        const { codes, numbers, counts, missing, texts, utf8 } = column;
        return { name, texts: (utf8 ?? utf8Of(texts)).held, column: { codes, numbers, counts, missing } };
      }
      const { others, ...cells } = column.cells;
      return { name, texts: joined(others.texts), cells: { ...cells, rows: others.rows, codes: others.codes } };
    }),
  };
  const arrays = share.columns.flatMap((one) =>
    'cells' in one
      ? [one.cells.values, one.cells.rows, one.cells.codes]
      : [one.texts.bytes, one.texts.offsets, one.column.codes, one.column.numbers, one.column.counts],
  );
  return { share, buffers: [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))] };
}

export function unpacked({ columns }: Share): RawColumn[] {
  return columns.map((one): RawColumn => {
    if (!('cells' in one)) return levelColumn(one.name, one.column, new Utf8Texts(one.texts));
    const { rows, codes, ...cells } = one.cells;
    return new NumberColumn(one.name, { ...cells, others: { rows, codes, texts: apart(one.texts) } });
  });
}

/** Starts another worker on every second column of a file, where it is worth it. */
export async function secondOf(context: ReadingContext): Promise<SecondReader | null> {
  const { file, limit, given, exact, levels, many, second } = context;
  const packedFile = given.some(({ kind }) => kind === 'archive' || kind === 'json');
  if (!second || packedFile || file.size > limit * MOST_OF_LIMIT) return null;
  const beginning = new Uint8Array(await file.slice(0, 256).arrayBuffer());
  if (beginning[0] === 0x1f || jsonForm(new TextDecoder().decode(beginning))) return null;
  return second({ file, name: file.name, limit, given, exact, levels: [...levels], many });
}

/** A file whose name has not come along. */
export const named = (file: Blob, name: string): NamedBlob => ('name' in file ? (file as NamedBlob) : Object.assign(file, { name }));
