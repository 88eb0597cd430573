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

/** Lines of the levels' own slopes. */
export const slopesTwin = (levels: MixedLevels, intercept: number, slope: number, { fit }: MixedView): Twin => {
  const width = levels.effects.length;
  const mean = (name: string): number => fit.fixed.find((one) => one.name === name)?.estimate ?? 0;
  return {
    caption: `Intercept and slope of ${levels.effects[slope]} of each level of ${levels.group}, fixed effects included.`,
    columns: ['Level', 'Intercept', `Slope of ${levels.effects[slope]}`],
    rows: levels.labels.map((label, level) => [
      label,
      mean('(Intercept)') + (intercept < 0 ? 0 : levels.values[level * width + intercept]),
      mean(levels.effects[slope]) + levels.values[level * width + slope],
    ]),
  };
};

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
