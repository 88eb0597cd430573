/** Scores, predictions and downloads do not depend on where the response's zero is, or on its unit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { ownResponse } from '../data/dataset';
import type { ColumnRole, Scaling } from '../data/schema';
import { useBackend } from '../engine/testing';
import { predictionsCsv } from './downloads';
import { caseTable, fitOn, tableAs, textTable } from './testing/case-tables';

const ROLES: Record<string, ColumnRole> = { g: 'categorical', x: 'numeric', y: 'target' };
const METHODS = ['ignore', 'embeddings', 'mmbeddings', 'linear-mixed-model'];
const TRAINING = { epochs: 4, batchSize: 32, patience: null };

/**
 * Rows whose response is a multiple of 1/256 (sd 1.4), so that scales by powers of 2 and offsets are exact in
 * double precision.
 */
const ROWS = Array.from({ length: 240 }, (_, i) => ({
  g: `g${i % 12}`,
  x: Math.round(512 * Math.sin(i * i)) / 256,
  y: Math.round(256 * (1.2 * Math.sin(7 * (i % 12)) + 0.5 * Math.sin(i * i) + 0.4 * Math.cos(i ** 3))) / 256,
}));

async function fitted(change: { x?: (x: number) => number; y?: (y: number) => number }, scaling: Scaling = 'standardized', methods = METHODS) {
  const { x = (v) => v, y = (v) => v } = change;
  const table = await textTable(`g,x,y\n${ROWS.map((row) => `${row.g},${x(row.x)},${y(row.y)}`).join('\n')}`);
  const dataset = tableAs(table, ROLES, { scaling });
  return { dataset, finished: await fitOn(dataset, methods, TRAINING) };
}

beforeAll(() => useBackend('cpu'));

describe('the response in its own unit', () => {
  const base = () => fitted({});
  let plain: Awaited<ReturnType<typeof base>>;
  beforeAll(async () => {
    plain = await base();
  });

  const SCALE = 2 ** 30;
  it.each<[string, (y: number) => number, number, number?]>([
    ['at 10⁸', (y) => y + 1e8, 1],
    // Doubles are 0.0001 apart there.
    ['at −10¹²', (y) => y - 1e12, 1, 2],
    ['in whole seconds since 1970', (y) => 1_600_000_000 + 256 * y, 256],
    ['of size 10⁻⁹', (y) => y / SCALE, 1 / SCALE],
    ['of size 10⁹', (y) => y * SCALE, SCALE],
    ['of size 10⁹ at −10¹⁵', (y) => y * SCALE - 1e15, SCALE],
  ])('%s: every method scores as without', async (_, y, unit, digits = 5) => {
    const { dataset, finished } = await fitted({ y });
    for (const id of METHODS) {
      const [mine, theirs] = [finished.get(id), plain.finished.get(id)].map((one) => one?.result.metrics);
      expect((mine?.mse as number) / unit ** 2 / (theirs?.mse as number), `${id} MSE`).toBeCloseTo(1, digits);
      expect((mine?.mae as number) / unit / (theirs?.mae as number), `${id} MAE`).toBeCloseTo(1, digits);
      expect(mine?.r2, `${id} R²`).toBeCloseTo(theirs?.r2 as number, digits);
    }
    const expected = Array.from(dataset.split.test, (row) => y(ROWS[row].y));
    expect([...ownResponse(dataset, dataset.split.test)]).toEqual(expected);
  });

  it('estimates move and scale with it', async () => {
    const { finished } = await fitted({ y: (y) => y + 1e8, x: (x) => x + 2_450_000 });
    const estimates = (of: typeof finished) => of.get('linear-mixed-model')?.result.estimates ?? [];
    const there = new Map(estimates(plain.finished).map((one) => [one.name, one.value]));
    for (const { name, value } of estimates(finished)) {
      const slope = there.get('Slope of x') as number;
      const moved = name === 'Intercept' ? 1e8 - 2_450_000 * slope : 0;
      expect((value - moved) / (there.get(name) as number), name).toBeCloseTo(1, 4);
    }
  });

  it('left as they are, columns far from 0 are centred all the same, and nearer ones are not', async () => {
    const near = await fitted({}, 'as-is', ['linear-mixed-model']);
    expect([near.dataset.targetMean, near.dataset.targetScale]).toEqual([0, 1]);
    const far = await fitted({ y: (y) => y + 1e8, x: (x) => x + 2_450_000 }, 'as-is', METHODS);
    expect(far.dataset.targetScale).toBe(1);
    expect(far.dataset.targetMean).toBeCloseTo(1e8, -1);
    const [mine, theirs] = [far, near].map(({ finished }) => finished.get('linear-mixed-model')?.result.metrics);
    expect(mine?.mse).toBeCloseTo(theirs?.mse as number, 7);
    for (const id of METHODS) expect(far.finished.get(id)?.result.metrics.mse, id).toBeLessThan(3);
  });
});

it('a table with an offset of 10⁸ (cases/target-offset-1e8.csv) scores what its noise is; its download has the digits to tell', async () => {
  const dataset = tableAs(await caseTable('target-offset-1e8.csv'), ROLES);
  const methods = ['mean', 'ignore', 'embeddings', 'linear-mixed-model'];
  const finished = await fitOn(dataset, methods, { epochs: 40, batchSize: 32 });
  const mse = (id: string): number => finished.get(id)?.result.metrics.mse as number;
  // The dense likelihood in NumPy, float64.
  expect(mse('linear-mixed-model')).toBeCloseTo(0.0805536, 4);
  expect(mse('embeddings')).toBeLessThan(0.1);
  expect(mse('ignore')).toBeGreaterThan(1.9);
  const plan = { methods: methods.map((id) => ({ id, settings: {} })) } as never;
  const text = new TextDecoder().decode(predictionsCsv({ dataset, plan, finished }).bytes);
  const cells = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',').map(Number));
  for (const [at, id] of methods.entries()) {
    const again = cells.reduce((sum, row) => sum + (row[1] - row[2 + at]) ** 2, 0) / cells.length;
    expect(again / mse(id), id).toBeCloseTo(1, 6);
  }
});

describe('numbers too large to compute with', () => {
  const row = (i: number, x: string | number, y: string | number): string => `g${i % 4},${x},${y}`;
  const text = (x: (i: number) => string | number, y: (i: number) => string | number): string =>
    `g,x,y\n${Array.from({ length: 60 }, (_, i) => row(i, x(i), y(i))).join('\n')}`;

  it.each<[string, string, RegExp]>([
    ['a numeric column', text((i) => (i === 17 ? '2e200' : i), Math.sin), /numeric column "x" holds "2e200" on line 19/],
    ['the target', text(Math.sin, (i) => (i === 17 ? '-3e180' : i)), /target "y" holds "-3e180" on line 19/],
  ])('are named by column, line and value: %s', async (_, table, message) => {
    const opened = await textTable(table);
    expect(() => tableAs(opened, ROLES)).toThrow(message);
  });

  it('are named where a column stays as it is and single precision is too small for it', async () => {
    const opened = await textTable(text((i) => (i === 17 ? '4e38' : i), Math.sin));
    expect(() => tableAs(opened, ROLES, { scaling: 'as-is' })).toThrow(/column "x" holds "4e38" on line 19/);
    expect(tableAs(opened, ROLES).x.every(Number.isFinite)).toBe(true);
  });

  it('of a table are never in a dataset (cases/x-1e400.csv, cases/31-inf.csv)', async () => {
    for (const name of ['x-1e400.csv', '31-inf.csv']) {
      const table = await caseTable(name);
      const names = table.columns.map((column) => column.name);
      const roles = Object.fromEntries(names.map((column, j) => [column, j === 0 ? 'categorical' : j === names.length - 1 ? 'target' : 'numeric']));
      let dataset = null;
      try {
        dataset = tableAs(table, roles as Record<string, ColumnRole>);
      } catch (failure) {
        expect((failure as Error).message, name).toMatch(/on line \d+/);
      }
      if (dataset) expect([...dataset.x, ...dataset.y].every(Number.isFinite), name).toBe(true);
    }
  });
});
