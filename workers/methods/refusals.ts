import { LabFailure } from '../data/failure';
import type { Problem } from './method';
import { aboutMethod } from './registry';

export interface Refusal {
  id: string;
  label: string;
  /** Why the method cannot be used on such data, as a sentence. */
  sentence: string;
}

/** Those of the methods that cannot be used on such data, each with its reason. */
export function refusedMethods(methods: readonly { id: string }[], problem: Pick<Problem, 'p' | 'levels' | 'tags' | 'task'>): Refusal[] {
  return methods.flatMap(({ id }) => {
    const about = aboutMethod(id);
    const sentence = about.refusal?.(problem) ?? null;
    return sentence === null ? [] : [{ id, label: about.label, sentence }];
  });
}

/** Throws LabFailure 'method-refused', which names the first method that cannot be used on such data. */
export function checkMethods(methods: readonly { id: string }[], problem: Pick<Problem, 'p' | 'levels' | 'tags' | 'task'>): void {
  const [first] = refusedMethods(methods, problem);
  if (first)
    throw new LabFailure(
      'method-refused',
      `${first.label} cannot be trained on this data. ${first.sentence}`,
      `Leave ${first.label} out, or choose other data.`,
    );
}
