import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random';
import { devianceShares, squareShares } from './level-shares';

const ROWS = 4000;

/** Rows of x + b + e with 200 levels, what is known of each, and predictions with levels of other rows. */
function rows(draws: number) {
  const random = new RandomStream(4, 'level shares');
  const x = Float64Array.from({ length: ROWS }, () => random.normal());
  const b = Float64Array.from({ length: 200 }, () => 2 * random.normal());
  const e = Float64Array.from({ length: ROWS }, () => random.normal());
  const known = x.map((value, i) => value + b[i % 200]);
  const others = Array.from({ length: draws }, () => x.map((value) => value + b[random.integer(200)]));
  return { x, known, others, y: known.map((value, i) => value + e[i]), random };
}

const r2 = (y: Float64Array, f: Float64Array): number => {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return 1 - y.reduce((sum, value, i) => sum + (value - f[i]) ** 2, 0) / total;
};

describe('what is explained without and with levels', () => {
  it('is R² of the fixed part alone, however few draws stand for it, and of all', () => {
    const { x, y, known, others } = rows(2);
    const shares = squareShares(y, known, others);
    expect(shares).toMatchObject({ kind: 'r2', draws: 2 });
    expect(shares?.with).toBeCloseTo(r2(y, known), 10);
    // Two draws leave half of the levels' variance (a third of all) in their mean; it is taken off.
    expect(Math.abs((shares?.without ?? 1) - r2(y, x))).toBeLessThan(0.03);
  });

  it('of classes: the share of the log loss, nearly the same for few draws as for many', () => {
    const { x, known, random } = rows(2);
    const p = (eta: number): number => 1 / (1 + Math.exp(-eta));
    const y = known.map((eta) => (random.uniform() < p(eta / 2) ? 1 : 0));
    // Of what happened.
    const own = (eta: number, i: number): number => (y[i] === 1 ? p(eta / 2) : 1 - p(eta / 2));
    const draw = (draws: number): Float64Array[] => Array.from({ length: draws }, () => x.map((value, i) => own(value + 2 * random.normal(), i)));
    const [few, many] = [4, 400].map((draws) => devianceShares(y, known.map(own), draw(draws)));
    expect(few?.kind).toBe('deviance');
    expect(many?.with).toBeGreaterThan((many?.without ?? 1) + 0.1);
    expect(Math.abs((few?.without ?? 1) - (many?.without ?? 0))).toBeLessThan(0.01);
  });

  it('is the same where levels are not looked at, and nothing where there is nothing to explain', () => {
    const { x, y } = rows(2);
    const shares = squareShares(y, x, [x, x, x]);
    expect(shares?.without).toBeCloseTo(shares?.with ?? 0, 12);
    const broken = x.with(7, Number.POSITIVE_INFINITY);
    expect([squareShares(y, broken, [x, x]), squareShares(y, x, [x, broken])]).toEqual([null, null]);
    expect(squareShares(new Float64Array(3).fill(2), x.subarray(0, 3), [x.subarray(0, 3), x.subarray(0, 3)])).toBeNull();
    expect(
      devianceShares(
        [1, 1],
        [0.5, 0.5],
        [
          [0.5, 0.5],
          [0.4, 0.6],
        ],
      ),
    ).toBeNull();
  });
});
