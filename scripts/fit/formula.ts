import { fitLinear } from '../../workers/mixed/formula/fit';
import { fitGeneralised, MOST_NODES } from '../../workers/mixed/formula/fit-generalised';
import { frameOf } from '../../workers/mixed/formula/frame';
import { modelOf } from '../../workers/mixed/formula/model';
import { parseFormula } from '../../workers/mixed/formula/parse';
import { FAMILIES } from '../../workers/mixed/formula/response';
import type { FixedEffect, FormulaFit, RandomEffects } from '../../workers/mixed/formula/result';
import { list, whole } from '../cli';
import { oneOf, text, type Values } from './options';
import { read } from './table';

/** Fits the formula of --formula to a table. */
export async function fitFormula(path: string, values: Values): Promise<FormulaFit> {
  const formula = parseFormula(text(values, 'formula') as string);
  const estimator = oneOf(values, 'estimator', ['reml', 'ml'] as const, 'reml');
  const { table } = await read(path, values);
  const family = oneOf(values, 'family', FAMILIES, 'gaussian');
  const nodes = Math.min(MOST_NODES + 1, whole('quadrature', text(values, 'quadrature'), 1, 1));
  const model = modelOf(formula, frameOf(table, list(text(values, 'categorical'))), family);
  if (family !== 'gaussian') return fitGeneralised(model, { nodes }, async () => {});
  return fitLinear(model, { reml: estimator === 'reml' }, async () => {});
}

/** To five digits that count. */
const digits = (value: number | null): string => (value === null ? '–' : Number.isNaN(value) ? '–' : Number(value.toPrecision(5)).toString());

/** Lines of a table: the first column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}

function fixedLines(fixed: readonly FixedEffect[], statistic: string): string[] {
  const lines = aligned([
    ['Fixed effects', 'estimate', 'std. error', statistic],
    ...fixed.map(({ name, estimate, standardError, statistic: ratio }) => [name, digits(estimate), digits(standardError), digits(ratio)]),
  ]);
  return lines.map((line, at) => (at > 0 && fixed[at - 1].note ? `${line}  ${fixed[at - 1].note}` : line));
}

function randomLines(random: readonly RandomEffects[], residual: number | null): string[] {
  const rows = random.flatMap(({ group, levels, effects, deviations, correlations }) =>
    effects.map((effect, a) => [
      a === 0 ? `${group} (${levels.toLocaleString('en')} levels)` : '',
      effect,
      digits(deviations[a] ** 2),
      digits(deviations[a]),
      ...Array.from({ length: a }, (_, b) => digits(correlations[a * effects.length + b])),
    ]),
  );
  const most = Math.max(...rows.map((row) => row.length));
  const head = ['Random effects', '', 'variance', 'std. dev.', ...(most > 4 ? ['correlations'] : [])];
  const all = [head, ...rows, ...(residual === null ? [] : [['residual', '', digits(residual ** 2), digits(residual)]])];
  return aligned(all.map((row) => Array.from({ length: Math.max(most, head.length) }, (_, column) => row[column] ?? '')));
}

function levelLines(random: readonly RandomEffects[]): string[] {
  return random.flatMap(({ group, effects, modes }) => [
    '',
    ...aligned([
      [`Levels of ${group}`, ...effects.flatMap((effect) => [effect, 'std. error'])],
      ...modes.map(({ label, values, standardErrors }) => [label, ...values.flatMap((value, a) => [digits(value), digits(standardErrors[a])])]),
    ]),
  ]);
}

/** A fit as a person reads it. */
export function formulaWords(fit: FormulaFit, everyLevel: boolean): string[] {
  const { formula, family, method, rows, fixed, random, residual, shape, fit: ofFit, notes } = fit;
  return [
    formula,
    `${family}, ${method}, ${rows.toLocaleString('en')} rows`,
    '',
    ...fixedLines(fixed, family === 'gaussian' ? 't' : 'z'),
    '',
    ...randomLines(random, residual),
    ...(shape === undefined ? [] : [`shape of the negative binomial: ${digits(shape)}`]),
    '',
    ...(ofFit
      ? [
          `log likelihood ${ofFit.logLikelihood.toFixed(3)}${ofFit.restricted ? ' (restricted)' : ''}, AIC ${ofFit.aic.toFixed(3)}, BIC ${ofFit.bic.toFixed(3)}, ${ofFit.parameters} parameters`,
          ...(ofFit.marginal === null || ofFit.conditional === null
            ? []
            : [`R² of the fixed effects ${ofFit.marginal.toFixed(4)} (marginal), with the levels ${ofFit.conditional.toFixed(4)} (conditional)`]),
        ]
      : []),
    ...notes.map((note) => `Note: ${note}`),
    ...(everyLevel ? levelLines(random) : []),
  ];
}
