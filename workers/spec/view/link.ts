import { packed, unpacked } from '../packed';
import { type PageView, PLAIN_VIEW, type ReadView, readPageView } from './page-view';

/** What of a view differs from the plain page: a link names nothing else. */
export function viewPatch(view: PageView): Partial<PageView> {
  return Object.fromEntries(
    Object.entries(view).filter(([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(PLAIN_VIEW[key as keyof PageView])),
  );
}

/** A view as a short text for a URL; empty for the plain page. */
export async function encodeView(view: PageView): Promise<string> {
  const patch = viewPatch(view);
  return Object.keys(patch).length === 0 ? '' : packed(patch);
}

/**
 * Reads what `encodeView` wrote, or plain JSON in base64url. Never throws: what cannot be taken is said, and
 * a text that cannot be read at all locks every control (`readPageView`).
 *
 * @param lessons the number of steps of each lesson, by id
 */
export async function decodeView(text: string, lessons: Readonly<Record<string, number>>): Promise<ReadView & { readable: boolean }> {
  try {
    return { ...readPageView(await unpacked(text), lessons), readable: true };
  } catch {
    return { ...readPageView(null, lessons), readable: false };
  }
}
