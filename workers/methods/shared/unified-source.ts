import { z } from 'zod';
import { concatenated, IndexedTables } from '../../nn/indexed-tables';
import { uniformTable } from '../../nn/initialisers';
import type { RandomStream } from '../../random/random';
import { fingerprintRows } from './hashing';

/** Rows of the one table that features share, in the experiments on real data. */
export const unifiedRowsField = () =>
  z.int().min(1).max(16_777_216).default(8192).meta({
    title: 'Table rows',
    help: 'Rows of the one table of all features. Each level is hashed to one of them, as in the reference code; levels with the same row share the whole vector.',
    paper: '2¹⁰ or 2¹³',
  });

/**
 * One unsalted lookup a feature in one table, moved by one row from feature to feature (docs/methods.md A8,
 * DIS-4).
 */
export function unifiedTable(levels: readonly number[], rows: number, d: number, random: RandomStream): IndexedTables {
  const tables = [{ name: 'embedding0/table', rows, width: d, initial: uniformTable(random, rows, d) }];
  return new IndexedTables(
    tables,
    levels.map((q, k) => [{ table: 0, index: fingerprintRows(q, rows, k) }]),
    concatenated,
  );
}
