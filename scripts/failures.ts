import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findChromium } from './chromium.mjs';
import { fail, whole } from './cli';
import { listenSomewhere, siteServer } from './serve';

/**
 * `npm run failures -- [--crashes 20] [--hangs 5] [--devices 20] [--gpu 10] [--reloads 50]
 * [--hidden 600] [--frozen 60]`,
 * after `npm run build`: makes the engine of the built page fail at random epochs (its worker crashed or
 * hung; its device destroyed or the browser's GPU process ended), reloads the page at random moments, and
 * hides and freezes it. Says how many runs went on, how many ended with the numbers of a run that nobody
 * disturbed or with numbers that it had within one epoch, and how many reloads found their run. A count of 0
 * leaves a kind out, hidden and frozen are seconds; without any the counts are those above.
 */
type Kind = 'crashes' | 'hangs' | 'devices';

const EPOCHS = 250;
/** A software adapter takes long for a step: there the problem is a tenth of the other. */
const GPU_EPOCHS = 30;
const spec = (epochs: number, rows: number) => ({
  version: 1,
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: rows, testRows: 200 },
  methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }],
  training: { epochs, patience: null, batchSize: 50, drawPastStop: false },
  seeds: { data: 1, split: 1, weights: 1 },
});

/** From a twentieth to two thirds of the run: a failure comes neither at once nor after the end. */
const randomEpoch = (epochs: number): number => Math.floor(epochs * (0.05 + 0.6 * Math.random()));

const runText = (page: Page): Promise<string> => page.getByRole('region', { name: 'Run', exact: true }).innerText();

/** Lines of the run and of its status, in one. */
const statusOf = async (page: Page): Promise<string> =>
  (
    await Promise.all(['Run', 'Status'].map((name) => page.getByRole('region', { name, exact: true }).innerText({ timeout: 5_000 }))).catch(() => [
      'nothing in 5 s',
    ])
  )
    .join(' ')
    .replaceAll('\n', ' ');

async function until<T>(what: string, seconds: number, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const started = Date.now(); Date.now() - started < 1000 * seconds; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const found = await look().catch(() => null);
    if (found) return found;
  }
  throw new Error(`${what} did not come in ${seconds} s`);
}

const epochOf = async (page: Page): Promise<number> => Number(/epoch\s+([\d,]+)/i.exec(await runText(page))?.[1].replace(/,/g, '') ?? 0);
const finished = (page: Page) => until('the end of the run', 600, async () => (await runText(page)).includes('Finished'));

/** Scores and lanes as the page shows them, without times. */
async function numbers(page: Page): Promise<string> {
  const rows = await page.getByRole('region', { name: 'Results on test rows' }).getByRole('row').allInnerTexts();
  const lanes = await page.locator('.lane').allInnerTexts();
  return [...rows, ...lanes].join('\n').replace(/[\d.]+\s?(ms|s)\b/g, '');
}

async function open(browser: Browser, port: number, backend: string, epochs: number): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  // tsx calls it in what is sent to the page.
  await page.addInitScript('globalThis.__name ??= (made) => made');
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  // The device of an engine is not within reach otherwise.
  page.on('worker', (worker) =>
    worker
      .evaluate(() => {
        const { prototype } = (globalThis as unknown as { GPUAdapter: { prototype: GPUAdapter } }).GPUAdapter;
        const { requestDevice } = prototype;
        prototype.requestDevice = async function (...given) {
          const device = await requestDevice.apply(this, given);
          Object.assign(globalThis, { madeDevice: device });
          return device;
        };
      })
      .catch(() => undefined),
  );
  await page.goto(addressOf(port, backend, epochs));
  await engineOf(page);
  return page;
}

function addressOf(port: number, backend: string, epochs: number): string {
  const settings = spec(epochs, backend === 'webgpu' ? 200 : 2_000);
  return `http://localhost:${port}/?backend=${backend}#s=${Buffer.from(JSON.stringify(settings)).toString('base64url')}`;
}

/** The backend that the page says. */
const engineOf = (page: Page): Promise<string> =>
  until('the engine', 120, async () => /WASM|WebGPU|CPU/.exec(await page.getByRole('banner').innerText())?.[0]);

const train = (page: Page): Promise<void> =>
  page
    .getByRole('region', { name: 'Run', exact: true })
    .getByRole('button', { name: /^Train( again)?$/ })
    .click();

/** Makes the engine fail in this way. */
async function breakIt(kind: Kind, page: Page): Promise<void> {
  const engine = page.workers().find((worker) => /\/assets\/worker\/lab/.test(worker.url()));
  await engine?.evaluate((kind) => {
    setTimeout(() => {
      if (kind === 'crashes') throw new Error('made to fail');
      if (kind === 'devices') (globalThis as unknown as { madeDevice: GPUDevice }).madeDevice.destroy();
      else for (;;);
    });
  }, kind);
}

/** What the page says of an engine that failed under a run. */
const told = (page: Page, seconds: number): Promise<string> =>
  until('a word on it', seconds, async () => /the run (goes on|begins again)[^.]*/.exec(await page.locator('body').innerText())?.[0]);

const figures = (text: string): number[] => (text.match(/-?\d[\d,]*\.?\d*/g) ?? []).map((figure) => Number(figure.replace(/,/g, '')));

/** Whether every figure lies where it was after the same run of one epoch less, of all and of one more. */
function isWithin(shown: string, runs: readonly string[]): boolean {
  const bounds = runs.map(figures);
  return figures(shown).every((figure, i) => {
    const all = bounds.map((run) => run[i]);
    return figure >= Math.min(...all) && figure <= Math.max(...all);
  });
}

/** What a run that nobody disturbs ends with, of so many epochs. */
async function undisturbed(browser: Browser, port: number, backend: string, epochs: number): Promise<string> {
  const page = await open(browser, port, backend, epochs);
  await train(page);
  await finished(page);
  const ended = await numbers(page);
  await page.context().close();
  return ended;
}

/** Devices that are destroyed in one browser: its GPU process slows with each, on a software adapter. */
const A_BROWSER = 5;

async function failures(kind: Kind, count: number, launch: () => Promise<Browser>, port: number): Promise<string> {
  const backend = kind === 'devices' ? 'webgpu' : 'wasm';
  const epochs = kind === 'devices' ? GPU_EPOCHS : EPOCHS;
  let browser = await launch();
  const expected = await undisturbed(browser, port, backend, epochs);
  let page = await open(browser, port, backend, epochs);
  const others: string[] = [];
  let [wentOn, equal] = [0, 0];
  for (let i = 0; i < count; i++) {
    const at = randomEpoch(epochs);
    if (kind === 'devices' && i > 0 && i % A_BROWSER === 0) {
      await browser.close();
      browser = await launch();
      page = await open(browser, port, backend, epochs);
    }
    try {
      await train(page);
      await until(`epoch ${at}`, 600, async () => (await epochOf(page)) >= at);
      await breakIt(kind, page);
      const words = await told(page, 120);
      await finished(page);
      wentOn++;
      const ended = await numbers(page);
      if (ended === expected) equal++;
      else others.push(ended);
      console.log(`${kind} ${i + 1}: failed after epoch ${at}, ${words}; ${ended === expected ? 'the same numbers' : 'other numbers'}`);
    } catch (failure) {
      const why = failure instanceof Error ? failure.message.split('\n')[0] : failure;
      console.log(`${kind} ${i + 1}: ${why}; the page says: ${await statusOf(page)}`);
    }
  }
  let within = 0;
  if (others.length > 0) {
    const runs = [expected];
    for (const other of [epochs - 1, epochs + 1]) runs.push(await undisturbed(browser, port, backend, other));
    within = others.filter((ended) => isWithin(ended, runs)).length;
  }
  await browser.close();
  const apart = others.length === 0 ? '' : `, ${within} of ${others.length} others within one epoch`;
  return `${kind}: ${wentOn} of ${count} went on, ${equal} with the same numbers${apart}`;
}

/** Ends the browser's GPU process so many times under one run. */
async function gpuKills(count: number, browser: Browser, port: number): Promise<string> {
  const page = await open(browser, port, 'webgpu', EPOCHS);
  const session = await browser.newBrowserCDPSession();
  await train(page);
  let engines = 0;
  page.on('worker', (worker) => {
    if (/\/assets\/worker\/lab/.test(worker.url())) engines++;
  });
  let kills = 0;
  try {
    for (; kills < count; kills++) {
      const before = await epochOf(page);
      await until('the next epoch', 120, async () => (await epochOf(page)) > before);
      const [known, since] = [engines, performance.now()];
      await session.send('Browser.crashGpuProcess');
      await until('another engine', 90, async () => engines > known);
      const after = ((performance.now() - since) / 1000).toFixed(1);
      const words = await told(page, 10);
      console.log(`gpu ${kills + 1}: ended after epoch ${before}, ${words} (told after ${after} s)`);
      if ((await engineOf(page)) !== 'WebGPU') break;
    }
    await until('the end of the run', 300, async () => (await runText(page)).includes('Finished'));
    return `gpu: ended ${kills + 1} times, and the run came to its end on ${await engineOf(page)}`;
  } catch (failure) {
    return `gpu: ended ${kills + 1} times, and then ${failure instanceof Error ? failure.message : failure}`;
  } finally {
    await page.context().close();
  }
}

/** The newest kept run as the browser's storage has it: its epoch, and whether its body is there. */
const keptEpoch = (page: Page): Promise<{ epoch: number; whole: boolean } | null> =>
  page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await asked(indexedDB.open('mmbeddings-lab'));
    try {
      if (!db.objectStoreNames.contains('runs')) return null;
      const stores = db.transaction(['runs', 'run-bodies']);
      const runs = (await asked(stores.objectStore('runs').getAll())) as { id: string; body: number; epoch: number; updated: string }[];
      const [newest] = runs.sort((a, b) => b.updated.localeCompare(a.updated));
      if (!newest) return null;
      const body = await asked(stores.objectStore('run-bodies').get(`${newest.id}.${newest.body}`));
      return { epoch: newest.epoch, whole: body instanceof ArrayBuffer };
    } finally {
      db.close();
    }
  });

/**
 * Reloads the page while it writes. The first time at once after Train, when nothing can have been kept: then
 * the page offers nothing, and its settings are there for Train.
 */
async function reloads(count: number, browser: Browser, port: number): Promise<string> {
  const page = await open(browser, port, 'wasm', 10_000);
  const settings = new URL(page.url()).hash;
  let found = 0;
  await train(page);
  await page.reload();
  await engineOf(page);
  const early = await keptEpoch(page);
  const offered = await page.getByRole('region', { name: 'Run of an earlier visit' }).count();
  const same = new URL(page.url()).hash === settings;
  console.log(
    `reload before a checkpoint: ${early ? `epoch ${early.epoch} is kept` : 'nothing is kept'}, ${offered} offered, settings ${same ? 'kept' : 'lost'}`,
  );
  if (offered > 0) await page.getByRole('region', { name: 'Run of an earlier visit' }).getByRole('button', { name: 'Discard' }).click();
  await train(page);
  for (let i = 0; i < count; i++) {
    try {
      await until('a kept run', 60, async () => (await keptEpoch(page)) !== null);
      await new Promise((resolve) => setTimeout(resolve, 2_500 * Math.random()));
      await page.reload();
      const kept = await keptEpoch(page);
      const line = page.getByRole('region', { name: 'Run of an earlier visit' });
      await line.getByRole('button', { name: 'Continue' }).click({ timeout: 30_000 });
      const body = page.locator('body');
      const at = await until('where it goes on', 30, async () => /stopped at epoch ([\d,]+)/.exec(await body.innerText())?.[1].replace(/,/g, ''));
      await until('the next epoch', 60, async () => (await epochOf(page)) > Number(at));
      // The body before the newest counts where the newest cannot be read: then the epochs differ.
      if (!kept?.whole || kept.epoch !== Number(at)) throw new Error(`epoch ${kept?.epoch} is kept, and the page goes on from ${at}`);
      found++;
    } catch (failure) {
      console.log(`reload ${i + 1}: ${failure instanceof Error ? failure.message.split('\n')[0] : failure}`);
      if (!/Epoch/.test(await runText(page))) await train(page).catch(() => undefined);
    }
  }
  await page.context().close();
  return `reloads: ${found} of ${count} found a whole run and went on from its epoch`;
}

/**
 * A Chromium of its own, met without Playwright's defaults, which hold every tab visible: this one hides a
 * tab behind another as a person's does.
 */
async function withPlainBrowser<T>(args: readonly string[], work: (browser: Browser) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), 'failures-'));
  const program = spawn(
    findChromium() ?? 'chromium',
    ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...args, 'about:blank'],
    { stdio: 'ignore' },
  );
  try {
    const port = await until('the browser', 30, async () => Number((await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n')[0]));
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    try {
      return await work(browser);
    } finally {
      await browser.close();
    }
  } finally {
    program.kill();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A run whose tab is hidden for so many seconds, or frozen by the browser. */
async function asleep(how: 'hidden' | 'frozen', time: number, browser: Browser, port: number): Promise<string> {
  const [context] = browser.contexts();
  const [page] = context.pages();
  await page.goto(addressOf(port, 'wasm', 10_000));
  await engineOf(page);
  await train(page);
  const before = await until('an epoch', 60, () => epochOf(page));
  const session = await context.newCDPSession(page);
  if (how === 'frozen') await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  else await session.send('Target.createTarget', { url: 'about:blank' });
  const state =
    how === 'hidden' ? await until('a hidden tab', 10, async () => (await page.evaluate(() => document.visibilityState)) === 'hidden') : true;
  await new Promise((resolve) => setTimeout(resolve, 1000 * time));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await session.send('Page.bringToFront');
  const ended = async (): Promise<boolean> => (await runText(page)).includes('Finished');
  const woken = (await ended()) ? 'the end' : await epochOf(page);
  const after = await until('an epoch after it woke', 90, async () => {
    const epoch = await epochOf(page);
    // A run that came to its end meanwhile went on.
    return woken === 'the end' || (await ended()) ? 'the end' : epoch > woken && epoch;
  }).catch(async (failure: Error) => `${failure.message} (${await statusOf(page)})`);
  const restarted = /the run (goes on|begins again)/.test(await page.locator('body').innerText());
  return `${how} for ${time} s: ${state && `epoch ${before} before, ${woken} on waking, ${after} after`}${restarted ? ', in a new engine' : ''}`;
}

try {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { crashes: option, hangs: option, devices: option, gpu: option, reloads: option, hidden: option, frozen: option },
  });
  const count = (name: keyof typeof values, usual: number): number => whole(name, values[name], usual);
  const server = siteServer('dist');
  const port = await listenSomewhere(server, undefined, 'localhost');
  const executablePath = findChromium();
  const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'];
  const launch = () => chromium.launch({ ...(executablePath && { executablePath }), args });
  const browser = await launch();
  const said: string[] = [];
  const say = (line: string): void => {
    console.log(line);
    said.push(line);
  };
  const usual: Record<Kind, number> = { crashes: 20, hangs: 5, devices: 20 };
  for (const kind of ['crashes', 'hangs', 'devices'] as const) {
    const times = count(kind, usual[kind]);
    if (times > 0) say(await failures(kind, times, launch, port));
  }
  if (count('reloads', 50) > 0) say(await reloads(count('reloads', 50), browser, port));
  for (const [how, usualSeconds] of [
    ['hidden', 600],
    ['frozen', 60],
  ] as const)
    if (count(how, usualSeconds) > 0) say(await withPlainBrowser(args, (plain) => asleep(how, count(how, usualSeconds), plain, port)));
  // The last, for a browser whose GPU process ended often gives no GPU any more.
  if (count('gpu', 10) > 0) say(await gpuKills(count('gpu', 10), browser, port));
  await browser.close();
  server.close();
  console.log(said.join('\n'));
} catch (failure) {
  fail(failure);
}
