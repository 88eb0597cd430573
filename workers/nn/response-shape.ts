import type { Task } from '../data/schema';

/** What is asked for: the task, and of a response of several classes their number C. */
export interface AskedResponse {
  task?: Task;
  classes?: number;
}

/** Classes that are counted with where their number is not known yet, as while a table is read. */
const LEAST = 3;

/** C of a response of several classes, else null. */
export const classesOf = ({ task, classes = LEAST }: AskedResponse): number | null => (task === 'classes' || task === 'ordinal' ? classes : null);

/** Numbers that a decoder gives for a row: a logit for each of several classes without order, else one. */
export const decoderOutputs = (asked: AskedResponse): number => (asked.task === 'classes' ? (classesOf(asked) ?? 1) : 1);

/** Numbers that an encoder reads of a row's response: an indicator for each of several classes, else one. */
export const readWidth = (asked: AskedResponse): number => classesOf(asked) ?? 1;

/** Trainable numbers behind the decoder: the cuts between ordered classes. */
export const headCount = (asked: AskedResponse): number => (asked.task === 'ordinal' ? (classesOf(asked) ?? 1) - 1 : 0);
