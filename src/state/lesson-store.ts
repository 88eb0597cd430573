import { toLabError } from '../../workers/spec/lab-error';
import { type StoredLesson, storedLessonSchema } from '../../workers/spec/lessons/stored';
import { openStore, putOver } from './store';
import { isVolatile } from './volatile';

const UNWRITTEN = 'mmbeddings-lab.unwritten.';

/** Where answers stand while the database has not written them: a page that reloads does not wait for it. */
const unwritten = (lesson: string): string => `${UNWRITTEN}${lesson}`;

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
  const readable = (entry: unknown): StoredLesson | null => {
    const found = storedLessonSchema.safeParse(entry);
    return found.success && found.data.hash === hash ? found.data : null;
  };
  const left = readable(unwrittenLesson(lesson));
  // Into the database with it: what another page answers later is newer.
  if (left) void storeLesson(left).catch(() => undefined);
  return left ?? readable(await (await openStore()).get('lessons', lesson));
}

/** Answers that no database has are forgotten too. */
export function forgetUnwritten(): void {
  const storage = tabStorage();
  for (const key of Object.keys(storage ?? {})) if (key.startsWith(UNWRITTEN)) storage?.removeItem(key);
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
  const settle = (): void => {
    if (tabStorage()?.getItem(key) === text) tabStorage()?.removeItem(key);
  };
  try {
    await putOver('lessons', stored, stored.lesson);
    settle();
  } catch (failure) {
    // What a later version of the lab keeps is newer. Otherwise the tab has them as long as it is open.
    if (toLabError(failure).code === 'store-newer') settle();
    throw failure;
  }
}
