import { z } from 'zod';

const id = z.string().min(1).max(40);
const finite = z.number();
const point = z.tuple([finite, finite]);

/** What a learner answered; the kind is that of the question. */
export const answerSchema = z.discriminatedUnion('kind', [
  /** Points of each curve, by x. */
  z.strictObject({ kind: z.literal('sketch'), curves: z.record(id, z.array(point).min(2).max(60)) }),
  z.strictObject({ kind: z.literal('number'), value: finite }),
  /** Ids of the items, the first of the rank first. */
  z.strictObject({ kind: z.literal('rank'), order: z.array(id).min(2).max(8) }),
  z.strictObject({ kind: z.literal('choice'), chosen: id }),
  z.strictObject({ kind: z.literal('mark'), marks: z.record(id, point) }),
]);
export type Answer = z.infer<typeof answerSchema>;
/** Answers of a lesson by the id of the step or question. */
export type Answers = Readonly<Record<string, Answer>>;
