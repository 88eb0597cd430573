import { LabFailure } from '../../data/failure';
import type { Breathe } from '../dense';
import { noOtherWay } from '../sums';
import { thetaCount } from '../terms/factor';
import { type GeneralisedEstimate, type GeneralisedFit, GeneralisedTermModel } from '../terms/generalised';
import { fitNotes, fixedEffects, fixedVariance, levelVariance, randomEffects } from './fit';
import type { FitWhole, FixedEffect, FormulaFit } from './result';
import type { FormulaModel } from './types';
import { writeFormula } from './write';

export interface GeneralisedOptions {
  /** Nodes of the quadrature over each level; 1 is Laplace's approximation. */
  nodes: number;
}

export const MOST_NODES = 100;
/**
 * Variance of what is left on the latent scale: of a logistic residual; of counts by the log-normal
 * approximation at their mean (Nakagawa, Johnson & Schielzeth 2017).
 */
function latentVariance(family: FormulaModel['family'], y: Float64Array, shape: number | null): number {
  if (family === 'binomial') return Math.PI ** 2 / 3;
  const mean = y.reduce((sum, count) => sum + count, 0) / y.length;
  return Math.log1p(1 / mean + (shape === null ? 0 : 1 / shape));
}

/**
 * An effect that moves the predictor by more than this over the rows, where all effects together do so too,
 * and whose error is larger than itself, has no end.
 */
const ENDLESS = 12;

/** A generalised linear mixed model of a formula, fitted, with what follows from it later. */
export interface GeneralisedFormula extends GeneralisedEstimate {
  model: FormulaModel;
  nodes: number;
}

/** What is told of a generalised linear mixed model of a formula. */
export const fitGeneralised = async (model: FormulaModel, options: GeneralisedOptions, breathe: Breathe): Promise<FormulaFit> =>
  tellGeneralised(await estimateGeneralised(model, options, breathe));

/** @throws LabFailure where a formula cannot be integrated by so many nodes */
export function checkNodes({ terms }: Pick<FormulaModel, 'terms'>, nodes: number): void {
  if (!(Number.isInteger(nodes) && nodes >= 1 && nodes <= MOST_NODES))
    throw new LabFailure(
      'formula-quadrature',
      `Quadrature with ${nodes} nodes is not possible.`,
      `Choose a whole number from 1 (Laplace) to ${MOST_NODES}.`,
    );
  if (nodes > 1 && (terms.length > 1 || terms[0].width > 1))
    throw new LabFailure(
      'formula-quadrature',
      'Adaptive quadrature is for one random effect of one grouping factor, and the formula has more.',
      'Take Laplace’s approximation (1 node), or leave random effects out.',
    );
}

/**
 * Fits a generalised linear mixed model of a formula (docs/methods.md A21). @throws LabFailure where
 * quadrature is asked of more than one effect, or the variance is not determined
 */
export async function estimateGeneralised(model: FormulaModel, { nodes }: GeneralisedOptions, breathe: Breathe): Promise<GeneralisedFormula> {
  const { design, terms, response, offset, family } = model;
  checkNodes(model, nodes);
  if (family === 'gaussian') throw new Error('a Gaussian response has a likelihood of its own');
  const rows = response.y.length;
  const data = { rows, x: design.x, p: design.p, offset, terms, family, y: response.y, trials: response.trials };
  try {
    return { model, nodes, ...(await new GeneralisedTermModel(data, { nodes }).estimate(breathe)) };
  } catch (failure) {
    throw noOtherWay(failure, `A mixed model of the ${family} family`);
  }
}

/** What is told of such a fit. */
export function tellGeneralised({ model, fit, nodes }: Pick<GeneralisedFormula, 'model' | 'fit' | 'nodes'>, everyLevel = true): FormulaFit {
  const { design, terms, formula, family } = model;
  const known = fit.betaCovariance;
  const { beta, betaCovariance } = design.restore({ beta: fit.beta, betaCovariance: known ?? new Float64Array(design.p ** 2) }, 0);
  const endless = endlessEffects(model, fit);
  const fixed = fixedEffects(model, beta, betaCovariance, known === null).map((effect, j): FixedEffect => {
    if (endless.includes(j)) return { ...effect, estimate: null, standardError: null, statistic: null, note: 'runs off to infinity (separation)' };
    if (known || effect.estimate === null) return effect;
    return { ...effect, note: 'no standard error: the likelihood has no curvature that gives one' };
  });
  return {
    formula: writeFormula(formula),
    family,
    method:
      nodes === 1 ? 'maximum likelihood by Laplace’s approximation' : `maximum likelihood by adaptive Gauss–Hermite quadrature of ${nodes} nodes`,
    rows: model.rows.length,
    fixed,
    random: terms.map((term, k) => randomEffects(term, fit.terms[k], everyLevel)),
    residual: null,
    ...(fit.shape === null ? {} : { shape: fit.shape }),
    fit: whole(model, fit),
    converged: fit.converged,
    notes: [
      ...model.notes,
      ...separationNotes(model, endless),
      ...shapeNotes(fit),
      ...fitNotes(model, fit.terms, { exact: false, converged: fit.converged }),
    ],
  };
}

/**
 * Places in `names` of the fixed effects whose likelihood has no maximum at a finite value: those of columns
 * that divide the rows, and the intercept where it follows them.
 */
export function endlessEffects(
  { design, formula, rows }: FormulaModel,
  { beta, betaCovariance }: Pick<GeneralisedFit, 'beta' | 'betaCovariance'>,
): number[] {
  const { x, p, kept } = design;
  const ones = formula.intercept ? 1 : 0;
  // Two large effects of columns far from 0 (treat and treat:year) can take each other away.
  const together = (i: number): number => beta.reduce((sum, effect, c) => sum + x[i * p + c] * effect, 0);
  if (!(rangeOf(rows.length, together) > ENDLESS)) return [];
  const unsure = (effect: number, variance: number | undefined): boolean =>
    !(Math.sqrt(Math.max(0, variance ?? Number.POSITIVE_INFINITY)) < Math.abs(effect));
  const slopes = kept.flatMap((column, at) => {
    const c = at + ones;
    const endless = Math.abs(beta[c]) * rangeOf(rows.length, (i) => x[i * p + c]) > ENDLESS && unsure(beta[c], betaCovariance?.[c * (p + 1)]);
    return endless ? [ones + column] : [];
  });
  if (!formula.intercept || slopes.length === 0) return slopes;
  const own = design.restore({ beta, betaCovariance: betaCovariance ?? new Float64Array(p * p).fill(Number.POSITIVE_INFINITY) }, 0);
  return Math.abs(own.beta[0]) > ENDLESS && unsure(own.beta[0], own.betaCovariance[0]) ? [0, ...slopes] : slopes;
}

function rangeOf(rows: number, value: (row: number) => number): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < rows; i++) {
    const own = value(i);
    least = Math.min(least, own);
    most = Math.max(most, own);
  }
  return most - least;
}

function separationNotes({ names, formula, family }: FormulaModel, endless: readonly number[]): string[] {
  const what = family === 'binomial' ? 'the response is the same' : 'the count is always 0';
  // An intercept divides no rows: it follows the column that does.
  const columns = endless.filter((place) => !(formula.intercept && place === 0));
  return columns.map(
    (place) =>
      `Separation: ${names[place]} divides the rows so that ${what} on one side, and its effect has no finite estimate. Leave it out, or join its levels with others.`,
  );
}

function shapeNotes({ shape }: GeneralisedFit): string[] {
  if (shape === null || shape < 1e4) return [];
  return [
    'The counts vary no more than those of a Poisson distribution: the negative binomial’s shape runs off to infinity. The Poisson family fits as well.',
  ];
}

function whole({ design, terms, response, family }: FormulaModel, fit: GeneralisedFit): FitWhole {
  const rows = response.y.length;
  const logLikelihood = fit.deviance / -2;
  const parameters = fit.rank + thetaCount(terms) + (fit.shape === null ? 0 : 1);
  const fixed = fixedVariance(design.x, design.p, rows, fit.beta);
  const parts = terms.map((term, k) => levelVariance([term], [fit.terms[k]]));
  const levels = parts.reduce((sum, part) => sum + part, 0);
  const left = latentVariance(family, response.y, fit.shape);
  const all = fixed + levels + left;
  return {
    logLikelihood,
    restricted: false,
    parameters,
    aic: 2 * (parameters - logLikelihood),
    bic: Math.log(rows) * parameters - 2 * logLikelihood,
    marginal: fixed / all,
    conditional: (fixed + levels) / all,
    correlations: parts.map((part) => part / (levels + left)),
  };
}
