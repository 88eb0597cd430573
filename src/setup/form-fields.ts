import { z } from 'zod';
import { inWords, whole } from '../text/numbers';
import { type Range, type Read, readInRange } from '../text/read-in-range';
import { readNumber } from '../text/read-number';

/** What a control needs to know of one field of a schema. */
interface FieldBase {
  key: string;
  title: string;
  help: string;
  /** The paper's value, in words. */
  paper: string | null;
  /** What stands for a setting that may be absent. */
  absent?: unknown;
}
export type FormField = FieldBase &
  (
    | ({
        kind: 'number' /** May be empty, which means null. */;
        empty: boolean /** Words that stand for a number, such as "q". */;
        words: string[];
      } & Range)
    | ({ kind: 'numbers' /** How many there may be; null: any number. */; least: number | null; most: number | null } & Range)
    | { kind: 'switch' }
    /** A numeric column of the data by its name; null: none is chosen. */
    | { kind: 'column' }
    /** `raw`: what the schema has, which may be a number or null. */
    | { kind: 'choice'; options: { value: string; label: string; raw: unknown }[] }
    /** One of several forms, told apart by the value of one key. `fresh` holds what each starts with. */
    | { kind: 'variant'; by: string; options: { value: string; label: string; fields: FormField[]; fresh: Record<string, unknown> }[] }
  );

/** The part of JSON Schema that zod writes for the lab's schemas. */
interface JsonSchema {
  type?: string;
  title?: string;
  help?: string;
  paper?: string;
  /** Whose names a text is one of. */
  column?: 'numeric';
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  default?: unknown;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, JsonSchema>;
}

const isNumber = ({ type }: JsonSchema): boolean => type === 'number' || type === 'integer';

function range(schema: JsonSchema): Range {
  return { whole: schema.type === 'integer', min: schema.minimum ?? null, max: schema.maximum ?? null, above: schema.exclusiveMinimum ?? null };
}

/** 'mean-of-logs' as a person reads it: Mean of logs. */
export function optionLabel(value: string): string {
  const words = value.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function field(key: string, schema: JsonSchema): FormField | null {
  const base: FieldBase = {
    key,
    title: schema.title ?? optionLabel(key),
    help: schema.help ?? '',
    paper: schema.paper ?? null,
    absent: schema.default,
  };
  if (schema.type === 'boolean') return { ...base, kind: 'switch' };
  if (schema.column) return { ...base, kind: 'column' };
  if (schema.enum) return { ...base, kind: 'choice', options: schema.enum.map(option) };
  if (isNumber(schema)) return { ...base, kind: 'number', empty: false, words: [], ...range(schema) };
  if (schema.type === 'array' && schema.items && isNumber(schema.items))
    return { ...base, kind: 'numbers', least: schema.minItems ?? null, most: schema.maxItems ?? null, ...range(schema.items) };
  const parts = schema.anyOf ?? schema.oneOf;
  if (!parts) return null;
  const number = parts.find(isNumber);
  const empty = parts.some(({ type }) => type === 'null');
  const constants = parts.flatMap((part) => part.enum ?? (part.const === undefined ? [] : [part.const]));
  if (number) return { ...base, kind: 'number', empty, words: constants.map(String), ...range(number) };
  if (constants.length > 0) return { ...base, kind: 'choice', options: [...constants, ...(empty ? [null] : [])].map(option) };
  return variant(base, parts);
}

function option(raw: unknown): { value: string; label: string; raw: unknown } {
  return { value: String(raw), label: raw === null ? 'None' : optionLabel(String(raw)), raw };
}

/** Forms of objects that one key tells apart by a constant. */
function variant(base: FieldBase, parts: readonly JsonSchema[]): FormField | null {
  const by = Object.keys(parts[0]?.properties ?? {}).find((key) => parts.every(({ properties }) => properties?.[key]?.const !== undefined));
  if (by === undefined) return null;
  return {
    ...base,
    kind: 'variant',
    by,
    options: parts.map(({ properties = {} }) => {
      const value = String(properties[by].const);
      const others = Object.entries(properties).filter(([key]) => key !== by);
      return {
        value,
        label: properties[by].title ?? optionLabel(value),
        fields: others.flatMap(([key, property]) => field(key, property) ?? []),
        fresh: { [by]: properties[by].const, ...Object.fromEntries(others.map(([key, property]) => [key, property.default])) },
      };
    }),
  };
}

const forms = new WeakMap<z.ZodObject, FormField[]>();

/**
 * The form of a schema, in its own order. Fields that no control can show (literals, such as a dataset's
 * kind) are left out. Made when a form is first shown and kept: a page with the schemas of all methods has
 * none of their forms to make before its first paint.
 */
export function fieldsOf(schema: z.ZodObject): FormField[] {
  let fields = forms.get(schema);
  if (!fields) {
    const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    fields = Object.entries(properties ?? {}).flatMap(([key, property]) => field(key, property) ?? []);
    forms.set(schema, fields);
  }
  return fields;
}

/** A value as its control shows it. */
export function shown(field: FormField, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'number' && field.kind === 'number' && field.whole) return whole(value);
  return String(value);
}

/** Parts of a list's text: spaces, semicolons and commas separate them. */
function partsOf(text: string): string[] {
  return text
    .split(/[\s;]+/)
    .map((part) => part.replace(/^,+|,+$/g, ''))
    .filter(Boolean);
}

/**
 * The numbers of a part with commas between digits; null where it may as well be one number: 0,3 or 2,5 where
 * there may be fractions, and 25,000, as nobody writes 000 for 0. Widths such as 100,100 are two.
 */
function numbersOf(part: string, { whole: counts }: Range): string[] | null {
  const numbers = part.split(',').filter(Boolean);
  const one = numbers.length > 1 && readNumber(part) !== null;
  return one && (!counts || numbers.some((number) => /^0\d/.test(number))) ? null : numbers;
}

const plural = (numbers: number): string => `${inWords(numbers)} number${numbers === 1 ? '' : 's'}`;

/** What was typed into a control as a value of its field, or one sentence on why it cannot be. */
export function read(field: FormField, text: string): Read {
  if (field.kind === 'number') {
    if (text.trim() === '') return field.empty ? { ok: true, value: null } : { ok: false, message: 'Enter a number.' };
    const word = field.words.find((candidate) => candidate.toLowerCase() === text.trim().toLowerCase());
    if (word !== undefined) return { ok: true, value: word };
    return readInRange(field, text);
  }
  if (field.kind === 'numbers') {
    const values: unknown[] = [];
    for (const part of partsOf(text)) {
      const numbers = numbersOf(part, field);
      if (!numbers) {
        const [one, several] = [String(readNumber(part)), part.split(',').map(Number).join(', ')];
        return { ok: false, message: `Is "${part}" one number or more? Write ${one}, or ${several} with spaces.` };
      }
      for (const number of numbers) {
        const one = readInRange(field, number);
        if (!one.ok) return one;
        values.push(one.value);
      }
    }
    const { least, most } = field;
    if (least !== null && least === most && values.length !== least) return { ok: false, message: `Enter ${plural(least)}.` };
    if (least !== null && values.length < least) return { ok: false, message: `Enter at least ${plural(least)}.` };
    if (most !== null && values.length > most) return { ok: false, message: `At most ${plural(most)}.` };
    return { ok: true, value: values };
  }
  return { ok: true, value: text };
}
