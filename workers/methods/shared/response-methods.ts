import { z } from 'zod';
import type { AskedProblem } from '../method';
import { aboutOneFeature } from './needed-features';
import { COMPARED, networkFields } from './network-fields';

/** What methods of counts and of times to an event have in common: one feature of levels, one network. */

/** Settings of their network and of the order of its batches. */
export const responseFields = {
  .../*#__PURE__*/ networkFields(COMPARED),
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
  (problem: AskedProblem): string | null =>
    aboutOneFeature(label)(problem) ?? (problem.task === 'regression' ? response(problem) : `${label} takes a number as its target.`);
