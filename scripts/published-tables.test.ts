import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { publishedTables, specification, TARGET } from './published-tables';

describe('the published numbers of the LMMNN extensions', () => {
  it('are those of docs/methods.md F11 (npm run published-tables)', async () => {
    expect(JSON.parse(await readFile(TARGET, 'utf8'))).toEqual(publishedTables(await specification()));
  });

  it('have every cell, with its estimates, and refuse a number of another form', async () => {
    const found = publishedTables(await specification());
    expect(Object.entries(found).map(([id, { cells }]) => [id, Object.keys(cells).length])).toEqual([
      ['hidden-one', 9],
      ['cosines-one', 9],
      ['hidden-three', 8],
      ['cosines-three', 8],
      ['time-random', 8],
      ['time-future', 8],
      ['places', 27],
      ['places-categorical', 8],
      ['survival', 27],
    ]);
    const { lmm, 'lmm-e': learned } = found.places.cells['s2_0=10,s2_1=0.1,q=1000'];
    expect(lmm.summaries).toEqual({
      mse: { n: 5, mean: 1.241, se: 0.016 },
      noiseVariance: { n: 5, mean: 1.113, se: 0.005 },
      effectVariance0: { n: 5, mean: 8.994, se: 0.246 },
      squaredLength: { n: 5, mean: 0.1186, se: 0.0512 },
    });
    expect(learned.summaries?.mse).toEqual({ n: 1, mean: 1.515, se: null });
    const text = await specification();
    expect(() => publishedTables(text.replace('1.241 (0.016)', 'about 1.24'))).toThrow('"about 1.24" in LMMNN');
  });
});
