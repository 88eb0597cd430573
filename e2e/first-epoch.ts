/** From a click on Train to the first epoch on the screen, measured in the page itself. */
import type { Browser, Page } from '@playwright/test';
import { Lab, type OpenOptions, type SpecInput } from './lab';

declare global {
  interface Window {
    /**
     * Milliseconds from the click on Train to each new text of the run bar, until the first epoch stood on
     * the screen.
     */
    heads?: { text: string; at: number }[];
    firstEpoch?: number;
  }
}

/**
 * When Train is pressed: as soon as it can be, when the engine is ready, or when nothing is being prepared
 * any more.
 */
export const MOMENTS = ['at once', 'engine ready', 'rested'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Longer than the page waits before it times a run that may come, and that timing. */
const REST_MS = 5_000;

export interface FirstEpoch {
  milliseconds: number;
  /** What the run bar said on the way. */
  heads: { text: string; at: number }[];
  /** How each method trains. */
  lanes: string[];
}

/** Before a page is opened: from now on it notes what `pressTrain` asks for. */
export async function watchTrain(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let clicked: number | null = null;
    const heads: { text: string; at: number }[] = [];
    window.heads = heads;
    const look = new MutationObserver(() => {
      const text = document.querySelector('[aria-label="Run"] .head')?.textContent ?? '';
      if (clicked === null || text === heads.at(-1)?.text) return;
      heads.push({ text, at: performance.now() - clicked });
      if (!/^(Epoch [1-9]|Finished)/.test(text)) return;
      look.disconnect();
      const since = clicked;
      // The frame with the text has been handed to the screen when the next one begins.
      requestAnimationFrame(() => requestAnimationFrame(() => Object.assign(window, { firstEpoch: performance.now() - since })));
    });
    document.addEventListener(
      'click',
      (event) => {
        if (clicked !== null || !(event.target as Element).closest('[aria-label="Run"] .main')) return;
        clicked = event.timeStamp;
        look.observe(document, { childList: true, subtree: true, characterData: true });
      },
      { capture: true },
    );
  });
}

/** Presses Train and waits for the first epoch. */
export async function pressTrain({ page, run }: Lab): Promise<Omit<FirstEpoch, 'lanes'>> {
  await run.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForFunction(() => window.firstEpoch !== undefined, undefined, { timeout: 120_000, polling: 100 });
  const found = await page.evaluate(() => ({ milliseconds: window.firstEpoch ?? Number.NaN, heads: window.heads ?? [] }));
  return found;
}

export async function firstEpoch(
  browser: Browser,
  baseURL: string | undefined,
  moment: Moment,
  backend: OpenOptions['backend'],
  spec?: SpecInput,
): Promise<FirstEpoch> {
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    await watchTrain(page);
    const lab = new Lab(page);
    await lab.open({ backend, spec });
    if (moment !== 'at once') await lab.ready();
    if (moment === 'rested') await page.waitForTimeout(REST_MS);
    const found = await pressTrain(lab);
    return { ...found, lanes: await lab.engines() };
  } finally {
    await context.close();
  }
}
