import type { Task } from '../../data/schema';
import type { TagShape } from '../../data/tag-rows';
import type { MethodAbout } from '../method';
import { ABOUTS } from '../registry';

/**
 * What tests do with every registered method, so that a new one is tested as soon as it has its place in the
 * registry.
 */

/** The methods whose rows are those of a table. Those of windows of series have tests of their own. */
export const OF_TABLES: readonly MethodAbout[] = ABOUTS.filter(({ family }) => family !== 'sequences');

/**
 * The published settings made small, so that a step takes little even on a GPU in software: level vectors of
 * width 3 (layer norms of two numbers have no gradient), one hidden layer of 4 where there are any, two of
 * the decision steps that repeat, other whole numbers above 8 become 4. What the method's schema refuses
 * stays as it is.
 */
export function smallSettings({ settings: schema }: MethodAbout): Record<string, unknown> {
  let small = schema.parse({}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(small)) {
    const widths = Array.isArray(value) && value.length > 0 && value.every(Number.isInteger);
    const smaller = key === 'd' ? 3 : key === 'steps' ? 2 : widths ? [4] : Number.isInteger(value) && (value as number) > 8 ? 4 : undefined;
    if (smaller === undefined) continue;
    const parsed = schema.safeParse({ ...small, [key]: smaller });
    if (parsed.success) small = parsed.data as Record<string, unknown>;
  }
  return small;
}

/** Levels of the categorical features of a small problem. */
export const SMALL_LEVELS = [6, 5, 4];

/** Columns of tags of a small problem: one with a parent and a grandparent, one without. */
export const SMALL_TAGS: readonly TagShape[] = [
  { tags: 6, places: 4, parents: Int32Array.from([-1, 0, 0, 1, -1, 4]) },
  { tags: 4, places: 4, parents: new Int32Array(4).fill(-1) },
];

/**
 * What data may have besides: most methods take any, those of counts, times and edges their own alone.
 */
export interface ResponseKind {
  counts?: true;
  events?: true;
  edges?: true;
}

export const RESPONSES: readonly ResponseKind[] = [{}, { counts: true }, { events: true }, { edges: true }];

/** A small problem without its batch. */
export interface SmallProblem extends ResponseKind {
  task: Task;
  p: number;
  levels: number[];
  tags?: readonly TagShape[];
}

/**
 * The first small problem that the method accepts: without tags before a column of them, of `most` numbers
 * before one, of one feature before two and three, regression before a binary response, any numbers before
 * counts, times and edges. Throws when there is none. Of `features`, by their levels, and `tags` it takes the
 * first.
 */
export function acceptedProblem({ id, refusal }: MethodAbout, most: number, features = SMALL_LEVELS, tags = SMALL_TAGS): SmallProblem {
  for (const kind of RESPONSES)
    for (const columns of [0, 1])
      for (const p of [most, 1])
        for (const count of [1, 2, 3])
          for (const task of ['regression', 'binary'] as const) {
            const levels = features.slice(0, count);
            const problem = { task, p, levels, ...(columns > 0 && { tags: tags.slice(0, columns) }), ...kind };
            if (!refusal?.(problem)) return problem;
          }
  throw new Error(`"${id}" accepts no small problem`);
}
