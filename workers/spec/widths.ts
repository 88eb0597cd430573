import type { MethodAbout } from '../methods/method';
import { featureWidths, isFixed, oneWidth, type WidthSettings } from '../methods/shared/widths';

/**
 * Numbers in the vectors of each feature where settings ask for a rule or for widths by feature; a single
 * number where all features have one width. Null where d says it, or a search will.
 *
 * @param levels of every feature that has vectors: those of categorical features, then tags
 */
export function widthsAsked(
  about: Pick<MethodAbout, 'widths'>,
  settings: Readonly<Record<string, unknown>>,
  levels: readonly number[],
): number[] | null {
  const asked = settings as unknown as WidthSettings;
  if (levels.length === 0 || isFixed(asked) || asked.dRule === 'chosen-on-validation') return null;
  const widths = about.widths?.(settings, levels) ?? featureWidths(asked, levels);
  const one = oneWidth(widths);
  return one === null ? widths : [one];
}
