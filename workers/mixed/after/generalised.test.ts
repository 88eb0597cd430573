import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { endlessEffects, estimateGeneralised, type GeneralisedFormula, tellGeneralised } from '../formula/fit-generalised';
import { modelOf } from '../formula/model';
import { parseFormula } from '../formula/parse';
import { frameOfColumns, type GoldenTable } from '../formula/testing';
import { GeneralisedTermModel } from '../terms/generalised';
import { percentileIntervals } from './bootstrap';
import { binomialCount, drawGeneralised } from './draw';
import { bootstrapGeneralised, refitGeneralised } from './generalised-bootstrap';
import { generalisedProfiles } from './generalised-profile';

interface Design {
  formula: string;
  family: 'binomial' | 'poisson' | 'negative-binomial';
  table: GoldenTable;
}
const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../golden/${name}.json`, import.meta.url), 'utf8'));
const { designs } = read('lme4-glmm') as { designs: Record<string, Design> };
/** By lme4 (golden/make/lme4-glmm-after.R). */
const golden = read('lme4-glmm-after') as {
  profiles: { design: string; nodes: number; names: string[]; low: number[]; high: number[] }[];
  correlations: { design: string; effects: string[]; end: number }[];
  spreads: { design: string; refits: number; mean: number[]; sd: number[] }[];
};

const atOnce = async (): Promise<void> => {};
function fitted(name: string, nodes = 1): Promise<GeneralisedFormula> {
  const { formula, table, family } = designs[name];
  return estimateGeneralised(modelOf(parseFormula(formula), frameOfColumns(table), family), { nodes }, atOnce);
}

describe('profile intervals of generalised models are those of lme4', () => {
  it.each(golden.profiles)('$design, $nodes nodes: $names', async ({ design, nodes, names, low, high }) => {
    const found = await generalisedProfiles(await fitted(design, nodes), 1.959963985, atOnce);
    for (const [at, label] of names.entries()) {
      const [, kind, effect, group] = /^(?:(sd|cor)_)?(.*?)(?:\|(.*))?$/.exec(label) ?? [];
      // lme4 interpolates a correlation through too few points; its deviance gives the ends below.
      if (kind === 'cor') continue;
      const own = found.find(({ parameter }) => {
        if (parameter.kind === 'shape') return label === 'shape';
        if (parameter.kind === 'fixed') return kind === undefined && label === parameter.effects[0];
        return parameter.kind === 'deviation' && parameter.group === group && parameter.effects[0] === effect;
      });
      // It reads its ends from a spline through a few points: within a thousandth of the interval.
      const near = 1e-3 * (high[at] - low[at]);
      for (const [end, theirs] of [
        [own?.low, low[at]],
        [own?.high, high[at]],
      ] as const)
        expect(Math.abs((end ?? Number.NaN) - theirs), `${label}: ${end} for ${theirs}`).toBeLessThan(near);
    }
  });
});

it.each(golden.correlations)(
  'an end of the correlation of $effects of $design is where its deviance has risen enough',
  async ({ design, effects, end }) => {
    const found = await generalisedProfiles(await fitted(design), 1.959963985, atOnce);
    const own = found.find(({ parameter }) => parameter.kind === 'correlation');
    expect(own?.parameter.effects).toEqual(effects);
    const ends = [own?.low ?? Number.NaN, own?.high ?? Number.NaN];
    const near = ends.filter((value) => Math.abs(value - end) < 1e-3);
    // The other end is as far as a correlation goes.
    const bound = ends.filter((value) => Math.abs(value) === 1);
    expect([near.length, bound.length], ends.join()).toEqual([1, 1]);
  },
);

describe('an effect that runs off to infinity', () => {
  const rows = Array.from({ length: 90 }, (_, i) => i);
  const f = rows.map((i) => Math.floor(i / 9) % 3);
  const numbers = rows.map((i) => ((i * 7) % 11) / 5 - 1);
  const score = (i: number): number => (((i * 7919 + i * i * 31) % 97) / 97) * 6 + 2 * numbers[i] + 1.2 * ((i % 9) % 4);
  const table = (own: number): GoldenTable => ({
    y: { numbers: rows.map((i) => (f[i] === 2 ? own : Number(score(i) > 4.5))) },
    x: { numbers },
    f: { codes: f, labels: ['f0', 'f1', 'f2'] },
    g: { codes: rows.map((i) => i % 9), labels: rows.slice(0, 9).map((i) => `g${i}`) },
  });
  const fitTo = (own: number) =>
    estimateGeneralised(modelOf(parseFormula('y ~ x + f + (1 | g)'), frameOfColumns(table(own)), 'binomial'), { nodes: 1 }, atOnce);

  it('has a profile interval without an end on that side', async () => {
    const separated = (await generalisedProfiles(await fitTo(1), 1.959963985, atOnce)).find(({ parameter }) => parameter.effects[0] === 'ff2');
    // Where glmer's deviance with the offset v·f2 is 3.841459 above that of the rows without f2, by uniroot.
    expect(separated?.low).toBeCloseTo(3.29805043, 4);
    expect([separated?.estimate, separated?.high]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    const falling = (await generalisedProfiles(await fitTo(0), 1.959963985, atOnce)).find(({ parameter }) => parameter.effects[0] === 'ff2');
    expect([falling?.estimate, falling?.low]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(Number.isFinite(falling?.high)).toBe(true);
  });

  it('has no interval by refits; the others hold their estimates', async () => {
    const state = await bootstrapGeneralised(await fitTo(1), { times: 40, seed: 1 }, atOnce);
    expect(state.parameters.flatMap(({ kind, effects }) => (kind === 'fixed' ? effects : []))).toEqual(['(Intercept)', 'x', 'ff1']);
    for (const [at, { low, high }] of percentileIntervals(state, 0.95).entries())
      expect(low <= state.estimates[at] && state.estimates[at] <= high).toBe(true);
  });

  it('takes the intercept along where it is what others are compared with', async () => {
    // The likelihood of a reference level without counts rises as the intercept falls.
    const zeros = { ...table(0), y: { numbers: rows.map((i) => (f[i] === 0 ? 0 : (i * 5) % 4)) } };
    const model = modelOf(parseFormula('y ~ f + (1 | g)'), frameOfColumns(zeros), 'poisson');
    const fit = await estimateGeneralised(model, { nodes: 1 }, atOnce);
    expect(endlessEffects(model, fit.fit)).toEqual([0, 1, 2]);
    const told = tellGeneralised(fit);
    expect(told.fixed.map(({ estimate }) => estimate)).toEqual([null, null, null]);
    expect(told.notes.filter((note) => note.startsWith('Separation')).length).toBe(2);
  });
});

describe('the parametric bootstrap of a generalised model', () => {
  it('fits each drawn response as a fit from the beginning would, and gives the response back', async () => {
    for (const name of ['cbpp', 'negative binomial']) {
      const own = await fitted(name);
      const { rows, point, fit, model } = own;
      rows.respond(drawGeneralised(own, new RandomStream(7, 'bootstrap 0')));
      const again = await refitGeneralised(rows, point, fit.shape, atOnce);
      const fresh = await new GeneralisedTermModel({ ...rows.given, y: drawGeneralised(own, new RandomStream(7, 'bootstrap 0')) }, { nodes: 1 }).fit(
        atOnce,
      );
      expect(Math.abs((again?.deviance ?? 0) - fresh.deviance)).toBeLessThan(1e-5);
      expect(again?.shape ?? 0).toBeCloseTo(fresh.shape ?? 0, 2);
      await bootstrapGeneralised(own, { times: 2, seed: 1 }, atOnce);
      expect(await rows.value(point, fit.shape, atOnce)).toBeCloseTo(fit.deviance, 7);
      expect(model.response.y).toBe(rows.given.y);
    }
  });

  it.each(golden.spreads)('of $design has the mean and the spread of lme4’s refits', async ({ design, refits, mean, sd }) => {
    const times = 150;
    const { values, parameters, failed } = await bootstrapGeneralised(await fitted(design), { times, seed: 3 }, atOnce);
    expect([parameters.length, failed]).toEqual([mean.length, 0]);
    for (const [at, theirs] of mean.entries()) {
      const own = Float64Array.from({ length: times }, (_, time) => values[time * mean.length + at]);
      const centre = own.reduce((sum, value) => sum + value, 0) / times;
      const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (times - 1));
      // Within four standard errors of a mean, and of a deviation, of so many refits.
      const both = Math.sqrt(1 / times + 1 / refits);
      expect(Math.abs(centre - theirs)).toBeLessThan(4 * sd[at] * both);
      expect(Math.abs(Math.log(spread / sd[at]))).toBeLessThan(4 * Math.sqrt(0.5) * both);
    }
  });

  it('leaves out refits that do not converge, and says how many', async () => {
    const own = await fitted('cbpp');
    const real = own.rows.evaluateAll.bind(own.rows);
    let refit = 0;
    own.rows.evaluateAll = async (point, shape, breathe) => {
      const at = await real(point, shape, breathe);
      return refit === 1 ? { ...at, value: Number.NaN } : at;
    };
    const state = await bootstrapGeneralised(own, { times: 3, seed: 1 }, atOnce, ({ done }) => {
      refit = done;
    });
    expect([state.done, state.failed]).toEqual([3, 1]);
    for (const { low, high } of percentileIntervals(state, 0.95)) expect(low < high).toBe(true);
  });

  it.each([
    [5, 0.3],
    [400, 0.02],
    [10_000, 0.7],
  ])('draws successes in %d trials of probability %d with their mean and variance', (n, p) => {
    const random = new RandomStream(4, 'binomial');
    const times = 4000;
    const drawn = Float64Array.from({ length: times }, () => binomialCount(n, p, random));
    const mean = drawn.reduce((sum, one) => sum + one, 0) / times;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / times;
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt((n * p * (1 - p)) / times));
    expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.12);
  });
});
