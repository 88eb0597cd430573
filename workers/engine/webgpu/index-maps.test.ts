import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lookUp } from '../description';
import type { Lookups } from '../step-plan';
import { COLUMN_BITS, fillIndexMaps, indexMapsOf } from './index-maps';

/**
 * Index maps of up to three features into up to three tables of the same widths a feature, with the levels of
 * each feature.
 */
const problems = fc
  .record({
    widths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    rows: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 3 }),
    levels: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ widths, rows, levels, seed }) => {
    const tables = widths.map((width, t) => ({ rows: rows[t], width }));
    // Each feature takes all tables, in an order of its own, so that its vector is as wide as the others'.
    const features = levels.map((count, k) =>
      tables.map((_, i) => {
        const table = (i + k) % tables.length;
        return { table, index: Int32Array.from({ length: count }, (_, level) => (seed + 7 * level + 3 * k + i) % tables[table].rows) };
      }),
    );
    return { lookups: { tables, features } satisfies Lookups, levels, d: widths.reduce((total, width) => total + width, 0) };
  });

it('say of each number of a vector which number of the tables it is, and of each row of a table which vectors it stands in', () => {
  fc.assert(
    fc.property(problems, ({ lookups, levels, d }) => {
      const firstLevel = levels.map((_, k) => levels.slice(0, k).reduce((total, count) => total + count, 0));
      const maps = indexMapsOf(
        lookups,
        d,
        levels.reduce((total, count) => total + count, 0),
      );
      const words = fillIndexMaps(lookups, maps, d, firstLevel);
      // Every number of the tables is its own place.
      const values = maps.tables.map(({ rows, width, at }) => Float32Array.from({ length: rows * width }, (_, e) => at + e));

      /** By number of the tables: the columns of vectors (level × d + m) that it is. */
      const stands = new Map<number, number[]>();
      for (const [k, count] of levels.entries()) {
        const vectors = lookUp(lookups, values, k);
        for (let level = 0; level < count; level++) {
          for (let m = 0; m < d; m++) {
            const column = words[maps.columnAt + k * d + m];
            const row = words[maps.rowAt + (firstLevel[k] + level) * maps.depth + (column >> COLUMN_BITS)];
            const entry = row + (column & (2 ** COLUMN_BITS - 1));
            expect(entry).toBe(vectors[level * d + m]);
            stands.set(entry, [...(stands.get(entry) ?? []), (firstLevel[k] + level) * d + m]);
          }
        }
      }

      for (const { rows, width, at, firstRow } of maps.tables) {
        for (let e = 0; e < rows * width; e++) {
          const row = firstRow + Math.floor(e / width);
          const found: number[] = [];
          for (let o = words[maps.ownerStartAt + row]; o < words[maps.ownerStartAt + row + 1]; o++)
            found.push(words[maps.ownerAt + 2 * o] * d + words[maps.ownerAt + 2 * o + 1] + (e % width));
          expect(found.sort((a, b) => a - b)).toEqual((stands.get(at + e) ?? []).sort((a, b) => a - b));
        }
      }
    }),
  );
});
