import type { FormulaFit, LabError, MixedInterval, MixedIntervals, MixedLevels, VarianceTest } from '../../workers/protocol';
import { NORMAL_95 } from '../../workers/spec/scores';
import { fixed, listed, value, whole } from '../text/numbers';
import { inSentence } from './names';

/** The intercept, as R calls it, in words. */
export const effectName = (name: string): string => (name === '(Intercept)' ? 'intercept' : name);

/** A family of responses, in words. */
export const familyName = (family: string): string =>
  family === 'gaussian' ? 'Gaussian' : family === 'poisson' ? 'Poisson' : family.replace('-', ' ');

/** A p value as it is told: never 0. */
export const pText = (p: number | null): string => (p === null ? '–' : p < 1e-4 ? '< 0.0001' : fixed(p, 4));

const percent = (share: number): string => `${fixed(100 * share, 1)} %`;

/** How much of the variance levels and fixed effects are. */
export function sharesSentence({ fit, random, family }: Pick<FormulaFit, 'fit' | 'random' | 'family'>): string {
  if (!fit) return 'The fit is exact: no variance is left to be divided.';
  const { correlations, marginal, conditional } = fit;
  if (!correlations || marginal === null || conditional === null)
    return 'Of counts no share of variance is told: how much is left depends on their mean.';
  const parts = random.map(({ group }, k) => `${percent(correlations[k])} ${k === 0 ? 'lies between the levels' : 'between those'} of ${group}`);
  const left = `f the variance that the fixed effects leave, ${listed(parts)}.`;
  const explained = `Fixed effects explain ${percent(marginal)} of the variance${family === 'gaussian' ? ' of the response' : ''}, fixed effects and levels together ${percent(conditional)}.`;
  if (family === 'gaussian') return `O${left} ${explained}`;
  const scale =
    family === 'binomial'
      ? 'log odds, where a logistic residual has the variance π²/3'
      : 'log means, where what counts of this mean vary by themselves is the residual';
  return `Shares are on the latent scale of ${scale}: o${left} ${explained}`;
}

/**
 * What the tests of the variances say at five in a hundred. `failure`: why there are none, where they failed.
 */
export function testsSentence(
  tests: readonly VarianceTest[],
  failure: (Pick<LabError, 'message' | 'hint'> & { code?: string }) | null = null,
): string {
  if (failure)
    return `No random effect was tested${failure.code === 'mixed-iterative' ? '' : ': the tests failed'}. ${[failure.message, failure.hint].filter(Boolean).join(' ')}`;
  const told = tests.filter(({ pValue }) => pValue !== null);
  if (told.length === 0) return 'No random effect could be tested.';
  const name = ({ effects, group }: VarianceTest): string =>
    `${effects.map((effect) => (effect === '(Intercept)' ? 'the intercept' : `the slope of ${effect}`)).join(' and ')} by ${group}`;
  const needed = told.filter(({ pValue }) => (pValue ?? 1) < 0.05).map(name);
  const idle = told.filter(({ pValue }) => (pValue ?? 1) >= 0.05).map(name);
  if (idle.length === 0) return `Without ${listed(needed)} the model fits worse than chance explains (p below 0.05).`;
  if (needed.length === 0) return `Nothing shows that ${listed(idle)} ${idle.length === 1 ? 'is' : 'are'} needed (p at least 0.05).`;
  return `Needed (p below 0.05): ${listed(needed)}. Nothing shows that ${listed(idle)} ${idle.length === 1 ? 'is' : 'are'}.`;
}

/** Where intervals stand. */
export function intervalsSentence({ by, done, of, failed, prepared, intervals }: MixedIntervals, running: boolean): string {
  const count = by === 'profile' ? 'parameters' : 'refits';
  if (running && prepared !== null && prepared < 1) return `Preparing what the refits share: ${percent(prepared)}.`;
  if (running) return `${whole(done)} of ${whole(of)} ${count}.`;
  const open = intervals.filter(({ kind, low }) => kind === 'deviation' && low === 0).map(({ name }) => inSentence(name));
  const endless = intervals.filter(({ kind, estimate }) => kind === 'fixed' && Math.abs(estimate) === Number.POSITIVE_INFINITY).map(intervalLabel);
  const about =
    by === 'profile'
      ? '95 % intervals by profile likelihood: values with which the model fits nearly as well as at its best.'
      : `95 % intervals from ${whole(of)} refits to responses that were drawn from the fitted model.`;
  return [
    about,
    ...(failed > 0 ? [`${whole(failed)} of the refits did not converge and ${failed === 1 ? 'is' : 'are'} left out.`] : []),
    ...(open.length > 0 ? [`${listed(open)} may be 0.`] : []),
    ...(intervals.some(({ kind, high }) => kind === 'shape' && high === Number.POSITIVE_INFINITY)
      ? ['The shape has no upper end: the counts may be those of a Poisson distribution.']
      : []),
    ...(endless.length > 0
      ? [
          `${listed(endless)} ${endless.length === 1 ? 'runs' : 'run'} off to infinity (separation) and ${endless.length === 1 ? 'has' : 'have'} one end at most.`,
        ]
      : []),
  ].join(' ');
}

/** The levels at the ends, and how many differ from the mean of all. */
export function caterpillarSentence({ labels, group, effects, values, errors }: MixedLevels, effect: number): string {
  const width = effects.length;
  const at = (level: number): number => values[level * width + effect];
  let [least, most, apart] = [0, 0, 0];
  for (let level = 0; level < labels.length; level++) {
    if (at(level) < at(least)) least = level;
    if (at(level) > at(most)) most = level;
    if (Math.abs(at(level)) > NORMAL_95 * errors[level * width + effect]) apart++;
  }
  const what = effects[effect] === '(Intercept)' ? 'effect' : `slope of ${effects[effect]}`;
  if (at(most) === at(least)) return `All levels of ${group} have the same ${what} (${value(at(most))}): no variance between them was found.`;
  return `Of the levels of ${group}, ${inSentence(labels[most])} has the largest ${what} (${value(at(most))}) and ${inSentence(labels[least])} the smallest (${value(at(least))}). ${whole(apart)} of ${whole(labels.length)} intervals leave out 0, the mean of all levels.`;
}

/** Correlations nearer to 0 say little. */
const TOGETHER = 0.1;

/**
 * How far the slopes of levels vary, and whether they go with the intercepts. `correlation`: of both; null
 * where intercepts do not vary together with the slope.
 */
export function slopesSentence(of: { slope: string; group: string; deviation: number; correlation: number | null }): string {
  const { slope, group, deviation, correlation: r } = of;
  const varies = `The slope of ${slope} varies between the levels of ${group} with a standard deviation of ${value(deviation)}.`;
  if (r === null || !Number.isFinite(r)) return varies;
  const together =
    Math.abs(r) <= TOGETHER
      ? 'The intercept of a level says little of its slope'
      : `Levels with a higher intercept tend to a ${r > 0 ? 'higher' : 'lower'} slope`;
  return `${varies} ${together} (correlation ${value(r)}).`;
}

/** Name of an interval in the chart. */
export const intervalLabel = ({ kind, name }: MixedInterval): string =>
  kind === 'deviation'
    ? `SD, ${inSentence(name)}`
    : kind === 'correlation'
      ? `r, ${inSentence(name)}`
      : kind === 'residual'
        ? 'SD, residual'
        : kind === 'shape'
          ? 'shape, negative binomial'
          : inSentence(name);

/** Intervals that no chart can hold: those open on one side. Null where there are none. */
export function openEndsSentence(intervals: readonly MixedInterval[]): string | null {
  const above = intervals.filter(({ high }) => high === Number.POSITIVE_INFINITY);
  const below = intervals.filter(({ low }) => low === Number.NEGATIVE_INFINITY);
  if (above.length + below.length === 0) return null;
  const told = (one: MixedInterval, end: number, side: string): string =>
    `${intervalLabel(one)}: ${Number.isFinite(end) ? `${value(end)} or ${side}` : 'no end was found'}`;
  const ends = [...above.map((one) => told(one, one.low, 'more')), ...below.map((one) => told(one, one.high, 'less'))];
  return `${ends.join('; ')}. There is no ${below.length === 0 ? 'upper' : above.length === 0 ? 'lower' : 'other'} end to draw.`;
}
