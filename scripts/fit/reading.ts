import { LabFailure } from '../../workers/data/failure';
import { DATE_NUMBERS, isFileStep, type Step, stepSchema, withStep } from '../../workers/spec/reading';
import { list, whole } from '../cli';
import { oneOf, pairs, text, type Values } from './options';

/** The step of an option, checked by the schema of steps. */
function checked(step: unknown, option: string): Step {
  const parsed = stepSchema.safeParse(step);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LabFailure(
    'bad-option',
    `--${option}: ${issue.path.join('.') || 'the step'}: ${issue.message}.`,
    'npm run fit -- --help shows how it is written.',
  );
}

/** Steps that say how the text of the file becomes cells; the reader finds the others by itself. */
export function fileSteps(values: Values): Step[] {
  const steps: Step[] = [];
  const entry = text(values, 'entry');
  if (entry !== undefined) steps.push(checked({ kind: 'archive', entry }, 'entry'));
  const sheet = text(values, 'sheet');
  if (sheet !== undefined) steps.push(checked({ kind: 'sheet', sheet }, 'sheet'));
  const encoding = oneOf(values, 'encoding', ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const, undefined);
  if (encoding !== undefined && encoding !== 'utf-8') steps.push(checked({ kind: 'encoding', encoding }, 'encoding'));
  const lines = text(values, 'skip-lines');
  if (lines !== undefined) steps.push(checked({ kind: 'skip-lines', lines: whole('skip-lines', lines, 1, 1) }, 'skip-lines'));
  const separator = text(values, 'separator');
  if (separator !== undefined) steps.push(checked({ kind: 'separator', separator: separator === '\\t' ? '\t' : separator }, 'separator'));
  if (values['no-header']) steps.push(checked({ kind: 'header', lines: 0 }, 'no-header'));
  return [...steps, ...ownSteps(values).filter(isFileStep)];
}

/** Steps given as JSON. */
function ownSteps(values: Values): Step[] {
  const given = Array.isArray(values.step) ? values.step : [];
  return given.map((json) => {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      throw new LabFailure('bad-option', `--step is not JSON: ${json}`, 'Write for example --step \'{"kind":"short-rows"}\'.');
    }
    return checked(value, 'step');
  });
}

/**
 * The steps of a table with those of the options in their places.
 *
 * @param dates the columns of dates, as the reader has found them: whether the day comes first
 */
export function withOptions(taken: readonly Step[], values: Values, dates: ReadonlyMap<string, boolean>): Step[] {
  let steps = [...taken];
  const add = (step: unknown, option: string): void => {
    const one = checked(step, option);
    if (!isFileStep(one)) steps = withStep(steps, one);
  };
  for (const [column, words] of pairs(values, 'missing-words'))
    add({ kind: 'missing-words', columns: [column], words: words === '' ? [] : words.split(',') }, 'missing-words');
  const thousands = new Map(pairs(values, 'thousands'));
  // A sign before or after all numbers, "$" or "%", stays what it was found to be.
  const affix = new Map(taken.flatMap((step): [string, string][] => (step.kind === 'decimal' && step.affix ? [[step.column, step.affix]] : [])));
  const signed = (column: string) => ({ kind: 'decimal', column, ...(affix.has(column) && { affix: affix.get(column) }) });
  for (const [column, decimal] of pairs(values, 'decimal')) add({ ...signed(column), decimal, thousands: thousands.get(column) ?? '' }, 'decimal');
  for (const [column, sign] of thousands)
    if (!pairs(values, 'decimal').some(([name]) => name === column))
      add({ ...signed(column), decimal: sign === '.' ? ',' : '.', thousands: sign }, 'thousands');
  for (const [column, as] of pairs(values, 'dates')) {
    const dayFirst = dates.get(column);
    if (dayFirst === undefined)
      throw new LabFailure('bad-option', `--dates: not every cell of "${column}" is a date.`, `Parts of dates are ${DATE_NUMBERS.join(', ')}.`);
    add({ kind: 'date', column, dayFirst, as }, 'dates');
  }
  for (const column of list(text(values, 'category'))) add({ kind: 'category', column }, 'category');
  for (const column of list(text(values, 'bad-cells'))) add({ kind: 'bad-cells', column }, 'bad-cells');
  for (const [column, merge] of pairs(values, 'merge')) {
    const at = merge.indexOf(':');
    if (at < 1)
      throw new LabFailure('bad-option', `--merge: "${merge}" does not say into what.`, 'Write for example --merge "shop=Alpha: alpha,ALPHA".');
    add(
      {
        kind: 'merge-levels',
        column,
        from: merge
          .slice(at + 1)
          .split(',')
          .map((level) => level.replace(/^ /, '')),
        into: merge.slice(0, at),
      },
      'merge',
    );
  }
  for (const step of ownSteps(values)) if (!isFileStep(step)) steps = withStep(steps, step);
  return steps;
}
