import { z } from 'zod';
import { MOST_CLASSES, taskSchema } from '../data/schema';

/** What a model file says of itself, next to the spec and the results of the run. */
export const factsSchema = z.strictObject({
  format: z.literal(1),
  lab: z.string().max(100),
  method: z.string().max(100),
  task: taskSchema,
  target: z.string().max(10_000),
  classes: z.array(z.string()).min(2).max(MOST_CLASSES).nullable(),
  columns: z
    .array(
      z.strictObject({
        name: z.string().max(10_000),
        kind: z.enum(['numeric', 'categorical', 'tags']),
        missing: z.number().optional(),
        from: z.string().max(100).optional(),
        says: z.tuple([z.string().max(100), z.string().max(100)]).optional(),
        places: z.int().min(1).max(10_000).optional(),
      }),
    )
    .max(100_000),
  outputs: z.strictObject({
    fitted: z.string(),
    lower: z.string().optional(),
    upper: z.string().optional(),
    unseen: z.string().optional(),
    rows: z.string().optional(),
  }),
  /** Whose 95 % intervals: the model's own variances, or the error of the validation rows. */
  interval: z.enum(['model', 'validation']).nullable(),
  features: z.array(z.strictObject({ name: z.string(), vectors: z.string().nullable(), rows: z.string().nullable() })).max(10_000),
  /** What a level that the table did not have is given: the mean of the levels, or by the method's rule. */
  newLevel: z.enum(['average', 'own rule']),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});
export type ModelFacts = z.infer<typeof factsSchema>;
