import { z } from 'zod';

/** What a lesson can measure and ask of a run, as data: the same in the page and on the command line. */

const id = z.string().min(1).max(40);
/** Which of the lesson's runs; absent: the one on the page. */
const at = id.optional();

const METRICS = ['mse', 'mae', 'r2', 'auc', 'logLoss', 'accuracy', 'rmseD', 'frobenius', 'spearman', 'aucB'] as const;
const CURVES = ['training', 'predictive', 'objective'] as const;

/** A number of a run, of an answer, or computed from others. */
export type Value =
  | { number: number }
  /** A metric of the test rows. */
  | { metric: (typeof METRICS)[number]; method: string; at?: string }
  /** Trainable numbers. */
  | { parameters: string; at?: string }
  /** A number from a loss curve: its first, last or least value, or the one at an epoch. */
  | { curve: (typeof CURVES)[number]; method: string; take: 'first' | 'last' | 'least' | number; at?: string }
  /** The epoch (from 1) where a loss curve is least. */
  | { bestEpoch: (typeof CURVES)[number]; method: string; at?: string }
  /** Epochs trained, drawing past the stop included. */
  | { epochs: string; at?: string }
  /**
   * Mean loss of test rows by the training rows of their level: unseen levels, or the bin that holds `rows`.
   */
  | { lossOfLevels: string; rows: 'unseen' | number; at?: string }
  /** Mean loss of test rows by their number of tags: the fewest, the most, or so many. */
  | { lossOfTags: string; tags: 'fewest' | 'most' | number; at?: string }
  /** An estimate by its name, of a random-effects method. */
  | { estimate: string; method: string; at?: string }
  /** Mean weight of the own rows of levels with so many of them: 1 − posterior variance / prior variance. */
  | { ownWeight: string; rows: number; at?: string }
  /** Mean length of the vectors of levels with at least / at most so many rows. */
  | { vectorLength: string; least?: number; most?: number; at?: string }
  /** A number that was answered; of a sketch the curve's value at x, of a mark its x or y. */
  | { answer: string; item?: string; take?: 'x' | 'y' | number }
  | { minus: [Value, Value] }
  | { over: [Value, Value] };

const pair = () => z.tuple([z.lazy(() => valueSchema), z.lazy(() => valueSchema)]);

export const valueSchema: z.ZodType<Value> = z.union([
  z.strictObject({ number: z.number() }),
  z.strictObject({ metric: z.enum(METRICS), method: id, at }),
  z.strictObject({ parameters: id, at }),
  z.strictObject({ curve: z.enum(CURVES), method: id, take: z.union([z.enum(['first', 'last', 'least']), z.int().min(1)]), at }),
  z.strictObject({ bestEpoch: z.enum(CURVES), method: id, at }),
  z.strictObject({ epochs: id, at }),
  z.strictObject({ lossOfLevels: id, rows: z.union([z.literal('unseen'), z.int().min(0)]), at }),
  z.strictObject({ lossOfTags: id, tags: z.union([z.enum(['fewest', 'most']), z.int().min(0)]), at }),
  z.strictObject({ estimate: z.string().min(1), method: id, at }),
  z.strictObject({ ownWeight: id, rows: z.int().min(0), at }),
  z.strictObject({ vectorLength: id, least: z.int().min(0).optional(), most: z.int().min(0).optional(), at }),
  z.strictObject({ answer: id, item: id.optional(), take: z.union([z.enum(['x', 'y']), z.number()]).optional() }),
  z.strictObject({ minus: pair() }),
  z.strictObject({ over: pair() }),
]);

/** What can hold or not; a value that is not known makes a comparison false. */
export type Predicate =
  /** The step, or the question before or after the lesson, has an answer. */
  | { answered: string }
  /** A finished run of the lesson; absent `at`: the results of any run are on the page. */
  | { finished: true; at?: string }
  /** A part of the experiment, by its path: 'dataset.levels.0'. */
  | { spec: string; is: string | number | boolean | null }
  /** A part of how the page is looked at, by its name: 'loss', 'scale'. */
  | { view: string; is: string | number | boolean | null }
  /** So many levels at least are selected. */
  | { selected: number }
  /** The first is less than the second, by so much at least (absent: 0). */
  | { less: [Value, Value]; by?: number }
  | { all: Predicate[] }
  | { any: Predicate[] }
  | { not: Predicate };

const plain = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const list = () => z.array(z.lazy(() => predicateSchema)).min(1);

export const predicateSchema: z.ZodType<Predicate> = z.union([
  z.strictObject({ answered: id }),
  z.strictObject({ finished: z.literal(true), at }),
  z.strictObject({ spec: z.string().min(1), is: plain }),
  z.strictObject({ view: z.string().min(1), is: plain }),
  z.strictObject({ selected: z.int().min(1) }),
  z.strictObject({ less: pair(), by: z.number().min(0).optional() }),
  z.strictObject({ all: list() }),
  z.strictObject({ any: list() }),
  z.strictObject({ not: z.lazy(() => predicateSchema) }),
]);

/** Points or a line from a run, in the axes of a question. */
export const seriesSchema = z.union([
  /** A loss curve: epochs, loss. */
  z.strictObject({ curve: z.enum(CURVES), method: id, at }),
  /** A dot a level: its training rows, the weight of its own rows. */
  z.strictObject({ ownWeights: id, at }),
  /** A dot a level: its training rows, the length of its vector. */
  z.strictObject({ vectorLengths: id, at }),
  /** Mean loss of test rows by the training rows of their level (the geometric middle of the bin). */
  z.strictObject({ lossByRows: id, at }),
  /** Mean loss of test rows by their number of tags. */
  z.strictObject({ lossByTags: id, at }),
  /** Trainable numbers of a method of the lesson's experiment by the number of levels, over the x axis. */
  z.strictObject({ parametersByLevels: id }),
]);
export type Series = z.infer<typeof seriesSchema>;
