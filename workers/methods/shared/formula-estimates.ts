import type { Dataset } from '../../data/dataset';
import type { FormulaFit } from '../../mixed/formula/result';
import { INTERCEPT } from '../../mixed/formula/types';
import type { Estimate } from '../method';

/** g for its intercepts, else with the effects. */
const shareName = ({ group, effects }: FormulaFit['random'][number]): string =>
  effects.length === 1 && effects[0] === INTERCEPT
    ? group
    : `${effects.map((name) => (name === INTERCEPT ? 'intercept' : name)).join(' and ')} of ${group}`;

const ON_THE_LOGIT = 'on the scale of the logit';

/**
 * Variances, fixed effects and numbers of the fit of a mixed model by its formula. Those of a number are in
 * the unit of the dataset's y, as estimates are; counts are on a log scale, whatever y is scaled by.
 */
export function formulaEstimates(
  { fixed, random, residual, shape, fit, family, method }: FormulaFit,
  { categorical, targetScale, targetMean }: Pick<Dataset, 'categorical' | 'targetScale' | 'targetMean'>,
): Estimate[] {
  const [unit, shift] = family === 'gaussian' ? [targetScale, targetMean] : [1, 0];
  const own = family === 'gaussian' || family === 'binomial' ? {} : { ownUnit: true as const, scale: 'log' as const };
  const common = { standardError: null, ...own };
  // A response that is not Gaussian has no likelihood of its own: how it is integrated is said.
  const approximation = family === 'gaussian' ? undefined : method.replace(/^maximum likelihood /, '');
  const integrated = approximation === undefined ? {} : { note: approximation };
  const number = (name: string, symbol: string, value: number, note?: string): Estimate => ({
    ...{ name, symbol, kind: 'fit', feature: null, value, standardError: null },
    ...(note ? { note } : {}),
  });
  const variances = random.flatMap(({ group, effects, deviations }, k) => {
    const feature = categorical.findIndex(({ name }) => name === group);
    return effects.map(
      (effect, a): Estimate => ({
        name: effect === INTERCEPT ? `Variance of ${group}` : `Variance of ${effect} of ${group}`,
        symbol: random.length === 1 && effects.length === 1 ? String.raw`\sigma_b^2` : String.raw`\sigma_{${k + 1},${a}}^2`,
        kind: 'variance',
        feature: feature < 0 ? null : feature,
        group,
        value: (deviations[a] / unit) ** 2,
        ...common,
        ...integrated,
      }),
    );
  });
  const correlations = random.flatMap(({ group, effects, correlations: all }, k) =>
    effects.flatMap((effect, a) =>
      effects.slice(0, a).map((other, b) => {
        const names = [other, effect].map((name) => (name === INTERCEPT ? 'intercept' : name));
        return number(`Correlation of ${names.join(' and ')} of ${group}`, String.raw`\rho_{${k + 1},${b}${a}}`, all[a * effects.length + b]);
      }),
    ),
  );
  const effects = fixed.map(({ name, estimate, standardError, note }, j): Estimate => {
    const told = name === INTERCEPT ? 'Intercept' : `Slope of ${name}`;
    return {
      ...{ name: told, symbol: String.raw`\beta_{${j}}`, kind: 'fixed effect', feature: null },
      value: ((estimate ?? Number.NaN) - (name === INTERCEPT ? shift : 0)) / unit,
      standardError: standardError === null ? null : standardError / unit,
      ...own,
      ...(note ? { note } : {}),
    };
  });
  const logit = family === 'binomial' ? ON_THE_LOGIT : undefined;
  const rows = fit?.restricted ? 'restricted: it compares models of the same fixed effects only' : 'of the rows for training and validation';
  return [
    ...(residual === null
      ? []
      : [
          {
            name: 'Residual variance',
            symbol: String.raw`\sigma_e^2`,
            kind: 'variance' as const,
            feature: null,
            value: (residual / unit) ** 2,
            ...common,
          },
        ]),
    ...variances,
    ...correlations,
    ...(shape === undefined
      ? []
      : [number('Shape of the negative binomial', String.raw`\theta`, shape, 'a count of mean μ has the variance μ + μ²/θ')]),
    ...effects,
    ...(fit
      ? [
          number('Log likelihood', String.raw`\log L`, fit.logLikelihood, approximation ? `${approximation}; ${rows}` : rows),
          number('AIC', String.raw`\mathrm{AIC}`, fit.aic),
          number('BIC', String.raw`\mathrm{BIC}`, fit.bic),
          ...(fit.correlations ?? []).map((value, k) =>
            number(`Intraclass correlation of ${shareName(random[k])}`, String.raw`\rho_{${k + 1}}`, value, logit),
          ),
          ...(fit.marginal === null
            ? []
            : [number('Marginal R²', 'R^2_m', fit.marginal, logit ?? 'the share of the fixed effects in the variance of the response')]),
          ...(fit.conditional === null
            ? []
            : [number('Conditional R²', 'R^2_c', fit.conditional, logit ?? 'the share of fixed effects and levels together')]),
        ]
      : []),
  ];
}
