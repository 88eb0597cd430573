import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import type { Factor } from '../factor';
import { bernoulliLikelihood } from './bernoulli';

interface Golden {
  rows: Record<'a' | 'b' | 'c' | 'f' | 'y', number[]>;
  cases: { factors: ('a' | 'b' | 'c')[]; variances: number[]; value: number; byVariances: number[]; byLogit: number[] }[];
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../../golden/lme4-laplace.json'), 'utf8')) as Golden;

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  levels: fc.constantFrom([6], [9, 4], [12, 7, 30]),
  sets: fc.boolean(),
  variances: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 4, maxLength: 4 }),
});

/** Rows with none, one or two of five levels. */
function someSets(m: number, random: RandomStream): Factor {
  const rows = Array.from({ length: m }, (_, i) =>
    i % 7 === 0 ? [] : i % 3 === 0 ? [random.integer(5)] : [random.integer(2), 2 + random.integer(3)],
  );
  const offsets = new Int32Array(m + 1);
  for (const [i, row] of rows.entries()) offsets[i + 1] = offsets[i] + row.length;
  return { offsets, ids: rows.flat(), levels: 5 };
}

describe('the likelihood of a batch of a binary response', () => {
  it.each(golden.cases)('of $factors is that of glmer, and so are its derivatives', ({ factors, variances, value, byVariances, byLogit }) => {
    const { f, y } = golden.rows;
    const found = bernoulliLikelihood(
      f,
      y,
      factors.map((name): Factor => ({ codes: Int32Array.from(golden.rows[name]), levels: 60 })),
      variances,
    );
    expect(Math.abs(found.value - value)).toBeLessThan(1e-7);
    // glmer stops a little before its modes, which shows in differences of its values.
    for (const [k, slope] of byVariances.entries()) expect(Math.abs(found.byVariances[k] - slope)).toBeLessThan(1e-4);
    for (const [i, slope] of byLogit.entries()) expect(Math.abs(found.byLogit[i] - slope)).toBeLessThan(1e-6);
  });

  it('has the gradient that its differences have, for levels and sets', () => {
    fc.assert(
      fc.property(cases, ({ seed, levels, sets, variances: tenths }) => {
        const random = new RandomStream(seed, 'bernoulli');
        const m = 40;
        const codes = (q: number): Factor => ({ codes: Int32Array.from({ length: m }, () => random.integer(q)), levels: q });
        const factors = [...levels.map(codes), ...(sets ? [someSets(m, random)] : [])];
        const f = Float64Array.from({ length: m }, () => 2 * random.normal());
        const y = Float64Array.from({ length: m }, () => random.integer(2));
        const variances = factors.map((_, k) => tenths[k] / 10);
        const { byLogit, byVariances } = bernoulliLikelihood(f, y, factors, variances);
        const h = 1e-4;
        const near = (found: number, moved: (by: number) => number): void =>
          expect(Math.abs(found - (moved(h) - moved(-h)) / (2 * h))).toBeLessThan(2e-6 * Math.max(1, Math.abs(found)));
        for (const k of factors.keys()) near(byVariances[k], (by) => bernoulliLikelihood(f, y, factors, variances.with(k, variances[k] + by)).value);
        for (const i of [0, 1, 2, 3]) near(byLogit[i], (by) => bernoulliLikelihood(f.with(i, f[i] + by), y, factors, variances).value);
      }),
      { numRuns: 25 },
    );
  });

  it('is found from far away, and without levels or rows', () => {
    const m = 300;
    const codes = Int32Array.from({ length: m }, (_, i) => i % 3);
    // The rows are sure of the wrong: a whole step from the start would go thousands too far.
    const { value, byLogit } = bernoulliLikelihood(new Float64Array(m).fill(-30), new Float64Array(m).fill(1), [{ codes, levels: 3 }], [100]);
    expect(Number.isFinite(value)).toBe(true);
    expect(byLogit.every(Number.isFinite)).toBe(true);
    expect(bernoulliLikelihood([], [], [{ codes: new Int32Array(0), levels: 3 }], [1]).value).toBe(0);
    const alone = bernoulliLikelihood([0.3, -2], [1, 0], [{ offsets: [0, 0, 0], ids: [], levels: 4 }], [1]);
    expect(alone.value).toBeCloseTo(Math.log1p(Math.exp(-0.3)) + Math.log1p(Math.exp(-2)), 12);
  });
});
