import { describe, expect, it } from 'vitest';
import { dropsOf, keepFrom, lookUp } from './description';

/** The uniform of a 23-bit number, as workers/random/random.ts makes it. */
const uniform = (number: number): number => Math.fround((number + 0.5) * 2 ** -23);

describe('keepFrom', () => {
  it.each([1e-9, 2 ** -23, 0.1, 0.25, 0.3, 1 / 3, 0.5, 0.9999999])('is the least number whose uniform is at least %d', (rate) => {
    const least = keepFrom(rate);
    expect(uniform(least)).toBeGreaterThanOrEqual(Math.fround(rate));
    if (least > 0) expect(uniform(least - 1)).toBeLessThan(Math.fround(rate));
  });
});

describe('dropsOf', () => {
  const base = { d: 3, decoder: [7, 5, 4], dropout: [0.5, 0, 0.25] };
  const columns = (drops: ReturnType<typeof dropsOf>) =>
    [drops.levels, ...drops.layers].map(({ column, keepFrom }) => (keepFrom > 0 ? column : null));

  it('gives columns after level noise, level dropout and the layers before; none for a rate of 0', () => {
    expect(columns(dropsOf({ kind: 'tables', ...base, l2: 0 }, 2))).toEqual([null, 0, null, 7]);
    expect(columns(dropsOf({ kind: 'tables', ...base, l2: 0, levelDropout: 0.1 }, 2))).toEqual([0, 6, null, 13]);
    const weights = { beta: 1, priorVariance: 1, logVarAveraging: 'mean-of-logs', extraction: 'mean' } as const;
    expect(columns(dropsOf({ kind: 'encoder', ...base, encoder: [], ...weights }, 2))).toEqual([null, 6, null, 13]);
  });
});

describe('lookUp', () => {
  it('sets the rows of a level side by side', () => {
    const lookups = {
      tables: [
        { rows: 2, width: 1 },
        { rows: 3, width: 2 },
      ],
      features: [
        [
          { table: 1, index: Int32Array.of(2, 0) },
          { table: 0, index: Int32Array.of(1, 1) },
        ],
      ],
    };
    expect([...lookUp(lookups, [Float32Array.of(10, 11), Float32Array.of(1, 2, 3, 4, 5, 6)], 0)]).toEqual([5, 6, 11, 1, 2, 11]);
  });
});
