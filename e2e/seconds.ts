/**
 * `npm run seconds -- [q …] [--backend wasm] [--rounds 3]`: serves dist/ and measures in Chromium, on a fresh
 * page each round, the seconds from opening the page (with a click on Train as soon as there is a button) to
 * the results of MMbeddings, Embeddings and Ignore on the published simulation, the start of the worker, the
 * data and post-training included. `--lessons` measures the lessons in place of it: seconds from a link to
 * the picture that a lesson opens with, and from Train to the end of each of its runs. Prints them with the
 * load of the machine; nothing is judged.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.mjs';
import { list, whole } from '../scripts/cli';
import { listen, siteServer } from '../scripts/serve';
import { LESSONS } from '../workers/spec/lessons';
import { publishedSizes } from '../workers/spec/presets';
import { Lab, type OpenOptions, type SpecInput } from './lab';

const METHODS = ['ignore', 'embeddings', 'mmbeddings'];
const MOST_MILLISECONDS = 20 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string' }, rounds: { type: 'string' }, lessons: { type: 'boolean' } },
});
const [backend] = list(values.backend ?? 'wasm') as [NonNullable<OpenOptions['backend']>];
const rounds = whole('rounds', values.rounds, 3, 1);
const levels = positionals.length > 0 ? positionals.map((q) => whole('q', q, 1000, 2)) : [1_000, 10_000];

declare global {
  interface Window {
    /**
     * Milliseconds from the navigation's start until the first chart, or the scores of a table, were there.
     */
    drawnAt?: number;
  }
}

/** Seconds until the picture of a lesson is drawn on a page that has nothing in its cache. */
async function picture(page: Page, id: string): Promise<number> {
  await page.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (window.drawnAt !== undefined || !document.querySelector('.panel .plot .main-svg, [data-panel="results"] td[data-column="MSE"]')) return;
      window.drawnAt = performance.now();
      look.disconnect();
    });
    look.observe(document, { childList: true, subtree: true });
  });
  await page.goto(`/?lesson=${id}&backend=${backend}`);
  await page.waitForFunction(() => window.drawnAt !== undefined, undefined, { timeout: 60_000 });
  return page.evaluate(() => (window.drawnAt ?? Number.NaN) / 1000);
}

/** Seconds of processor that the page and its workers have taken. */
async function processor(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ProcessTime')?.value ?? Number.NaN;
}

/** Waits for the end of a run, looking four times a second. */
async function ended({ page, run }: Lab): Promise<void> {
  while (!/Finished|Stopped/.test((await run.textContent()) ?? '')) await page.waitForTimeout(250);
}

interface Took {
  clock: number;
  processor: number;
}

const told = ({ clock, processor }: Took): string => `${clock.toFixed(2)} s (${processor.toFixed(2)} s of processor)`;

/** Goes through a lesson without answers and trains wherever it lets one: what each run took. */
async function runsOf(page: Page, session: CDPSession): Promise<Took[]> {
  const lab = new Lab(page);
  const lesson = page.getByRole('region', { name: /^Lesson: / });
  const runs: Took[] = [];
  const heading = (): Promise<string> => lesson.getByRole('heading', { level: 2 }).innerText();
  for (;;) {
    const train = lab.run.getByRole('button', { name: /^Train( again)?$/ });
    if ((await train.count()) > 0 && (await train.isEnabled())) {
      const before = await processor(session);
      const clicked = performance.now();
      await train.click();
      await ended(lab);
      runs.push({ clock: (performance.now() - clicked) / 1000, processor: (await processor(session)) - before });
    }
    const before = await heading();
    await lesson.getByRole('button', { name: 'Next', exact: true }).click();
    const without = lesson.getByRole('button', { name: 'Go on without it' });
    if ((await heading()) === before) await without.click();
    if ((await heading()) === 'What you can say now') return runs;
  }
}

async function measureLessons(browser: Browser, baseURL: string): Promise<void> {
  for (const { id } of LESSONS)
    for (let round = 1; round <= rounds; round++) {
      const context = await browser.newContext({ baseURL });
      const page = await context.newPage();
      const load = loadavg()[0].toFixed(1);
      const session = await context.newCDPSession(page);
      await session.send('Performance.enable');
      const clock = await picture(page, id);
      const drawn = { clock, processor: await processor(session) };
      const runs = await runsOf(page, session);
      console.log(`${id.padEnd(14)} round ${round}: picture after ${told(drawn)}, runs ${runs.map(told).join(', ')} (load ${load})`);
      await context.close();
    }
}

const server = siteServer('dist');
const port = await listen(server, 0, '127.0.0.1');
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
try {
  if (values.lessons) await measureLessons(browser, `http://localhost:${port}`);
  for (const q of values.lessons ? [] : levels) {
    const spec: SpecInput = {
      dataset: { kind: 'simulated', task: 'regression', levels: [q], ...publishedSizes(q) },
      methods: METHODS.map((id) => ({ id })),
      // Drawing past the stop would go on after the last result.
      training: { drawPastStop: false },
    };
    for (let round = 1; round <= rounds; round++) {
      const page = await browser.newPage({ baseURL: `http://localhost:${port}` });
      const lab = new Lab(page);
      const load = loadavg()[0].toFixed(1);
      const opened = performance.now();
      await lab.open({ backend, spec });
      await lab.button('Train').click();
      const clicked = performance.now();
      await lab.finished(MOST_MILLISECONDS);
      const ended = performance.now();
      const said = (await lab.run.locator('.head').innerText()).replace(/\s+/g, ' ');
      const lanes = await lab.run.locator('.lane .a span').evaluateAll((names) => names.map((name) => name.getAttribute('title')));
      const seconds = (from: number): string => ((ended - from) / 1000).toFixed(1);
      console.log(
        `q = ${q.toLocaleString('en-US')}, round ${round}: ${seconds(clicked)} s from Train to all results, ${seconds(opened)} s from opening the page (load ${load} before)`,
      );
      console.log(`  ${said}; ${lanes.join('; ')}`);
      await page.close();
    }
  }
} finally {
  await browser.close();
  server.close();
}
