import memorise from './data/memorise';
import { type Lesson, type LessonInput, lessonSchema } from './schema';

/** In the order in which they are taught; each stands alone. */
const INPUTS: readonly LessonInput[] = [memorise];

/** All lessons, checked. */
export const LESSONS: readonly Lesson[] = INPUTS.map((input) => lessonSchema.parse(input));

export const lessonOf = (id: string): Lesson | null => LESSONS.find((lesson) => lesson.id === id) ?? null;

/** The number of steps of each lesson, by id: what `readPageView` asks for. */
export const LESSON_STEPS: Readonly<Record<string, number>> = Object.fromEntries(LESSONS.map(({ id, steps }) => [id, steps.length]));
