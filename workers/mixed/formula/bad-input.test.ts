import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabFailure } from '../../data/failure';
import { RandomStream } from '../../random/random';
import { fitLinear } from './fit';
import { fitGeneralised } from './fit-generalised';
import type { Formula, Product, RandomPart } from './formula';
import { modelOf } from './model';
import { FAMILIES, type Family } from './response';
import { frameOfColumns, type GoldenTable } from './testing';

const NUMBERS = ['x', 'z', 'twice', 'constant', 'far', 'gaps', 'level-constant'];
const CATEGORIES = ['f', 'g', 'h', 'nested', 'twin', 'one', 'row'];

/** A table with what goes wrong in tables. */
function table(rows: number, seed: number, family: Family): GoldenTable {
  const random = new RandomStream(seed, 'table');
  const numbers = (value: (i: number) => number) => ({ numbers: Array.from({ length: rows }, (_, i) => value(i)) });
  const category = (code: (i: number) => number) => {
    const codes = Array.from({ length: rows }, (_, i) => code(i));
    return { codes, labels: Array.from({ length: Math.max(...codes) + 1 }, (_, level) => `l${level}`) };
  };
  const x = numbers(() => random.normal());
  const g = category((i) => (i < 4 ? i : random.integer(4)));
  const y = numbers((i) => {
    const eta = x.numbers[i] + 0.5 * g.codes[i] + random.normal();
    if (family === 'gaussian') return eta;
    return family === 'binomial' ? Number(eta > 1) : Math.max(0, Math.round(eta));
  });
  return {
    y,
    x,
    z: numbers(() => random.uniform()),
    twice: numbers((i) => 2 * x.numbers[i] - 3),
    constant: numbers(() => 5),
    far: numbers((i) => 1e6 + x.numbers[i]),
    gaps: numbers((i) => (i % 5 === 0 ? Number.NaN : random.normal())),
    'level-constant': numbers((i) => g.codes[i] ** 2),
    f: category((i) => (i < 3 ? i : random.integer(3))),
    g,
    h: category((i) => (i < 5 ? i : random.integer(5))),
    nested: category((i) => 2 * g.codes[i] + (i % 2)),
    twin: category((i) => 3 - g.codes[i]),
    one: category(() => 0),
    row: category((i) => i),
  };
}

const product = (names: readonly string[], most: number): fc.Arbitrary<Product> =>
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: most });
const part = fc
  .record({
    intercept: fc.boolean(),
    slopes: fc.uniqueArray(product([...NUMBERS, 'f'], 1), { maxLength: 2, selector: String }),
    correlated: fc.boolean(),
    group: product(CATEGORIES, 2),
  })
  .filter(({ intercept, slopes }) => intercept || slopes.length > 0)
  .map((one): RandomPart => one);
const cases = fc.record({
  rows: fc.integer({ min: 6, max: 50 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  family: fc.constantFrom(...FAMILIES),
  formula: fc.record({
    response: fc.constant({ kind: 'column' as const, name: 'y' }),
    intercept: fc.boolean(),
    fixed: fc.uniqueArray(product([...NUMBERS, 'f', 'h', 'nested'], 2), { maxLength: 3, selector: (one) => [...one].sort().join(' ') }),
    offsets: fc.constant([] as string[]),
    random: fc.array(part, { minLength: 1, maxLength: 2 }),
  }),
});

describe('a formula on a bad table', () => {
  it('is refused where the fixed effects are as many as the rows, and fitted with a row more', async () => {
    const formula: Formula = {
      response: { kind: 'column', name: 'y' },
      intercept: false,
      fixed: [['row']],
      offsets: [],
      random: [{ intercept: true, slopes: [], correlated: true, group: ['g'] }],
    };
    const columns = { ...table(8, 3, 'gaussian'), row: { codes: [0, 1, 2, 3, 4, 5, 6, 7], labels: [...'abcdefgh'] } };
    const fitted = async (data: GoldenTable, reml: boolean) =>
      fitLinear(modelOf(formula, frameOfColumns(data), 'gaussian'), { reml }, async () => {});
    for (const reml of [true, false]) {
      await expect(fitted(columns, reml)).rejects.toThrow('The fixed effects are 8 coefficients on 8 rows: they give every response');
      const twice = { ...columns, row: { codes: [0, 1, 2, 3, 4, 5, 6, 6], labels: [...'abcdefg'] } };
      expect((await fitted(twice, reml)).fixed.every(({ estimate }) => Number.isFinite(estimate))).toBe(true);
    }
  });

  it('gives finite numbers, or a sentence', async () => {
    const seen = { fitted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, seed, family, formula }) => {
        try {
          const model = modelOf(formula satisfies Formula, frameOfColumns(table(rows, seed, family)), family);
          const breathe = async (): Promise<void> => {};
          const fit = family === 'gaussian' ? await fitLinear(model, { reml: true }, breathe) : await fitGeneralised(model, { nodes: 1 }, breathe);
          seen.fitted++;
          for (const { estimate, standardError, note } of fit.fixed) {
            expect(estimate === null ? note : Number.isFinite(estimate)).toBeTruthy();
            if (standardError !== null) expect(Number.isFinite(standardError)).toBe(true);
          }
          if (!fit.converged || fit.residual === 0) expect(fit.notes.join(' ')).toMatch(/converge|no residual/);
          else for (const { covariance } of fit.random) for (const value of covariance) expect(Number.isFinite(value)).toBe(true);
        } catch (failure) {
          if (!(failure instanceof LabFailure)) throw failure;
          seen.refused++;
          expect(failure.message).toMatch(/^\S.*\.$/s);
          expect(failure.hint).toMatch(/^\S.*\.$/s);
        }
      }),
      {
        numRuns: 40,
        // As many coefficients as rows: a case that random tables seldom hold.
        examples: [
          [
            {
              rows: 6,
              seed: 15,
              family: 'gaussian',
              formula: {
                response: { kind: 'column', name: 'y' },
                intercept: false,
                fixed: [['twice'], ['nested']],
                offsets: [],
                random: [{ intercept: false, slopes: [['x']], correlated: false, group: ['f'] }],
              },
            },
          ],
        ],
      },
    );
    expect(seen.fitted).toBeGreaterThan(5);
    expect(seen.refused).toBeGreaterThan(5);
  });
});
