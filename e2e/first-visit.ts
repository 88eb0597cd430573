/** A first visit, measured: when the recorded run stands, and what is loaded until then. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, CDPSession } from '@playwright/test';
import { pressTrain, watchTrain } from './first-epoch';
import { Lab } from './lab';

declare global {
  interface Window {
    /** Milliseconds from the navigation's start until the words of the recorded run stood on the page. */
    recordedAt?: number;
    /** Until its first chart did. */
    chartAt?: number;
  }
}

/**
 * A slow connection and a slow processor as Chromium's DevTools have them: bytes a second, milliseconds until
 * an answer begins, and how many times slower the page's own thread is.
 */
export interface Slowness {
  name: string;
  bytesPerSecond: number;
  latency: number;
  processor: number;
}

/** DevTools' presets "Fast 4G" and "Slow 4G" with "4× slowdown". */
export const FAST_4G: Slowness = { name: 'fast 4G, processor 4× slower', bytesPerSecond: 1_012_500, latency: 165, processor: 4 };
export const SLOW_4G: Slowness = { name: 'slow 4G, processor 4× slower', bytesPerSecond: 180_000, latency: 562.5, processor: 4 };

/**
 * A file that came over the network before the picture stood: its name without the hash, and its bytes as
 * sent.
 */
export interface Part {
  name: string;
  bytes: number;
}

export interface Visit {
  /**
   * Milliseconds until the words of the recorded run stood, until its first chart did, and until the engine
   * was ready; NaN where that was not waited for.
   */
  shown: number;
  chart: number;
  engine: number;
  /** From Train, pressed then, to the first epoch on the screen. */
  epoch: number;
  /** What was asked for before the code that draws charts had come, largest first; that code too. */
  parts: Part[];
}

const ASSETS = resolve(import.meta.dirname, '../dist/assets');

/**
 * Milliseconds that a browser with nothing in its cache takes to load and to run plotly.js alone, which is
 * the same from version to version of the lab: how slow the machine is for pages.
 */
export async function timePlotly(browser: Browser, baseURL: string | undefined): Promise<number> {
  const name = readdirSync(ASSETS).find((file) => /^plotly-.*\.js$/.test(file));
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    await page.goto('/recorded/experiments/index.json');
    return await page.evaluate(async (url) => {
      const began = performance.now();
      // Its parts for Node ask for this; the page of the lab has it.
      Object.assign(window, { global: window });
      await import(url);
      return performance.now() - began;
    }, `/assets/${name}`);
  } finally {
    await context.close();
  }
}

async function slowDown(session: CDPSession, { bytesPerSecond, latency, processor }: Slowness): Promise<void> {
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond / 2,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: processor });
}

const nameOf = (url: string): string =>
  new URL(url).pathname
    .replace(/^\//, '')
    .replace(/^assets\//, '')
    .replace(/-[\w-]{8}(?=\.\w+$)/, '') || 'index.html';

/**
 * A visit of a browser with nothing in its cache. On a slow one, which would take long, the engine is not
 * waited for unless asked.
 */
export async function visit(browser: Browser, baseURL: string | undefined, slow: Slowness | null = null, withEngine = slow === null): Promise<Visit> {
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block' });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const asked = new Map<string, { url: string; asked: number; bytes: number; came: number }>();
    session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      if (request.url.startsWith('http')) asked.set(requestId, { url: request.url, asked: timestamp, bytes: 0, came: Number.POSITIVE_INFINITY });
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
      const one = asked.get(requestId);
      if (one) Object.assign(one, { bytes: encodedDataLength, came: timestamp });
    });
    if (slow) await slowDown(session, slow);
    await page.addInitScript(() => {
      const look = new MutationObserver(() => {
        // The text as it stands: asking for the visible one would lay the page out at every change.
        if (window.recordedAt === undefined && document.body?.textContent?.includes('A recorded run, not computed on this device'))
          window.recordedAt = performance.now();
        if (window.chartAt === undefined && document.querySelector('.panel .plot .main-svg')) window.chartAt = performance.now();
        if (window.recordedAt !== undefined && window.chartAt !== undefined) look.disconnect();
      });
      look.observe(document, { childList: true, subtree: true, characterData: true });
    });
    const lab = new Lab(page);
    await watchTrain(page);
    await page.goto('/');
    await page.waitForFunction(() => window.recordedAt !== undefined && window.chartAt !== undefined, undefined, { timeout: 60_000 });
    const times = await page.evaluate(() => ({ shown: window.recordedAt ?? Number.NaN, chart: window.chartAt ?? Number.NaN }));
    const all = [...asked.values()].map((one) => ({ ...one, name: nameOf(one.url) }));
    const drawing = all.find(({ name }) => name === 'plotly.js')?.came ?? Number.NaN;
    const parts = all.filter((one) => one.asked < drawing && one.came < Number.POSITIVE_INFINITY).map(({ name, bytes }) => ({ name, bytes }));
    if (withEngine) await lab.ready();
    return {
      ...times,
      engine: withEngine ? await page.evaluate(() => performance.now()) : Number.NaN,
      epoch: withEngine && slow === null ? (await pressTrain(lab)).milliseconds : Number.NaN,
      parts: parts.sort((a, b) => b.bytes - a.bytes),
    };
  } finally {
    await context.close();
  }
}
