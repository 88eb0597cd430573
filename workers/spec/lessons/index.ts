import { Fingerprint } from '../../data/fingerprint';
import encoder from './data/encoder';
import fixedRandom from './data/fixed-random';
import leakage from './data/leakage';
import memorise from './data/memorise';
import newLevel from './data/new-level';
import parameters from './data/parameters';
import shrinkage from './data/shrinkage';
import tags from './data/tags';
import { type Lesson, type LessonInput, lessonSchema } from './schema';

/** In the order in which they are taught; each stands alone. */
const INPUTS: readonly LessonInput[] = [memorise, parameters, shrinkage, fixedRandom, encoder, newLevel, leakage, tags];

/** All lessons, checked. */
export const LESSONS: readonly Lesson[] = INPUTS.map((input) => lessonSchema.parse(input));

export const lessonOf = (id: string): Lesson | null => LESSONS.find((lesson) => lesson.id === id) ?? null;

/** The number of steps of each lesson, by id: what `readPageView` asks for. */
export const LESSON_STEPS: Readonly<Record<string, number>> = Object.fromEntries(LESSONS.map(({ id, steps }) => [id, steps.length]));

/**
 * Tells apart what a claim was measured with: the experiments and the claim as the lesson writes them, 16
 * hexadecimal digits. Its texts, and defaults that the lab gains, do not change it.
 */
export const claimHash = ({ id }: Pick<Lesson, 'id'>): string => {
  const { runs, measured } = INPUTS.find((input) => input.id === id) as LessonInput;
  return new Fingerprint().text(JSON.stringify([runs.map((run) => [run.id, run.spec]), measured])).digest();
};
