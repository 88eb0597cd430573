import type { Cell } from '../data/csv-write';
import { LabFailure } from '../data/failure';
import { aboutMethod } from '../methods/registry';
import { normalCdf } from '../metrics/check/distributions';
import { intervalOf } from '../spec/estimates';
import type { FittedMethod } from './model';

/** A table with a header, to be written as a CSV. */
export interface PlainTable {
  header: string[];
  rows: Iterable<Cell[]>;
}

/** Numbers have what double precision holds of them, rounding of the last digit left out. */
export const digits = (value: number | null): number | null => (value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(15)));

type Estimate = FittedMethod['finished']['result']['estimates'][number];

/** The term of a fixed effect as R names it. */
const fixedTerm = (name: string): string => (name === 'Intercept' ? '(Intercept)' : name.replace(/^Slope of /, ''));

/**
 * What a variance is of, as lme4 and nlme name its deviation: 'sd__(Intercept)', 'sd__Asym',
 * 'sd__Observation'.
 */
function deviationTerm({ name, feature, ofVectors, group: own }: Estimate, group: string): string {
  if (feature === null && own === undefined) return 'sd__Observation';
  if (ofVectors) return 'sd__(vector)';
  const of = name.replace(/^Variance of /, '');
  // 'Variance of GROUP'; 'Variance of Asym'; 'Variance of slope 1 of GROUP'.
  if (of === group) return 'sd__(Intercept)';
  return `sd__${of.endsWith(` of ${group}`) ? of.slice(0, -group.length - 4) : of}`;
}

/** Why a method has no table of estimates: a sentence; null where it has one. */
export function tidyRefusal({ finished }: Pick<FittedMethod, 'finished'>): string | null {
  const { method, estimates } = finished.result;
  return estimates.some(({ kind }) => kind !== 'fit') ? null : `${aboutMethod(method).label} estimates no variances and no fixed effects.`;
}

/**
 * Fixed effects and standard deviations as broom.mixed tidies a mixed model (docs/methods.md C15): effect,
 * group, term, estimate, std.error, statistic, for a binary response p.value, conf.low and conf.high (95 %).
 * In the unit of the response, those of counts and times on the model's own scale. Deviations have a standard
 * error where the variance has one, by the delta method; R has none there.
 */
export function tidyTable({ dataset, finished }: Pick<FittedMethod, 'dataset' | 'finished'>): PlainTable {
  const refusal = tidyRefusal({ finished });
  if (refusal) throw new LabFailure('no-estimates', refusal, 'Its weights and its level vectors can be saved.');
  const { mixed } = finished.result;
  // z and p where the error is known beforehand: of any family but the Gaussian one.
  const binary = mixed ? mixed.family !== 'gaussian' : dataset.task === 'binary';
  const names = [...dataset.categorical, ...(dataset.tags ?? [])].map(({ name }) => name);
  const row = (estimate: Estimate): Cell[] => {
    const { kind, name, value, standardError, feature, group: own } = estimate;
    const known = Number.isFinite(value) ? value : null;
    const interval = intervalOf(kind, known, standardError);
    if (kind === 'fixed effect') {
      const statistic = known === null || !standardError ? null : known / standardError;
      const p = binary ? [statistic === null ? null : digits(2 * normalCdf(-Math.abs(statistic)))] : [];
      return ['fixed', null, fixedTerm(name), digits(known), digits(standardError), digits(statistic), ...p, ...ends(interval)];
    }
    const group = own ?? (feature === null ? 'Residual' : (names[feature] ?? `feature ${feature + 1}`));
    const sd = known === null ? null : Math.sqrt(known);
    const error = sd && standardError !== null ? standardError / (2 * sd) : null;
    const low = interval && [Math.sqrt(interval[0]), Math.sqrt(interval[1])];
    return ['ran_pars', group, deviationTerm(estimate, group), digits(sd), digits(error), null, ...(binary ? [null] : []), ...ends(low)];
  };
  const { estimates } = finished.result;
  const isResidual = ({ feature, group }: Estimate): boolean => feature === null && group === undefined;
  const levels = estimates.filter((estimate) => estimate.kind === 'variance' && !isResidual(estimate));
  const residual = estimates.filter((estimate) => estimate.kind === 'variance' && isResidual(estimate));
  // Correlations as broom.mixed names them: cor__(Intercept).x
  const correlations = (mixed?.random ?? []).flatMap(({ group, effects, correlations: own }) =>
    effects.flatMap((effect, a) =>
      effects.slice(0, a).map((other, b): Cell[] => {
        const value = digits(own[a * effects.length + b]);
        return ['ran_pars', group, `cor__${other}.${effect}`, value, null, null, ...(binary ? [null] : []), null, null];
      }),
    ),
  );
  return {
    header: ['effect', 'group', 'term', 'estimate', 'std.error', 'statistic', ...(binary ? ['p.value'] : []), 'conf.low', 'conf.high'],
    rows: [...[...estimates.filter(({ kind }) => kind === 'fixed effect'), ...levels].map(row), ...correlations, ...residual.map(row)],
  };
}

const ends = (interval: readonly number[] | null): (number | null)[] => (interval ? interval.map(digits) : [null, null]);
