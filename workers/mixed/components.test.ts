import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { blockInverse } from './components';
import { inverseWithLogDeterminant } from './dense';

const cases = fc.record({ rows: fc.integer({ min: 1, max: 40 }), levels: fc.integer({ min: 1, max: 60 }), seed: fc.integer({ min: 1, max: 1e6 }) });

describe('the inverse by blocks', () => {
  it('equals the inverse of the whole, with any number of blocks', () => {
    fc.assert(
      fc.property(cases, ({ rows, levels, seed }) => {
        const random = new RandomStream(seed, 'blocks');
        const codes = [levels, 2 * levels].map((q) => Int32Array.from({ length: rows }, () => random.integer(q)));
        const matrix = Float64Array.from({ length: rows * rows }, (_, at) => {
          const [i, j] = [Math.floor(at / rows), at % rows];
          return (i === j ? 0.5 : 0) + codes.reduce((sum, feature) => sum + (feature[i] === feature[j] ? 1 : 0), 0);
        });
        const whole = inverseWithLogDeterminant(matrix.slice(), rows);
        const blocks = blockInverse(matrix, rows);
        expect(blocks?.logDeterminant).toBeCloseTo(whole?.logDeterminant as number, 9);
        blocks?.inverse.forEach((value, at) => {
          expect(value).toBeCloseTo((whole as NonNullable<typeof whole>).inverse[at], 9);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('says when a block is not positive definite', () => {
    expect(blockInverse([1, 0, 0, 0, 1, 2, 0, 2, 1], 3)).toBeNull();
  });
});
