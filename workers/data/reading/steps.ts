import { z } from 'zod';

/** Decimal and grouping signs that a number may be written with. */
export const DECIMALS = ['.', ','] as const;
export const THOUSANDS = ['', ',', '.', ' ', "'"] as const;

/**
 * A number that a date becomes. Days since the first date of the column, with the time of day as a fraction;
 * Monday is weekday 1.
 */
export const DATE_NUMBERS = ['days', 'year', 'month', 'day-of-year', 'weekday', 'hour'] as const;
export type DateNumber = (typeof DATE_NUMBERS)[number];

const column = z.string().min(1);
const position = z.int().min(1).max(10_000);
/** Short texts of a file: words, levels, names. */
const text = z.string().max(10_000);

/**
 * A file whose columns have types: what became of those that are no plain cells. `lists` are columns of tags;
 * `utc` are times of UTC; `rounded` have decimals that no number tells apart; `leftOut` cannot be cells.
 */
const columnarStep = z.strictObject({
  kind: z.literal('columnar'),
  format: z.enum(['parquet']),
  lists: z.array(column).min(1).max(1000).optional(),
  utc: z.array(column).min(1).max(1000).optional(),
  rounded: z.array(column).min(1).max(1000).optional(),
  leftOut: z
    .array(z.strictObject({ column, holds: z.enum(['records', 'lists of lists', 'bytes']) }))
    .min(1)
    .max(10_000)
    .optional(),
});
export type ColumnarStep = z.infer<typeof columnarStep>;

/**
 * What the reader did to a file, one step each: plain JSON in the spec of a table, so that a link, the
 * command line and the page read the same data.
 *
 * Steps of the file come first and say how its text becomes cells; without one of them the file is read in
 * the plain way, or refused by name. Steps of columns follow, in order: each sees names and texts as the
 * steps before it have left them. A table's cells stay as they were written, so steps of columns come and go
 * without another look at the file.
 */
export const fileStepSchema = z.discriminatedUnion('kind', [
  /** Several files of one shape, one after the other; their rows are numbered through. */
  z.strictObject({
    kind: z.literal('files'),
    files: z
      .array(z.strictObject({ name: z.string().min(1).max(1000), rows: z.int().min(0) }))
      .min(1)
      .max(10_000),
  }),
  /** The table inside a zip archive. */
  z.strictObject({ kind: z.literal('archive'), entry: z.string().min(1).max(1000) }),
  /** Other than UTF-8. */
  z.strictObject({ kind: z.literal('encoding'), encoding: z.enum(['utf-16le', 'utf-16be', 'windows-1252']) }),
  columnarStep,
  /** The sheet of a workbook. */
  z.strictObject({ kind: z.literal('sheet'), sheet: z.string().max(1000) }),
  /** JSON records: one a line, or an array of them. */
  z.strictObject({ kind: z.literal('json'), form: z.enum(['lines', 'array']), lists: z.array(column).min(1).max(1000).optional() }),
  /** The first lines of the file (after a line "sep=;") are no part of the table: a title, comments. */
  z.strictObject({ kind: z.literal('skip-lines'), lines: z.int().min(1).max(1000) }),
  /** `told`: by the file's own first line, "sep=;". A separator " " is any number of spaces. */
  z.strictObject({ kind: z.literal('separator'), separator: z.string().length(1), told: z.literal(true).optional() }),
  /** Quotes are characters like any other. */
  z.strictObject({ kind: z.literal('quotes'), quotes: z.literal('literal') }),
  /**
   * Lines of names, where a person has said it or the reader has its doubts: 0 (the columns are called
   * "column 1", "column 2", …), 1, or 2, the second left out or joined to the first.
   */
  z.strictObject({ kind: z.literal('header'), lines: z.union([z.literal(0), z.literal(1), z.literal(2)]), join: z.literal(true).optional() }),
  /**
   * The first column holds row names or numbers: its header is empty, left out (the header is one shorter
   * than the rows), or says so.
   */
  z.strictObject({ kind: z.literal('index-column'), column, header: z.enum(['empty', 'left out', 'named']) }),
  /** Names for columns whose own name another column has too, by place (1-based). */
  z.strictObject({
    kind: z.literal('name-columns'),
    names: z
      .array(z.strictObject({ position, name: column }))
      .min(1)
      .max(1000),
  }),
  /** Columns (1-based) without name and without any cell are left out. */
  z.strictObject({ kind: z.literal('drop-empty-columns'), positions: z.array(position).min(1).max(10_000) }),
  /** Rows with fewer cells than the header end in missing cells. */
  z.strictObject({ kind: z.literal('short-rows') }),
  /** Empty cells beyond the header's are no cells. */
  z.strictObject({ kind: z.literal('trailing-separators') }),
]);
export type FileStep = z.infer<typeof fileStepSchema>;

/** `from`: the date that days count from, where it is not the first of the column. */
const ofDates = { column, dayFirst: z.boolean(), as: z.enum(DATE_NUMBERS), from: z.string().max(100).optional() };

export const columnStepSchema = z.discriminatedUnion('kind', [
  /**
   * Cells of these columns that are one of the words, whatever their case and the space around them, are
   * missing. Empty cells always are.
   */
  z.strictObject({ kind: z.literal('missing-words'), columns: z.array(column).min(1).max(1000), words: z.array(text).max(1000) }),
  /**
   * How the numbers of a column are written; `affix` is a sign before or after all of them ("%", "€") that is
   * left out.
   */
  z.strictObject({
    kind: z.literal('decimal'),
    column,
    decimal: z.enum(DECIMALS),
    thousands: z.enum(THOUSANDS),
    affix: z.string().min(1).max(8).optional(),
  }),
  /** Cells of a column of numbers that are no number, or too large for one, are missing. */
  z.strictObject({ kind: z.literal('bad-cells'), column }),
  /** The cells are names, also where they look like numbers or dates. */
  z.strictObject({ kind: z.literal('category'), column }),
  /** Spellings that mean the same level. */
  z.strictObject({ kind: z.literal('merge-levels'), column, from: z.array(text).min(1).max(100_000), into: text }),
  /** A column of dates as one number each; `dayFirst` settles 3/4/2024. */
  z.strictObject({ kind: z.literal('date'), ...ofDates }),
  /** A further column of numbers, worked out from a column of dates and called "when (month)". */
  z.strictObject({ kind: z.literal('date-part'), ...ofDates }),
  z.strictObject({ kind: z.literal('rename'), column, to: column }),
]);
export type ColumnStep = z.infer<typeof columnStepSchema>;

export const stepSchema = z.discriminatedUnion('kind', [...fileStepSchema.options, ...columnStepSchema.options]);
export type Step = z.infer<typeof stepSchema>;

export const isFileStep = (step: Step): step is FileStep => FILE_KINDS.has(step.kind);

const FILE_KINDS: ReadonlySet<string> = new Set(fileStepSchema.options.map(({ shape }) => shape.kind.value));

/** Names of the columns a step is about, as they are before it; none for a step of the whole file. */
export function columnsOf(step: Step): string[] {
  if (step.kind === 'missing-words') return step.columns;
  return 'column' in step ? [step.column] : [];
}

/** Columns of a file whose cells are lists: each is a set of tags. */
export const listColumns = (steps: readonly Step[]): string[] => steps.flatMap((step) => ('lists' in step ? (step.lists ?? []) : []));

/** Steps of columns as far as a file has these columns. */
export function stepsWithin(steps: readonly ColumnStep[], names: ReadonlySet<string>): ColumnStep[] {
  return steps.flatMap((step): ColumnStep[] => {
    if (step.kind !== 'missing-words') return columnsOf(step).every((name) => names.has(name)) ? [step] : [];
    const there = step.columns.filter((name) => names.has(name));
    return there.length > 0 ? [{ ...step, columns: there }] : [];
  });
}
