import type { Task } from './schema';

/** What a response is, asked for wherever tasks differ: another task is another entry. */
export interface TaskKind {
  /** As forms and tables name it. */
  label: string;
  /** The response in a sentence: 'a target that is …'. */
  words: string;
  /** The loss by which methods are stopped, compared and told from one another. */
  loss: 'mse' | 'logLoss';
  /** Classes of a response: none where it is a number, two, or more. */
  classes: 'none' | 'two' | 'several';
  /** Whether the classes have an order. */
  ordered: boolean;
}

export const TASK_KINDS: Readonly<Record<Task, TaskKind>> = {
  regression: { label: 'Regression', words: 'a number', loss: 'mse', classes: 'none', ordered: false },
  binary: { label: 'Binary', words: 'one of two classes', loss: 'logLoss', classes: 'two', ordered: false },
  classes: { label: 'Classes', words: 'one of several classes', loss: 'logLoss', classes: 'several', ordered: false },
  ordinal: { label: 'Ordinal', words: 'one of several ordered classes', loss: 'logLoss', classes: 'several', ordered: true },
};

export const TASKS = Object.keys(TASK_KINDS) as readonly Task[];

/** Whether a response is one of three or more classes: a prediction is then a probability for each. */
export const hasSeveralClasses = (task: Task): boolean => TASK_KINDS[task].classes === 'several';

/** Whether a response is a class, of two or of several. */
export const hasClasses = (task: Task): boolean => TASK_KINDS[task].classes !== 'none';
