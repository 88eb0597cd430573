import { parseFormula } from '../../workers/mixed/formula/parse';
import { FAMILIES } from '../../workers/mixed/formula/response';
import type { Solver } from '../../workers/mixed/iterative/fit';
import { whole } from '../cli';
import { oneOf, text, type Values } from './options';

/** What --solver asks for; null where it is not given. */
export function solverOf(values: Values): Solver | null {
  const solver = oneOf(values, 'solver', ['auto', 'factor', 'iterative'] as const, null);
  return solver === 'auto' ? 'automatic' : solver;
}

/** Settings of the linear mixed model as options give them; none where none of them is given. */
export function mixedSettings(values: Values): Record<string, unknown> {
  const [formula, quadrature] = [text(values, 'formula'), text(values, 'quadrature')];
  const estimator = oneOf(values, 'estimator', ['ml', 'reml'] as const, null);
  const family = oneOf(values, 'family', FAMILIES, null);
  const solver = solverOf(values);
  const nodes = quadrature === undefined ? null : whole('quadrature', quadrature, 1, 1);
  return {
    ...(formula !== undefined && { formula }),
    ...(estimator && { estimator }),
    ...(family && { family }),
    ...(solver && { solver }),
    ...(nodes !== null && (nodes === 1 ? { approximation: 'laplace' } : { approximation: 'quadrature', nodes })),
  };
}

/** Options with the target that a formula names. */
export function withTarget(values: Values): Values {
  const given = text(values, 'formula');
  const { response } = given === undefined ? { response: null } : parseFormula(given);
  return response?.kind === 'column' ? { ...values, target: text(values, 'target') ?? response.name } : values;
}

/** Columns that stand behind bars of a formula: levels, whatever they look like. */
export function groupedColumns(values: Values): string[] {
  const given = text(values, 'formula');
  return given === undefined ? [] : [...new Set(parseFormula(given).random.flatMap(({ group }) => group))];
}
