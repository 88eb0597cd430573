import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { GeneralisedTermModel } from '../terms/generalised';
import { differ } from '../terms/golden';
import { fitGeneralised } from './fit-generalised';
import { modelOf } from './model';
import { parseFormula } from './parse';
import type { Family } from './response';
import type { FormulaFit } from './result';
import { frameOfColumns, type GoldenTable } from './testing';

interface Fit {
  nodes: number;
  shape?: number;
  logLik: number;
  beta: number[];
  standardErrors: number[];
  terms: { group: string; covariance: number[]; effects: number[]; conditional: number[] }[];
}
interface People {
  people: { Anger: number[]; Gender: string[] };
  items: { btype: string[]; situ: string[] };
  answers: string[];
}
interface Design {
  formula: string;
  family: Family;
  table: GoldenTable | People;
  fits: Fit[];
}
/** Fits of glmer and glmer.nb (golden/make/lme4-glmm.R). */
const { designs } = JSON.parse(readFileSync(new URL('../../../golden/lme4-glmm.json', import.meta.url), 'utf8')) as {
  designs: Record<string, Design>;
};

/** Every person with every item, a row each. */
function answersTable({ people, items, answers }: People): GoldenTable {
  const count = items.btype.length;
  const rows = answers.length * count;
  const person = (at: number): number => Math.floor(at / count);
  const levels = (labels: readonly string[]): { codes: number[]; labels: string[] } => {
    const all = [...new Set(labels)].sort();
    return { codes: labels.map((label) => all.indexOf(label)), labels: all };
  };
  const of = <Value>(value: (at: number) => Value): Value[] => Array.from({ length: rows }, (_, at) => value(at));
  return {
    y: { numbers: of((at) => Number(answers[person(at)][at % count])) },
    Anger: { numbers: of((at) => people.Anger[person(at)]) },
    Gender: levels(of((at) => people.Gender[person(at)])),
    btype: levels(of((at) => items.btype[at % count])),
    situ: levels(of((at) => items.situ[at % count])),
    id: levels(of((at) => `p${person(at)}`)),
    item: levels(of((at) => `i${at % count}`)),
  };
}

const fitOf = (formula: string, table: GoldenTable, family: Family, nodes = 1): Promise<FormulaFit> =>
  fitGeneralised(modelOf(parseFormula(formula), frameOfColumns(table), family), { nodes }, async () => {});
const told = (fit: FormulaFit): number[] => fit.fixed.map(({ estimate }) => estimate ?? Number.NaN);

/**
 * glmer's standard errors are second differences of its deviance, which with two factors it knows to few
 * digits.
 */
const ROUGH: Record<string, number> = { VerbAgg: 1e-3, 'counts, crossed, exposure': 5e-3 };

const cases = Object.entries(designs).flatMap(([name, { fits }]) => fits.map(({ nodes }, at) => [name, nodes, at] as const));

describe('a generalised linear mixed model gives what glmer gives', () => {
  it.each(cases)('%s, %d nodes', async (name, nodes, at) => {
    const { formula, family, table, fits } = designs[name];
    const columns = 'people' in table && 'answers' in table ? answersTable(table as People) : (table as GoldenTable);
    const expected = fits[at];
    const fit = await fitOf(formula, columns, family, nodes);
    expect(fit.converged).toBe(true);
    expect(fit.fit?.logLikelihood).toBeCloseTo(expected.logLik, 4);
    expect(differ(told(fit), expected.beta)).toBeLessThan(1e-4);
    const errors = fit.fixed.map(({ standardError }) => standardError ?? Number.NaN);
    expect(differ(errors, expected.standardErrors)).toBeLessThan(ROUGH[name] ?? 1e-4);
    if (expected.shape !== undefined) expect(differ([fit.shape as number], [expected.shape])).toBeLessThan(1e-5);
    for (const { group, covariance, effects, conditional } of expected.terms) {
      const found = fit.random.find((one) => one.group === group);
      expect(differ(found?.covariance ?? [], covariance)).toBeLessThan(1e-4);
      // Levels of VerbAgg are in another order here.
      if (effects.length === 0 || name === 'VerbAgg') continue;
      const r = found?.effects.length ?? 0;
      expect(differ(found?.modes.flatMap(({ values }) => values) ?? [], effects)).toBeLessThan(1e-4);
      const variances = conditional.filter((_, place) => (place % (r * r)) % (r + 1) === 0);
      expect(differ(found?.modes.flatMap(({ standardErrors }) => standardErrors.map((error) => error ** 2)) ?? [], variances)).toBeLessThan(1e-4);
    }
  });
});

it('has R² on the scale of the logit; an AIC of its likelihood', async () => {
  const { formula, family, table } = designs.cbpp;
  const { fit } = await fitOf(formula, table as GoldenTable, family);
  // By R from glmer's estimates (tolPwrss = 1e-12).
  expect(fit?.marginal).toBeCloseTo(0.08541606, 5);
  expect(fit?.conditional).toBeCloseTo(0.18731454, 5);
  expect(fit?.aic).toBeCloseTo(194.05256, 4);
  expect(fit?.bic).toBeCloseTo(204.17932, 4);
});

const groups = Array.from({ length: 60 }, (_, i) => i % 6);
const g = { codes: groups, labels: ['a', 'b', 'c', 'd', 'e', 'f'] };
const x = { numbers: groups.map((_, i) => (i * 7) % 10) };

describe('what a generalised model cannot say is said in words', () => {
  it('separation: the effect has no estimate', async () => {
    const y = { numbers: x.numbers.map((value, i) => (value >= 5 || i === 21 ? 1 : 0)) };
    const cut = { numbers: x.numbers.map((value, i) => (value >= 5 || i === 21 ? 1 : 0)) };
    const { fixed, notes } = await fitOf('y ~ cut + (1 | g)', { y, cut, g }, 'binomial');
    expect(fixed[1].estimate).toBeNull();
    expect(notes).toContain(
      'Separation: cut divides the rows so that the response is the same on one side, and its effect has no finite estimate. Leave it out, or join its levels with others.',
    );
  });

  // By glmer on the rows without f2, which say nothing of the others: lme4 1.1, tolPwrss = 1e-12.
  it.each([
    [1, [-0.11764737, 1.49384423, 0.21585073], [0.61460626, 0.56029431, 0.63338469]],
    [9, [-0.11989726, 1.49334841, 0.21779251], [0.62564129, 0.56104409, 0.63369733]],
  ])('a level of which all rows are 1 leaves the other effects as they are without its rows, %d nodes', async (nodes, effects, errors) => {
    const rows = Array.from({ length: 90 }, (_, i) => i);
    const f = rows.map((i) => Math.floor(i / 9) % 3);
    const numbers = rows.map((i) => ((i * 7) % 11) / 5 - 1);
    const score = (i: number): number => (((i * 7919 + i * i * 31) % 97) / 97) * 6 + 2 * numbers[i] + 1.2 * ((i % 9) % 4);
    const table = {
      y: { numbers: rows.map((i) => (f[i] === 2 ? 1 : Number(score(i) > 4.5))) },
      x: { numbers },
      f: { codes: f, labels: ['f0', 'f1', 'f2'] },
      g: { codes: rows.map((i) => i % 9), labels: rows.slice(0, 9).map((i) => `g${i}`) },
    };
    const { fixed, notes } = await fitOf('y ~ x + f + (1 | g)', table, 'binomial', nodes);
    expect(fixed[3]).toMatchObject({ name: 'ff2', estimate: null, standardError: null, note: 'runs off to infinity (separation)' });
    expect(notes.some((note) => note.startsWith('Separation: ff2 divides the rows'))).toBe(true);
    for (const [at, effect] of effects.entries()) {
      expect(fixed[at].estimate).toBeCloseTo(effect, 4);
      expect(fixed[at].standardError).toBeCloseTo(errors[at], 3);
    }
  });

  it('one count that is not 0, at the end of a column of numbers, is a separation', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => i);
    const table = {
      y: { numbers: rows.map((i) => Number(i === 9)) },
      x: { numbers: rows.map((i) => i + 1) },
      g: { codes: rows.map((i) => Math.floor(i / 2)), labels: ['a', 'b', 'c', 'd', 'e'] },
    };
    const { fixed, notes } = await fitOf('y ~ x + (1 | g)', table, 'poisson');
    // The likelihood grows with the slope and has its supremum at infinity: e^{-1}, of the last row alone.
    expect(fixed[1].estimate).toBeNull();
    expect(notes.some((note) => note.startsWith('Separation: x divides the rows so that the count is always 0'))).toBe(true);
  });

  it('the error of a slope does not depend on where its column begins', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => i);
    const score = (i: number): number => (((i * 7919 + i * i * 31) % 997) / 997) * 4 + 0.1 * ((i * 7) % 23) + 0.6 * ((i % 20) % 5);
    const table = (first: number) => ({
      y: { numbers: rows.map((i) => Number(score(i) > 4)) },
      one: { numbers: rows.map(() => 1) },
      x: { numbers: rows.map((i) => first + ((i * 7) % 23)) },
      g: { codes: rows.map((i) => i % 20), labels: rows.slice(0, 20).map((i) => `g${i}`) },
    });
    const [near, far] = await Promise.all([0, 2000].map((first) => fitOf('y ~ 0 + one + x + (1 | g)', table(first), 'binomial')));
    const errors = [near, far].map(({ fixed }) => fixed[1].standardError ?? Number.NaN);
    expect(Math.abs(errors[1] / errors[0] - 1)).toBeLessThan(1e-7);
  });

  it('columns far from 0 that take each other away are no separation', async () => {
    const year = { numbers: groups.map((_, i) => 2000 + ((i * 7) % 10)) };
    const treat = { numbers: groups.map((_, i) => (i * 5 + Math.floor(i / 7)) % 2) };
    const y = { numbers: groups.map((_, i) => Number((i * 13) % 17 > 7)) };
    const { fixed, notes } = await fitOf('y ~ treat * year + (1 | g)', { y, treat, year, g }, 'binomial');
    expect(Math.abs(fixed[3].estimate ?? 0) * 2009).toBeGreaterThan(12);
    expect(fixed.every(({ estimate, standardError }) => estimate !== null && standardError !== null)).toBe(true);
    expect(notes.some((note) => note.startsWith('Separation'))).toBe(false);
  });

  it('estimates without a standard error are shown all the same', async () => {
    const real = GeneralisedTermModel.prototype.estimate;
    const none = vi.spyOn(GeneralisedTermModel.prototype, 'estimate').mockImplementation(async function (this: GeneralisedTermModel, breathe) {
      const estimate = await real.call(this, breathe);
      return { ...estimate, fit: { ...estimate.fit, betaCovariance: null } };
    });
    const { fixed } = await fitOf('y ~ x + (1 | g)', { y: { numbers: groups.map((_, i) => i % 3) }, x, g }, 'poisson');
    none.mockRestore();
    expect(fixed[1].estimate).not.toBeNull();
    expect(fixed[1].standardError).toBeNull();
    expect(fixed[1].note).toBe('no standard error: the likelihood has no curvature that gives one');
  });

  it('a category whose counts are all 0 has no estimate', async () => {
    const f = { codes: groups.map((_, i) => i % 3), labels: ['u', 'v', 'w'] };
    const y = { numbers: f.codes.map((code, i) => (code === 2 ? 0 : (i * 5) % 4)) };
    const { fixed, notes } = await fitOf('y ~ f + (1 | g)', { y, f, g }, 'poisson');
    expect(fixed.map(({ estimate }) => estimate === null)).toEqual([false, false, true]);
    expect(notes.some((note) => note.startsWith('Separation: fw divides the rows so that the count is always 0'))).toBe(true);
  });

  it('counts that vary as those of a Poisson distribution have no shape', async () => {
    const y = { numbers: groups.map((_, i) => 3 + (i % 2)) };
    const { shape, notes, fit } = await fitOf('y ~ 1 + (1 | g)', { y, g }, 'negative-binomial');
    expect(shape).toBeGreaterThan(1e4);
    expect(notes.some((note) => note.includes('no more than those of a Poisson distribution'))).toBe(true);
    const poisson = await fitOf('y ~ 1 + (1 | g)', { y, g }, 'poisson');
    expect(fit?.logLikelihood).toBeCloseTo(poisson.fit?.logLikelihood ?? 0, 2);
  });

  it.each([
    ['y ~ x + (1 | g)', 'binomial', 1, 'The response y has the value 2, and the binomial family needs 0 and 1.'],
    ['half ~ x + (1 | g)', 'poisson', 1, 'half is 0.5 in row 2, which is no count.'],
    ['y ~ 1 + (1 | g) + (1 | h)', 'poisson', 9, 'Adaptive quadrature is for one random effect of one grouping factor, and the formula has more.'],
    ['cbind(y, half) ~ 1 + (1 | g)', 'poisson', 1, 'cbind(successes, failures) is a response of the binomial family, not of the poisson one.'],
    ['one ~ 1 + (1 | row)', 'binomial', 1, 'Every level of row has one row, and a binary response does not determine their variance.'],
  ] as const)('%s, %s, %d nodes is refused', async (formula, family, nodes, message) => {
    const table = {
      y: { numbers: groups.map((_, i) => i % 3) },
      half: { numbers: groups.map((_, i) => i / 2) },
      one: { numbers: groups.map((_, i) => i % 2) },
      x,
      g,
      h: { codes: groups.map((_, i) => i % 4), labels: ['p', 'q', 'r', 's'] },
      row: { codes: groups.map((_, i) => i), labels: groups.map((_, i) => `r${i}`) },
    };
    await expect(async () => fitOf(formula, table, family, nodes)).rejects.toThrow(message);
  });
});
