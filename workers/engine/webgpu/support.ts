import type { FusedDescription } from '../step-plan';

/**
 * What of a description these kernels do not compute, in words; null when they compute all of it. A plan must
 * refuse what it would silently leave out, so that another one is taken.
 */
export function unsupported(description: FusedDescription): string | null {
  return description.kind === 'random-intercepts' ? 'random intercepts' : null;
}
