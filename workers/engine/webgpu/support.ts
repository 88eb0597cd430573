import { tagsOf } from '../description';
import type { FusedDescription } from '../step-plan';

/**
 * What of a description these kernels do not compute, in words; null when they compute all of it. A plan must
 * refuse what it would silently leave out, so that another one is taken.
 */
export function unsupported(description: FusedDescription): string | null {
  if (description.kind === 'random-intercepts') return 'random intercepts';
  const draws = tagsOf(description).flatMap((column) => ('draw' in column ? [column.draw] : []));
  return new Set(draws).size > 1 ? 'columns of tags of which some draw by row and some by tag' : null;
}
