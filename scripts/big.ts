import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { LabFailure } from '../workers/data/failure';
import { writeTable } from './bench/reader-file';
import { findChromium } from './chromium.mjs';
import { fail, list } from './cli';
import { listenSomewhere, siteServer } from './serve';

/**
 * `npm run big -- [--only rows,columns,gigabyte,bomb,simulation,train]`, after `npm run build`: data as large
 * as a browser may be given, and larger. Each is opened (or refused with a sentence) in a page that then
 * trains two methods on a small simulation: the tab lives. `train` also trains on its ten million rows, one
 * epoch without a search of settings, to the end, and says what was looked at in part. Says how long it took
 * and the most memory that the browser's processes had, on Linux.
 */

/** Text files of so many lines; a line each from its number. */
function textFile(path: string, header: string, lines: number, lineOf: (i: number) => string): void {
  const file = openSync(path, 'w');
  writeSync(file, `${header}\n`);
  for (let from = 0; from < lines; from += 10_000) {
    const piece = Array.from({ length: Math.min(10_000, lines - from) }, (_, i) => lineOf(from + i));
    writeSync(file, `${piece.join('\n')}\n`);
  }
  closeSync(file);
}

/** Numbers in no order, the same each time: of 0 … `of` − 1. */
const mixed = (i: number, salt: number, of: number): number => (Math.imul(i + salt, 0x9e3779b1) >>> 0) % of;

const CASES = {
  rows: {
    title: '5,000,000 rows',
    file: (path: string) =>
      textFile(path, 'y,x,g', 5_000_000, (i) => `${mixed(i, 1, 10_000) / 100},${mixed(i, 2, 1_000) / 10},g${mixed(i, 3, 100_000)}`),
  },
  columns: {
    title: '100,000 rows × 500 numeric columns',
    file: (path: string) =>
      textFile(path, `y,${Array.from({ length: 499 }, (_, m) => `x${m + 1}`).join()}`, 100_000, (i) =>
        Array.from({ length: 500 }, (_, m) => (mixed(i, m * 7_919, 1_000_000) / 1_000).toFixed(3)).join(),
      ),
  },
  gigabyte: {
    title: 'a CSV file of 1 GB',
    file: (path: string) =>
      textFile(
        path,
        'y,x1,x2,x3,g,day',
        24_000_000,
        (i) =>
          `${mixed(i, 1, 100_000) / 1_000},${mixed(i, 2, 100_000) / 1_000},${mixed(i, 3, 10_000) / 100},${mixed(i, 4, 10_000) / 100},user-${mixed(i, 5, 100_000)},2026-01-${String(1 + (i % 31)).padStart(2, '0')}`,
      ),
  },
  bomb: {
    title: 'a gzip file of 1 MB that unpacks to 1 GB',
    file: (path: string) => writeFileSync(path, gzipSync(Buffer.alloc(1e9, '1.5,abcdefgh,2\n'))),
  },
  train: { title: '10,000,000 rows × 6 columns, trained', file: (path: string) => writeTable(path, 10_000_000) },
  simulation: { title: 'a simulation of 20,000,000 rows × 100 columns', file: null },
} as const;
type Case = keyof typeof CASES;

const SMALL = { kind: 'simulated', task: 'regression', levels: [20], trainRows: 200, testRows: 200 };
const LARGE = { ...SMALL, levels: [1_000_000], trainRows: 10_000_000, testRows: 10_000_000, p: 100 };
const addressOf = (dataset: object): string =>
  `#s=${Buffer.from(JSON.stringify({ version: 1, dataset, methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }], training: { epochs: 3, patience: null } })).toString('base64url')}`;

/** MiB that the processes below this one have in memory; null where the system does not say. */
function memoryBelow(): number | null {
  try {
    const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const below = new Set([process.pid]);
    let sum = 0;
    for (let grown = true; grown; ) {
      grown = false;
      for (const [pid, parent, rss] of rows)
        if (!below.has(Number(pid)) && below.has(Number(parent))) {
          below.add(Number(pid));
          sum += Number(rss);
          grown = true;
        }
    }
    return sum / 1_024;
  } catch {
    return null;
  }
}

const run = (page: Page) => page.getByRole('region', { name: 'Run', exact: true });

/** What the page says: the roles of a table that was read, or why it was not. */
async function told(page: Page, minutes: number): Promise<string> {
  const read = page.getByRole('heading', { name: 'What is each column?' });
  // A file is refused in its place, a run in the status line.
  const failed = page.getByRole('region', { name: 'Run', exact: true }).filter({ hasText: 'Failed' });
  const refused = page
    .getByRole('alert')
    .filter({ hasText: /\w/ })
    .or(page.getByRole('region', { name: 'Status' }).and(page.locator('.is-bad')));
  await read
    .or(refused)
    .or(failed)
    .first()
    .waitFor({ timeout: minutes * 60_000 });
  return (await read.isVisible())
    ? `read: ${(await page.locator('.csv-head').first().innerText()).replace(/\s+/g, ' ')}`
    : `refused: ${(await refused.first().innerText()).replace(/\s+/g, ' ')}`;
}

/** The small simulation trains in the same page. */
async function lives(page: Page): Promise<boolean> {
  const button = page.getByRole('button', { name: /^(Keep |Cancel$)/ }).first();
  if (await button.isVisible()) await button.click();
  await page.evaluate((hash) => {
    location.hash = hash;
  }, addressOf(SMALL));
  await run(page)
    .getByRole('button', { name: /^Train( again)?$/ })
    .click({ timeout: 60_000 });
  await run(page)
    .filter({ hasText: /Finished/ })
    .waitFor({ timeout: 120_000 });
  return true;
}

/** One epoch of the methods that a table begins with; what the results say, and what of them was sampled. */
async function trained(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Use this table' }).click({ timeout: 120_000 });
  const setup = page.getByRole('complementary', { name: 'Setup' });
  await setup.getByText('As published', { exact: true }).click();
  const epochs = setup.getByLabel('Epochs', { exact: true });
  await epochs.fill('1');
  await epochs.blur();
  const began = performance.now();
  await run(page)
    .getByRole('button', { name: /^Train( again)?$/ })
    .click({ timeout: 60_000 });
  await run(page)
    .filter({ hasText: /Finished|Failed/ })
    .waitFor({ timeout: 30 * 60_000 });
  const seconds = (performance.now() - began) / 1_000;
  const words = (await run(page).innerText()).replace(/\s+/g, ' ');
  const rows = await page.locator('[data-panel="results"] tbody tr').allInnerTexts();
  const parts =
    (await page.locator('main, .sheet').first().innerText()).match(/[^\n.]*(?:sampled|drawn at random|of [\d,]+ (?:test )?rows)[^\n.]*/g) ?? [];
  return `; trained in ${seconds.toFixed(1)} s: ${words}\n${rows.map((row) => `  ${row.replace(/\s+/g, ' ')}`).join('\n')}\n${parts.map((part) => `  “${part.trim()}”`).join('\n')}\n  `;
}

async function tried(id: Case, folder: string, port: number): Promise<string> {
  const { title, file } = CASES[id];
  const path = join(folder, id === 'bomb' ? 'bomb.csv.gz' : `${id}.csv`);
  await file?.(path);
  const browser = await chromium.launch({ executablePath: findChromium() ?? undefined, args: ['--no-sandbox'] });
  const base = memoryBelow() ?? 0;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, memoryBelow() ?? 0);
  }, 500);
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://localhost:${port}/?backend=wasm&volatile${addressOf(file ? SMALL : LARGE)}`);
    await page.getByRole('banner').getByRole('button', { name: /WASM/ }).waitFor({ timeout: 60_000 });
    const began = performance.now();
    if (file) await page.locator('input[type="file"]').first().setInputFiles(path);
    else
      await run(page)
        .getByRole('button', { name: /^Train( again)?$/ })
        .click();
    const said = await told(page, 15);
    const seconds = (performance.now() - began) / 1_000;
    const more = id === 'train' ? await trained(page) : '';
    const alive = await lives(page).catch((failure: Error) => failure.message.split('\n')[0]);
    return `${title}${file ? ` (${(statSync(path).size / 1e6).toFixed(0)} MB)` : ''}: ${said} after ${seconds.toFixed(1)} s${more}; the tab ${alive === true ? 'lives and trains' : `does not train: ${alive}`}; at most ${most.toFixed(0)} MiB in the browser, ${base.toFixed(0)} before`;
  } finally {
    clearInterval(watch);
    await browser.close();
    rmSync(path, { force: true });
  }
}

try {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const all = Object.keys(CASES) as Case[];
  const wrong = list(values.only).find((name) => !(name in CASES));
  if (wrong !== undefined) throw new LabFailure('bad-option', `There is no case "${wrong}".`, `Choose of ${all.join(', ')}.`);
  const chosen = values.only ? all.filter((id) => list(values.only).includes(id)) : all;
  const server = siteServer('dist');
  const port = await listenSomewhere(server, undefined, '127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'big-'));
  for (const id of chosen) console.log(await tried(id, folder, port));
  rmSync(folder, { recursive: true });
  process.exit(0);
} catch (thrown) {
  fail(thrown);
}
