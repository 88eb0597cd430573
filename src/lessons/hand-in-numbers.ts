import type { ExperimentSpec } from '../../workers/spec/experiment';
import { type LessonContext, measured } from '../../workers/spec/lessons/evaluate';
import type { Value } from '../../workers/spec/lessons/measure';
import type { Lesson } from '../../workers/spec/lessons/schema';
import { runAt } from './stages';

/** Numbers that a lesson showed of the learner's runs, by their labels. */
export type ShownNumbers = Readonly<Record<string, number>>;

/** Whether a spec has the seeds of the lesson's experiment; "Again" takes others. */
export const hasOwnSeeds = (lesson: Lesson, run: string, { seeds }: ExperimentSpec): boolean =>
  lesson.runs.some(({ id, spec }) => id === run && JSON.stringify(spec.seeds) === JSON.stringify(seeds));

/** What the steps show, each label once, with the run that stood on the page there. */
function* valuesOf(lesson: Lesson): Generator<{ label: string; value: Value; run: string }> {
  const met = new Set<string>();
  for (const step of lesson.steps) {
    for (const one of step.reveal?.values ?? []) {
      if (!met.has(one.label)) yield { ...one, run: runAt(lesson, step).id };
      met.add(one.label);
    }
  }
}

export const labelsOf = (lesson: Lesson): string[] => [...valuesOf(lesson)].map(({ label }) => label);

/**
 * Each number of the run that stood on the page at its step: by now another one may, or a table of one's own.
 */
export function shownNumbers(lesson: Lesson, context: LessonContext): ShownNumbers {
  const shown: Record<string, number> = {};
  for (const { label, value, run } of valuesOf(lesson)) {
    const number = measured(value, { ...context, now: context.runs[run] ?? null });
    if (number !== null) shown[label] = number;
  }
  return shown;
}

/** Those of the runs with the lesson's own seeds. */
export function ownNumbers(lesson: Lesson, context: LessonContext): ShownNumbers {
  const own = Object.entries(context.runs).filter(([id, { spec }]) => hasOwnSeeds(lesson, id, spec));
  return shownNumbers(lesson, { ...context, runs: Object.fromEntries(own) });
}
