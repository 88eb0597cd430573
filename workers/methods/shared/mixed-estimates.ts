import { type Dataset, featureName } from '../../data/dataset';
import type { FixedDesign } from '../../mixed/design';
import type { FitNumbers } from '../../mixed/fit-numbers';
import type { IterativeWords } from '../../mixed/iterative/fit';
import type { MixedFit } from '../../mixed/mixed-model';
import type { Estimate, Problem } from '../method';
import { featureNames, varianceEstimates } from './lmmnn-model';

/** How the intercepts of a binary response are integrated out, and what that does to their variances. */
const APPROXIMATION = 'by penalised quasi-likelihood: too small where levels have few rows';

/**
 * What is smaller than this in an exact fit, in deviations of the response and squared for a variance, is
 * rounding of 0.
 */
const NOTHING = 1e-12;

/** More columns than this are counted instead of named. */
const MOST_NAMES = 3;

/**
 * Variances and fixed effects of a fitted linear mixed model, by the names of the columns; what the data do
 * not determine has no value and says why.
 */
export function mixedEstimates(
  { fit, design, numbers, reml }: { fit: MixedFit; design: FixedDesign; numbers: FitNumbers; reml: boolean },
  problem: Problem,
  dataset: Dataset | undefined,
): Estimate[] {
  return [
    ...variances(fit, problem, dataset),
    ...fixedEffects(fit, design, dataset ?? {}),
    ...ofTheFit(fit, numbers, reml, problem.task === 'binary', featureNames(problem, dataset)),
  ];
}

/**
 * Numbers of the fit as a whole: how likely it makes the rows, and what shares of the variance it explains.
 */
function ofTheFit(
  { undetermined, exact, iterative }: MixedFit,
  { likelihood, correlations, marginal, conditional }: FitNumbers,
  reml: boolean,
  binary: boolean,
  names: readonly string[],
): Estimate[] {
  const number = (name: string, symbol: string, value: number, note?: string): Estimate => ({
    name,
    symbol,
    kind: 'fit',
    feature: null,
    value,
    standardError: null,
    ...(note ? { note } : {}),
  });
  const shares =
    exact || undetermined.some((why) => why !== null)
      ? []
      : [
          ...names.map((name, k) =>
            number(
              `Intraclass correlation of ${name}`,
              names.length === 1 ? String.raw`\rho` : String.raw`\rho_{${k + 1}}`,
              correlations[k],
              binary ? ON_THE_LOGIT : undefined,
            ),
          ),
          number('Marginal R²', 'R^2_m', marginal, binary ? ON_THE_LOGIT : 'the share of the fixed effects in the variance of the response'),
          number('Conditional R²', 'R^2_c', conditional, binary ? ON_THE_LOGIT : 'the share of fixed effects and levels together'),
        ];
  if (!likelihood) return shares;
  const rows = reml ? 'restricted: it compares models of the same fixed effects only' : 'of the rows for training and validation';
  return [
    number('Log likelihood', String.raw`\log L`, likelihood.log, iterative ? `${iterativeWords(iterative)}; ${rows}` : rows),
    number('AIC', String.raw`\mathrm{AIC}`, likelihood.aic),
    number('BIC', String.raw`\mathrm{BIC}`, likelihood.bic),
    ...shares,
  ];
}

const iterativeWords = ({ probes, logLikelihoodError, converged }: IterativeWords): string =>
  `iterative, ${probes === 0 ? 'and exact' : `from ${probes} random vectors: Monte Carlo standard error ${logLikelihoodError.toPrecision(2)}`}${converged ? '' : '; the search did not converge, and the estimates are where it ended'}`;

const ON_THE_LOGIT = 'on the scale of the logit';

function variances(fit: MixedFit, problem: Problem, dataset: Dataset | undefined): Estimate[] {
  const binary = problem.task === 'binary';
  const names = featureNames(problem, dataset);
  const { residualVariance, residualStandardError, varianceStandardErrors, undetermined, exact } = fit;
  const estimates = varianceEstimates(
    {
      residual: binary ? null : exact ? 0 : residualVariance,
      levels: Array.from(fit.variances, (variance) => (exact && variance < NOTHING ** 2 ? 0 : variance)),
    },
    { residual: residualStandardError, levels: varianceStandardErrors },
    names,
  );
  const single = names.filter((_, k) => undetermined[k] === 'residual');
  return estimates.map((estimate): Estimate => {
    const { feature } = estimate;
    if (feature === null) {
      if (exact) return { ...estimate, note: 'the fit is exact: no residual is left' };
      return single.length > 0 ? { ...estimate, note: `with the variance of ${single.join(' and ')}, which cannot be told from it` } : estimate;
    }
    const why = undetermined[feature];
    if (why === 'residual') return { ...estimate, value: Number.NaN, note: onePerLevel(binary) };
    if (why !== null)
      return { ...estimate, value: Number.NaN, note: `its levels divide the rows as those of ${names[why]} do: that variance is the sum of both` };
    return binary ? { ...estimate, note: APPROXIMATION } : estimate;
  });
}

const onePerLevel = (binary: boolean): string =>
  binary ? 'one row a level: a binary response does not determine it' : 'one row a level: it cannot be told from the residual variance';

/**
 * Fixed effects a unit of each numeric feature, however it was standardised: for x = (own − m) / s the slope
 * is β / s, and the intercept is where all features are 0 in their own unit, β₀ − Σ β m / s.
 */
function fixedEffects(
  { beta: fitted, betaCovariance, exact }: MixedFit,
  { dropped }: FixedDesign,
  { xScales, xNames }: Partial<Dataset>,
): Estimate[] {
  const beta = exact ? fitted.map((value) => (Math.abs(value) < NOTHING ? 0 : value)) : fitted;
  const p = beta.length;
  const name = (j: number): string => featureName({ xNames }, j);
  return Array.from({ length: p }, (_, j): Estimate => {
    // What the estimate is a sum of.
    const weights = new Float64Array(p);
    weights[j] = j === 0 ? 1 : 1 / (xScales?.[j - 1].scale ?? 1);
    if (j === 0 && xScales) for (const [l, { mean, scale }] of xScales.entries()) weights[l + 1] = -mean / scale;
    let value = 0;
    let variance = 0;
    for (let a = 0; a < p; a++) {
      value += weights[a] * beta[a];
      for (let b = 0; b < p; b++) variance += weights[a] * betaCovariance[a * p + b] * weights[b];
    }
    const estimate = {
      name: j === 0 ? 'Intercept' : `Slope of ${name(j - 1)}`,
      symbol: String.raw`\beta_{${j}}`,
      kind: 'fixed effect' as const,
      feature: null,
    };
    const left = dropped.find(({ column }) => column === j - 1);
    if (left) return { ...estimate, value: Number.NaN, standardError: null, note: leftOut(left.of.map(name)) };
    // The levels may explain a column that the other columns do not.
    if (j > 0 && !exact && betaCovariance[j * p + j] === 0) return { ...estimate, value: Number.NaN, standardError: null, note: NOT_TOLD_APART };
    return { ...estimate, value, standardError: exact ? null : Math.sqrt(Math.max(0, variance)) };
  });
}

const NOT_TOLD_APART = 'left out: it cannot be told from the other columns and the levels';

function leftOut(of: string[]): string {
  if (of.length === 0) return 'left out: constant in the training rows';
  if (of.length === 1) return `left out: a multiple of ${of[0]}`;
  if (of.length > MOST_NAMES) return `left out: a combination of ${of.length} other columns`;
  return `left out: a combination of ${of.slice(0, -1).join(', ')} and ${of[of.length - 1]}`;
}
