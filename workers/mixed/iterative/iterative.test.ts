import { describe, expect, it, vi } from 'vitest';
import { RandomStream } from '../../random/random';
import { breathing, inOneGo } from '../dense';
import { MixedModel } from '../mixed-model';
import { tooLarge } from '../sums';
import { linearDeviance } from '../terms/deviance';
import { gridOf, layoutOf, type RandomTerm } from '../terms/layout';
import { LinearTermModel } from '../terms/linear';
import { sumTerms } from '../terms/sums';
import { conjugateGradients } from './conjugate';
import { iterativeDeviance, probesOf } from './deviance';
import { fitIteratively } from './fit';
import { MixedSearch } from './search';
import { spectrum } from './tridiagonal';

const atOnce = async (): Promise<void> => {};

/** Rows with crossed terms of these levels and widths, in which intercept and slope vary. */
function crossed(rows: number, sizes: readonly (readonly [levels: number, width: number])[], seed: number, nested = false) {
  const random = new RandomStream(seed, 'iterative');
  const first = Int32Array.from({ length: rows }, () => random.integer(sizes[0][0]));
  const terms = sizes.map(([levels, width], k): RandomTerm => {
    const codes = k === 0 ? first : nested ? first.map((code) => code % levels) : first.map(() => random.integer(levels));
    const design = width === 1 ? null : Float64Array.from({ length: rows * width }, (_, at) => (at % width === 0 ? 1 : random.normal()));
    return { codes, levels, width, design };
  });
  const x = Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 1 : random.normal()));
  const effects = terms.map(({ levels, width }) => Float64Array.from({ length: levels * width }, () => 0.7 * random.normal()));
  const y = Float64Array.from({ length: rows }, (_, i) => {
    let value = 1 + 0.5 * x[2 * i + 1] + random.normal();
    for (const [k, { codes, width, design }] of terms.entries())
      for (let a = 0; a < width; a++) value += effects[k][codes[i] * width + a] * (design ? design[i * width + a] : 1);
    return value;
  });
  return { rows, x, p: 2, y, terms };
}

describe('a mixed model without a factor', () => {
  it.each([
    [
      'two crossed factors',
      [
        [60, 1],
        [25, 1],
      ],
      [0.6, 0.9],
      false,
    ],
    [
      'three crossed, slopes in the largest',
      [
        [40, 2],
        [12, 1],
        [9, 1],
      ],
      [0.7, -0.2, 0.5, 0.8, 0.4],
      false,
    ],
    [
      'slopes in what is left',
      [
        [90, 1],
        [20, 2],
      ],
      [0.5, 0.9, 0.3, 0.6],
      false,
    ],
  ] as [string, [number, number][], number[], boolean][])(
    '%s: the deviance and its gradient are the exact ones within their Monte Carlo error',
    async (_, sizes, theta) => {
      const data = crossed(500, sizes, 3);
      const grid = inOneGo(gridOf(data.terms, data.rows));
      const sums = inOneGo(sumTerms(grid, data));
      const layout = inOneGo(layoutOf(grid));
      const exact = await linearDeviance(layout, sums, theta, { reml: true, residualVariance: null, gradient: true }, atOnce);
      const inverse = layout.ownAt.map((at) => Float64Array.from(at, (place) => layout.cholesky.values[place]));
      const [means, gradients] = [[] as number[], [] as Float64Array[]];
      for (let seed = 1; seed <= 4; seed++) {
        const found = await iterativeDeviance(grid, sums, theta, { reml: true, probes: probesOf(grid, seed) }, atOnce);
        expect(found.solved).toBe(true);
        expect(found.residualVariance).toBeCloseTo(exact.residualVariance, 8);
        expect(found.beta[1]).toBeCloseTo(exact.beta[1], 8);
        expect(Math.abs(found.value - exact.value)).toBeLessThan(4 * found.standardError);
        expect(found.standardError).toBeLessThan(2);
        for (const [k, blocks] of inverse.entries()) {
          const errors = blocks.map((value, at) => value - found.inverse[k][at]);
          expect(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)).toBeLessThan(0.1);
        }
        means.push(found.value - exact.value);
        gradients.push(found.gradient);
      }
      // The mean over four sets of random vectors is nearer.
      expect(Math.abs(means.reduce((sum, value) => sum + value, 0) / 4)).toBeLessThan(0.7);
      for (const [at, slope] of exact.gradient.entries()) {
        const mean = gradients.reduce((sum, one) => sum + one[at] / 4, 0);
        expect(Math.abs(mean - slope)).toBeLessThan(0.02 * Math.abs(slope) + 1.5);
      }
    },
  );

  it('nested factors have no Monte Carlo error at all', async () => {
    const data = crossed(
      400,
      [
        [50, 1],
        [10, 1],
      ],
      5,
      true,
    );
    const grid = inOneGo(gridOf(data.terms, data.rows));
    const sums = inOneGo(sumTerms(grid, data));
    const exact = await linearDeviance(inOneGo(layoutOf(grid)), sums, [0.5, 0.8], { reml: false, residualVariance: null, gradient: true }, atOnce);
    const found = await iterativeDeviance(grid, sums, [0.5, 0.8], { reml: false, probes: probesOf(grid) }, atOnce);
    expect(found.value).toBeCloseTo(exact.value, 6);
    expect(found.standardError).toBeLessThan(1e-6);
    for (const at of [0, 1]) expect(found.gradient[at]).toBeCloseTo(exact.gradient[at], 5);
  });

  it('is fitted where a factor is: within a twentieth of a standard error', async () => {
    const data = crossed(
      3000,
      [
        [300, 1],
        [120, 1],
      ],
      7,
    );
    const exact = await new LinearTermModel(data, { reml: true }).fit(atOnce);
    const found = await fitIteratively(data, { reml: true }, atOnce);
    expect(found.converged).toBe(true);
    expect(Math.abs(found.deviance - exact.deviance) / 2).toBeLessThan(4 * found.iterative.logLikelihoodError);
    for (const [at, theta] of exact.theta.entries()) {
      // A standard error of log θ is about 1/√(2q).
      expect(Math.abs(Math.log(found.theta[at] / theta))).toBeLessThan(0.05 / Math.sqrt(2 * data.terms[at].levels));
    }
    expect(found.beta[1]).toBeCloseTo(exact.beta[1], 5);
    const [one, other] = [found.terms[1], exact.terms[1]];
    for (let j = 0; j < 120; j++) expect(Math.abs(one.effects[j] - other.effects[j])).toBeLessThan(0.01);
  });
});

it('the linear mixed model of the page is fitted without a factor where that would be too large, and says so', async () => {
  const { rows, x, p, y, terms } = crossed(
    2000,
    [
      [200, 1],
      [90, 1],
    ],
    11,
  );
  const data = { rows, x, p, y, factors: terms.map(({ codes, levels }) => ({ codes, levels })) };
  const exact = await new MixedModel(data).fit(atOnce);
  const refused = vi.spyOn(MixedModel.prototype, 'iterate').mockRejectedValue(tooLarge(null, terms));
  try {
    const search = new MixedSearch(data, { reml: false });
    await search.iterate(atOnce);
    expect(search.converged).toBe(true);
    const found = await search.fit(atOnce);
    expect(found.iterative?.probes).toBe(32);
    for (const k of [0, 1]) {
      expect(Math.abs(found.variances[k] / exact.variances[k] - 1)).toBeLessThan(0.01);
      expect(found.effects[k].every((effect, j) => Math.abs(effect - exact.effects[k][j]) < 0.02)).toBe(true);
      expect(search.ratios[k]).toBeCloseTo(found.variances[k] / found.residualVariance, 10);
    }
  } finally {
    refused.mockRestore();
  }
});

it('of numbers that double precision does not hold both fits are a sentence, and almost no residual is fitted', async () => {
  const data = crossed(
    120,
    [
      [12, 1],
      [6, 1],
    ],
    13,
  );
  const vast = { ...data, y: data.y.map((value) => 1e160 * value) };
  const failure = { code: 'formula-ill-conditioned', message: expect.stringContaining('too large') };
  await expect(fitIteratively(vast, { reml: true }, atOnce)).rejects.toMatchObject(failure);
  await expect(new LinearTermModel(vast, { reml: true }).fit(atOnce)).rejects.toMatchObject(failure);
  const zeros = await fitIteratively({ ...data, y: new Float64Array(120) }, { reml: true }, atOnce);
  expect(zeros.exact).toBe(true);
  expect([...zeros.theta, ...zeros.beta, zeros.residualVariance].every(Number.isFinite)).toBe(true);
  // Levels and a column give the response but for a hundred thousandth.
  const given = data.y.map((_, i) => Math.sin(data.terms[0].codes[i]) + Math.cos(data.terms[1].codes[i]) + data.x[2 * i + 1]);
  const nearly = { ...data, y: given.map((value, i) => value + 1e-5 * data.y[i]) };
  const found = await fitIteratively(nearly, { reml: false }, atOnce);
  const exact = await new LinearTermModel(nearly, { reml: false }).fit(atOnce);
  expect(found.converged).toBe(true);
  expect(Math.abs(found.deviance - exact.deviance) / 2).toBeLessThan(4 * found.iterative.logLikelihoodError + 0.01);
});

it('a tridiagonal matrix has the eigenvalues and first components that its powers have', () => {
  const { values, first } = spectrum([2, 3, 1, 4], [1, -0.5, 0.8]);
  // Entries (1, 1) of the matrix, of its square and of its inverse.
  const moment = (power: number): number => values.reduce((sum, value, k) => sum + first[k] ** 2 * value ** power, 0);
  expect(moment(0)).toBeCloseTo(1, 12);
  expect(moment(1)).toBeCloseTo(2, 12);
  expect(moment(2)).toBeCloseTo(5, 12);
  // det of the lower 3 × 3 over det of all.
  const lower = 3 * (1 * 4 - 0.64) - 0.25 * 4;
  expect(moment(-1)).toBeCloseTo(lower / (2 * lower - (1 * 4 - 0.64)), 12);
});

it('conjugate gradients solve, and say when they did not', async () => {
  const matrix = [
    [4, 1, 0],
    [1, 3, -1],
    [0, -1, 2],
  ];
  const system = {
    size: 3,
    *times(v: Float64Array): Generator<void, Float64Array> {
      yield;
      return Float64Array.from(matrix, (row) => row.reduce((sum, entry, j) => sum + entry * v[j], 0));
    },
    precondition: (v: Float64Array) => v.slice(),
  };
  const { x, converged } = await breathing(conjugateGradients(system, Float64Array.of(1, 2, 3), 1), atOnce);
  expect(converged).toBe(true);
  for (const [i, row] of matrix.entries()) expect(row.reduce((sum, entry, j) => sum + entry * x[j], 0)).toBeCloseTo(i + 1, 7);
  matrix[2][2] = -2;
  expect((await breathing(conjugateGradients(system, Float64Array.of(1, 2, 3), 1), atOnce)).converged).toBe(false);
});
