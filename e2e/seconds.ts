/**
 * `npm run seconds -- [q …] [--backend wasm] [--rounds 3]`: serves dist/ and measures in Chromium, on a fresh
 * page each round, the seconds from opening the page (with a click on Train as soon as there is a button) to
 * the results of MMbeddings, Embeddings and Ignore on the published simulation, the start of the worker, the
 * data and post-training included. `--lessons` measures the lessons in place of it: seconds from a link to
 * the picture that a lesson opens with, and from Train to the end of each of its runs. `--start` measures the
 * start: milliseconds from Train to the first epoch on the screen, pressed at once, when the engine is ready
 * and later, for the default comparison and a method of each engine; and those until a first visit shows the
 * recorded run, on this machine and on slow ones, with what is loaded until then. Prints them with the load
 * of the machine, medians and the share of time that other machines took from it; nothing is judged.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.mjs';
import { list, whole } from '../scripts/cli';
import { listen, siteServer } from '../scripts/serve';
import { LESSONS } from '../workers/spec/lessons';
import { publishedSizes } from '../workers/spec/presets';
import { type FirstEpoch, firstEpoch, MOMENTS } from './first-epoch';
import { FAST_4G, SLOW_4G, type Visit, visit } from './first-visit';
import { Lab, type OpenOptions, type SpecInput } from './lab';
import { launchOptions } from './launch';

const METHODS = ['ignore', 'embeddings', 'mmbeddings'];
const MOST_MILLISECONDS = 20 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string' }, rounds: { type: 'string' }, lessons: { type: 'boolean' }, start: { type: 'boolean' } },
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

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Ticks of all processors, and those that other machines took (Linux; else none are known). */
function ticks(): { all: number; stolen: number } {
  try {
    const own = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
    return { all: own.reduce((sum, value) => sum + value, 0), stolen: own[7] };
  } catch {
    return { all: 0, stolen: 0 };
  }
}

/** Share of the processors' time that other machines have taken since. */
function stolen(since: ReturnType<typeof ticks>): string {
  const now = ticks();
  return now.all > since.all ? `${((100 * (now.stolen - since.stolen)) / (now.all - since.all)).toFixed(0)} % stolen` : 'steal time not known';
}

/**
 * A method of each engine: the default comparison, steps recorded or captured, and a mixed model's own fit.
 */
const STARTS: { name: string; backend: NonNullable<OpenOptions['backend']>; methods: string[] | null }[] = [
  { name: 'default comparison, WASM', backend: 'wasm', methods: null },
  { name: 'one-hot (recorded), WASM', backend: 'wasm', methods: ['one-hot'] },
  { name: 'linear mixed model (its own fit), WASM', backend: 'wasm', methods: ['linear-mixed-model'] },
  { name: 'MMbeddings (fused), WebGPU', backend: 'webgpu', methods: ['mmbeddings'] },
  { name: 'one-hot (captured), WebGPU', backend: 'webgpu', methods: ['one-hot'] },
];

async function measureStart(browser: Browser, baseURL: string): Promise<void> {
  const asked = values.backend === undefined ? STARTS : STARTS.filter((one) => one.backend === backend);
  for (const { name, backend: engine, methods } of asked) {
    const spec = methods
      ? { dataset: { kind: 'simulated', task: 'regression', levels: [1_000], ...publishedSizes(1_000) }, methods: methods.map((id) => ({ id })) }
      : undefined;
    for (const moment of MOMENTS) {
      const since = ticks();
      const runs: FirstEpoch[] = [];
      for (let round = 0; round < rounds; round++) runs.push(await firstEpoch(browser, baseURL, moment, engine, spec));
      const times = runs.map(({ milliseconds }) => Math.round(milliseconds));
      console.log(`${name}, Train pressed ${moment}: first epoch after ${median(times)} ms (${times.join(', ')}; ${stolen(since)})`);
      const middle = runs.find(({ milliseconds }) => Math.round(milliseconds) === median(times));
      for (const { text, at } of middle?.heads ?? []) console.log(`    ${Math.round(at)} ms: ${text.replace(/\s+/g, ' ')}`);
      console.log(`    ${middle?.lanes.join('; ')}`);
    }
  }
}

async function measureVisits(browser: Browser, baseURL: string): Promise<void> {
  for (const slow of [null, FAST_4G, SLOW_4G]) {
    const since = ticks();
    const visits: Visit[] = [];
    for (let round = 0; round < rounds; round++) visits.push(await visit(browser, baseURL, slow, true));
    const of = (key: 'shown' | 'chart' | 'engine'): string => {
      const times = visits.map((one) => Math.round(one[key]));
      return `${median(times)} ms (${times.join(', ')})`;
    };
    console.log(
      `First visit, ${slow?.name ?? 'this machine'}: words ${of('shown')}, first chart ${of('chart')}, engine ${of('engine')}; ${stolen(since)}`,
    );
    const { parts } = visits[0];
    const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
    console.log(
      `  ${kB(parts.reduce((sum, { bytes }) => sum + bytes, 0))} before it draws: ${parts.map(({ name, bytes }) => `${name} ${kB(bytes)}`).join(', ')}`,
    );
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
const browser = await chromium.launch(launchOptions(ensureChromium()));
try {
  const site = `http://localhost:${port}`;
  if (values.lessons) await measureLessons(browser, site);
  if (values.start) {
    await measureVisits(browser, site);
    await measureStart(browser, site);
  }
  for (const q of values.lessons || values.start ? [] : levels) {
    const spec: SpecInput = {
      dataset: { kind: 'simulated', task: 'regression', levels: [q], ...publishedSizes(q) },
      methods: METHODS.map((id) => ({ id })),
      // Drawing past the stop would go on after the last result.
      training: { drawPastStop: false },
    };
    const all: number[] = [];
    const since = ticks();
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
      const lanes = await lab.engines();
      const seconds = (from: number): string => ((ended - from) / 1000).toFixed(1);
      console.log(
        `q = ${q.toLocaleString('en-US')}, round ${round}: ${seconds(clicked)} s from Train to all results, ${seconds(opened)} s from opening the page (load ${load} before)`,
      );
      console.log(`  ${said}; ${lanes.join('; ')}`);
      all.push((ended - clicked) / 1000);
      await page.close();
    }
    console.log(`q = ${q.toLocaleString('en-US')}: median ${median(all).toFixed(1)} s from Train to all results, of ${rounds} (${stolen(since)})`);
  }
} finally {
  await browser.close();
  server.close();
}
