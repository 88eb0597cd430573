import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../engine/testing';
import { aboutMethod } from './registry';
import { ruledWidth } from './shared/widths';
import { testModel } from './testing/test-model';

interface Row {
  levels: number;
  half: number;
  fourthRoot: number;
  sixFourthRoots: number;
  tableLow: number;
  tableMiddle: number;
  tableHigh: number;
}
const { rows } = JSON.parse(readFileSync(new URL('../../golden/embedding-widths.json', import.meta.url), 'utf8')) as { rows: Row[] };

describe('rules for the width', () => {
  it.each(rows)('$levels levels get the widths of the fixture', ({ levels, ...expected }) => {
    expect({
      half: ruledWidth('half', levels),
      fourthRoot: ruledWidth('fourth-root', levels),
      sixFourthRoots: ruledWidth('six-fourth-roots', levels),
      tableLow: ruledWidth('table-low', levels),
      tableMiddle: ruledWidth('table-middle', levels),
      tableHigh: ruledWidth('table-high', levels),
    }).toEqual(expected);
  });

  it('take fourth powers for what they are, and a single level for one number at least', () => {
    for (let root = 1; root <= 100; root++) expect([root, ruledWidth('fourth-root', root ** 4)]).toEqual([root, root]);
    expect(['half', 'fourth-root'].map((rule) => ruledWidth(rule as 'half', 1))).toEqual([1, 1]);
  });
});

describe('the tabular model of the guide to embedding layers', () => {
  const about = aboutMethod('tabular-embeddings');
  const example = { p: 10, levels: [100, 500, 50] };
  const settings = about.settings.parse({ widths: [16, 32, 12] });

  it('has the 35,993 trainable numbers of its example: 18,200 in tables, 17,793 in the network', () => {
    expect(about.parameterCount(example, settings)).toBe(35_993);
    expect(about.parameterCount({ p: 70, levels: [] }, settings)).toBe(17_793);
    expect(about.settings.parse({})).toMatchObject({ decoder: [128, 64], dropout: 0.2 });
  });

  it('has so many in its variables too, and running statistics of 192 units besides', async () => {
    await useBackend('cpu');
    const { model } = testModel('tabular-embeddings', { task: 'regression', ...example, batchSize: 32 }, settings);
    const sizeOf = (variables: Iterable<{ size: number }>): number => [...variables].reduce((sum, { size }) => sum + size, 0);
    expect(sizeOf(model.parameters.values())).toBe(35_993);
    // The guide's 386 buffers are these and two counters of batches, which have no use here.
    expect(sizeOf(model.state?.values() ?? [])).toBe(2 * 192);
    expect(['embedding0/table', 'embedding1/table', 'embedding2/table'].map((name) => model.parameters.get(name)?.shape)).toEqual([
      [100, 16],
      [500, 32],
      [50, 12],
    ]);
    model.dispose();
  });

  it('starts from N(0, 1) vectors, weights uniform on ±1/√inputs, and norms that change nothing', async () => {
    await useBackend('cpu');
    const { model } = testModel('tabular-embeddings', { task: 'regression', p: 4, levels: [4000], batchSize: 32 }, { ...settings, widths: [5] });
    const values = async (name: string): Promise<Float32Array> => (await model.parameters.get(name)?.data()) as Float32Array;
    const table = await values('embedding0/table');
    const mean = table.reduce((sum, value) => sum + value, 0) / table.length;
    const variance = table.reduce((sum, value) => sum + (value - mean) ** 2, 0) / table.length;
    // Five standard errors of 20,000 normals.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
    for (const part of ['kernel', 'bias']) {
      const sizes = (await values(`decoder/dense0/${part}`)).map(Math.abs);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1 / 3);
      expect(Math.max(...sizes)).toBeGreaterThan(0.3);
    }
    expect(new Set(await values('decoder/norm1/gamma'))).toEqual(new Set([1]));
    expect(new Set(await values('decoder/norm1/beta'))).toEqual(new Set([0]));
    model.dispose();
  });
});
