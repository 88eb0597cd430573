import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { findFirefox } from '../../scripts/other-browsers.mjs';
import type { Driven } from './driven';

/** Firefox without a window, driven by WebDriver BiDi. */
export async function driveFirefox(): Promise<Driven> {
  const executablePath = findFirefox();
  if (!executablePath) throw new Error('There is no Firefox: set FIREFOX_PATH to one.');
  const downloads = await mkdtemp(join(tmpdir(), 'lab-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    protocolTimeout: 120_000,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.helperApps.neverAsk.saveToDisk': 'text/csv',
    },
  });
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  // What the page's policy refuses comes as an error too.
  page.on('pageerror', (error) => problems.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`));
  const first = async (xpath: string) => {
    const found = await page.waitForSelector(`xpath/${xpath}`, { timeout: 10_000 });
    if (!found) throw new Error(`nothing on the page is ${xpath}`);
    return found;
  };
  return {
    version: await browser.version(),
    downloads,
    open: async (url) => void (await page.goto(url)),
    ask: async (task, ...words) => {
      const code = `(${task})(...${JSON.stringify(words)})`;
      return JSON.parse((await page.evaluate(`Promise.resolve(${code}).then((answer) => JSON.stringify(answer ?? null))`)) as string);
    },
    press: (xpath) => page.locator(`xpath/${xpath}`).setTimeout(10_000).click(),
    choose: async (xpath, file) => {
      const input = await first(xpath);
      await (input as unknown as { uploadFile(...files: string[]): Promise<void> }).uploadFile(file);
    },
    picture: async () => Buffer.from(await page.screenshot()),
    problems: async () => problems,
    close: async () => {
      await browser.close();
      await rm(downloads, { recursive: true, force: true });
    },
  };
}
