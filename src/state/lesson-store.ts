import { type StoredLesson, storedLessonSchema } from '../../workers/spec/lessons/stored';
import { openStore, putOver } from './store';
import { isVolatile } from './volatile';

/** Where answers stand while the database has not written them: a page that reloads does not wait for it. */
const unwritten = (lesson: string): string => `mmbeddings-lab.unwritten.${lesson}`;

/** The tab's own storage, which writes at once; null where the browser lets the page have none. */
function tabStorage(): Storage | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

function unwrittenLesson(lesson: string): unknown {
  try {
    return JSON.parse(tabStorage()?.getItem(unwritten(lesson)) ?? 'null');
  } catch {
    return null;
  }
}

/** The answers to a lesson; null where there are none, or none that can be read any more. */
export async function storedLesson(lesson: string, hash: string): Promise<StoredLesson | null> {
  if (isVolatile()) return null;
  for (const of of [async () => unwrittenLesson(lesson), async () => (await openStore()).get('lessons', lesson)]) {
    const found = storedLessonSchema.safeParse(await of());
    if (found.success && found.data.hash === hash) return found.data;
  }
  return null;
}

/**
 * Keeps answers, through a reload at any moment. Rejects when the browser does not let the page store
 * anything, or a later version of the lab keeps it.
 */
export async function storeLesson(stored: StoredLesson): Promise<void> {
  if (isVolatile()) return;
  const key = unwritten(stored.lesson);
  const text = JSON.stringify(stored);
  try {
    tabStorage()?.setItem(key, text);
  } catch {
    // Without room in the tab the database alone keeps them.
  }
  try {
    await putOver('lessons', stored, stored.lesson);
  } finally {
    if (tabStorage()?.getItem(key) === text) tabStorage()?.removeItem(key);
  }
}
