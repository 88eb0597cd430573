import { z } from 'zod';
import { answerSchema } from './answer';

/** What this browser keeps of a lesson, one record each. */
export const storedLessonSchema = z.object({
  version: z.literal(1),
  lesson: z.string(),
  /** `lessonHash`: answers to another edition of the lesson are not shown. */
  hash: z.string(),
  answers: z.record(z.string(), answerSchema),
  place: z.int().min(0),
  name: z.string(),
  /** What the learner's runs showed, by its label; earlier versions of the lab kept none. */
  numbers: z.record(z.string(), z.number()).default({}),
  again: z.object({ seed: z.int(), held: z.boolean() }).nullable(),
});
export type StoredLesson = z.infer<typeof storedLessonSchema>;
