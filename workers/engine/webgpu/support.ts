import type { FusedDescription, FusedProblem } from '../plan';

/** Rates above 0 among these. */
const drops = (rates: readonly number[] | undefined): boolean => rates?.some((rate) => rate > 0) ?? false;

/**
 * What of a description these kernels do not compute, in words; null when they compute all of it. A plan must refuse what it would silently leave out, so
 * that another one is taken.
 */
export function unsupported(description: FusedDescription, { lazyTables }: Pick<FusedProblem, 'lazyTables'>): string | null {
  const { kind } = description;
  if (kind === 'random-intercepts') return 'random intercepts';
  if (kind !== 'sampled-tables' && drops(description.dropout)) return 'dropout in the decoder';
  if ((kind === 'tables' || kind === 'encoder') && description.interaction === 'inner-product') return 'the inner product of two features';
  if (kind === 'tables') {
    if (description.biases) return 'biases of levels';
    if (description.lookups) return 'tables with index maps';
    if (description.levelDropout) return 'dropout of level vectors';
  }
  if (lazyTables && (kind === 'tables' || kind === 'sampled-tables')) return 'lazy Adam on tables';
  return null;
}
