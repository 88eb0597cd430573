import type { ExperimentSpec } from '../../workers/spec/experiment';
import type { Lesson, Step } from '../../workers/spec/lessons/schema';
import type { StepView } from '../state/page-view';
import { PLAIN } from './plain';

/**
 * One prompt at a time: the question before, the steps, the question after with the claim, the same with new
 * seeds, one's own table, and the hand-in.
 */
export type Stage =
  | { kind: 'before' }
  | { kind: 'step'; step: Step; number: number }
  | { kind: 'after' }
  | { kind: 'again' }
  | { kind: 'own' }
  | { kind: 'hand-in' };

/**
 * The stages of a lesson, or of a part of it: what stands before it belongs to a part that has the first
 * step, what comes after it to one that has the last.
 *
 * @param range first and last step, from 1
 */
export function stagesOf(lesson: Lesson, range: readonly [number, number] = [1, lesson.steps.length]): Stage[] {
  const [from, to] = range;
  const steps = lesson.steps.map((step, i): Stage => ({ kind: 'step', step, number: i + 1 })).slice(from - 1, to);
  const ends = to >= lesson.steps.length;
  return [
    ...(from === 1 ? [{ kind: 'before' as const }] : []),
    ...steps,
    ...(ends ? [{ kind: 'after' as const }, { kind: 'again' as const }, { kind: 'own' as const }] : []),
    { kind: 'hand-in' as const },
  ];
}

/** What a stage leaves on the page; null: everything, for one's own table. */
export function viewOf(stage: Stage, lesson: Lesson, last: Step): StepView | null {
  switch (stage.kind) {
    case 'before':
      // The recorded picture is there at once.
      return { allow: [], show: lesson.steps[0].show, plain: PLAIN };
    case 'step':
      return { ...stage.step, plain: PLAIN };
    case 'own':
      return null;
    default:
      return { allow: [], show: last.show, plain: PLAIN };
  }
}

/** The run that stands on the page at a step: its own, or that of the nearest one before it. */
export function runAt(lesson: Lesson, step: Step | null): Lesson['runs'][number] {
  const upTo = step ? lesson.steps.indexOf(step) + 1 : 0;
  const id = lesson.steps.slice(0, upTo).findLast(({ run }) => run !== undefined)?.run;
  return lesson.runs.find((run) => run.id === id) ?? lesson.runs[0];
}

const withoutSeeds = (spec: ExperimentSpec): string => JSON.stringify({ ...spec, seeds: null });

/** The lesson's experiment that a spec is, whatever its seeds; null: the learner's own. */
export const runOfSpec = (lesson: Lesson, spec: ExperimentSpec): string | null =>
  lesson.runs.find((run) => withoutSeeds(run.spec) === withoutSeeds(spec))?.id ?? null;

/**
 * Whether a step puts its experiment on the page: it begins one, or who came back to it left another there.
 *
 * @param spec what stands on the page
 */
export const bringsRun = (lesson: Lesson, step: Step, spec: ExperimentSpec): boolean =>
  step.run !== undefined || runOfSpec(lesson, spec) !== runAt(lesson, step).id;

/** Its name in the list of stages. */
export function titleOf(stage: Stage): string {
  switch (stage.kind) {
    case 'before':
      return 'Before you begin';
    case 'step':
      return stage.step.title;
    case 'after':
      return 'What you can say now';
    case 'again':
      return 'Again with new seeds';
    case 'own':
      return 'A table of your own';
    case 'hand-in':
      return 'Hand in';
  }
}
