import type { Lesson, Step } from '../../workers/spec/lessons/schema';
import type { StepView } from '../state/page-view';

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
      return { allow: [], show: lesson.steps[0].show };
    case 'step':
      return stage.step;
    case 'own':
      return null;
    default:
      return { allow: [], show: last.show };
  }
}

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
