import type { Problem } from '../method';

type Refusal = (problem: Pick<Problem, 'p' | 'levels' | 'tags' | 'tagFeatures' | 'task' | 'counts' | 'events'>) => string | null;

/**
 * The refusal of a method that is about levels: 'Embeddings are vectors of levels' and the like, where there
 * is no categorical feature.
 */
export const aboutLevels =
  (what: string): Refusal =>
  ({ levels }) =>
    levels.length === 0 ? `${what}, and the data have no categorical feature.` : null;

/** The refusal of a method of exactly one categorical feature. */
export const aboutOneFeature =
  (label: string): Refusal =>
  ({ levels }) =>
    levels.length === 1 ? null : `${label} takes one categorical feature; these data have ${levels.length === 0 ? 'none' : levels.length}.`;

/** The refusal of a method that is about sets of tags, where there is no column of them. */
export const aboutTags =
  (what: string): Refusal =>
  ({ tags = [] }) =>
    tags.length === 0 ? `${what}, and the data have no column of tags.` : null;

/** The refusal of a method that needs a feature of either kind. */
export const aboutFeatures =
  (what: string): Refusal =>
  ({ p, levels }) =>
    p + levels.length === 0 ? `${what}, and the data have none.` : null;

/** The first of several refusals that holds. */
export const eitherRefusal =
  (...refusals: Refusal[]): Refusal =>
  (problem) =>
    refusals.map((refusal) => refusal(problem)).find((sentence) => sentence !== null) ?? null;
