import type { Breathe } from '../dense';
import { breathing } from '../dense';
import { factorsOf, scaleUp } from '../terms/factor';
import { gridOf } from '../terms/layout';
import { firstTheta, type LinearFit, noNumber, signedTheta, termFitsOf, withZeros } from '../terms/linear';
import { sumTerms, type TermData } from '../terms/sums';
import { inUnits, thetaOut, unitsOf } from '../terms/units';
import { type IterativeEvaluation, iterativeDeviance, probesOf } from './deviance';

/** How penalised least squares are solved; automatic: without a factor only where that would be too large. */
export type Solver = 'automatic' | 'factor' | 'iterative';

/** How a fit without a factor was come by. */
export interface IterativeWords {
  /** Random vectors; 0 where one term is all there is, which is taken out exactly: nothing is estimated. */
  probes: number;
  /** Monte Carlo standard error of the log likelihood. */
  logLikelihoodError: number;
  /** Steps of the last conjugate gradients. */
  steps: number;
  /** Whether the search ended where the gradient vanishes, with every system solved. */
  converged: boolean;
}

export interface IterativeFit extends LinearFit {
  iterative: IterativeWords;
}

/**
 * A predicted decrease of the deviance below this ends the search: a hundredth of a standard error is left.
 */
const TOLERANCE = 1e-4;
const MOST_STEPS = 60;
/** Longest step as a share of 1 + |θ|. */
const LONGEST = 0.5;
/** A step to where the likelihood is no number is taken by this share of itself, so often at most. */
const SHORTER = 0.25;
const MOST_TRIES = 8;

/**
 * A linear mixed model with random terms whose factor would be too large: the search follows the estimated
 * gradient, whose random vectors are the same at every θ, to where it vanishes (docs/methods.md A27).
 * @param options.start θ to begin with, in the units of the columns scaled to mean square 1
 * @throws LabFailure where the likelihood is no number from the beginning
 */
export async function fitIteratively(
  data: TermData,
  { reml, seed = 1, start }: { reml: boolean; seed?: number; start?: Float64Array },
  breathe: Breathe,
): Promise<IterativeFit> {
  const units = data.terms.map(unitsOf);
  const terms = data.terms.map((term, k) => inUnits(term, units[k]));
  const grid = await breathing(gridOf(terms, data.rows), breathe);
  const sums = await breathing(sumTerms(grid, data), breathe);
  const probes = probesOf(grid, seed);
  let evaluations = 0;
  const evaluate = (theta: Float64Array): Promise<IterativeEvaluation> => {
    evaluations++;
    return iterativeDeviance(grid, sums, theta, { reml, probes }, breathe);
  };
  const found = await descend(start ?? firstTheta(terms), evaluate);
  const signed = signedTheta(terms, found.theta);
  const kept = await withZeros(terms, signed, found.at, evaluate);
  const { at, theta } = kept;
  const factors = factorsOf(terms, theta);
  const effects = at.spherical.slice();
  scaleUp(grid, factors, effects, 1);
  const converged = found.converged && at.solved;
  return {
    deviance: at.value,
    reml,
    theta: thetaOut(terms, theta, units),
    residualVariance: at.residualVariance,
    beta: at.beta,
    betaCovariance: at.betaCovariance,
    rank: at.rank,
    terms: termFitsOf(grid, factors, units, effects, at.residualVariance, at.inverse),
    exact: at.exact,
    converged,
    evaluations,
    iterative: { probes: terms.length === 1 ? 0 : probes.count, logLikelihoodError: at.standardError / 2, steps: at.steps, converged },
  };
}

/**
 * Of a response that the fixed effects and levels give exactly there is no likelihood, and nothing to search.
 */
const isNumber = ({ value, gradient, spherical, exact }: IterativeEvaluation): boolean =>
  exact || (Number.isFinite(value) && gradient.every(Number.isFinite) && spherical.every(Number.isFinite));

/**
 * Quasi-Newton steps (BFGS) to where the gradient vanishes. Values are not compared: their estimate and that
 * of the gradient have errors of their own, which a line search would take for curvature.
 */
async function descend(
  start: Float64Array,
  evaluate: (theta: Float64Array) => Promise<IterativeEvaluation>,
): Promise<{ theta: Float64Array; at: IterativeEvaluation; converged: boolean }> {
  const size = start.length;
  let theta = start;
  let at = await evaluate(theta);
  if (!isNumber(at)) throw noNumber();
  const inverse = new Float64Array(size * size);
  at.curvature.forEach((curvature, k) => {
    inverse[k * size + k] = 1 / Math.max(curvature, 1e-3);
  });
  const product = (v: Float64Array): Float64Array =>
    v.map((_, k) => {
      let sum = 0;
      for (let l = 0; l < size; l++) sum += inverse[k * size + l] * v[l];
      return sum;
    });
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * b[k], 0);
  for (let step = 0; step < MOST_STEPS; step++) {
    const full = product(at.gradient);
    if (!(dot(full, at.gradient) >= 2 * TOLERANCE) || at.exact) return { theta, at, converged: true };
    const share = Math.min(1, (LONGEST * (1 + Math.sqrt(dot(theta, theta)))) / Math.sqrt(dot(full, full)));
    let s = full.map((value) => -share * value);
    let next = theta.map((value, k) => value + s[k]);
    let there = await evaluate(next);
    for (let tries = 1; !isNumber(there); tries++) {
      if (tries === MOST_TRIES) return { theta, at, converged: false };
      s = s.map((value) => SHORTER * value);
      next = theta.map((value, k) => value + s[k]);
      there = await evaluate(next);
    }
    const y = there.gradient.map((slope, k) => slope - at.gradient[k]);
    const sy = dot(s, y);
    if (sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      const hy = product(y);
      const yhy = dot(y, hy);
      for (let k = 0; k < size; k++)
        for (let l = 0; l < size; l++) inverse[k * size + l] += ((1 + yhy / sy) * s[k] * s[l] - s[k] * hy[l] - hy[k] * s[l]) / sy;
    }
    theta = next;
    at = there;
  }
  return { theta, at, converged: false };
}
