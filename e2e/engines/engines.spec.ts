/**
 * The engine and one journey in Firefox and in WebKitGTK. Neither is driven by Playwright, which only runs
 * the tests here; what concerns the lab alone is tested in Chromium.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { listen, siteServer } from '../../scripts/serve';
import { address, measured, TINY } from '../lab';
import type { Driven } from './driven';
import { driveFirefox } from './firefox';
import { watchedSite } from './watched-site';
import { driveWebKit } from './webkit';

const ROOT = resolve(import.meta.dirname, '../..');
const GOLDEN = readdirSync(join(ROOT, 'golden')).filter((name) => name.endsWith('.json'));
/** The bound on the error against the largest entry of each array. */
const TOLERANCE = 1e-4;

interface Fixtures {
  browserUnderTest: Driven;
  /** Addresses of the built site and of the pages that only tests have. */
  sites: { lab: string; pages: string };
}

const test = base.extend<object, Fixtures>({
  browserUnderTest: [
    async ({ browserName: _ }, use, { project }) => {
      const driven = await (project.name === 'firefox' ? driveFirefox() : driveWebKit());
      await use(driven);
      await driven.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  sites: [
    async ({ browserName: _ }, use, { project }) => {
      const lab = (project.name === 'firefox' ? siteServer : watchedSite)(join(ROOT, 'dist'));
      const pages = siteServer(join(ROOT, '.cache/e2e-dist'));
      const open = async (server: Server) => `http://localhost:${await listen(server, 0, '127.0.0.1')}`;
      await use({ lab: await open(lab), pages: await open(pages) });
      for (const server of [lab, pages]) server.close();
    },
    { scope: 'worker' },
  ],
});

test('every reference file on WASM', async ({ browserUnderTest: driven, sites }, info) => {
  test.setTimeout(120_000);
  await driven.open(`${sites.pages}/golden.html`);
  const files = GOLDEN.map((name) => ({
    name: basename(name, '.json'),
    json: JSON.parse(readFileSync(join(ROOT, 'golden', name), 'utf8')) as unknown,
  }));
  const { engine, results } = await driven.ask((files) => window.checkGolden('wasm', files), files);
  const ran = results.filter((result) => result.ran);
  const worst = Math.max(...ran.map(({ error }) => error ?? Number.NaN));
  measured(info, `${driven.version}, ${engine.detail}: ${ran.length} files, largest error ${worst.toExponential(1)}`);
  expect(engine.backend).toBe('wasm');
  expect(ran.filter(({ error }) => !(error !== null && error <= TOLERANCE))).toEqual([]);
  expect(ran.length).toBeGreaterThan(90);
});

test('a person opens the lab, trains, reads the results and saves them', async ({ browserUnderTest: driven, sites }, info) => {
  test.setTimeout(150_000);
  const began = performance.now();
  const text = () => driven.ask(() => document.body.innerText);
  await driven.open(sites.lab + address({ spec: TINY }));
  const badge = () => driven.ask(() => document.querySelector('header [aria-label^="Backend"]')?.getAttribute('aria-label') ?? '');
  await expect.poll(badge, { timeout: 60_000 }).toMatch(/^Backend: (WASM|Engine failed)/);
  // Neither has WebGPU on Linux; the page says so and trains on WASM. Where it cannot, it says why.
  const engine = await badge();
  expect(engine, engine.includes('failed') ? `${await text()}\n${(await driven.problems()).join('\n')}` : engine).toMatch(
    /^Backend: WASM.*: no WebGPU in this browser$/,
  );
  const ready = performance.now();

  await driven.press('//section[@aria-label="Run"]//button[normalize-space()="Train"]');
  await expect.poll(text, { timeout: 60_000 }).toMatch(/Finished/);
  const trained = performance.now();
  const rows = await driven.ask(() => [...document.querySelectorAll('[data-panel="results"] tbody tr')].map((row) => (row as HTMLElement).innerText));
  for (const method of ['MMbeddings', 'Embeddings']) expect(rows.find((row) => row.startsWith(method))).toMatch(/\d\.\d/);
  await expect.poll(() => driven.ask(() => document.querySelectorAll('.main-svg').length)).toBeGreaterThan(0);

  await driven.press('//*[@data-panel="results"]//button[normalize-space()="CSV"]');
  // Firefox writes into a file of another name first.
  const saved = async () => (await readdir(driven.downloads)).filter((name) => name.endsWith('.csv'));
  await expect.poll(saved).toHaveLength(1);
  // The file has its name before it has its rows.
  const table = async () => readFile(join(driven.downloads, (await saved())[0]), 'utf8');
  for (const method of ['MMbeddings', 'Embeddings']) await expect.poll(table).toMatch(new RegExp(`^${method},.*\\d\\.\\d`, 'm'));
  const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
  measured(info, `${driven.version}: engine ready after ${seconds(began, ready)} s, trained in ${seconds(ready, trained)} s`);
  expect(await driven.problems()).toEqual([]);
  // And would have been heard.
  await driven.ask(() => console.error('heard'));
  await expect.poll(() => driven.problems()).toEqual(['console: heard']);
});
