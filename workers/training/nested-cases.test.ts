/**
 * Labels that are counted anew in another column, from the guess to the fit, against the same table with
 * labels of its own.
 */
import { beforeAll, expect, it } from 'vitest';
import { previewTable } from '../data/columns';
import { checkRoles, tableDataset } from '../data/roles';
import { type ColumnChoice, tableSchema } from '../data/schema';
import type { Table } from '../data/table';
import { useBackend } from '../engine/testing';
import { caseTable, fitOn } from './testing/case-tables';

const LMM = 'linear-mixed-model';
const NO_GAPS = { numeric: 'mean', categorical: 'own-level' } as const;

beforeAll(() => useBackend('cpu'));

async function metricsOf(table: Table, columns: ColumnChoice[]) {
  const spec = tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task: 'regression', columns });
  return (await fitOn(tableDataset(table, spec, { split: 1 }), [LMM])).get(LMM)?.result.metrics;
}

it('casks that begin anew in each batch are noticed, and nested they are worth what unique labels are (cases/m03-nested-reused, m03b-nested-unique)', async () => {
  const [reused, unique] = [await caseTable('m03-nested-reused.csv'), await caseTable('m03b-nested-unique.csv')];
  const guessed = (table: Table): ColumnChoice[] => previewTable(table).columns.map(({ name, role }) => ({ name, role }));
  const [notice] = checkRoles(reused, guessed(reused), NO_GAPS, 0.2).notices;
  expect(notice).toMatchObject({ kind: 'nested', column: 'cask', outer: 'batch', evident: true });
  const nested = guessed(reused).map((choice) => (choice.name === 'cask' ? { ...choice, nestedIn: 'batch' } : choice));
  const right = await metricsOf(unique, guessed(unique));
  // The dense likelihood in NumPy, float64, on the same rows.
  expect(right?.r2).toBeCloseTo(0.905923, 5);
  expect(right?.mse).toBeCloseTo(0.294807, 5);
  const found = await metricsOf(reused, nested);
  expect(found?.r2).toBeCloseTo(right?.r2 ?? Number.NaN, 10);
  expect(found?.mse).toBeCloseTo(right?.mse ?? Number.NaN, 10);
  expect((await metricsOf(reused, guessed(reused)))?.r2).toBeLessThan(0.9);
});
