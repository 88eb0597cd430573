import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { estimateLinear } from '../formula/fit';
import { fitGeneralised } from '../formula/fit-generalised';
import { modelOf } from '../formula/model';
import { parseFormula } from '../formula/parse';
import { frameOfColumns, type GoldenTable } from '../formula/testing';
import { differ, goldenDesigns } from '../terms/golden';
import { LinearTermModel } from '../terms/linear';
import { bootstrapLinear, emptyValues, percentileIntervals } from './bootstrap';
import { aboveChiSquare } from './chi-square';
import { drawResponse } from './draw';
import { parametersOf, valuesOf } from './parameters';
import { profileIntervals } from './profile';
import { SharedRefits } from './shared-refits';
import { generalisedDeviances, linearDeviances, varianceTests } from './variance-tests';

/** By lme4 (golden/make/lme4-after.R), on tables of lme4-terms.json. */
const golden = JSON.parse(readFileSync(new URL('../../../golden/lme4-after.json', import.meta.url), 'utf8')) as {
  profiles: Record<string, { names: string[]; low: number[]; high: number[] }>;
  ratios: { design: string; without: string; ml: [number, number]; reml: [number, number] }[];
};
/** lme4's Dyestuff2: six batches of five yields whose variance between batches is estimated as 0. */
const DYESTUFF = [
  7.298, 3.846, 2.434, 9.566, 7.99, 5.22, 6.556, 0.608, 11.788, -0.892, 0.11, 10.386, 13.434, 5.51, 8.166, 2.212, 4.852, 7.092, 9.288, 4.98, 0.282,
  9.014, 4.458, 9.446, 7.198, 1.722, 4.782, 8.106, 0.758, 3.758,
];
/** Ends of lme4's profiles of it: the batches, the residual and the mean. */
const DYESTUFF_ENDS = [
  [0, 2.0840435],
  [2.892831, 4.8158326],
  [4.3121002, 7.0190923],
];
const designs = goldenDesigns();
const atOnce = async (): Promise<void> => {};
const fitted = (name: string, reml: boolean) =>
  estimateLinear(modelOf(parseFormula(designs[name].formula), frameOfColumns(designs[name].table), 'gaussian'), { reml }, atOnce);

describe('profile intervals are those of lme4', () => {
  it.each(Object.keys(golden.profiles))('%s', async (name) => {
    const { names, low, high } = golden.profiles[name];
    const found = await profileIntervals(await fitted(name, true), 1.959963985, atOnce);
    expect(found).toHaveLength(names.length);
    for (const [at, label] of names.entries()) {
      const [, kind, effect, group] = /^(?:(sd|cor)_)?(.*?)(?:\|(.*))?$/.exec(label) ?? [];
      const own = found.find(({ parameter }) => {
        if (parameter.kind === 'residual') return label === 'sigma';
        if (parameter.kind === 'fixed') return kind === undefined && label === parameter.effects[0];
        // lme4 has the levels of a pair the other way round.
        const sameGroup = parameter.group === group || parameter.group === group?.split(':').reverse().join(':');
        return sameGroup && (parameter.kind === 'correlation') === (kind === 'cor') && (kind === 'cor' || parameter.effects[0] === effect);
      });
      // lme4 reads its ends from a spline through a few points, which shows where a profile bends.
      const rough = kind === 'cor' ? 1e-2 : 3e-4;
      expect(Math.abs((own?.low ?? Number.NaN) - low[at])).toBeLessThan(rough * Math.max(1e-3, Math.abs(low[at])));
      expect(Math.abs((own?.high ?? Number.NaN) - high[at])).toBeLessThan(rough * Math.abs(high[at]));
    }
  });
});

it('profiles and refits without an intercept follow a response that is far from 0', async () => {
  const { table } = designs.sleepstudy;
  const { numbers } = table.Reaction as { numbers: number[] };
  const half = { codes: (table.Days as { numbers: number[] }).numbers.map((day) => (day > 4 ? 1 : 0)), labels: ['early', 'late'] };
  const fitAt = (far: number) => {
    const columns = { ...table, half, Reaction: { numbers: numbers.map((value) => value + far) } };
    return estimateLinear(modelOf(parseFormula('Reaction ~ 0 + half + (1 | Subject)'), frameOfColumns(columns), 'gaussian'), { reml: true }, atOnce);
  };
  const [near, away] = [await fitAt(0), await fitAt(1e7)];
  const apart = (kind: string): number => (kind === 'fixed' ? 1e7 : 0);
  const profiles = [await profileIntervals(near, 1.96, atOnce), await profileIntervals(away, 1.96, atOnce)];
  for (const [at, { parameter, estimate, low, high }] of profiles[0].entries())
    for (const [own, theirs] of [
      [profiles[1][at].estimate, estimate],
      [profiles[1][at].low, low],
      [profiles[1][at].high, high],
    ])
      expect(own - apart(parameter.kind)).toBeCloseTo(theirs, 2);
  // The same drawings: what is added to the response is added to every refit.
  const refits = [await bootstrapLinear(near, { times: 5, seed: 1 }, atOnce), await bootstrapLinear(away, { times: 5, seed: 1 }, atOnce)];
  const { parameters, values } = refits[0];
  for (const [at, value] of values.entries()) expect(refits[1].values[at] - apart(parameters[at % parameters.length].kind)).toBeCloseTo(value, 3);
});

it('a deviation whose correlation is −1 has an end, 0 where the likelihood does not leave before it', async () => {
  const found = await profileIntervals(await fitted('slopes without variance', true), 1.959963985, atOnce);
  const slopes = found.find(({ parameter }) => parameter.kind === 'deviation' && parameter.effects[0] === 'x');
  expect(slopes?.low).toBe(0);
  // lme4's search of the others ends at 0.3182, where the deviance has not risen as far.
  expect(slopes?.high).toBeGreaterThan(0.3182);
  expect(slopes?.high).toBeLessThan(0.5);
});

describe('likelihood ratios of variances against their boundary mixture', () => {
  it.each(golden.ratios)('$design against $without', async ({ design, without, ml, reml }) => {
    for (const [estimator, [ratio, pValue]] of [['ml', ml] as const, ['reml', reml] as const]) {
      const { model, estimate, y } = await fitted(design, estimator === 'reml');
      const tests = await varianceTests(model, estimate.fit.deviance, linearDeviances(model, y, estimator === 'reml', atOnce));
      const gone = tests.find(({ ratio: own, pValue: p }) => Math.abs((own ?? -1) - ratio) < 1e-5 && Math.abs((p ?? -1) - pValue) <= 1e-5 * pValue);
      expect(gone, `${estimator}: ${without}`).toBeDefined();
    }
  });

  it('slopes of a category go together, with a cautious p value', async () => {
    const { model, estimate, y } = await fitted('Machines', false);
    const [test, ...others] = await varianceTests(model, estimate.fit.deviance, linearDeviances(model, y, false, atOnce));
    expect(others).toEqual([]);
    expect([test.effects, test.parameters]).toEqual([['MachineB', 'MachineC'], 5]);
    expect(test.pValue).toBeCloseTo(aboveChiSquare(test.ratio ?? 0, 5), 12);
  });

  it('rounding is no ratio, and a search that did not end gives none', async () => {
    const { model, estimate } = await fitted('sleepstudy', true);
    const { deviance } = estimate.fit;
    for (const rounding of [-1e-10, 1e-10]) {
      const [test] = await varianceTests(model, deviance, async () => ({ deviance: deviance + rounding, converged: true }));
      expect([test.ratio, test.pValue]).toEqual([0, 1]);
    }
    for (const reduced of [
      { deviance: deviance + 5, converged: false },
      { deviance: Number.NaN, converged: true },
    ]) {
      const [test] = await varianceTests(model, deviance, async () => reduced);
      expect([test.ratio, test.pValue]).toEqual([null, null]);
      expect(test.note).toMatch(/^no ratio: /);
    }
  });

  it('of a generalised model compare deviances of the same approximation', async () => {
    const { designs: counted } = JSON.parse(readFileSync(new URL('../../../golden/lme4-glmm.json', import.meta.url), 'utf8')) as {
      designs: Record<string, { formula: string; table: GoldenTable }>;
    };
    const { formula, table } = counted['counts, one factor'];
    const model = modelOf(parseFormula(formula), frameOfColumns(table), 'poisson');
    const fit = await fitGeneralised(model, { nodes: 9 }, atOnce);
    const [test] = await varianceTests(model, -2 * (fit.fit?.logLikelihood ?? 0), generalisedDeviances(model, 9, atOnce));
    // Without the term it is R's glm(y ~ x, poisson), whose log likelihood is −345.6772370143.
    expect(test.ratio).toBeCloseTo(2 * ((fit.fit?.logLikelihood ?? 0) + 345.6772370143), 6);
    expect(test.pValue).toBeCloseTo(aboveChiSquare(test.ratio ?? 0, 1) / 2, 20);
  });

  it.each([
    [3.841458821, 1, 0.05],
    [5.991464547, 2, 0.05],
    [0.02, 3, 0.9992521],
    [60, 4, 2.900865e-12],
  ])('P(χ² > %d) with %d degrees of freedom is %d', (x, freedom, expected) => {
    expect(aboveChiSquare(x, freedom) / expected).toBeCloseTo(1, 4);
  });
});

describe('the parametric bootstrap', () => {
  it('fits each drawn response as a fit from the beginning would, and gives the response back', async () => {
    const own = await fitted('crossed, a giant level with slopes', true);
    const before = own.estimate.rows.sums.sides.slice();
    const { parameters, values } = await bootstrapLinear(own, { times: 4, seed: 7 }, atOnce);
    expect(differ(own.estimate.rows.sums.sides, before)).toBeLessThan(1e-13);
    for (let time = 0; time < 4; time++) {
      const y = drawResponse(own, new RandomStream(7, `bootstrap ${time}`));
      const again = await new LinearTermModel({ ...own.estimate.rows.data, y }, { reml: true }).estimate(atOnce);
      const expected = valuesOf(own, parameters, again.rows, {
        theta: again.theta,
        residualVariance: again.fit.residualVariance,
        beta: again.fit.beta,
      });
      const found = values.slice(time * parameters.length, (time + 1) * parameters.length);
      for (const [at, value] of expected.entries()) expect(Math.abs(found[at] - value)).toBeLessThan(2e-3 * Math.max(0.3, Math.abs(value)));
    }
  });

  it('leaves a variance of 0 that the fit has, in half of the refits or so, as do the profiles', async () => {
    const table: GoldenTable = { y: { numbers: DYESTUFF }, g: { codes: DYESTUFF.map((_, i) => Math.floor(i / 5)), labels: [...'ABCDEF'] } };
    const own = await estimateLinear(modelOf(parseFormula('y ~ 1 + (1 | g)'), frameOfColumns(table), 'gaussian'), { reml: true }, atOnce);
    expect([...own.estimate.theta]).toEqual([0]);
    const { values, parameters } = await bootstrapLinear(own, { times: 40, seed: 2 }, atOnce);
    const deviations = Array.from({ length: 40 }, (_, time) => values[time * parameters.length]);
    const share = deviations.filter((value) => value > 0).length / 40;
    // P(F > 1) with 5 and 24 degrees of freedom is 0.44.
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.9);
    for (const [time, value] of deviations.slice(0, 8).entries()) {
      const y = drawResponse(own, new RandomStream(2, `bootstrap ${time}`));
      const fit = await new LinearTermModel({ ...own.estimate.rows.data, y }, { reml: true }).fit(atOnce);
      expect(Math.abs(value - Math.sqrt(fit.terms[0].covariance[0]))).toBeLessThan(2e-3);
    }
    // By lme4: a mean off the estimate makes the batches vary.
    const intervals = await profileIntervals(own, 1.959963985, atOnce);
    for (const [at, ends] of DYESTUFF_ENDS.entries()) expect(differ([intervals[at].low, intervals[at].high], ends)).toBeLessThan(2e-4);
  });

  it('covers what the model says of sleepstudy: refits lie around the fit, as widely as its profiles', async () => {
    const own = await fitted('sleepstudy', true);
    let told = 0;
    const state = await bootstrapLinear(own, { times: 120, seed: 3 }, atOnce, ({ done }) => {
      told = done;
    });
    expect(told).toBe(120);
    const intervals = percentileIntervals(state, 0.95);
    const profiled = golden.profiles.sleepstudy;
    for (const [at, parameter] of state.parameters.entries()) {
      if (parameter.kind === 'correlation') continue;
      const [effect] = parameter.effects;
      const name = parameter.kind === 'residual' ? 'sigma' : parameter.kind === 'fixed' ? effect : `sd_${effect}|${parameter.group}`;
      const place = profiled.names.indexOf(name);
      expect(state.estimates[at]).toBeGreaterThan(intervals[at].low);
      expect(state.estimates[at]).toBeLessThan(intervals[at].high);
      const width = (intervals[at].high - intervals[at].low) / (profiled.high[place] - profiled.low[place]);
      expect(width).toBeGreaterThan(0.75);
      expect(width).toBeLessThan(1.3);
    }
  });

  it('finds by a common surface what single refits find, and leaves to them what is beyond it', async () => {
    const random = new RandomStream(11, 'shared');
    const rows = 900;
    const levels = [40, 24];
    const codes = levels.map((count) => Array.from({ length: rows }, () => random.integer(count)));
    const effects = levels.map((count) => Array.from({ length: count }, () => 0.6 * random.normal()));
    const table: GoldenTable = {
      y: { numbers: Array.from({ length: rows }, (_, i) => 2 + effects[0][codes[0][i]] + effects[1][codes[1][i]] + random.normal()) },
      a: { codes: codes[0], labels: effects[0].map((_, j) => `a${j}`) },
      b: { codes: codes[1], labels: effects[1].map((_, j) => `b${j}`) },
    };
    const own = await estimateLinear(modelOf(parseFormula('y ~ 1 + (1 | a) + (1 | b)'), frameOfColumns(table), 'gaussian'), { reml: true }, atOnce);
    const surface = await SharedRefits.of(own, atOnce);
    const draws = Array.from({ length: 6 }, (_, time) => drawResponse(own, new RandomStream(5, `bootstrap ${time}`)));
    // One response that no draw of this model looks like.
    const strange = draws[0].map((value, i) => value + (codes[0][i] % 2 === 0 ? 60 : -60));
    const { refits, error } = (await surface?.refit([...draws, strange], atOnce)) ?? { refits: [], error: Number.NaN };
    expect(error).toBeLessThan(0.02);
    expect(refits[6]).toBeNull();
    for (const [time, y] of draws.entries()) {
      const { fit, theta } = await new LinearTermModel({ ...own.estimate.rows.data, y }, { reml: true }).estimate(atOnce);
      expect(differ(refits[time]?.theta ?? [], theta)).toBeLessThan(2e-3);
      expect(differ([refits[time]?.residualVariance ?? 0], [fit.residualVariance])).toBeLessThan(1e-4);
      expect(Math.abs((refits[time]?.beta[0] ?? Number.NaN) - fit.beta[0])).toBeLessThan(1e-4);
    }
  });

  it('has the quantiles of R as its intervals, of the refits that are there and have a number', async () => {
    const [residual, effect] = parametersOf(await fitted('sleepstudy', true)).filter(({ kind }) => kind === 'residual' || kind === 'fixed');
    const times = 110;
    const values = emptyValues(times, [residual, effect]);
    // 1 … 101, one without a number, and eight that are not there yet.
    for (let time = 0; time < 102; time++) values.set([1, time < 101 ? 101 - time : Number.NaN], 2 * time);
    const state = { parameters: [residual, effect], estimates: Float64Array.of(1, 51), values, done: 102, times, failed: 0, shared: null };
    // quantile(1:101, c(0.025, 0.975))
    const [, { low, high }] = percentileIntervals(state, 0.95);
    expect(low).toBeCloseTo(3.5, 12);
    expect(high).toBeCloseTo(98.5, 12);
  });

  it('has no surface for slopes', async () => {
    expect(await SharedRefits.of(await fitted('sleepstudy', true), atOnce)).toBeNull();
  });

  it('ends where breathe throws, with the refits so far', async () => {
    const own = await fitted('sleepstudy', true);
    let [refits, done] = [0, 0];
    const stop = async (): Promise<void> => {
      if (refits === 3) throw new Error('stopped');
    };
    const report = (state: { done: number }): void => {
      refits++;
      done = state.done;
    };
    await expect(bootstrapLinear(own, { times: 100, seed: 1 }, stop, report)).rejects.toThrow('stopped');
    expect(done).toBe(3);
  });
});
