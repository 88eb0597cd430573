import type { Task } from '../../data/schema';

/** Responses of a method that does not say which it takes. */
export const USUAL_TASKS: readonly Task[] = ['regression', 'binary'];

/** Responses of a network whose decoder has as many outputs as the response asks for. */
export const DECODED_TASKS: readonly Task[] = [...USUAL_TASKS, 'classes', 'ordinal'];
