import { isInnerProduct, tagsOf } from '../description';
import type { FusedDescription } from '../step-plan';

/**
 * What of a description these kernels do not compute, in words; null when they compute all of it. A plan must
 * refuse what it would silently leave out, so that another one is taken.
 */
export function unsupported(description: FusedDescription): string | null {
  if (description.kind === 'random-intercepts') return 'random intercepts';
  if (tagsOf(description).length === 0) return null;
  if (description.kind === 'encoder') return 'sets of tags of an encoder';
  return isInnerProduct(description) ? 'an inner product with sets of tags' : null;
}
