import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page, type Worker } from '@playwright/test';
import { address, ENDLESS, expect, Lab, measured, TINY, test } from '../lab';

/** The lab's own worker, not the threads of WASM. */
async function engineOf(page: Page): Promise<Worker> {
  for (const worker of page.workers()) if (/\/assets\/worker\/lab/.test(worker.url())) return worker;
  throw new Error(`no lab worker among ${page.workers().map((worker) => worker.url())}`);
}

/** The engine throws outside any call, as a crash does. */
async function crash(page: Page): Promise<void> {
  const engine = await engineOf(page);
  await engine.evaluate(() => {
    setTimeout(() => {
      throw new Error('made to fail');
    });
  });
}

/** A run of some seconds. */
const KILLED = { ...ENDLESS, training: { epochs: 250, patience: null, batchSize: 50, drawPastStop: false } };

test.describe('the worker', () => {
  test.use({ expected: [/made to fail/] });

  test('killed at a random epoch, the run goes on and ends with the numbers of one that nobody disturbed', async ({ lab, page }, info) => {
    test.setTimeout(120_000);
    const numbers = async () => [
      ...(await Promise.all(['Embeddings', 'MMbeddings'].flatMap((method) => ['MSE', 'RMSE', 'MAE'].map((column) => lab.metric(method, column))))),
      ...(await lab.run.locator('.lane').allInnerTexts()),
    ];
    await lab.open({ backend: 'wasm', spec: KILLED });
    await lab.ready();
    await lab.train();
    await lab.finished();
    const expected = await numbers();
    await lab.train();
    const at = 40 + Math.floor(Math.random() * 100);
    await expect.poll(() => lab.epoch(), { intervals: [20] }).toBeGreaterThan(at);
    await crash(page);
    await expect(lab.status('The engine crashed: Error: made to fail.')).toBeVisible();
    await expect(page.getByText(/the run (goes on from epoch|begins again)/).first()).toBeVisible();
    const told = await page.getByRole('region', { name: 'Status' }).innerText();
    await lab.finished();
    measured(info, `killed after epoch ${at}: ${told.replaceAll('\n', ' ')}`);
    expect(await numbers()).toEqual(expected);
  });

  test('a hang during a run is noticed and told, and the run goes on', async ({ lab, page }) => {
    test.setTimeout(90_000);
    await lab.open({ backend: 'wasm', spec: ENDLESS });
    await lab.ready();
    await lab.train();
    await expect.poll(() => lab.epoch()).toBeGreaterThan(20);
    const engine = await engineOf(page);
    await engine.evaluate(() => {
      setTimeout(() => {
        // As an endless loop, without its heat.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      });
    });
    await expect(lab.status('The engine stopped answering.')).toBeVisible({ timeout: 45_000 });
    const before = await lab.epoch();
    await expect.poll(() => lab.epoch(), { timeout: 30_000 }).toBeGreaterThan(before);
  });
});

test('a hidden tab goes on training', async ({ baseURL }, info) => {
  // Playwright holds every tab visible; a Chromium of our own, met without its defaults, hides a tab behind
  // another as a person's does.
  const profile = info.outputPath('profile');
  const { executablePath, args } = info.project.use.launchOptions ?? {};
  const browserProcess = spawn(
    executablePath ?? 'chromium',
    ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...(args ?? []), 'about:blank'],
    {
      stdio: 'ignore',
    },
  );
  try {
    await expect.poll(() => portOf(profile), { timeout: 20_000 }).not.toBeNull();
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${portOf(profile)}`, { noDefaults: true });
    const page = browser.contexts()[0].pages()[0];
    await page.goto(`${baseURL}${address({ backend: 'wasm', spec: ENDLESS })}`);
    const lab = new Lab(page);
    await lab.ready();
    await lab.train();
    const session = await browser.contexts()[0].newCDPSession(page);
    await session.send('Target.createTarget', { url: 'about:blank' });
    await expect.poll(() => page.evaluate(() => document.visibilityState)).toBe('hidden');
    // The engine's own count: React may draw less often in a hidden tab.
    const before = await lab.epoch();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
    const after = await lab.epoch();
    measured(info, `${after - before} epochs in 5 s while hidden`);
    expect(after).toBeGreaterThan(before + 10);
    await browser.close();
  } finally {
    browserProcess.kill();
  }
});

/** The debugging port a Chromium wrote into its profile, or null before it has. */
function portOf(profile: string): number | null {
  try {
    return Number(readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
}

/** Frames a second over so many ms, and the durations of the tasks over 50 ms among them. */
function framesOf(page: Page, milliseconds: number): Promise<{ rate: number; long: number[] }> {
  return page.evaluate(
    (milliseconds) =>
      new Promise<{ rate: number; long: number[] }>((resolve) => {
        const long: number[] = [];
        const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration)));
        observer.observe({ entryTypes: ['longtask'] });
        const start = performance.now();
        let frames = 0;
        const frame = (now: number) => {
          frames += 1;
          if (now - start < milliseconds) requestAnimationFrame(frame);
          else {
            observer.disconnect();
            resolve({ rate: (1000 * frames) / (now - start), long });
          }
        };
        requestAnimationFrame(frame);
      }),
    milliseconds,
  );
}

test('the page stays smooth while the worker trains on WASM', { tag: '@alone' }, async ({ lab, page }, info) => {
  await lab.open({ backend: 'wasm' });
  await lab.ready();
  await lab.train();
  // The charts have been drawn for the first time by then.
  await expect.poll(() => lab.epoch(), { timeout: 60_000 }).toBeGreaterThan(5);
  // The best of three times five seconds: whatever else the machine does can only take frames away.
  const rates: number[] = [];
  const long: number[] = [];
  while (rates.length < 3 && !rates.some((rate) => rate > 45)) {
    const seen = await framesOf(page, 5_000);
    rates.push(seen.rate);
    long.push(...seen.long);
  }
  measured(
    info,
    `${rates.map((rate) => rate.toFixed(1)).join(', ')} frames/s over 5 s, ${long.length} tasks over 50 ms (longest ${Math.round(Math.max(0, ...long))} ms)`,
  );
  // 60 on a free machine; the worker's threads and the page share two cores here.
  expect(Math.max(...rates)).toBeGreaterThan(45);
  expect(long.filter((duration) => duration > 200)).toEqual([]);
});

test.describe('a part of the page whose code is not there', () => {
  // The browser itself reports what could not be fetched.
  test.use({ expected: [/Failed to load resource|ERR_FAILED/] });

  test('may be the setup: the rest stands, and a reload brings it', async ({ page }) => {
    await page.route('**/assets/setup-*.js', (route) => route.abort());
    await page.goto('/?backend=cpu');
    const told = page.getByRole('alert').filter({ hasText: 'A part of this page could not be loaded.' });
    await expect(told).toBeVisible();
    await expect(page.getByRole('region', { name: 'Run', exact: true })).toBeVisible();
    await expect(told).toBeInViewport();
    await page.unroute('**/assets/setup-*.js');
    await told.getByRole('button', { name: 'Reload' }).click();
    await expect(page.getByRole('complementary', { name: 'Setup' }).getByRole('heading', { name: 'Methods' })).toBeVisible();
  });

  test('is said in its place, leaves the results, and comes with another try', async ({ lab, page }) => {
    const away = '**/assets/levels-room-*.js';
    await page.route(away, (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'Not found\n' }));
    await lab.open({ backend: 'cpu', spec: TINY });
    await lab.ready();
    await lab.train();
    await lab.finished();
    const told = page.getByRole('alert').filter({ hasText: 'A part of this page could not be loaded.' });
    await expect(told).toContainText('What is on the page stays.');
    expect(Number.isFinite(await lab.metric('MMbeddings', 'MSE'))).toBe(true);
    await page.unroute(away);
    await told.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('region', { name: 'Levels', exact: true })).toBeVisible();
    await expect(told).toBeHidden();
    expect(Number.isFinite(await lab.metric('MMbeddings', 'MSE'))).toBe(true);
  });

  test('that is the page itself, is said in words', async ({ page }) => {
    await page.route('**/assets/index-*.js', (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'Not found\n' }));
    await page.goto('/');
    await expect(page.getByRole('alert')).toHaveText(/could not be loaded/);
  });
});
