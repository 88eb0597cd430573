import type { Candidate, CountedProblem, MethodAbout } from '../method';
import { sizesOf } from './counts';
import { commonWidth, type WidthSettings, widthCandidates } from './widths';

/** True of a method whose features have one width by a rule: it has no widths by feature. */
export const hasCommonWidth = ({ settings: { shape } }: Pick<MethodAbout, 'settings'>): boolean => 'dRule' in shape && !('widths' in shape);

/** Settings with the width that a rule gives in the place of d, for methods whose features have one. */
export function withCommonWidth<Settings extends object>(
  about: Pick<MethodAbout, 'settings'>,
  settings: Settings,
  problem: Pick<CountedProblem, 'levels' | 'tags'>,
): Settings {
  return hasCommonWidth(about) ? { ...settings, d: commonWidth(settings as unknown as WidthSettings, sizesOf(problem)) } : settings;
}

/**
 * A method whose features have one width, with its rule applied before it counts, and searched together with
 * whatever else it searches.
 */
export function ofCommonWidth(about: MethodAbout): MethodAbout {
  if (!hasCommonWidth(about)) return about;
  const { parameterCount, candidates } = about;
  return {
    ...about,
    widths: (settings, levels) => levels.map(() => commonWidth(settings as unknown as WidthSettings, levels)),
    parameterCount: (problem, settings) => parameterCount(problem, withCommonWidth(about, settings, problem)),
    candidates(settings, problem) {
      const byWidth = widthCandidates(settings as unknown as WidthSettings);
      if (!byWidth) return candidates?.(settings, problem) ?? null;
      return byWidth.flatMap((width): Candidate[] => {
        const more = candidates?.(width.settings, problem);
        return more?.map((one) => ({ ...one, title: `${width.title}, ${one.title}` })) ?? [width];
      });
    },
  };
}
