import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stratifiedLevels } from './stratified';

const stratum = (rows: number): number => (rows < 1 ? 0 : 1 + Math.floor(Math.log2(rows)));

describe('a sample of levels stratified by rows', () => {
  it('has as many as asked, each once, in rising order, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 320 }), fc.nat(), (rows, count, seed) => {
        const taken = stratifiedLevels(rows, count, seed, 'test');
        expect(taken).toHaveLength(Math.min(count, rows.length));
        for (let i = 1; i < taken.length; i++) expect(taken[i]).toBeGreaterThan(taken[i - 1]);
        expect(taken.every((level) => level < rows.length)).toBe(true);
        expect(stratifiedLevels(rows, count, seed, 'test')).toEqual(taken);
      }),
    );
  });

  it('gives every stratum at least a quarter of an equal part, and its share of the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 50, maxLength: 400 }), fc.integer({ min: 20, max: 49 }), fc.nat(), (rows, count, seed) => {
        const taken = stratifiedLevels(rows, count, seed, 'test');
        const sizes = new Map<number, number>();
        for (const number of rows) sizes.set(stratum(number), (sizes.get(stratum(number)) ?? 0) + 1);
        for (const [s, size] of sizes) {
          const drawn = [...taken].filter((level) => stratum(rows[level]) === s).length;
          expect(drawn).toBeGreaterThanOrEqual(Math.min(size, Math.floor(count / (4 * sizes.size))));
          expect(drawn).toBeLessThanOrEqual(Math.ceil(count / (4 * sizes.size)) + Math.ceil((size * count) / rows.length) + 1);
        }
      }),
    );
  });

  it('draws the levels of a stratum alike: 4,000 draws of 5 of 20 have every level a quarter of the time', () => {
    const hits = new Float64Array(20);
    for (let seed = 0; seed < 4000; seed++) for (const level of stratifiedLevels(new Uint8Array(20).fill(3), 5, seed, 'even')) hits[level]++;
    for (const count of hits) expect(Math.abs(count / 4000 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 4000));
  });

  it('keeps the one level that has most rows more often than a plain sample would', () => {
    const rows = new Uint32Array(10_000).fill(2);
    rows[77] = 90_000;
    expect(stratifiedLevels(rows, 2000, 1, 'heavy')).toContain(77);
  });
});
