import { describe, expect, it } from 'vitest';
import { differ, type GoldenDesign, goldenDesigns } from '../terms/golden';
import { fitLinear } from './fit';
import { modelOf } from './model';
import { parseFormula } from './parse';
import { frameOfColumns } from './testing';

const designs = goldenDesigns();
const sleep = designs.sleepstudy.table;
const atOnce = async (): Promise<void> => {};

const told = (formula: string, table: GoldenDesign['table'], reml = true) =>
  fitLinear(modelOf(parseFormula(formula), frameOfColumns(table), 'gaussian'), { reml }, atOnce);

describe('a formula on a table gives what lme4 gives', () => {
  it.each(Object.keys(designs))('%s', async (name) => {
    const design = designs[name];
    const model = modelOf(parseFormula(design.formula), frameOfColumns(design.table), 'gaussian');
    expect(model.names).toEqual(design.names);
    const fit = await fitLinear(model, { reml: true }, atOnce);
    const { beta, standardErrors, terms, logLik, AIC, BIC, residualVariance } = design.reml;
    expect(
      differ(
        fit.fixed.map(({ estimate }) => estimate as number),
        beta,
      ),
    ).toBeLessThan(1e-6);
    expect(
      differ(
        fit.fixed.map(({ standardError }) => standardError as number),
        standardErrors,
      ),
    ).toBeLessThan(1e-5);
    expect(fit.fit?.logLikelihood).toBeCloseTo(logLik, 6);
    expect(fit.fit?.aic).toBeCloseTo(AIC, 5);
    expect(fit.fit?.bic).toBeCloseTo(BIC, 5);
    expect(differ([(fit.residual as number) ** 2], [residualVariance])).toBeLessThan(1e-5);
    // lme4 has terms in the order of their numbers of levels, the lab in that of the formula.
    for (const [k, own] of design.terms.entries()) {
      const found = fit.random.find(
        ({ effects, levels }) =>
          effects.length === own.columns.length && effects.every((one, a) => one === own.columns[a]) && levels === own.levels.length,
      );
      const none = 1e-6 * residualVariance;
      expect(differ(found?.covariance ?? [], terms[k].covariance, none)).toBeLessThan(1e-4);
      // Levels of pairs are in another order here.
      if (!found || found.group.includes(':')) continue;
      const r = own.columns.length;
      expect(
        differ(
          found.modes.flatMap(({ values }) => values),
          terms[k].effects,
          Math.sqrt(none),
        ),
      ).toBeLessThan(1e-4);
      const variances = terms[k].conditional.filter((_, place) => (place % (r * r)) % (r + 1) === 0);
      expect(
        differ(
          found.modes.flatMap(({ standardErrors }) => standardErrors.map((error) => error ** 2)),
          variances,
          none,
        ),
      ).toBeLessThan(1e-4);
    }
  });

  it('has R² by the mean variance of the levels over the rows, and correlations', async () => {
    const { fit, random } = await told('Reaction ~ Days + (Days | Subject)', sleep);
    // By R from lme4's estimates (tolerances of 1e-14).
    expect(fit?.marginal).toBeCloseTo(0.2786520335, 6);
    expect(fit?.conditional).toBeCloseTo(0.7992189059, 6);
    const [{ correlations }] = random;
    expect(differ(correlations, [1, 0.0655513776, 0.0655513776, 1])).toBeLessThan(1e-4);
  });

  it('takes an offset off the response', async () => {
    const ten = { numbers: (sleep.Days as { numbers: number[] }).numbers.map((days) => 10 * days) };
    const { fit, fixed } = await told('Reaction ~ 1 + offset(ten) + (1 | Subject)', { ...sleep, ten });
    // lme4's.
    expect(fit?.logLikelihood).toBeCloseTo(-894.101726204, 6);
    expect(fixed[0].estimate).toBeCloseTo(253.5078917, 6);
  });
});
const few = {
  y: { numbers: [1, 2, 4, 3, 5, 7, 6, 9] },
  x: { numbers: [1, 1, 2, 2, 3, 3, 4, 4] },
  z: { numbers: [1, 2, 1, 2, 1, 2, 1, 2] },
  twice: { numbers: [2, 4, 2, 4, 2, 4, 2, 4] },
  one: { numbers: [3, 3, 3, 3, 3, 3, 3, 3] },
  gap: { numbers: [1, Number.NaN, 1, 2, 1, 2, 1, 2] },
  g: { codes: [0, 0, 1, 1, 2, 2, 3, 3], labels: ['a', 'b', 'c', 'd'] },
  h: { codes: [3, 3, 2, 2, 1, 1, 0, 0], labels: ['p', 'q', 'r', 's'] },
  row: { codes: [0, 1, 2, 3, 4, 5, 6, 7], labels: ['0', '1', '2', '3', '4', '5', '6', '7'] },
  all: { codes: [0, 0, 0, 0, 0, 0, 0, 0], labels: ['k'] },
};

describe('what the rows cannot tell', () => {
  it.each([
    ['y ~ x', 'The formula has no random part, so it is no mixed model.'],
    ['y ~ v + (1 | g)', 'The table has no column v, which the formula names.'],
    ['g ~ x + (1 | h)', 'The response g is a column of levels, and the gaussian family needs numbers.'],
    ['one ~ x + (1 | g)', 'one is 3 in every row, so there is nothing to explain.'],
    ['y ~ z + (1 | all)', 'The grouping factor all has one level in these rows, and a variance needs at least two.'],
    ['y ~ z + (1 | row)', 'The random part (1 | row) has 8 effects on 8 rows: they cannot be told from the residual.'],
    ['y ~ z + (1 + z | g)', 'The random part (1 + z | g) has 8 effects on 8 rows: they cannot be told from the residual.'],
    ['y ~ z + (1 | g) + (1 | g)', 'g has random intercepts twice.'],
    ['y ~ z + (1 | g) + (1 | h)', 'The levels of g and h divide the rows alike, so their intercepts cannot be told apart.'],
    ['y ~ g + (1 | h)', 'The levels of h are given by the fixed effects of g, so their variance is not determined.'],
  ])('%s is refused in a sentence', async (formula, message) => {
    await expect(async () => told(formula, few)).rejects.toThrow(message);
  });

  it('a slope that does not vary within a level, or that others give, is refused by name', async () => {
    const rows = { ...sleep, half: { numbers: Array.from({ length: 180 }, (_, i) => Math.floor(i / 10)) } };
    await expect(async () => told('Reaction ~ Days + (half | Subject)', rows)).rejects.toThrow(
      'half does not vary within any level of Subject, so its slopes cannot be told from the intercepts.',
    );
    const twice = { ...sleep, twice: { numbers: Array.from({ length: 180 }, (_, i) => 2 * (i % 10)) } };
    await expect(async () => told('Reaction ~ Days + (Days + twice | Subject)', twice)).rejects.toThrow(
      'In the random part of Subject, twice is a combination of (Intercept) and Days in these rows.',
    );
  });

  it('a factor that is a combination of others is left out as a fixed effect, and refused beside them as a random one', async () => {
    const code = (of: (i: number) => number, labels: string[]) => ({ codes: Array.from({ length: 180 }, (_, i) => of(i)), labels });
    const [a, b] = [code((i) => i % 2, ['a1', 'a2']), code((i) => Math.floor(i / 2) % 2, ['b1', 'b2'])];
    const both = code((i) => (i % 2) + 2 * (Math.floor(i / 2) % 2), ['k', 'l', 'm', 'n']);
    const table = { ...sleep, a, b, both };
    const { fixed } = await told('Reaction ~ a * b + both + (1 | Subject)', table);
    expect(fixed.filter(({ estimate }) => estimate === null).map(({ name, note }) => `${name} ${note}`)).toEqual([
      'bothm left out: a combination of aa2, bb2 and bothl',
      'bothn left out: a combination of aa2 and bothl',
      'aa2:bb2 left out: a combination of aa2 and bothl',
    ]);
    await expect(async () => told('Reaction ~ Days + (1 | a:b) + (1 | both)', table)).rejects.toThrow(
      'The levels of a:b and both divide the rows alike, so their intercepts cannot be told apart.',
    );
  });

  it('levels in which a slope does not vary are counted, and predicted from the others', async () => {
    const days = sleep.Days as { numbers: number[] };
    // The first two persons have one value each.
    const table = { ...sleep, Days: { numbers: days.numbers.map((value, i) => (i < 20 ? 4 : value)) } };
    const { notes, random, converged } = await told('Reaction ~ Days + (1 + Days | Subject)', table);
    expect(converged).toBe(true);
    expect(notes).toContain('In 2 levels of Subject of 18 the slopes do not show by themselves; they are predicted from the others.');
    expect(random[0].modes.every(({ values }) => values.every(Number.isFinite))).toBe(true);
  });

  it('slopes of a category of which each level holds a part are told from the levels together', async () => {
    const of = (value: (g: number, k: number) => number): number[] => Array.from({ length: 144 }, (_, i) => value(Math.floor(i / 12), i % 12));
    const f = of((g, k) => (g + (k % 2)) % 3);
    const y = of((g, k) => ((k * 7 + g * 5) % 11) / 3 + ((g * g * 3) % 7) * 0.8 + f[g * 12 + k] * (((g * 5) % 7) - 3) * 0.5);
    const table = {
      y: { numbers: y },
      f: { codes: f, labels: ['u', 'v', 'w'] },
      g: { codes: of((g) => g), labels: Array.from({ length: 12 }, (_, g) => `g${g}`) },
      // A level of its own for whole levels of g.
      pure: { codes: of((g, k) => (g < 3 ? 2 : k % 2)), labels: ['u', 'v', 'w'] },
    };
    const { fit, notes } = await told('y ~ 1 + (1 + f | g)', table);
    // lme4's.
    expect(fit?.logLikelihood).toBeCloseTo(-251.825971871, 4);
    expect(notes).toContain('No level of g shows all of its effects by itself; each is predicted from what the others show.');
    await expect(async () => told('y ~ 1 + (1 + pure | g)', table)).rejects.toThrow('purew does not vary within any level of g');
  });

  it('a random part that fits into no memory is refused before it takes any', async () => {
    const rows = Array.from({ length: 10_001 }, (_, i) => i);
    const table = {
      y: { numbers: rows.map((i) => i % 7) },
      row: { codes: rows, labels: rows.map(String) },
      g: { codes: rows.map((i) => i % 5), labels: ['a', 'b', 'c', 'd', 'e'] },
    };
    await expect(async () => told('y ~ 1 + (row | g)', table)).rejects.toThrow('The random part of g has 10,000 slopes on 10,001 rows');
  });

  it('columns of the fixed effects that others give are left out, each with its reason', async () => {
    const { fixed, notes } = await told('y ~ z + twice + one + (1 | g)', few);
    expect(fixed.map(({ note }) => note)).toEqual([undefined, undefined, 'left out: a combination of z', 'left out: it is the same in every row']);
    expect(fixed[2].estimate).toBeNull();
    expect(notes).toEqual([]);
  });

  it('an exact fit has no errors, no likelihood and no residual, and says so', async () => {
    const table = { ...few, y: { numbers: few.z.numbers.map((z, i) => 3 * z + [4, -1, 2, 7][few.g.codes[i]]) } };
    const { fixed, fit, residual, notes } = await told('y ~ z + (1 | g)', table);
    expect(fixed[1].estimate).toBeCloseTo(3, 6);
    expect([fixed[1].standardError, fixed[1].statistic, fit, residual]).toEqual([null, null, null, 0]);
    expect(notes[0]).toMatch(/^The fixed effects and the levels give the response of every row/);
  });

  it('rows with gaps are left out and counted; singular fits are said in words', async () => {
    const { rows, notes } = await told('y ~ gap + (1 | g)', few);
    expect(rows).toBe(7);
    expect(notes[0]).toBe('1 of 8 rows lack a value that the formula names and are left out.');
    const flat = designs['slopes without variance'];
    expect((await told(flat.formula, flat.table)).notes.at(-1)).toMatch(
      /^Singular fit: the random part \(1 \+ x \| g\) has effects that determine each other/,
    );
    const nothing = designs['nothing varies'];
    expect((await told(nothing.formula, nothing.table, false)).notes).toContain(
      'Singular fit: between the levels of g, (Intercept) does not vary; the variance is estimated as 0.',
    );
  });
});

describe('without an intercept a response far from 0 is fitted as one near it', () => {
  const days = (sleep.Days as { numbers: number[] }).numbers;
  const reaction = (sleep.Reaction as { numbers: number[] }).numbers;
  const half = { codes: days.map((day) => (day > 4 ? 1 : 0)), labels: ['early', 'late'] };
  const at = (far: number) => ({ ...sleep, half, Reaction: { numbers: reaction.map((value) => value + far) } });
  // lmer of lme4 1.1 of sleepstudy with these halves. What is added is a combination of the columns of X:
  // it adds to the two halves, and neither likelihood nor anything else changes.
  it.each([
    [true, [252.46935167, 258.32270917, 9.58041361], [9.89798296, 14.78125474, 1.63649643], 37.1188879, 31.0503366, -889.8795397],
    [false, [252.46935167, 258.32270917, 9.58041361], [9.65513397, 14.56877457, 1.62636323], 36.0152851, 30.8580726, -896.8432992],
  ])('REML %s', async (reml, effects, errors, deviation, residual, logLikelihood) => {
    const shares: (number | null | undefined)[] = [];
    for (const far of [0, 1e7, -1e9]) {
      const fit = await told('Reaction ~ 0 + half + Days + (1 | Subject)', at(far), reml);
      expect(fit.converged).toBe(true);
      for (const [k, effect] of effects.entries()) {
        expect((fit.fixed[k].estimate ?? Number.NaN) - (k < 2 ? far : 0)).toBeCloseTo(effect, 4);
        expect(fit.fixed[k].standardError).toBeCloseTo(errors[k], 4);
      }
      expect(fit.random[0].deviations[0]).toBeCloseTo(deviation, 4);
      expect(fit.residual).toBeCloseTo(residual, 4);
      expect(fit.fit?.logLikelihood).toBeCloseTo(logLikelihood, 5);
      shares.push(fit.fit?.marginal);
    }
    for (const share of shares) expect(share).toBeCloseTo(shares[0] ?? Number.NaN, 5);
  });

  it('with an offset, and exact where the fixed effects give every row', async () => {
    const far = at(1e7);
    const table = { ...far, mean: { numbers: far.Reaction.numbers.map(() => 1e7) } };
    const { fixed } = await told('Reaction ~ 0 + half + Days + offset(mean) + (1 | Subject)', table);
    expect(fixed[0].estimate).toBeCloseTo(252.46935167, 4);
    const exact = await told('Reaction ~ 0 + half + Days + (1 | Subject)', {
      ...far,
      Reaction: { numbers: days.map((day, i) => 1e6 + 3.3 * day + 0.7 * half.codes[i]) },
    });
    expect(exact.residual).toBe(0);
    expect(exact.fixed.map(({ estimate }) => estimate?.toFixed(4))).toEqual(['1000000.0000', '1000000.7000', '3.3000']);
  });
});
