import { LabFailure } from '../../data/failure';
import { type Breathe, breathing } from '../dense';
import { leastSquares, type Shift, shifted } from '../design';
import { fitIteratively, type IterativeFit, type Solver } from '../iterative/fit';
import { TOO_LARGE } from '../sums';
import { thetaCount } from '../terms/factor';
import { type LinearEstimate, type LinearFit, LinearTermModel, type TermFit } from '../terms/linear';
import type { TermData } from '../terms/sums';
import { partName } from './problems';
import type { FitWhole, FixedEffect, FormulaFit, RandomEffects } from './result';
import type { FormulaModel, ModelTerm } from './types';
import { writeFormula } from './write';

export interface LinearOptions {
  /** Restricted maximum likelihood, which lme4 takes as well; else maximum likelihood. */
  reml: boolean;
}

/** A linear mixed model of a formula, fitted, with what follows from it later. */
export interface LinearFormula {
  model: FormulaModel;
  estimate: LinearEstimate;
  /** Response of each row as it was fitted: without offset and shift. */
  y: Float64Array;
  shift: Shift;
}

/** The same without a factor: its log likelihood is estimated. */
export interface IterativeFormula {
  model: FormulaModel;
  fit: IterativeFit;
  shift: Shift;
}

/** A fitted linear mixed model, by either solver. */
export type LinearSolved = { kind: 'linear'; fitted: LinearFormula } | { kind: 'iterative'; fitted: IterativeFormula };

/** Fits a linear mixed model of a formula (docs/methods.md A19). */
export async function estimateLinear(model: FormulaModel, { reml }: LinearOptions, breathe: Breathe): Promise<LinearFormula> {
  const { data, shift } = await breathing(dataOf(model), breathe);
  return { model, estimate: await new LinearTermModel(data, { reml }).estimate(breathe), y: data.y, shift };
}

/**
 * The rows of a model as they are fitted: without offset, centred where an intercept takes the mean up, else
 * what least squares on X leave. Digits that the spread of y does not have are not lost, and neither
 * likelihood changes by a combination of the columns of X.
 */
function* dataOf({ design, terms, response, offset, formula }: FormulaModel): Generator<void, { data: TermData; shift: Shift }> {
  const rows = response.y.length;
  const { x, p } = design;
  const own = offset ? response.y.map((value, i) => value - offset[i]) : response.y;
  if (!formula.intercept) {
    const { coefficients, left } = yield* leastSquares(x, p, own);
    return { data: { rows, x, p, y: left, terms }, shift: coefficients };
  }
  const shift = own.reduce((sum, value) => sum + value, 0) / rows;
  return { data: { rows, x, p, y: own.map((value) => value - shift), terms }, shift };
}

/** The same where a factor would be too large: by conjugate gradients (docs/methods.md A27). */
export async function estimateIteratively(model: FormulaModel, { reml }: LinearOptions, breathe: Breathe): Promise<IterativeFormula> {
  const { data, shift } = await breathing(dataOf(model), breathe);
  return { model, fit: await fitIteratively(data, { reml }, breathe), shift };
}

/**
 * Fits a linear mixed model of a formula by the solver that is asked for; automatic: without a factor where
 * that would be too large.
 */
export async function solveLinear(model: FormulaModel, options: LinearOptions, solver: Solver, breathe: Breathe): Promise<LinearSolved> {
  if (solver !== 'iterative') {
    try {
      return { kind: 'linear', fitted: await estimateLinear(model, options, breathe) };
    } catch (failure) {
      if (solver === 'factor' || !(failure instanceof LabFailure && failure.code === TOO_LARGE)) throw failure;
    }
  }
  return { kind: 'iterative', fitted: await estimateIteratively(model, options, breathe) };
}

/** Why an iterative fit has no intervals and no tests. */
export const NEEDS_FACTOR = new LabFailure(
  'mixed-iterative',
  'The fit is iterative: tests of variances and intervals of parameters take many fits by a factor, and there is none.',
  'Let the solver be automatic, and fit fewer rows or levels where these are too many, so that a factor can be taken.',
);

/** What is told of an iterative fit. */
export function tellIterative({ model, fit, shift }: IterativeFormula, everyLevel = true): FormulaFit {
  const told = tell(model, fit, shift, everyLevel);
  const { probes, logLikelihoodError } = fit.iterative;
  if (probes === 0)
    return {
      ...told,
      method: `${told.method}, iterative`,
      notes: [
        ...told.notes,
        'The fit is iterative, and exact: the levels of one random part are independent of each other given the fixed effects, so that nothing is estimated from random vectors.',
      ],
    };
  return {
    ...told,
    method: `${told.method}, iterative: conjugate gradients, log determinant by Lanczos’ process from ${probes} random vectors`,
    fit: told.fit && { ...told.fit, logLikelihoodError },
    notes: [
      ...told.notes,
      `The fit is iterative: the log likelihood is estimated, with a Monte Carlo standard error of ${logLikelihoodError.toPrecision(2)}, and so are the standard errors of the levels.`,
    ],
  };
}

/** What is told of such a fit. */
export const tellLinear = ({ model, estimate: { fit }, shift }: LinearFormula, everyLevel = true): FormulaFit => tell(model, fit, shift, everyLevel);

function tell(model: FormulaModel, fit: LinearFit, shift: Shift, everyLevel = true): FormulaFit {
  const { design, terms, formula } = model;
  const { beta, betaCovariance } = design.restore(fit, shift);
  return {
    formula: writeFormula(formula),
    family: 'gaussian',
    method: fit.reml ? 'restricted maximum likelihood (REML)' : 'maximum likelihood (ML)',
    rows: model.rows.length,
    fixed: fixedEffects(model, beta, betaCovariance, fit.exact),
    random: terms.map((term, k) => randomEffects(term, fit.terms[k], everyLevel)),
    residual: fit.exact ? 0 : Math.sqrt(fit.residualVariance),
    fit: fit.exact ? null : whole(model, fit, shift),
    converged: fit.converged,
    notes: [...model.notes, ...fitNotes(model, fit.terms, fit)],
  };
}

/** What is told of a fit by either solver. */
export const tellSolved = (solved: LinearSolved, everyLevel = true): FormulaFit =>
  solved.kind === 'linear' ? tellLinear(solved.fitted, everyLevel) : tellIterative(solved.fitted, everyLevel);

/** Fits a formula and tells of it; without a factor where that would be too large. */
export const fitLinear = async (model: FormulaModel, options: LinearOptions, breathe: Breathe): Promise<FormulaFit> =>
  tellSolved(await solveLinear(model, options, 'automatic', breathe));

/** Fixed effects in the columns as they were given, with why some are left out. */
export function fixedEffects({ names, design, formula }: FormulaModel, beta: Float64Array, covariance: Float64Array, exact: boolean): FixedEffect[] {
  const ones = formula.intercept ? 1 : 0;
  const size = names.length;
  return names.map((name, j): FixedEffect => {
    const nothing = { name, estimate: null, standardError: null, statistic: null };
    const left = design.dropped.find(({ column }) => column === j - ones);
    if (left) {
      const of = left.of.map((column) => names[column + ones]);
      const constant = formula.intercept ? 'left out: it is the same in every row' : 'left out: it is 0 in every row';
      return { ...nothing, note: of.length === 0 ? constant : `left out: a combination of ${listed(of)}` };
    }
    const variance = covariance[j * size + j];
    if (variance === 0 && !exact) return { ...nothing, note: 'left out: it cannot be told from the other columns and the levels' };
    const error = exact ? null : Math.sqrt(variance);
    return { name, estimate: beta[j], standardError: error, statistic: error === null ? null : beta[j] / error };
  });
}

/** More names than this are counted. */
const MOST_NAMES = 4;

const listed = (names: readonly string[]): string => {
  if (names.length > MOST_NAMES) return `${names.length} other columns`;
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
};

/** @param everyLevel whether the effects of each level are told */
export function randomEffects(term: ModelTerm, { covariance, effects, conditionalCovariances, singular }: TermFit, everyLevel = true): RandomEffects {
  const { width: r, labels } = term;
  const deviations = Array.from({ length: r }, (_, a) => Math.sqrt(Math.max(0, covariance[a * (r + 1)])));
  const correlation = (a: number, b: number): number =>
    a === b ? 1 : deviations[a] > 0 && deviations[b] > 0 ? covariance[a * r + b] / (deviations[a] * deviations[b]) : Number.NaN;
  return {
    group: term.group,
    levels: term.levels,
    effects: term.effects,
    covariance: [...covariance],
    deviations,
    correlations: Array.from({ length: r * r }, (_, at) => correlation(Math.floor(at / r), at % r)),
    modes: (everyLevel ? labels : []).map((label, j) => ({
      label,
      values: [...effects.subarray(j * r, (j + 1) * r)],
      standardErrors: Array.from({ length: r }, (_, a) => Math.sqrt(Math.max(0, conditionalCovariances[(j * r + a) * r + a]))),
    })),
    singular,
  };
}

/** Mean over the rows of the variance of Zb: Σ z'Σz / n (Johnson 2014, for R² with random slopes). */
export function levelVariance(terms: readonly ModelTerm[], fits: readonly TermFit[]): number {
  return terms.reduce((sum, { design, width: r, codes }, k) => {
    const { covariance } = fits[k];
    if (!design) return sum + covariance[0];
    let own = 0;
    for (let i = 0; i < codes.length; i++)
      for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) own += design[i * r + a] * covariance[a * r + b] * design[i * r + b];
    return sum + own / codes.length;
  }, 0);
}

/** Variance of Xβ over the rows. */
export function fixedVariance(x: Float64Array, p: number, rows: number, beta: ArrayLike<number>): number {
  const fixed = Float64Array.from({ length: rows }, (_, i) => {
    let own = 0;
    for (let j = 0; j < p; j++) own += x[i * p + j] * beta[j];
    return own;
  });
  const mean = fixed.reduce((sum, value) => sum + value, 0) / rows;
  return fixed.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows - 1);
}

function whole({ design, terms, response }: FormulaModel, fit: LinearFit, shift: Shift): FitWhole {
  const rows = response.y.length;
  const logLikelihood = fit.deviance / -2;
  const parameters = fit.rank + thetaCount(terms) + 1;
  const fixed = fixedVariance(design.x, design.p, rows, shifted(fit.beta, shift));
  const parts = terms.map((term, k) => levelVariance([term], [fit.terms[k]]));
  const levels = parts.reduce((sum, part) => sum + part, 0);
  const all = fixed + levels + fit.residualVariance;
  return {
    logLikelihood,
    restricted: fit.reml,
    parameters,
    aic: 2 * (parameters - logLikelihood),
    bic: Math.log(rows) * parameters - 2 * logLikelihood,
    marginal: fixed / all,
    conditional: (fixed + levels) / all,
    correlations: parts.map((part) => part / (all - fixed)),
  };
}

/** What should be known of a fit, in sentences. */
export function fitNotes({ terms }: FormulaModel, fits: readonly TermFit[], { exact, converged }: { exact: boolean; converged: boolean }): string[] {
  const notes: string[] = [];
  if (exact) notes.push('The fixed effects and the levels give the response of every row: no residual is left, and nothing has a standard error.');
  for (const [k, term] of terms.entries()) {
    const { singular, covariance } = fits[k];
    if (!singular) continue;
    const r = term.width;
    const none = term.effects.filter((_, a) => covariance[a * (r + 1)] === 0);
    if (none.length > 0)
      notes.push(`Singular fit: between the levels of ${term.group}, ${listed(none)} does not vary; the variance is estimated as 0.`);
    else
      notes.push(
        `Singular fit: the random part ${partName(term)} has effects that determine each other (a correlation of 1 or −1). The rows do not carry so many of them; leave one out, or write || for |.`,
      );
  }
  if (!converged && !exact)
    notes.push('The search did not converge: the estimates are where it ended, and should not be trusted. Scale the columns, or leave terms out.');
  return notes;
}
