import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { afterPicture, awaitPicture, firstPicture, pictureStands } from './first-picture';

const page = new EventTarget();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Whether what waits for the picture has begun. */
async function begun(): Promise<boolean> {
  let asked = false;
  const ask = afterPicture(async () => {
    asked = true;
  });
  void ask();
  await vi.advanceTimersByTimeAsync(0);
  return asked;
}

it('nothing waits where no picture is to come', async () => {
  expect(await begun()).toBe(true);
});

it.each<[string, () => unknown]>([
  ['its code is there', pictureStands],
  ['somebody uses the page', () => page.dispatchEvent(new Event('pointerdown'))],
  ['a key is pressed', () => page.dispatchEvent(new Event('keydown'))],
  ['it does not come', () => vi.advanceTimersByTime(20_000)],
])('what comes after the picture waits until %s', async (_, happens) => {
  awaitPicture();
  expect(await begun()).toBe(false);
  happens();
  await firstPicture();
  expect(await begun()).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
