import type { Task } from '../data/schema';

/** What is asked for: the task, and of a response of several classes their number C. */
export interface AskedResponse {
  task?: Task;
  classes?: number;
}

/** C of a response of several classes, else null. Throws where the number is not known. */
export function classesOf({ task, classes }: AskedResponse): number | null {
  if (task !== 'classes' && task !== 'ordinal') return null;
  if (classes === undefined || classes < 3) throw new Error(`a response of ${classes ?? 'unknown'} classes is no ${task}`);
  return classes;
}

/** Numbers that a decoder gives for a row: a logit for each of several classes without order, else one. */
export const decoderOutputs = (asked: AskedResponse): number => (asked.task === 'classes' ? (classesOf(asked) ?? 1) : 1);

/** Numbers that an encoder reads of a row's response: an indicator for each of several classes, else one. */
export const readWidth = (asked: AskedResponse): number => classesOf(asked) ?? 1;

/** Trainable numbers behind the decoder: the cuts between ordered classes. */
export const headCount = (asked: AskedResponse): number => (asked.task === 'ordinal' ? (classesOf(asked) ?? 1) - 1 : 0);
