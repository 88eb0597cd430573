import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { findChromium } from './chromium.mjs';
import { fail, whole } from './cli';
import { listenSomewhere, siteServer } from './serve';

/**
 * `npm run failures -- [--crashes 20] [--hangs 5] [--devices 0] [--gpu 0] [--reloads 50]`, after `npm run
 * build`: makes the engine of the built page fail at random epochs (its worker crashed or hung; its device
 * destroyed or the browser's GPU process ended), and reloads the page at random moments. Says how many runs
 * went on, how many of those on WASM ended with the numbers of a run that nobody disturbed, and how many
 * reloads found their run.
 */
type Kind = 'crashes' | 'hangs' | 'devices' | 'gpu';

const EPOCHS = 250;
const spec = (epochs: number) => ({
  version: 1,
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 2_000, testRows: 200 },
  methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }],
  training: { epochs, patience: null, batchSize: 50, drawPastStop: false },
  seeds: { data: 1, split: 1, weights: 1 },
});

/** From a twentieth to two thirds of the run: a failure comes neither at once nor after the end. */
const randomEpoch = (epochs: number): number => Math.floor(epochs * (0.05 + 0.6 * Math.random()));

const runText = (page: Page): Promise<string> => page.getByRole('region', { name: 'Run', exact: true }).innerText();

async function until<T>(what: string, seconds: number, look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const started = Date.now(); Date.now() - started < 1000 * seconds; await new Promise((resolve) => setTimeout(resolve, 30))) {
    const found = await look().catch(() => null);
    if (found) return found;
  }
  throw new Error(`${what} did not come in ${seconds} s`);
}

const epochOf = async (page: Page): Promise<number> => Number(/epoch\s+([\d,]+)/i.exec(await runText(page))?.[1].replace(/,/g, '') ?? 0);
const finished = (page: Page) => until('the end of the run', 180, async () => (await runText(page)).includes('Finished'));

/** Scores and lanes as the page shows them, without times. */
async function numbers(page: Page): Promise<string> {
  const rows = await page.getByRole('region', { name: 'Results on test rows' }).getByRole('row').allInnerTexts();
  const lanes = await page.locator('.lane').allInnerTexts();
  return [...rows, ...lanes].join('\n').replace(/[\d.]+\s?(ms|s)\b/g, '');
}

async function open(browser: Browser, port: number, backend: string, epochs: number): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
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
  await page.goto(`http://localhost:${port}/?backend=${backend}#s=${Buffer.from(JSON.stringify(spec(epochs))).toString('base64url')}`);
  await until('the engine', 120, async () => /WASM|WebGPU|CPU/.test(await page.getByRole('banner').innerText()));
  return page;
}

const train = (page: Page): Promise<void> =>
  page
    .getByRole('region', { name: 'Run', exact: true })
    .getByRole('button', { name: /^Train( again)?$/ })
    .click();

/** Makes the engine fail in this way. */
async function breakIt(kind: Kind, browser: Browser, page: Page): Promise<void> {
  if (kind === 'gpu') {
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess');
    return;
  }
  const engine = page.workers().find((worker) => /\/assets\/worker\/lab/.test(worker.url()));
  await engine?.evaluate((kind) => {
    setTimeout(() => {
      if (kind === 'crashes') throw new Error('made to fail');
      if (kind === 'devices') (globalThis as unknown as { madeDevice: GPUDevice }).madeDevice.destroy();
      else for (;;);
    });
  }, kind);
}

async function failures(kind: Kind, count: number, browser: Browser, port: number): Promise<string> {
  const onGpu = kind === 'devices' || kind === 'gpu';
  const epochs = onGpu ? 60 : EPOCHS;
  const page = await open(browser, port, onGpu ? 'webgpu' : 'wasm', epochs);
  await train(page);
  await finished(page);
  const expected = await numbers(page);
  let [wentOn, equal] = [0, 0];
  for (let i = 0; i < count; i++) {
    await train(page);
    const at = randomEpoch(epochs);
    try {
      await until(`epoch ${at}`, 120, async () => (await epochOf(page)) >= at);
      await breakIt(kind, browser, page);
      const told = await until(
        'a word on it',
        60,
        async () => /the run (goes on|begins again)[^.]*/.exec(await page.locator('body').innerText())?.[0],
      );
      await finished(page);
      wentOn++;
      if ((await numbers(page)) === expected) equal++;
      console.log(`${kind} ${i + 1}: failed after epoch ${at}, ${told}`);
    } catch (failure) {
      console.log(`${kind} ${i + 1}: ${failure instanceof Error ? failure.message : failure}`);
    }
  }
  await page.context().close();
  return `${kind}: ${wentOn} of ${count} went on, ${equal} with the same numbers`;
}

async function reloads(count: number, browser: Browser, port: number): Promise<string> {
  const page = await open(browser, port, 'wasm', 10_000);
  await train(page);
  let found = 0;
  for (let i = 0; i < count; i++) {
    // A second or two after it goes on, checkpoints are being written; the first one must have been.
    await new Promise((resolve) => setTimeout(resolve, (i === 0 ? 8_000 : 1_000) + 2_000 * Math.random()));
    try {
      await until('an epoch', 60, async () => (await epochOf(page)) > 12);
      await page.reload();
      const line = page.getByRole('region', { name: 'Run of an earlier visit' });
      await line.getByRole('button', { name: 'Continue' }).click({ timeout: 30_000 });
      await until('the next epoch', 60, async () => /Epoch [\d,]+/.test(await runText(page)));
      found++;
    } catch (failure) {
      console.log(`reload ${i + 1}: ${failure instanceof Error ? failure.message.split('\n')[0] : failure}`);
      if (!/Epoch/.test(await runText(page))) await train(page).catch(() => undefined);
    }
  }
  await page.context().close();
  return `reloads: ${found} of ${count} found the run whole and went on`;
}

try {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { crashes: option, hangs: option, devices: option, gpu: option, reloads: option } });
  const counts = {
    crashes: whole('crashes', values.crashes, 20),
    hangs: whole('hangs', values.hangs, 5),
    devices: whole('devices', values.devices, 0),
    gpu: whole('gpu', values.gpu, 0),
    reloads: whole('reloads', values.reloads, 50),
  };
  const server = siteServer('dist');
  const port = await listenSomewhere(server, undefined, 'localhost');
  const executablePath = findChromium();
  const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader'];
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args });
  const said: string[] = [];
  for (const kind of ['crashes', 'hangs', 'devices', 'gpu'] as const)
    if (counts[kind] > 0) said.push(await failures(kind, counts[kind], browser, port));
  if (counts.reloads > 0) said.push(await reloads(counts.reloads, browser, port));
  await browser.close();
  server.close();
  console.log(said.join('\n'));
} catch (failure) {
  fail(failure);
}
