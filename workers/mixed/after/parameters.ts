import type { LinearFormula } from '../formula/fit';
import { factorsOf } from '../terms/factor';
import type { LinearRows } from '../terms/linear-rows';
import { timesUnits } from '../terms/units';

/** One number of a fitted linear mixed model, in the order of `valuesOf`. */
export interface Parameter {
  kind: 'deviation' | 'correlation' | 'residual' | 'fixed';
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

/** Deviations and correlations of each term, the residual, then the fixed effects that are not left out. */
export function parametersOf({ model }: LinearFormula): Parameter[] {
  const { terms, names, design, formula } = model;
  const ones = formula.intercept ? 1 : 0;
  const parameters: Parameter[] = [];
  for (const [term, { group, effects }] of terms.entries())
    for (const [a, effect] of effects.entries()) {
      for (let b = 0; b < a; b++) parameters.push({ kind: 'correlation', group, effects: [effects[b], effect], term, places: [b, a] });
      parameters.push({ kind: 'deviation', group, effects: [effect], term, places: [a] });
    }
  parameters.push({ kind: 'residual', group: '', effects: [], term: -1, places: [] });
  for (const [place, name] of names.entries())
    if (!design.dropped.some(({ column }) => column === place - ones))
      parameters.push({ kind: 'fixed', group: '', effects: [name], term: -1, places: [place] });
  return parameters;
}

/** Values of the parameters at θ (in the units of the rows), σ² and β of the design. */
export function valuesOf(
  { model, shift }: LinearFormula,
  parameters: readonly Parameter[],
  { terms, units }: Pick<LinearRows, 'terms' | 'units'>,
  { theta, residualVariance, beta }: { theta: ArrayLike<number>; residualVariance: number; beta: Float64Array },
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
    if (kind === 'fixed') return own[a];
    if (kind === 'deviation') return sigma * Math.sqrt(product(term, a, a));
    return product(term, a, b) / Math.sqrt(product(term, a, a) * product(term, b, b));
  });
}
