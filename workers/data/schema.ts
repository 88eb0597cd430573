import { z } from 'zod';

/** What the form shows beside a control. `paper` is the value of the MMbeddings paper's runs, in words. */
export interface FieldMeta {
  title: string;
  help: string;
  paper?: string;
  unit?: string;
}

const seed = (title: string, help: string) => z.int().min(0).max(4_294_967_295).default(1).meta({ title, help });

/** One of the three seeds of a run. All methods share them, so comparisons are paired. */
export const seedsSchema = z
  .strictObject({
    data: seed('Data seed', 'Draws the simulated rows, levels and effects.'),
    split: seed('Split seed', 'Decides which rows train, validate and test.'),
    weights: seed('Weight seed', 'Draws the initial weights, the batches and the sampling noise.'),
  })
  .default({ data: 1, split: 1, weights: 1 });

export const taskSchema = z.enum(['regression', 'binary']);
export type Task = z.infer<typeof taskSchema>;

/** Cardinality of one simulated categorical feature. */
const cardinality = z.int().min(2, 'at least 2 levels').max(1_000_000, 'at most 1,000,000 levels');

/** The simulator of the paper, section 4.1 and its code (METHODS.md B1). */
export const simulatedSchema = z.strictObject({
  kind: z.literal('simulated'),
  task: taskSchema,
  levels: z.array(cardinality).min(1).max(3).meta({ title: 'Levels q', help: 'Cardinality of each categorical feature.', paper: '100 to 100,000' }),
  trainRows: z.int().min(20).max(10_000_000).meta({ title: 'Training rows', help: 'Includes the 10 % kept for validation.', paper: '10 q' }),
  testRows: z.int().min(10).max(10_000_000).meta({ title: 'Test rows', help: 'Rows no method sees before the end.', paper: '100,000' }),
  p: z.int().min(1).max(100).default(10).meta({ title: 'Numeric features p', help: 'The response uses the first ten.', paper: '10' }),
  d: z
    .int()
    .min(1)
    .max(50)
    .default(10)
    .meta({ title: 'True dimensions', help: 'Width of the true level effects. The response uses the first ten.', paper: '10' }),
  noiseVariance: z.number().min(0).max(100).default(1).meta({
    title: 'Noise variance σ²',
    help: 'Variance of the error in the response. Regression only: the published binary response has no noise.',
    paper: '1',
  }),
  effectVariance: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .meta({ title: 'Effect variance σ²_b', help: 'Variance of the true level effects.', paper: '1; 0.3 and 3 in Table 4' }),
  effectVariances: z.enum(['as-published', 'as-written']).default('as-published').meta({
    title: 'Effect variances',
    help: 'The text says every dimension has variance σ²_b. The published numbers come from Poisson(σ²_b) + 1 per dimension.',
    paper: 'as published',
  }),
  levelWeightMean: z
    .number()
    .min(0)
    .max(30)
    .default(3)
    .meta({ title: 'Poisson mean of level weights', help: 'Level weights are Poisson(mean) + 1: smaller is more uneven.', paper: '3' }),
  skew: z.number().min(0).max(3).default(0).meta({
    title: 'Level-frequency skew',
    help: 'Zipf exponent multiplied into the level weights: 0 as published, 1 gives a few frequent and many rare levels.',
    paper: '0',
  }),
});
export type SimulatedDataset = z.infer<typeof simulatedSchema>;

/** Orange trees (Draper & Smith 1981; R datasets::Orange): circumference of 5 trees at 7 ages. Shipped with the lab. */
export const orangeSchema = z.strictObject({ kind: z.literal('orange') });

export const columnRoleSchema = z.enum(['target', 'numeric', 'categorical', 'ignore']);
export type ColumnRole = z.infer<typeof columnRoleSchema>;

/** What happens to missing values; shown on the page, never silent. */
export const missingPolicySchema = z.strictObject({
  numeric: z
    .enum(['mean', 'drop-rows'])
    .default('mean')
    .meta({ title: 'Missing numbers', help: 'Use the mean of the training rows, or drop the row.' }),
  categorical: z
    .enum(['own-level', 'drop-rows'])
    .default('own-level')
    .meta({ title: 'Missing categories', help: 'Treat missing as a level of its own, or drop the row.' }),
});
export type MissingPolicy = z.infer<typeof missingPolicySchema>;

/** A table the person supplied. The spec holds roles and a fingerprint, never the data. */
export const tableSchema = z.strictObject({
  kind: z.literal('table'),
  name: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  task: taskSchema,
  columns: z
    .array(z.strictObject({ name: z.string().min(1), role: columnRoleSchema }))
    .min(2)
    .max(1000),
  missing: missingPolicySchema.prefault({}),
  /** Share of all rows kept for the test. */
  testFraction: z.number().min(0.01).max(0.9).default(0.2).meta({ title: 'Test rows', help: 'Share of all rows kept for the test.' }),
  /** For a binary target: which of its two values counts as 1. */
  positive: z.string().optional(),
});
export type TableDataset = z.infer<typeof tableSchema>;

export const datasetSchema = z.discriminatedUnion('kind', [simulatedSchema, orangeSchema, tableSchema]);
export type DatasetSpec = z.infer<typeof datasetSchema>;
