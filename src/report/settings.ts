import type { z } from 'zod';
import type { Twin } from '../results/twin';
import { type FormField, fieldsOf } from '../setup/form-fields';
import { whole } from '../text/numbers';

/** A setting in words: 'On', '0.001', '100, 50', 'q'. */
function valueWords(field: FormField | undefined, given: unknown): string {
  if (given === null || given === undefined) return field?.kind === 'column' ? 'not chosen' : 'none';
  if (typeof given === 'boolean') return given ? 'on' : 'off';
  if (Array.isArray(given)) return given.length === 0 ? 'none' : given.map((one) => valueWords(undefined, one)).join(', ');
  if (typeof given === 'number') return Number.isInteger(given) && Math.abs(given) >= 10_000 ? whole(given) : String(given);
  if (typeof given === 'object')
    return Object.entries(given)
      .map(([key, one]) => `${key}: ${valueWords(undefined, one)}`)
      .join('; ');
  return field?.kind === 'choice' ? (field.options.find(({ value }) => value === given)?.label ?? String(given)) : String(given);
}

/** Settings with their titles, as the form has them: [title, value, the paper's]. */
export function settingRows(
  schema: z.ZodObject,
  given: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): [string, string, string][] {
  return fieldsOf(schema).flatMap((field): [string, string, string][] =>
    without.includes(field.key) || !Object.hasOwn(given, field.key) ? [] : [[field.title, valueWords(field, given[field.key]), field.paper ?? '']],
  );
}

/** Settings as a table. */
export const settingsTwin = (caption: string, rows: readonly [string, string, string][]): Twin => {
  const papers = rows.some(([, , paper]) => paper !== '');
  return {
    caption,
    columns: ['Setting', 'Value', ...(papers ? ['In the papers'] : [])],
    rows: rows.map(([title, value, paper]) => [title, value, ...(papers ? [paper] : [])]),
  };
};
