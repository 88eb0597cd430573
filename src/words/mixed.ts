import type { FormulaFit, LabError, MixedInterval, MixedIntervals, MixedLevels, VarianceTest } from '../../workers/protocol';
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
export function sharesSentence({ fit, random }: Pick<FormulaFit, 'fit' | 'random'>): string {
  if (!fit) return 'The fit is exact: no variance is left to be divided.';
  const { correlations, marginal, conditional } = fit;
  if (!correlations || marginal === null || conditional === null) return 'Counts have no share of variance: what is left depends on their mean.';
  const parts = random.map(({ group }, k) => `${group} ${percent(correlations[k])}`);
  return `Of the variance that the fixed effects leave, ${listed(parts)} ${parts.length === 1 ? 'is' : 'are'} between levels. Fixed effects explain ${percent(marginal)} of the response, with the levels ${percent(conditional)}.`;
}

/**
 * What the tests of the variances say at five in a hundred. `failure`: why there are none, where they failed.
 */
export function testsSentence(tests: readonly VarianceTest[], failure: Pick<LabError, 'message' | 'hint'> | null = null): string {
  if (failure) return `No random effect was tested: the tests failed. ${[failure.message, failure.hint].filter(Boolean).join(' ')}`;
  const told = tests.filter(({ pValue }) => pValue !== null);
  if (told.length === 0) return 'No random effect could be tested.';
  const name = ({ effects, group }: VarianceTest): string => `${effects.map(effectName).join(' and ')} of ${group}`;
  const needed = told.filter(({ pValue }) => (pValue ?? 1) < 0.05).map(name);
  const idle = told.filter(({ pValue }) => (pValue ?? 1) >= 0.05).map(name);
  if (idle.length === 0) return `Without ${listed(needed)} the model fits worse than chance explains (p below 0.05).`;
  if (needed.length === 0) return `The model fits as well without ${listed(idle)} (p at least 0.05).`;
  return `Needed (p below 0.05): ${listed(needed)}. The model fits as well without ${listed(idle)}.`;
}

/** Where intervals stand. */
export function intervalsSentence({ by, done, of, prepared, intervals }: MixedIntervals, running: boolean): string {
  const count = by === 'profile' ? 'parameters' : 'refits';
  if (running && prepared !== null && prepared < 1) return `Preparing what the refits share: ${percent(prepared)}.`;
  if (running) return `${whole(done)} of ${whole(of)} ${count}.`;
  const open = intervals.filter(({ kind, low }) => kind === 'deviation' && low === 0).map(({ name }) => inSentence(name));
  const about =
    by === 'profile'
      ? '95 % intervals by profile of the maximum likelihood.'
      : `95 % intervals of ${whole(of)} refits of responses that the fitted model drew.`;
  return open.length > 0 ? `${about} ${listed(open)} may be 0.` : about;
}

/** The levels at the ends, and how many differ from the mean of all. */
export function caterpillarSentence({ labels, group, effects, values, errors }: MixedLevels, effect: number): string {
  const width = effects.length;
  const at = (level: number): number => values[level * width + effect];
  let [least, most, apart] = [0, 0, 0];
  for (let level = 0; level < labels.length; level++) {
    if (at(level) < at(least)) least = level;
    if (at(level) > at(most)) most = level;
    if (Math.abs(at(level)) > 1.959964 * errors[level * width + effect]) apart++;
  }
  const what = effects[effect] === '(Intercept)' ? 'effect' : `slope of ${effects[effect]}`;
  return `The largest ${what} of ${group} is that of ${inSentence(labels[most])} (${value(at(most))}), the least that of ${inSentence(labels[least])} (${value(at(least))}). ${whole(apart)} of ${whole(labels.length)} intervals leave out 0.`;
}

/** Name of an interval in the chart. */
export const intervalLabel = ({ kind, name }: MixedInterval): string =>
  kind === 'deviation'
    ? `SD, ${inSentence(name)}`
    : kind === 'correlation'
      ? `r, ${inSentence(name)}`
      : kind === 'residual'
        ? 'SD, residual'
        : inSentence(name);
