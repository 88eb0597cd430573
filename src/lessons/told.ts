import { holds, type LessonContext } from '../../workers/spec/lessons/evaluate';
import type { Ask, Lesson, Step } from '../../workers/spec/lessons/schema';
import { isRevealed } from './reveal-view';

/** What a step tells by now. */
export interface Told {
  done: boolean;
  explained: boolean;
  /** The step whose answer meets its result; null: not yet, or none does. */
  revealed: (Step & { ask: Ask }) | null;
}

const asks = (step: Step | undefined): step is Step & { ask: Ask } => step?.ask !== undefined;

/**
 * What a step may tell: its explanation once it is done, and a result over an earlier answer once it is
 * there. What its own question asks for is not told before it is answered.
 *
 * @param settled whether its answer has stood for a moment, and is not being typed
 */
export function toldOf(lesson: Lesson, step: Step, context: LessonContext, settled: boolean): Told {
  const { reveal } = step;
  const done = holds(step.done, context);
  const explained = done && settled;
  const of = lesson.steps.find(({ id }) => id === reveal?.of);
  const waits = of === step && !explained;
  return { done, explained, revealed: reveal && asks(of) && !waits && isRevealed(of.ask, reveal, context) ? of : null };
}
