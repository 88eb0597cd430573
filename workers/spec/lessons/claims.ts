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
      /** `lessonHash` of the lesson that was measured; another edition has not been. */
      hash: z.string(),
      held: z.int().min(0),
      of: z.int().min(1),
      /** Seeds with which it did not hold. */
      failed: z.array(z.int()),
      /** Wall seconds of all runs of the lesson with one seed: the most of all seeds. */
      seconds: z.number(),
    }),
  ),
});
export type Claims = z.infer<typeof claimsSchema>;
