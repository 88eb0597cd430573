import type { MethodAbout } from '../methods/method';
import { hasCommonWidth } from '../methods/shared/common-width';
import { commonWidth, featureWidths, isFixed, type WidthSettings } from '../methods/shared/widths';

/**
 * Numbers in the vectors of each feature where settings ask for a rule or for widths by feature; a single
 * number where all features have one width. Null where d says it, or a search will.
 *
 * @param levels of every feature that has vectors: those of categorical features, then tags
 */
export function widthsAsked(
  about: Pick<MethodAbout, 'settings'>,
  settings: Readonly<Record<string, unknown>>,
  levels: readonly number[],
): number[] | null {
  const given = settings as Partial<WidthSettings> & { lookups?: number; chunk?: number };
  if (levels.length === 0 || isFixed(given) || given.dRule === 'chosen-on-validation') return null;
  const { chunk = 1, lookups = 1 } = given;
  const asked: WidthSettings = { ...given, d: given.d ?? chunk * lookups };
  if (hasCommonWidth(about)) return [commonWidth(asked, levels)];
  // Vectors that are made of rows of one width are as wide as so many whole rows.
  return featureWidths(asked, levels).map((width) => chunk * Math.ceil(width / chunk));
}
