import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOneGo } from '../dense';
import { invertPlainly, multiply, transpose } from '../testing';
import { linearDeviance } from './deviance';
import { factorsOf, thetaCount } from './factor';
import { gridOf, layoutOf } from './layout';
import { LinearTermModel } from './linear';
import { sumTerms, type TermData } from './sums';
import { denseDesign, simulateTerms } from './testing';
import { inUnits, unitsOf } from './units';

const atOnce = async (): Promise<void> => {};

/** −2 log likelihood by dense n × n algebra, with β and σ². */
function brute({ rows, x, p, y, terms }: TermData, theta: ArrayLike<number>, reml: boolean) {
  const factors = factorsOf(terms, theta);
  // ZΛ, level by level.
  const design = denseDesign(terms, rows).map((row) => {
    let first = 0;
    return terms.flatMap(({ levels, width: r }, k) => {
      const own = Array.from({ length: levels * r }, (_, at) => {
        const [j, b] = [Math.floor(at / r), at % r];
        let sum = 0;
        for (let a = 0; a < r; a++) sum += row[first + j * r + a] * factors[k][a * r + b];
        return sum;
      });
      first += levels * r;
      return own;
    });
  });
  const V = multiply(design, transpose(design)).map((row, i) => row.map((value, j) => value + (i === j ? 1 : 0)));
  const { inverse, logDeterminant } = invertPlainly(V);
  const X = Array.from({ length: rows }, (_, i) => [...x.subarray(i * p, (i + 1) * p)]);
  const xv = multiply(transpose(X), inverse);
  const information = invertPlainly(multiply(xv, X));
  const Y = Array.from(y, (value) => [value]);
  const beta = multiply(information.inverse, multiply(xv, Y));
  const fitted = multiply(X, beta);
  const r = Y.map(([value], i) => [value - fitted[i][0]]);
  const square = multiply(transpose(r), multiply(inverse, r))[0][0];
  const freedom = reml ? rows - p : rows;
  const variance = square / freedom;
  const value = logDeterminant + (reml ? information.logDeterminant : 0) + freedom * (1 + Math.log(2 * Math.PI * variance));
  return { value, beta: beta.map(([one]) => one), variance };
}

const cases = fc.record({
  rows: fc.integer({ min: 10, max: 25 }),
  shapes: fc.array(fc.record({ levels: fc.integer({ min: 2, max: 7 }), width: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 3 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  theta: fc.array(
    // Doubles would mostly be next to 0, where nothing shows.
    fc.integer({ min: -200, max: 200 }).map((hundredths) => hundredths / 100),
    { minLength: 18, maxLength: 18 },
  ),
  /** Which entries of θ are 0. */
  zero: fc.integer({ min: 0, max: 17 }),
  reml: fc.boolean(),
});

describe('the likelihood of random terms', () => {
  it('equals dense n × n algebra, and its gradient equals differences, also where a variance is 0', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, shapes, seed, theta, zero, reml }) => {
        const data = simulateTerms(rows, shapes, seed);
        const layout = inOneGo(layoutOf(inOneGo(gridOf(data.terms, rows))));
        const sums = inOneGo(sumTerms(layout, data));
        const at = Float64Array.from(theta.slice(0, thetaCount(data.terms)), (value, place) => (place === zero ? 0 : value));
        const options = { reml, residualVariance: null, gradient: true };
        const actual = await linearDeviance(layout, sums, at, options, atOnce);
        const expected = brute(data, at, reml);
        expect(actual.value).toBeCloseTo(expected.value, 7);
        expect(actual.residualVariance).toBeCloseTo(expected.variance, 7);
        for (const [j, value] of expected.beta.entries()) expect(actual.beta[j]).toBeCloseTo(value, 7);
        for (let place = 0; place < at.length; place++) {
          const moved = async (h: number): Promise<number> =>
            (
              await linearDeviance(
                layout,
                sums,
                at.map((value, other) => (other === place ? value + h : value)),
                { ...options, gradient: false },
                atOnce,
              )
            ).value;
          const slope = ((await moved(1e-4)) - (await moved(-1e-4))) / 2e-4;
          expect(Math.abs(actual.gradient[place] - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('has columns without correlation and of mean square 1 in the units of a term', () => {
    const { design, ...term } = simulateTerms(50, [{ levels: 5, width: 3 }], 3).terms[0];
    const far = { ...term, design: (design as Float64Array).map((z, at) => (at % 3 === 2 ? 1e4 + 30 * z : z)) };
    const own = inUnits(far, unitsOf(far)).design as Float64Array;
    for (let a = 0; a < 3; a++)
      for (let b = 0; b <= a; b++) {
        let mean = 0;
        for (let i = 0; i < 50; i++) mean += (own[3 * i + a] * own[3 * i + b]) / 50;
        expect(mean).toBeCloseTo(a === b ? 1 : 0, 6);
      }
  });

  it('has the same least value however the columns of the slopes are shifted and scaled', async () => {
    const data = simulateTerms(200, [{ levels: 20, width: 2 }], 7);
    const shifted = {
      ...data,
      terms: data.terms.map((term) => ({ ...term, design: (term.design as Float64Array).map((z, at) => (at % 2 === 0 ? z : 2000 + 30 * z)) })),
    };
    const fits = [await new LinearTermModel(data, { reml: true }).fit(atOnce), await new LinearTermModel(shifted, { reml: true }).fit(atOnce)];
    expect(fits[1].deviance).toBeCloseTo(fits[0].deviance, 6);
    const [, , , slopes] = fits[1].terms[0].covariance;
    expect(slopes * 900).toBeCloseTo(fits[0].terms[0].covariance[3], 4);
  });
});
