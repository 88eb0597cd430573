import fc from 'fast-check';
import { expect, it } from 'vitest';
import { distinctLevels, takeVectors } from './distinct';

it('levels with the same vector are put together, and each is found again', () => {
  const number = fc.constantFrom(0, -0, 1, 2, -1, 1e-30);
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 60 }), (rows) => {
      const vectors = { values: Float32Array.from(rows.flat()), d: 2 };
      const all = Uint32Array.from(rows.keys());
      const { levels, place } = distinctLevels(vectors, all);
      const text = (level: number): string => Array.from(takeVectors(vectors, [level]), (value) => value + 0).join();
      expect(new Set(Array.from(levels, text)).size).toBe(levels.length);
      expect(new Set(Array.from(all, text)).size).toBe(levels.length);
      for (const level of all) expect(text(levels[place[level]])).toBe(text(level));
    }),
  );
});
