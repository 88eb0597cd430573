/** The lab without a network, and the coming of a new version of it. */
import { createHash } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { listen, siteServer } from '../../scripts/serve';
import { address, test as base, ENDLESS, expect, Lab, measured } from '../lab';

interface Site {
  /** The folder that is served: a copy of the build. */
  folder: string;
  /**
   * Paths that were asked for, but for that of the service worker, which the browser looks at as it likes.
   */
  asked: string[];
  /** How long each answer is kept back, in ms. */
  wait: number;
}

/** A site of its own, whose files a test can change. */
const test = base.extend<{ site: Site & { port: number } }>({
  serviceWorkers: 'allow',
  site: async ({ browserName: _ }, use, info) => {
    const folder = info.outputPath('site');
    await cp('dist', folder, { recursive: true });
    const server = siteServer(folder);
    const [answer] = server.listeners('request') as RequestListener[];
    const port = await listen(server, 0, '127.0.0.1');
    const site = { folder, port, asked: [] as string[], wait: 0 };
    server.removeAllListeners('request').on('request', (request, response) => {
      if (request.url !== '/sw.js') site.asked.push(request.url ?? '');
      setTimeout(() => answer(request, response), site.wait);
    });
    await use(site);
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  },
  baseURL: async ({ site }, use) => use(`http://localhost:${site.port}`),
});

/** Puts another version on the site: a page that says so, and the service worker that knows it. */
async function deploy({ folder }: Site): Promise<void> {
  const [index, embed, worker] = ['index.html', 'embed.html', 'sw.js'].map((file) => join(folder, file));
  const before = await readFile(index, 'utf8');
  const after = before.replace('</head>', '<meta name="version" content="next" /></head>');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const code = await readFile(worker, 'utf8');
  expect(code).toContain(hash(before));
  for (const page of [index, embed]) await writeFile(page, after);
  await writeFile(worker, code.replaceAll(hash(before), hash(after)).replace(/"version":"/, '"version":"next-'));
  for (const file of [index, embed, worker]) for (const packed of ['br', 'gz']) await rm(`${file}.${packed}`);
}

const isNext = (page: Page) => page.locator('meta[name="version"]').count();

/** Names and values of the headers that the site sets, as a page receives them. */
const headersAt = (page: Page, path: string) => page.evaluate(async (path) => Object.fromEntries((await fetch(path)).headers), path);

test('after the first visit the lab needs no network; a new version waits for the run’s end and a word', async ({
  lab,
  page,
  site,
  context,
}, info) => {
  test.setTimeout(180_000);
  // As in a school: no WebGPU, and a proxy that takes its time.
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  site.wait = 60;
  await lab.open();
  await expect(lab.status('A recorded run, not computed on this device.')).toBeVisible();
  await lab.ready();
  await expect(lab.badge).toHaveAccessibleName(/WASM/);
  site.wait = 0;
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null), { timeout: 30_000 }).toBe(true);
  const engine = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => new URL(name).pathname)
      .find((path) => /worker\/lab/.test(path)),
  );

  // As Chromium asks of what can be installed; a test's browser is always a private one.
  const session = await context.newCDPSession(page);
  const { errors } = await session.send('Page.getAppManifest');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect([...errors, ...installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')]).toEqual([]);

  // What the browser serves is what the site says, header by header.
  for (const path of ['/', '/?bench', '/embed.html', '/wasm/tfjs-backend-wasm-simd.wasm', engine ?? '']) {
    const kept = await headersAt(page, path);
    const { date: _, vary: __, ...sent } = (await page.request.head(path, { headers: { 'accept-encoding': 'identity' } })).headers();
    for (const name of ['etag', 'last-modified', 'connection', 'keep-alive', 'content-length', 'content-encoding']) delete sent[name];
    expect(kept, path).toEqual(sent);
    expect(kept['content-security-policy']).toContain("default-src 'none'");
  }

  const asked = site.asked.length;
  await context.setOffline(true);
  await page.reload();
  await lab.ready();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await lab.choose(
    'visits.csv',
    ['clinic,dose,score', ...Array.from({ length: 200 }, (_, i) => `c${i % 9},${i % 13},${(i % 9) + (i % 13) / 4}`)].join('\n'),
  );
  await lab.useTable.click();
  await lab.setup.getByLabel('Epochs', { exact: true }).fill('4');
  await lab.setup.getByLabel('Epochs', { exact: true }).blur();
  await lab.train();
  await lab.finished();
  expect(await lab.metric('Ignore', 'MSE')).toBeGreaterThan(0);
  expect((await readFile(await (await lab.download('Download predictions')).path(), 'utf8')).split('\n').length).toBeGreaterThan(20);
  await page.goto('/?lesson=memorise&backend=wasm');
  await expect(page.getByRole('heading', { name: 'Before you begin' })).toBeVisible();
  await page.goto('/?bench');
  await expect(page.getByRole('heading', { name: 'How fast is this machine?' })).toBeVisible();
  await page.goto('/?collect');
  await expect(page.getByRole('heading', { name: 'Collector' })).toBeVisible();
  await page.goto('/embed.html?backend=wasm');
  await expect(lab.run).toBeVisible();
  expect(site.asked.slice(asked)).toEqual([]);
  await context.setOffline(false);

  await deploy(site);
  await lab.open({ backend: 'wasm', spec: ENDLESS });
  await lab.ready();
  await lab.train();
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const line = page.getByRole('region', { name: 'New version' });
  await expect(line).toContainText('A new version is ready. It waits until the run is over.', { timeout: 20_000 });
  await expect(line.getByRole('button', { name: 'Use it now' })).toHaveCount(0);
  const before = await lab.epoch();
  await expect.poll(() => lab.epoch()).toBeGreaterThan(before + 5);
  await lab.button('Stop').click();
  await lab.finished();
  const other = await context.newPage();
  await other.goto(address());
  expect(await isNext(other)).toBe(0);
  await line.getByRole('button', { name: 'Use it now' }).click();
  await expect(line).toContainText('Another page of the lab is open');
  await other.close();
  await line.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => isNext(page).catch(() => 0)).toBe(1);
  await expect(new Lab(page).run).toBeVisible();
  expect(await page.evaluate(() => caches.keys())).toHaveLength(1);
  measured(info, `${asked} requests until the copy was whole, none without a network`);
});
