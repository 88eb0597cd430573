import { type StoredLesson, storedLessonSchema } from '../../workers/spec/lessons/stored';
import { openStore, putOver } from './store';
import { isVolatile } from './volatile';

/** The answers to a lesson; null where there are none, or none that can be read any more. */
export async function storedLesson(lesson: string, hash: string): Promise<StoredLesson | null> {
  if (isVolatile()) return null;
  const found = storedLessonSchema.safeParse(await (await openStore()).get('lessons', lesson));
  return found.success && found.data.hash === hash ? found.data : null;
}

/** Rejects when the browser does not let the page store anything, or a later version of the lab keeps it. */
export async function storeLesson(stored: StoredLesson): Promise<void> {
  await putOver('lessons', stored, stored.lesson);
}
