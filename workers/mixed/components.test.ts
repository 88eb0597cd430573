import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { blockInverse } from './components';
import { inverseWithLogDeterminant } from './dense';
import { loadProducts, ProductMemory } from './wasm/kernel';

const cases = fc.record({ rows: fc.integer({ min: 1, max: 40 }), levels: fc.integer({ min: 1, max: 60 }), seed: fc.integer({ min: 1, max: 1e6 }) });

beforeAll(async () => {
  await loadProducts();
  // Else the tests below compare the plain products with themselves.
  expect(ProductMemory.of(1)).not.toBeNull();
});

it.each([1, 2, 5, 16, 17, 64, 101])('the inverse of %i rows, in WebAssembly as without', (n) => {
  const random = new RandomStream(n, 'inverse');
  const root = Float64Array.from({ length: n * n }, () => random.normal());
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += root[i * n + k] * root[j * n + k];
    return sum;
  });
  const [plain, compiled] = [true, false].map((without) => inverseWithLogDeterminant(matrix.slice(), n, without) ?? expect.fail());
  expect(compiled.logDeterminant).toBeCloseTo(plain.logDeterminant, 10);
  for (const { inverse } of [plain, compiled]) {
    let worst = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let product = 0;
        for (let k = 0; k < n; k++) product += matrix[i * n + k] * inverse[k * n + j];
        worst = Math.max(worst, Math.abs(product - Number(i === j)));
      }
    }
    expect(worst).toBeLessThan(1e-9);
  }
  matrix[n * n - 1] = -1;
  for (const without of [true, false]) expect(inverseWithLogDeterminant(matrix.slice(), n, without)).toBeNull();
});

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
