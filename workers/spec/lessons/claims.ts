import { z } from 'zod';

/**
 * How often the claim of each lesson held, as measured by the command line:
 * `public/recorded/lessons/claims.json`.
 */
export const claimsSchema = z.strictObject({
  /** ISO date. */
  date: z.string(),
  version: z.string(),
  command: z.string(),
  lessons: z.record(
    z.string(),
    z.strictObject({
      /** `claimHash` of the lesson that was measured; another edition has not been. */
      hash: z.string(),
      held: z.int().min(0),
      of: z.int().min(1),
      /** Seeds with which it did not hold. */
      failed: z.array(z.int()),
      /**
       * Seconds of all runs of the lesson with one seed, the most of all seeds; of processors together, so
       * that other work of the machine is not in them. Two threads take no longer.
       */
      seconds: z.number(),
    }),
  ),
});
export type Claims = z.infer<typeof claimsSchema>;
