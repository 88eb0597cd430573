import type { Cell } from '../data/csv-write';
import type { FittedMethod } from './model';
import { digits, type PlainTable } from './tidy';

/**
 * One row about a fit, in the columns of broom.mixed (docs/methods.md C15): nobs, sigma, logLik, AIC, BIC,
 * REMLcrit where it is restricted or else deviance (empty for a binary response), df.residual; then what the
 * lab says of every method: its name, its parameters, epochs, the rows of the test and the scores on them. A
 * number that the method does not have is empty.
 */
export function glanceTable({ dataset, spec, finished }: Pick<FittedMethod, 'dataset' | 'spec' | 'finished'>): PlainTable {
  const { result } = finished;
  const { split, task } = dataset;
  const nobs = split.train.length + split.validation.length;
  const number = (name: string): number | null => {
    const value = result.estimates.find((estimate) => estimate.kind === 'fit' && estimate.name === name)?.value;
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const [log, aic] = [number('Log likelihood'), number('AIC')];
  const residual = result.estimates.find(({ kind, feature, group }) => kind === 'variance' && feature === null && group === undefined)?.value;
  const gaussian = result.mixed ? result.mixed.family === 'gaussian' : task !== 'binary';
  const mixed = result.estimates.some(({ kind }) => kind === 'fixed effect');
  const sigma = residual !== undefined ? Math.sqrt(residual) : mixed && !gaussian ? 1 : null;
  const restricted = spec.methods.find(({ id }) => id === result.method)?.settings.estimator === 'reml' && gaussian;
  // AIC is −2 log L + 2 k.
  const k = log === null || aic === null ? null : Math.round(aic / 2 + log);
  const scores = Object.entries(result.metrics).flatMap(([name, value]): [string, Cell][] =>
    value === null || value === undefined ? [] : [[`test.${name}`, digits(value)]],
  );
  const cells: [string, Cell][] = [
    ['nobs', nobs],
    ['sigma', digits(sigma)],
    ['logLik', digits(log)],
    ['AIC', digits(aic)],
    ['BIC', digits(number('BIC'))],
    // Of a binary mixed model R's deviance is the conditional one, and not −2 log L.
    [restricted ? 'REMLcrit' : 'deviance', log === null || !gaussian ? null : digits(-2 * log)],
    ['df.residual', k === null ? null : nobs - k],
    ['method', result.method],
    ['parameters', result.parameters],
    ['epochs', result.epochs],
    ['test.nobs', split.test.length],
    ...scores,
  ];
  return { header: cells.map(([name]) => name), rows: [cells.map(([, cell]) => cell)] };
}
