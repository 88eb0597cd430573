import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOneGo } from '../dense';
import { thetaCount } from './factor';
import { binomialRows, type FamilyRows, logGamma, negativeBinomialRows, poissonRows } from './families';
import { marginalDeviance, marginalValue } from './laplace';
import { gridOf, layoutOf } from './layout';
import { Modes } from './modes';
import { hermiteRule } from './quadrature';
import { simulateTerms } from './testing';

const atOnce = async (): Promise<void> => {};

const FAMILIES: Record<string, (y: Float64Array) => FamilyRows> = {
  binomial: (y) =>
    binomialRows(
      y.map((value) => Math.max(0, Math.min(3, Math.round(value))) / 3),
      y.map(() => 3),
    ),
  poisson: (y) => poissonRows(y.map((value) => Math.max(0, Math.round(value)))),
  'negative binomial': (y) =>
    negativeBinomialRows(
      y.map((value) => Math.max(0, Math.round(value))),
      1.7,
    ),
};

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  family: fc.constantFrom(...Object.keys(FAMILIES)),
  shapes: fc.constantFrom(
    [{ levels: 6, width: 1 }],
    [
      { levels: 5, width: 2 },
      { levels: 4, width: 1 },
    ],
    [{ levels: 5, width: 3 }],
  ),
  nodes: fc.constantFrom(1, 4, 9),
  point: fc.array(
    // Doubles would mostly be next to 0, where nothing shows.
    fc.integer({ min: -80, max: 80 }).map((hundredths) => hundredths / 100),
    { minLength: 9, maxLength: 9 },
  ),
});

describe('the approximated likelihood', () => {
  it('has the gradient that its differences have, by Laplace and by quadrature', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, family, shapes, nodes, point }) => {
        const { rows, x, p, y, terms } = simulateTerms(40, shapes, seed);
        const data = { rows, x, p, offset: null, terms, family: FAMILIES[family](y) };
        const layout = inOneGo(layoutOf(inOneGo(gridOf(terms, rows))));
        const rule = nodes > 1 && shapes.length === 1 && shapes[0].width === 1 ? hermiteRule(nodes) : null;
        const at = Float64Array.from(point.slice(0, thetaCount(terms) + p));
        const { gradient } = await marginalDeviance(new Modes(layout, data), data, at, rule, atOnce);
        for (let place = 0; place < at.length; place++) {
          const moved = (h: number): Promise<number> => {
            const there = at.slice();
            there[place] += h;
            return marginalValue(new Modes(layout, data), data, there, rule, atOnce);
          };
          const slope = ((await moved(1e-4)) - (await moved(-1e-4))) / 2e-4;
          expect(Math.abs(gradient[place] - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('tends to the integral with the number of nodes, and one node is Laplace’s approximation', async () => {
    const { rows, x, p, y, terms } = simulateTerms(30, [{ levels: 4, width: 1 }], 5);
    const counts = y.map((value) => Math.max(0, Math.round(value)));
    const data = { rows, x, p, offset: null, terms, family: poissonRows(counts) };
    const layout = inOneGo(layoutOf(inOneGo(gridOf(terms, rows))));
    const point = Float64Array.of(0.7, 0.5, -0.2, 0.1);
    const value = (nodes: number): Promise<number> =>
      marginalValue(new Modes(layout, data), data, point, nodes === 0 ? null : hermiteRule(nodes), atOnce);
    // By the trapezium rule over u, level by level.
    let integral = 0;
    for (let level = 0; level < 4; level++) {
      let sum = 0;
      for (let u = -9; u <= 9; u += 0.01) {
        let log = -(u ** 2) / 2 - Math.log(2 * Math.PI) / 2;
        for (let i = 0; i < rows; i++) {
          if (terms[0].codes[i] !== level) continue;
          const eta = 0.7 * u + 0.5 * x[3 * i] - 0.2 * x[3 * i + 1] + 0.1 * x[3 * i + 2];
          log += counts[i] * eta - Math.exp(eta) - logGamma(counts[i] + 1);
        }
        sum += 0.01 * Math.exp(log);
      }
      integral -= 2 * Math.log(sum);
    }
    expect(await value(25)).toBeCloseTo(integral, 8);
    expect(Math.abs((await value(5)) - integral)).toBeLessThan(Math.abs((await value(1)) - integral));
    expect(await value(1)).toBeCloseTo(await value(0), 10);
  });

  it.each([1, 2, 3, 7, 24, 50])('a rule of %d nodes integrates polynomials up to twice its nodes', (count) => {
    const { nodes, weights } = hermiteRule(count);
    let moment = 1;
    for (let power = 0; power <= Math.min(12, 2 * count - 2); power += 2) {
      expect(nodes.reduce((sum, z, k) => sum + weights[k] * z ** power, 0) / moment).toBeCloseTo(1, 10);
      moment *= power + 1;
    }
  });
});
