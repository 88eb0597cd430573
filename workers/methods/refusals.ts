import { LabFailure } from '../data/failure';
import { TASK_KINDS } from '../data/tasks';
import type { AskedProblem, MethodAbout } from './method';
import { aboutMethod } from './registry';
import { USUAL_TASKS } from './shared/tasks';

export interface Refusal {
  id: string;
  label: string;
  /** Why the method cannot be used on such data, as a sentence. */
  sentence: string;
}

/**
 * Why a method cannot be used on such data, as a sentence, or null. Windows of series are for the family
 * 'sequences', and rows of a table for all others; a response that a method does not take is refused here.
 */
export function refusalOf(about: Pick<MethodAbout, 'label' | 'family' | 'tasks' | 'refusal'>, problem: AskedProblem): string | null {
  const ofSeries = about.family === 'sequences';
  if (ofSeries && !problem.series) return `${about.label} needs series: the rows of this data are not windows in time.`;
  if (!ofSeries && problem.series) return `${about.label} needs rows of a table: the rows of this data are windows of series.`;
  const { tasks = USUAL_TASKS } = about;
  if (!tasks.includes(problem.task))
    return `${about.label} takes a target that is ${tasks.map((task) => TASK_KINDS[task].words).join(' or ')}; here it is ${TASK_KINDS[problem.task].words}.`;
  return about.refusal?.(problem) ?? null;
}

/** Those of the methods that cannot be used on such data, each with its reason. */
export function refusedMethods(methods: readonly { id: string }[], problem: AskedProblem): Refusal[] {
  return methods.flatMap(({ id }) => {
    const about = aboutMethod(id);
    const sentence = refusalOf(about, problem);
    return sentence === null ? [] : [{ id, label: about.label, sentence }];
  });
}

/** Throws LabFailure 'method-refused', which names the first method that cannot be used on such data. */
export function checkMethods(methods: readonly { id: string }[], problem: AskedProblem): void {
  const [first] = refusedMethods(methods, problem);
  if (first)
    throw new LabFailure(
      'method-refused',
      `${first.label} cannot be trained on this data. ${first.sentence}`,
      `Leave ${first.label} out, or choose other data.`,
    );
}
