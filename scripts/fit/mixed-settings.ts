import { parseFormula } from '../../workers/mixed/formula/parse';
import { FAMILIES } from '../../workers/mixed/formula/response';
import { list, whole } from '../cli';
import { oneOf, text, type Values } from './options';

/** Settings of the linear mixed model as options give them; none where none of them is given. */
export function mixedSettings(values: Values): Record<string, unknown> {
  const [formula, quadrature] = [text(values, 'formula'), text(values, 'quadrature')];
  const estimator = oneOf(values, 'estimator', ['ml', 'reml'] as const, null);
  const family = oneOf(values, 'family', FAMILIES, null);
  const nodes = quadrature === undefined ? null : whole('quadrature', quadrature, 1, 1);
  return {
    ...(formula !== undefined && { formula }),
    ...(estimator && { estimator }),
    ...(family && { family }),
    ...(nodes !== null && (nodes === 1 ? { approximation: 'laplace' } : { approximation: 'quadrature', nodes })),
  };
}

/** Options with what a formula says of its columns: the response, and what stands behind bars as levels. */
export function withColumns(values: Values): Values {
  const given = text(values, 'formula');
  if (given === undefined) return values;
  const { response, random } = parseFormula(given);
  const levels = [...new Set([...list(text(values, 'categorical')), ...random.flatMap(({ group }) => group)])];
  const target = text(values, 'target') ?? (response.kind === 'column' ? response.name : undefined);
  return { ...values, ...(target !== undefined && { target }), categorical: levels.join(',') };
}
