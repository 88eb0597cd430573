/**
 * `npm run stored`: serves dist/, does what leaves something in the browser's database (a study, a run, an
 * answer to a lesson, a table of one's own), and writes the database to src/state/stored/VERSION.json. A
 * release whose layout is new adds that file, and store.test.ts holds every later version to reading it.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.mjs';
import { listen, siteServer } from '../scripts/serve';
import { address, expect, Lab, type SpecInput } from './lab';

const SMALL: SpecInput = {
  dataset: { kind: 'simulated', task: 'regression', levels: [8], trainRows: 60, testRows: 40 },
  methods: [{ id: 'ignore' }, { id: 'embeddings' }],
  training: { epochs: 4, patience: null, batchSize: 50 },
};

/** The whole database as JSON; bytes and files as base64. */
const dump = (page: Page) =>
  page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    const db = await asked(indexedDB.open('mmbeddings-lab'));
    const stores: Record<string, unknown> = {};
    for (const name of db.objectStoreNames) {
      const store = db.transaction(name).objectStore(name);
      const indexes = [...store.indexNames].map((index) => [index, store.index(index).keyPath]);
      const [keys, values] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
      const base64 = (bytes: ArrayBuffer) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''));
      const asJson = async (value: unknown) => {
        if (value instanceof ArrayBuffer) return { base64: base64(value) };
        const { file } = value as { file?: Blob };
        return file ? { ...(value as object), file: { base64: base64(await file.arrayBuffer()) } } : value;
      };
      const plain = await Promise.all(values.map(asJson));
      stores[name] = { indexes, entries: keys.map((key, i) => [key, plain[i]]) };
    }
    return { version: db.version, stores };
  });

const server = siteServer('dist');
const port = await listen(server, 0, '127.0.0.1');
const browser = await chromium.launch({ executablePath: ensureChromium(), args: ['--no-sandbox'] });
const page = await browser.newPage({ baseURL: `http://localhost:${port}`, serviceWorkers: 'block' });
// tsx gives functions names by a helper that a page lacks.
await page.addInitScript('globalThis.__name = (named) => named');
const lab = new Lab(page);

await page.goto('/?lesson=memorise&backend=wasm');
await page.getByRole('radio', { name: /^Nothing yet/ }).check();
await page.getByRole('button', { name: 'Next', exact: true }).click();

await page.goto(address({ backend: 'wasm', spec: SMALL }));
await lab.ready();
await page.getByRole('button', { name: 'Repeat', exact: true }).click();
await page.getByRole('menuitem').first().click();
await expect(page.getByText('5 of 5 repetitions finished')).toBeVisible({ timeout: 60_000 });
await lab.train();
await lab.finished();
const kept = async () => (await dump(page)).stores.runs as { entries: unknown[] } | undefined;
await expect.poll(async () => (await kept())?.entries.length, { timeout: 20_000 }).toBe(1);

await lab.choose(
  'visits.csv',
  ['clinic,dose,score', ...Array.from({ length: 60 }, (_, i) => `c${i % 6},${(i * 37) % 101},${(i * 71) % 17}`)].join('\n'),
);
await lab.useTable.click();
await page.getByRole('checkbox', { name: /^Keep it in this browser/ }).check();
await expect.poll(async () => (await dump(page)).stores.tables, { timeout: 20_000 }).toMatchObject({ entries: [[expect.anything(), { file: {} }]] });

const found = await dump(page);
const file = join(resolve(import.meta.dirname, '../src/state/stored'), `${found.version}.json`);
const text = `${JSON.stringify(found)}\n`;
writeFileSync(file, text);
console.log(`${file}: ${text.length} bytes`);
await browser.close();
server.close();
