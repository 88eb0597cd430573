import { z } from 'zod';

/** What a control needs to know of one field of a schema. */
interface FieldBase {
  key: string;
  title: string;
  help: string;
  /** The paper's value, in words. */
  paper: string | null;
}
interface Range {
  whole: boolean;
  min: number | null;
  max: number | null;
  /** Exclusive lower bound: the value itself is refused. */
  above: number | null;
}
export type FormField = FieldBase &
  (
    | ({
        kind: 'number' /** May be empty, which means null. */;
        empty: boolean /** A word that stands for a number, such as "q". */;
        word: string | null;
      } & Range)
    | ({ kind: 'numbers' } & Range)
    | { kind: 'switch' }
    | { kind: 'choice'; options: { value: string; label: string }[] }
  );

/** The part of JSON Schema that zod writes for the lab's schemas. */
interface JsonSchema {
  type?: string;
  title?: string;
  help?: string;
  paper?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
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
  };
  if (schema.type === 'boolean') return { ...base, kind: 'switch' };
  if (schema.enum)
    return { ...base, kind: 'choice', options: schema.enum.map((value) => ({ value: String(value), label: optionLabel(String(value)) })) };
  if (isNumber(schema)) return { ...base, kind: 'number', empty: false, word: null, ...range(schema) };
  if (schema.type === 'array' && schema.items && isNumber(schema.items)) return { ...base, kind: 'numbers', ...range(schema.items) };
  const number = schema.anyOf?.find(isNumber);
  if (!number) return null;
  const word = schema.anyOf?.find((option) => typeof option.const === 'string')?.const;
  const empty = schema.anyOf?.some(({ type }) => type === 'null') ?? false;
  return { ...base, kind: 'number', empty, word: typeof word === 'string' ? word : null, ...range(number) };
}

/** The form of a schema, in its own order. Fields that no control can show (literals, such as a dataset's kind) are left out. */
export function fieldsOf(schema: z.ZodObject): FormField[] {
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return Object.entries(properties ?? {}).flatMap(([key, property]) => field(key, property) ?? []);
}

/** A value as its control shows it. */
export function shown(field: FormField, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'number' && field.kind === 'number' && field.whole) return value.toLocaleString('en-US');
  return String(value);
}

export type Read = { ok: true; value: unknown } | { ok: false; message: string };

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(range: Range, text: string): Read {
  const plain = text
    .trim()
    .replace(/\u2212/g, '-')
    .replace(/(?<=\d),(?=\d{3})/g, '');
  if (!NUMBER.test(plain)) return { ok: false, message: `"${text.trim()}" is not a number.` };
  const value = Number(plain);
  if (range.whole && !Number.isInteger(value)) return { ok: false, message: `${plain} is not a whole number.` };
  if (range.min !== null && value < range.min) return { ok: false, message: `At least ${range.min.toLocaleString('en-US')}.` };
  if (range.above !== null && value <= range.above) return { ok: false, message: `More than ${range.above.toLocaleString('en-US')}.` };
  if (range.max !== null && value > range.max) return { ok: false, message: `At most ${range.max.toLocaleString('en-US')}.` };
  return { ok: true, value };
}

/** What was typed into a control as a value of its field, or one sentence on why it cannot be. */
export function read(field: FormField, text: string): Read {
  if (field.kind === 'number') {
    if (text.trim() === '') return field.empty ? { ok: true, value: null } : { ok: false, message: 'Enter a number.' };
    if (field.word !== null && text.trim().toLowerCase() === field.word) return { ok: true, value: field.word };
    return readNumber(field, text);
  }
  if (field.kind === 'numbers') {
    const values: unknown[] = [];
    // Widths are separated by spaces or by commas with a space or nothing behind them; thousands are not grouped in a list.
    for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
      const one = readNumber(field, part);
      if (!one.ok) return one;
      values.push(one.value);
    }
    return { ok: true, value: values };
  }
  return { ok: true, value: text };
}
