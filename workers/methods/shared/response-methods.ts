import { z } from 'zod';
import type { AskedProblem } from '../method';

/** What methods of counts and of times to an event have in common: one feature of levels, one network. */

/** Settings of their network and of the order of its batches. */
export const networkFields = {
  network: /*#__PURE__*/ z
    .array(/*#__PURE__*/ z.int().min(1).max(1024))
    .max(6)
    .default([10, 10])
    .meta({ title: 'Network layers', help: 'Widths of the hidden ReLU layers of f.', paper: '10, 10; the LMMNN authors 100, 50, 25, 12' }),
  dropout: /*#__PURE__*/ z.number().min(0).max(0.9).default(0).meta({
    title: 'Dropout',
    help: 'Share of the activations dropped during training, after every hidden layer except the last.',
    paper: '0; the LMMNN authors 0.25',
  }),
  order: /*#__PURE__*/ z.enum(['by-level', 'shuffled']).default('by-level').meta({
    title: 'Row order',
    help: 'By level: a batch holds all rows of some levels, newly drawn each epoch, so that it says how the rows of a level go together. Shuffled: rows in any order.',
    paper: 'by level, and within a level by event',
  }),
};

/**
 * Why such a method cannot be used: anything but one feature of levels, and `response` of the response
 * itself.
 */
export const refusedResponse =
  (label: string, response: (problem: AskedProblem) => string | null) =>
  (problem: AskedProblem): string | null => {
    const { levels, task } = problem;
    if (levels.length !== 1) return `${label} takes one categorical feature; these data have ${levels.length === 0 ? 'none' : levels.length}.`;
    return task === 'regression' ? response(problem) : `${label} takes a number as its target.`;
  };
