import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { inOneGo, inverseWithLogDeterminant } from '../dense';
import { analyse } from '../sparse/symbolic';
import { patternOf } from '../sums';
import { loadProducts, ProductMemory } from '../wasm/kernel';
import { batchDesign } from './design';
import { eliminate } from './elimination';
import { meetingsOf } from './meetings';
import { pairFactor } from './pair-factor';

const designs = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  size: fc.integer({ min: 1, max: 70 }),
  meetings: fc.integer({ min: 0, max: 200 }),
});

beforeAll(loadProducts);

describe.each([
  ['single columns', Number.POSITIVE_INFINITY, true],
  ['single columns without WebAssembly', Number.POSITIVE_INFINITY, false],
  ['blocks', -1, true],
  ['blocks without WebAssembly', -1, false],
])('a factor of a batch by %s', (_, large, loaded) => {
  it('has the determinant, the solutions and the inverse of dense algebra, and the same again', () => {
    const memoryOf = (length: number): ProductMemory | null => (loaded ? ProductMemory.again(length, 'factor') : null);
    expect(memoryOf(1) !== null).toBe(loaded);
    fc.assert(
      fc.property(designs, ({ seed, size, meetings }) => {
        const random = new RandomStream(seed, 'pairs');
        const met = new Set<number>();
        for (let i = 0; i < meetings; i++) {
          const [a, b] = [random.integer(size), random.integer(size)];
          if (a !== b) met.add(Math.max(a, b) * size + Math.min(a, b));
        }
        const left = Int32Array.from(met, (pair) => Math.floor(pair / size));
        const right = Int32Array.from(met, (pair) => pair % size);
        const entries = Float64Array.from(met, () => random.normal());
        const diagonal = new Float64Array(size).fill(1);
        const matrix = new Float64Array(size * size);
        entries.forEach((entry, pair) => {
          const [a, b] = [left[pair], right[pair]];
          matrix[a * size + b] = entry;
          matrix[b * size + a] = entry;
          diagonal[a] += Math.abs(entry);
          diagonal[b] += Math.abs(entry);
        });
        for (let j = 0; j < size; j++) matrix[j * size + j] = diagonal[j];
        const expected = inverseWithLogDeterminant(matrix, size) as NonNullable<ReturnType<typeof inverseWithLogDeterminant>>;
        const factor = pairFactor(size, left, right, large, memoryOf);
        const right1 = Float64Array.from({ length: size }, () => random.normal());
        for (let again = 0; again < 2; again++) {
          expect(factor.factorise(diagonal, entries)).toBeCloseTo(expected.logDeterminant, 9);
          const inverse = factor.inverse();
          // What is solved after the inverse is taken is solved by the same factor.
          const solved = right1.slice();
          factor.solve(solved);
          for (let j = 0; j < size; j++) {
            expect(inverse.diagonal[j]).toBeCloseTo(expected.inverse[j * size + j], 10);
            expect(solved[j]).toBeCloseTo(
              right1.reduce((sum, value, i) => sum + expected.inverse[j * size + i] * value, 0),
              9,
            );
          }
          for (let pair = 0; pair < entries.length; pair++)
            expect(inverse.pairs[pair]).toBeCloseTo(expected.inverse[left[pair] * size + right[pair]], 10);
        }
        diagonal[size - 1] = -1;
        expect(factor.factorise(diagonal, entries)).toBeNaN();
      }),
      { numRuns: 15 },
    );
  });
});

it('the order of elimination fills no more than approximate minimum degree does', () => {
  const random = new RandomStream(8, 'order');
  for (const [m, levels] of [
    [300, [300, 300, 300]],
    [200, [30, 50]],
    [150, [4, 60, 200]],
  ] as const) {
    const codes = levels.map((q) => ({ codes: Int32Array.from({ length: m }, () => random.integer(q)), levels: q }));
    const design = batchDesign(codes, m);
    const { left, right } = meetingsOf(design);
    const size = design.firsts[levels.length];
    const { firsts, rowStarts, supernodes } = inOneGo(analyse(patternOf(size, left, right)));
    let entries = 0;
    for (let s = 0; s < supernodes; s++) {
      const columns = firsts[s + 1] - firsts[s];
      entries += columns * (rowStarts[s + 1] - rowStarts[s]) - (columns * (columns + 1)) / 2;
    }
    expect(eliminate(size, left, right)?.rows.length).toBeLessThanOrEqual(1.02 * entries);
  }
});
