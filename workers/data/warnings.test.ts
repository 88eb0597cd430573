import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openTable } from './csv';
import { summarize } from './prepare';
import { checkRoles, tableDataset } from './roles';
import { type ColumnRole, tableSchema } from './schema';
import type { Table } from './table';

const POLICY = { numeric: 'mean', categorical: 'own-level' } as const;
const ofText = (header: string, rows: number, row: (i: number) => (string | number)[]): Promise<Table> =>
  openTable(new File([`${header}\n${Array.from({ length: rows }, (_, i) => row(i).join(',')).join('\n')}\n`], 'mine.csv'), {});
const ofCase = (name: string): Promise<Table> => openTable(new File([readFileSync(new URL(`../../cases/${name}`, import.meta.url))], name), {});

function warned(table: Table, roles: Record<string, ColumnRole>, task: 'regression' | 'binary' = 'regression', split = 1) {
  const columns = Object.entries(roles).map(([name, role]) => ({ name, role }));
  const spec = tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task, columns });
  const check = checkRoles(table, columns, POLICY, 0.2);
  expect(check.error).toBeNull();
  const summary = summarize(tableDataset(table, spec, { split }));
  return { roles: check.warnings, summary: summary.warnings ?? [] };
}
const codes = (warnings: { code: string }[]): string[] => warnings.map(({ code }) => code);

describe('what to know before training', () => {
  it('nothing of ordinary data', async () => {
    const table = await ofText('g,x,y', 200, (i) => [`g${i % 9}`, Math.sin(i), Math.cos(i * i)]);
    expect(warned(table, { g: 'categorical', x: 'numeric', y: 'target' })).toEqual({ roles: [], summary: [] });
  });

  it('no categorical column (cases/g07-participant.csv)', async () => {
    const table = await ofCase('g07-participant.csv');
    const { roles, summary } = warned(table, { participant: 'numeric', condition: 'numeric', rt: 'target' });
    expect([codes(roles), codes(summary)]).toEqual([['no-categorical'], ['no-categorical']]);
    expect(roles[0].message).toMatch(/^No column is categorical: /);
  });

  it('one row a level (cases/m09-singletons.csv)', async () => {
    const { roles, summary } = warned(await ofCase('m09-singletons.csv'), { person: 'categorical', x: 'numeric', y: 'target' });
    expect([codes(roles), codes(summary)]).toEqual([['singletons'], ['singletons']]);
    expect(roles[0].message).toContain('Every level of "person" has one row: its variance cannot be separated from the residual variance');
  });

  it('a level of two rows, or of missing cells, is none of one', async () => {
    const twice = await ofText('g,x,y', 100, (i) => [`g${i === 7 ? 8 : i}`, Math.sin(i), Math.cos(i * i)]);
    const gaps = await ofText('g,x,y', 100, (i) => [i % 4 === 0 ? '' : `g${i}`, Math.sin(i), Math.cos(i * i)]);
    for (const table of [twice, gaps]) expect(warned(table, { g: 'categorical', x: 'numeric', y: 'target' }).roles).toEqual([]);
  });

  it('more numeric columns than training rows (cases/s12-50-columns-20-rows.csv)', async () => {
    const table = await ofCase('s12-50-columns-20-rows.csv');
    const numeric = Object.fromEntries(Array.from({ length: 50 }, (_, j) => [`x${j}`, 'numeric' as const]));
    const { roles, summary } = warned(table, { shop: 'categorical', ...numeric, y: 'target' });
    expect([codes(roles), codes(summary)]).toEqual([['more-columns-than-rows'], ['more-columns-than-rows']]);
    expect(summary[0].message).toContain('more numeric columns than training rows (50 and 48)');
  });

  it('a constant numeric column', async () => {
    const table = await ofText('g,x,y', 100, (i) => [`g${i % 5}`, 3, Math.cos(i * i)]);
    const { roles, summary } = warned(table, { g: 'categorical', x: 'numeric', y: 'target' });
    expect([codes(roles), codes(summary)]).toEqual([['constant-column'], ['constant-column']]);
  });

  it('a class that the test rows hold seldom or not at all (cases/b06-one-percent.csv)', async () => {
    const roles = { clinic: 'categorical', x: 'numeric', fraud: 'target' } as const;
    const table = await ofCase('b06-one-percent.csv');
    expect(codes(warned(table, roles, 'binary').roles)).toEqual(['rare-class']);
    const dataset = tableDataset(
      table,
      tableSchema.parse({
        kind: 'table',
        name: table.name,
        fingerprint: table.fingerprint,
        task: 'binary',
        columns: Object.entries(roles).map(([name, role]) => ({ name, role })),
      }),
      { split: 1 },
    );
    // However the rows were divided: only those of class 0 test.
    const { train, validation, test } = dataset.split;
    const ones = test.filter((row) => dataset.y[row] === 1);
    const split = { train: Uint32Array.from([...train, ...ones]), validation, test: test.filter((row) => dataset.y[row] === 0) };
    const [warning] = summarize({ ...dataset, split }).warnings ?? [];
    expect(warning.code).toBe('test-one-class');
    expect(warning.message).toContain('The test rows hold one class only, "0"');
    const none = { train: train.filter((row) => dataset.y[row] === 0), validation: validation.filter((row) => dataset.y[row] === 0), test };
    expect(codes(summarize({ ...dataset, split: none }).warnings ?? [])).toEqual(['training-one-class']);
  });

  it('no residual: levels give the target (cases/m13-no-residual.csv), or levels and a column do', async () => {
    const { roles, summary } = warned(await ofCase('m13-no-residual.csv'), { school: 'categorical', x: 'numeric', y: 'target' });
    expect([codes(roles), codes(summary)]).toEqual([[], ['no-residual']]);
    expect(summary[0].message).toContain('The numeric columns and the levels of "school" give "y" exactly');
    const row = (noise: number) => (i: number) => [`g${i % 6}`, i % 17, 1e6 + 2 * (i % 17) + (i % 6) ** 2 + noise * Math.sin(i * i)];
    const exact = await ofText('g,x,y', 150, row(0));
    expect(codes(warned(exact, { g: 'categorical', x: 'numeric', y: 'target' }).summary)).toEqual(['no-residual']);
    const noisy = await ofText('g,x,y', 150, row(1e-3));
    expect(codes(warned(noisy, { g: 'categorical', x: 'numeric', y: 'target' }).summary)).toEqual([]);
  });
});
