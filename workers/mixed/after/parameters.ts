import type { LinearFormula } from '../formula/fit';
import type { GeneralisedFormula } from '../formula/fit-generalised';
import type { FormulaModel } from '../formula/types';
import { factorsOf, thetaCount } from '../terms/factor';
import type { LinearRows } from '../terms/linear-rows';
import { timesUnits } from '../terms/units';

/** One number of a fitted mixed model, in the order of `valuesOf`. */
export interface Parameter {
  /** The shape is that of a negative binomial. */
  kind: 'deviation' | 'correlation' | 'residual' | 'shape' | 'fixed';
  /** Grouping factor of a deviation or correlation; '' of the others. */
  group: string;
  /** Effects it is of: one, or the two of a correlation; the fixed effect. */
  effects: string[];
  /**
   * Term of a deviation or correlation, and its effects' places there; of a fixed effect its place in
   * `names`.
   */
  term: number;
  places: number[];
}

/**
 * Deviations and correlations of each term, the residual of a Gaussian response or the shape of a negative
 * binomial one, then the fixed effects that are not left out. @param without places of more fixed effects to
 * leave out
 */
export function parametersOf({ model }: { model: FormulaModel }, without: readonly number[] = []): Parameter[] {
  const { terms, names, design, formula, family } = model;
  const ones = formula.intercept ? 1 : 0;
  const parameters: Parameter[] = [];
  for (const [term, { group, effects }] of terms.entries())
    for (const [a, effect] of effects.entries()) {
      for (let b = 0; b < a; b++) parameters.push({ kind: 'correlation', group, effects: [effects[b], effect], term, places: [b, a] });
      parameters.push({ kind: 'deviation', group, effects: [effect], term, places: [a] });
    }
  const whole = { group: '', effects: [], term: -1, places: [] };
  if (family === 'gaussian') parameters.push({ kind: 'residual', ...whole });
  if (family === 'negative-binomial') parameters.push({ kind: 'shape', ...whole });
  for (const [place, name] of names.entries())
    if (!without.includes(place) && !design.dropped.some(({ column }) => column === place - ones))
      parameters.push({ kind: 'fixed', group: '', effects: [name], term: -1, places: [place] });
  return parameters;
}

/** θ in the units of the rows, β of the design, and σ² or the shape. */
interface Values {
  theta: ArrayLike<number>;
  beta: Float64Array;
  /** Of a linear model; else 1. */
  residualVariance?: number;
  shape?: number | null;
}

/** Values of the parameters. */
export function valuesOf(
  { model, shift }: Pick<LinearFormula, 'model' | 'shift'>,
  parameters: readonly Parameter[],
  { terms, units }: Pick<LinearRows, 'terms'> & { units: readonly Float64Array[] },
  { theta, residualVariance = 1, beta, shape }: Values,
): Float64Array {
  const sigma = Math.sqrt(residualVariance);
  const factors = factorsOf(terms, theta).map((T, k) => timesUnits(units[k], terms[k].width, T, terms[k].width));
  const own = model.design.restoreBeta(beta, shift);
  const product = (k: number, a: number, b: number): number => {
    const r = terms[k].width;
    let sum = 0;
    for (let c = 0; c < r; c++) sum += factors[k][a * r + c] * factors[k][b * r + c];
    return sum;
  };
  return Float64Array.from(parameters, ({ kind, term, places: [a, b] }) => {
    if (kind === 'residual') return sigma;
    if (kind === 'shape') return shape ?? Number.POSITIVE_INFINITY;
    if (kind === 'fixed') return own[a];
    if (kind === 'deviation') return sigma * Math.sqrt(product(term, a, a));
    return product(term, a, b) / Math.sqrt(product(term, a, a) * product(term, b, b));
  });
}

/** The same of a generalised model, at a point of its rows. */
export const valuesAtPoint = (
  { model, rows }: Pick<GeneralisedFormula, 'model' | 'rows'>,
  parameters: readonly Parameter[],
  point: Float64Array,
  shape: number | null,
): Float64Array => {
  const count = thetaCount(rows.terms);
  const [theta, beta] = [point.subarray(0, count), point.slice(count, count + model.design.p)];
  return valuesOf({ model, shift: 0 }, parameters, rows, { theta, beta, shape });
};
