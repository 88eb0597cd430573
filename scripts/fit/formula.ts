import type { Table } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { refuseTextIn } from '../../workers/data/roles';
import type { ColumnRole } from '../../workers/data/schema';
import { percentileIntervals } from '../../workers/mixed/after/bootstrap';
import { bootstrapOf, profilesOf, type WithIntervals } from '../../workers/mixed/after/intervals';
import type { Parameter } from '../../workers/mixed/after/parameters';
import { generalisedDeviances, linearDeviances, type VarianceTest, varianceTests } from '../../workers/mixed/after/variance-tests';
import { NEEDS_FACTOR, solveLinear, tellSolved } from '../../workers/mixed/formula/fit';
import { endlessEffects, estimateGeneralised, MOST_NODES, tellGeneralised } from '../../workers/mixed/formula/fit-generalised';
import { columnsOf, type Formula } from '../../workers/mixed/formula/formula';
import { type Frame, frameOf, type Levels } from '../../workers/mixed/formula/frame';
import { modelOf } from '../../workers/mixed/formula/model';
import { parseFormula } from '../../workers/mixed/formula/parse';
import { FAMILIES, type Family } from '../../workers/mixed/formula/response';
import type { FixedEffect, FormulaFit, RandomEffects } from '../../workers/mixed/formula/result';
import type { TablePreview } from '../../workers/protocol';
import { list, tell, whole } from '../cli';
import { solverOf } from './mixed-settings';
import { oneOf, text, type Values } from './options';
import { readingWords } from './show';
import { askPressing, known, read } from './table';

/** An interval of one parameter, by name. */
interface ToldInterval {
  name: string;
  estimate: number;
  low: number;
  high: number;
}

/** A fit with what was asked for besides. */
export interface FormulaOutput {
  /** What the reader did to the file by itself, and what could be meant otherwise. */
  read: string[];
  fit: FormulaFit;
  tests?: VarianceTest[];
  intervals?: { by: string; of: ToldInterval[] };
}

const atOnce = async (): Promise<void> => {};
const LEVEL = 0.95;
const QUANTILE = 1.959963984540054;

/** Options that a formula by itself reads: how the file is read, and how the model is fitted and told. */
const READ: ReadonlySet<string> = new Set<keyof Values>([
  ...(['formula', 'estimator', 'family', 'quadrature', 'variance-tests', 'solver', 'intervals', 'refits', 'levels', 'seed', 'json'] as const),
  ...(['categorical', 'numeric', 'positive', 'missing-words', 'decimal', 'thousands', 'dates', 'category', 'bad-cells', 'merge'] as const),
  ...(['encoding', 'separator', 'no-header', 'skip-lines', 'entry', 'sheet', 'step'] as const),
]);

/** @throws LabFailure 'bad-option' for an option that would have no effect */
function refuseUnread(values: Values): void {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  const unread = given.find(([name]) => !READ.has(name));
  if (!unread) return;
  throw new LabFailure(
    'bad-option',
    `--${unread[0]} is not for a formula by itself, which is fitted to all complete rows of the columns that it names.`,
    'Leave it out, or add --methods linear-mixed-model: the formula is then fitted as a method of the table, with a test part.',
  );
}

/**
 * Asks what must be known of the columns of a formula. @returns whether a column is among them (null: the
 * whole file) @throws LabFailure 'question' where numbers have texts among them: they would be levels
 */
function askAbout(table: Table, preview: TablePreview, formula: Formula, categorical: readonly string[]): (column: string | null) => boolean {
  const { response } = formula;
  const named = columnsOf(formula);
  const targets = response.kind === 'column' ? [response.name] : [response.successes, response.failures];
  // What is only behind a bar are levels, whatever they look like.
  const values = columnsOf({ ...formula, random: formula.random.map((part) => ({ ...part, group: [] })) });
  const role = (name: string): ColumnRole =>
    categorical.includes(name) || !values.includes(name) ? 'categorical' : targets.includes(name) ? 'target' : 'numeric';
  askPressing(
    table,
    preview,
    named.map((name) => ({ name, role: role(name) })),
  );
  return (column) => column === null || named.includes(column);
}

/** The frame in which the response counts as 1 where it has the value of --positive. */
function withPositive(frame: Frame, { response }: Formula, family: Family, positive: string): Frame {
  if (family !== 'binomial' || response.kind !== 'column')
    throw new LabFailure(
      'bad-option',
      '--positive is of a response of two values, and this one is of numbers.',
      'Leave it out, or add --family binomial.',
    );
  const { name } = response;
  const levels = frame.levels(name);
  // Columns that are not there, and responses of more values, are refused where the model is made.
  if (levels?.labels.length !== 2) return frame;
  const one = levels.labels.findIndex((label) => label === positive || (positive !== '' && Number(label) === Number(positive)));
  if (one < 0)
    throw new LabFailure(
      'positive-not-found',
      `The response ${name} has no value "${positive}" to count as 1.`,
      `Choose one of its two values, ${levels.labels.join(' and ')}.`,
    );
  const ordered: Levels = {
    ...levels,
    codes: levels.codes.map((code) => (code < 0 ? code : Number(code === one))),
    labels: [levels.labels[1 - one], levels.labels[one]],
  };
  return { ...frame, variable: (own) => (own === name ? ordered : frame.variable(own)) };
}

/**
 * Fits the formula of --formula to a table.
 *
 * @throws LabFailure for options that do not fit or have no effect, and what cannot be read or fitted
 */
export async function fitFormula(path: string, values: Values): Promise<FormulaOutput> {
  refuseUnread(values);
  const formula = parseFormula(text(values, 'formula') as string);
  const reml = oneOf(values, 'estimator', ['reml', 'ml'] as const, 'reml') === 'reml';
  const family = oneOf(values, 'family', FAMILIES, 'gaussian');
  const nodes = Math.min(MOST_NODES + 1, whole('quadrature', text(values, 'quadrature'), 1, 1));
  const asked = oneOf(values, 'intervals', ['profile', 'bootstrap'] as const, null);
  const { table, preview } = await read(path, values);
  const [categorical, numeric] = [list(text(values, 'categorical')), list(text(values, 'numeric'))];
  known(preview, [...categorical, ...numeric]);
  const told = readingWords(preview, askAbout(table, preview, formula, categorical));
  for (const name of numeric) refuseTextIn(table, name);
  const positive = text(values, 'positive');
  const frame = frameOf(table, categorical);
  const model = modelOf(formula, positive === undefined ? frame : withPositive(frame, formula, family, positive), family);
  const testing = values['variance-tests'] === true;
  const solver = solverOf(values) ?? 'automatic';
  if (family !== 'gaussian') {
    if (solver === 'iterative')
      throw new LabFailure('bad-option', 'There is an iterative solver for numbers only, and the family is not gaussian.', 'Leave out --solver.');
    const fitted = await estimateGeneralised(model, { nodes }, atOnce);
    return {
      read: told,
      fit: tellGeneralised(fitted),
      ...(testing && { tests: await varianceTests(model, fitted.fit.deviance, generalisedDeviances(model, nodes, atOnce)) }),
      ...(asked && { intervals: await intervalsOf({ kind: 'generalised', fitted }, asked, values) }),
    };
  }
  const solved = await solveLinear(model, { reml }, solver, atOnce);
  const output: FormulaOutput = { read: told, fit: tellSolved(solved) };
  if (solved.kind === 'iterative') {
    if (testing || asked) throw new LabFailure('bad-option', NEEDS_FACTOR.message, 'Leave out --intervals and --variance-tests.');
    return output;
  }
  const { fitted } = solved;
  if (fitted.estimate.fit.exact) return output;
  if (testing) output.tests = await varianceTests(model, fitted.estimate.fit.deviance, linearDeviances(model, fitted.y, reml, atOnce));
  if (asked) output.intervals = await intervalsOf(solved, asked, values);
  return output;
}

const intervalsOf = (fit: WithIntervals, by: 'profile' | 'bootstrap', values: Values): Promise<NonNullable<FormulaOutput['intervals']>> =>
  by === 'profile' ? profiled(fit) : bootstrapped(fit, whole('refits', text(values, 'refits'), 1000, 20), whole('seed', text(values, 'seed'), 1, 0));

const parameterName = ({ kind, group, effects }: Parameter): string => {
  if (kind === 'residual') return 'std. dev. of the residual';
  if (kind === 'shape') return 'shape of the negative binomial';
  if (kind === 'fixed') return effects[0];
  return kind === 'deviation' ? `std. dev. of ${effects[0]} | ${group}` : `correlation of ${effects.join(' and ')} | ${group}`;
};

async function profiled(fit: WithIntervals): Promise<NonNullable<FormulaOutput['intervals']>> {
  const intervals = await profilesOf(fit, QUANTILE, atOnce, ({ parameter }) => tell(`Profile of ${parameterName(parameter)} done.`));
  return {
    by: 'profile likelihood (ML)',
    of: intervals.map(({ parameter, estimate, low, high }) => ({ name: parameterName(parameter), estimate, low, high })),
  };
}

async function bootstrapped(fit: WithIntervals, times: number, seed: number): Promise<NonNullable<FormulaOutput['intervals']>> {
  let told = performance.now();
  const state = await bootstrapOf(fit, { times, seed }, atOnce, ({ done, shared }) => {
    if (performance.now() - told < 2000) return;
    told = performance.now();
    if (shared && shared.prepared < 1) tell(`Surface of the deviances: ${Math.round(100 * shared.prepared)} %.`);
    else tell(`${done.toLocaleString('en')} of ${times.toLocaleString('en')} refits.`);
  });
  const intervals = percentileIntervals(state, LEVEL);
  const shared =
    state.shared && state.shared.refits > 0 ? `, ${state.shared.refits.toLocaleString('en')} of them by a common surface of the deviances` : '';
  const endless = fit.kind === 'generalised' ? endlessEffects(fit.fitted.model, fit.fitted.fit).map((place) => fit.fitted.model.names[place]) : [];
  const open = endless.length > 0 ? `, without ${endless.join(', ')}, which ${endless.length === 1 ? 'runs' : 'run'} off to infinity` : '';
  const failed = state.failed > 0 ? `, ${state.failed.toLocaleString('en')} of which did not converge and are left out` : '';
  return {
    by: `parametric bootstrap of ${times.toLocaleString('en')} refits${shared}${failed}${open}, seed ${seed}`,
    of: state.parameters.map((parameter, at) => ({ name: parameterName(parameter), estimate: state.estimates[at], ...intervals[at] })),
  };
}

/** To five digits that count. */
function digits(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return Number(value.toPrecision(5)).toString();
}

/** Lines of a table: the first column to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  // Not all at once to Math.max: there may be more rows than a call has room for.
  const widths = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0));
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

function testLines(tests: readonly VarianceTest[]): string[] {
  return aligned([
    ['Without', 'χ²', 'p', ''],
    ...tests.map(({ group, effects, ratio, pValue, reference, note }) => [
      `${effects.join(', ')} | ${group}`,
      digits(ratio),
      pValue !== null && pValue < 1e-4 ? pValue.toExponential(2) : digits(pValue),
      note ?? reference,
    ]),
  ]);
}

function intervalLines({ by, of }: NonNullable<FormulaOutput['intervals']>): string[] {
  const rows = of.map(({ name, estimate, low, high }) => [name, digits(estimate), digits(low), digits(high)]);
  return aligned([[`Intervals (95 %, ${by})`, 'estimate', 'low', 'high'], ...rows]);
}

/** A fit as a person reads it. */
export function formulaWords({ read: told, fit, tests, intervals }: FormulaOutput, everyLevel: boolean): string[] {
  const { formula, family, method, rows, fixed, random, residual, shape, fit: ofFit, notes } = fit;
  return [
    ...(told.length > 0 ? [...told, ''] : []),
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
          `log likelihood ${ofFit.logLikelihood.toFixed(3)}${ofFit.logLikelihoodError === undefined ? '' : ` ± ${ofFit.logLikelihoodError.toPrecision(2)}`}${ofFit.restricted ? ' (restricted)' : ''}, AIC ${ofFit.aic.toFixed(3)}, BIC ${ofFit.bic.toFixed(3)}, ${ofFit.parameters} parameters`,
          ...(ofFit.marginal === null || ofFit.conditional === null
            ? []
            : [`R² of the fixed effects ${ofFit.marginal.toFixed(4)} (marginal), with the levels ${ofFit.conditional.toFixed(4)} (conditional)`]),
        ]
      : []),
    ...notes.map((note) => `Note: ${note}`),
    ...(tests ? ['', ...testLines(tests)] : []),
    ...(intervals ? ['', ...intervalLines(intervals)] : []),
    ...(everyLevel ? levelLines(random) : []),
  ];
}
