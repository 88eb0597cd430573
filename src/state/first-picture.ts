/**
 * The first picture of a visit: the charts of the recorded run. What they do not need comes after them, so
 * that on a slow connection nothing is loaded beside them.
 */

/** Longest wait, for a picture that does not come. */
const MOST_MS = 20_000;
/** What a person does that may need more of the page. */
const USE = ['pointerdown', 'click', 'keydown', 'wheel', 'touchstart', 'scroll'] as const;

let waited: Promise<void> = Promise.resolve();
let stands = (): void => undefined;

/** A picture is to come: `firstPicture` waits for it, or until somebody uses the page. */
export function awaitPicture(): void {
  waited = new Promise((resolve) => {
    const done = (): void => {
      for (const kind of USE) removeEventListener(kind, done, true);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, MOST_MS);
    for (const kind of USE) addEventListener(kind, done, { capture: true, passive: true });
    stands = done;
  });
}

/** What the picture needs is there, or will not come. */
export const pictureStands = (): void => stands();

/** Resolves when the picture stands; at once where none is to come. */
export const firstPicture = (): Promise<void> => waited;

/** The same source of code, asked for after the first picture. */
export const afterPicture =
  <T>(source: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    await firstPicture();
    return source();
  };
