import type { FormulaFit, MixedIntervals, MixedLevels, MixedView, VarianceTest } from '../../workers/protocol';
import type { Twin } from '../results/twin';
import { effectName, intervalLabel } from '../words/mixed';

/** Levels of an effect by rank. */
export interface Ranked {
  level: number;
  rank: number;
  label: string;
  effect: number;
  error: number;
}

export const ranked = ({ labels, effects, values, errors }: MixedLevels, effect: number): Ranked[] => {
  const width = effects.length;
  const order = labels.map((_, level) => level).sort((a, b) => values[b * width + effect] - values[a * width + effect]);
  return order.map((level, rank) => ({
    level,
    rank: rank + 1,
    label: labels[level],
    effect: values[level * width + effect],
    error: errors[level * width + effect],
  }));
};

export const levelsTwin = (rows: readonly Ranked[], { group, effects }: MixedLevels, effect: number): Twin => ({
  caption: `Effects of the levels of ${group}, ${effectName(effects[effect])}, by rank.`,
  columns: ['Level', 'Rank', 'Effect', 'Standard error'],
  rows: rows.map(({ label, rank, effect: own, error }) => [label, rank, own, error]),
});

export const intervalsTwin = ({ intervals }: Pick<MixedIntervals, 'intervals'>): Twin => ({
  caption: '95 % intervals of the parameters of the mixed model.',
  columns: ['Parameter', 'Estimate', 'Low', 'High'],
  rows: intervals.map((interval) => [intervalLabel(interval), interval.estimate, interval.low, interval.high]),
});

/** Where the line of a level begins, at 0 of every column, and its slope. */
export interface LevelLine {
  intercept: number;
  slope: number;
}

/** Lines of the levels of a part over one of its slopes, fixed effects included, and their mean. */
export function linesOf({ levels, fit }: MixedView, part: number, slope: number): { mean: LevelLine; of(level: number): LevelLine } {
  const { group, effects, values } = levels[part];
  const fixed = (name: string): number => fit.fixed.find((one) => one.name === name)?.estimate ?? 0;
  const mean = { intercept: fixed('(Intercept)'), slope: fixed(effects[slope]) };
  // Intercepts that do not vary together with the slope are a part of their own.
  const parts = [levels[part], ...levels.filter((other, k) => k !== part && other.group === group)];
  const own = parts.find((other) => other.effects.includes('(Intercept)'));
  const place = own?.effects.indexOf('(Intercept)') ?? 0;
  return {
    mean,
    of: (level) => ({
      intercept: mean.intercept + (own ? own.values[level * own.effects.length + place] : 0),
      slope: mean.slope + values[level * effects.length + slope],
    }),
  };
}

/** Lines of the levels' own slopes. */
export function slopesTwin(view: MixedView, part: number, slope: number): Twin {
  const { labels, group, effects } = view.levels[part];
  const { of } = linesOf(view, part, slope);
  return {
    caption: `Intercept and slope of ${effects[slope]} of each level of ${group}, fixed effects included.`,
    columns: ['Level', 'Intercept', `Slope of ${effects[slope]}`],
    rows: labels.map((label, level) => [label, of(level).intercept, of(level).slope]),
  };
}

/** What the tables of the fit hold, as one file. */
export const fitTwin = ({ random, fixed, residual }: FormulaFit, tests: readonly VarianceTest[]): Twin => ({
  caption: 'Variances and fixed effects of the mixed model.',
  columns: ['Part', 'Effect', 'Estimate', 'Standard error', 'Chi-square', 'p'],
  rows: [
    ...random.flatMap(({ group, effects, deviations }) =>
      effects.map((effect, a) => {
        const test = tests.find((one) => one.group === group && one.effects.includes(effect));
        return [`Standard deviation, ${group}`, effectName(effect), deviations[a], '', test?.ratio ?? '', test?.pValue ?? ''];
      }),
    ),
    ...(residual === null ? [] : [['Standard deviation', 'residual', residual, '', '', '']]),
    ...fixed.map(({ name, estimate, standardError }) => ['Fixed effect', effectName(name), estimate ?? '', standardError ?? '', '', '']),
  ],
});
