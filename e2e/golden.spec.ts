/**
 * Every reference file of golden/ on WASM and WebGPU, in a worker of a real Chromium; WebGPU on its software
 * adapter. Plain JavaScript is the same in Node, where npm run golden has it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import type { GoldenResult } from '../workers/methods/golden/golden';
import type { BackendId, EngineInfo } from '../workers/protocol';

/** The bound on the error against the largest entry of each array. */
const TOLERANCE = 1e-4;
const FOLDER = resolve(import.meta.dirname, '../golden');
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name: basename(name, '.json'), json: JSON.parse(readFileSync(resolve(FOLDER, name), 'utf8')) as unknown }));

/**
 * On eight cores WASM tries its threaded build, which starts threads from its own source text as blobs, and
 * keeps it where it is faster. One thread is as in Node.
 */
const RUNS: { backend: BackendId; cores: number }[] = [
  { backend: 'wasm', cores: 8 },
  { backend: 'webgpu', cores: 2 },
];

for (const { backend, cores } of RUNS) {
  test.describe(`golden on ${backend} in Chromium, ${cores} cores`, () => {
    let threadsStarted = 0;
    let results: Map<string, GoldenResult>;
    let engine: EngineInfo;

    test.beforeAll(async ({ browser, baseURL }) => {
      test.setTimeout(400_000);
      const page = await browser.newPage();
      page.on('worker', (started) => {
        if (started.url().startsWith('blob:')) threadsStarted += 1;
      });
      const [worker] = await Promise.all([page.waitForEvent('worker'), page.goto(`${baseURL}/golden.html`)]);
      await worker.evaluate((value) => Object.defineProperty(navigator, 'hardwareConcurrency', { value }), cores);
      const answer = await page.evaluate(([backend, files]) => window.checkGolden(backend, files), [backend, FILES] as const);
      engine = answer.engine;
      results = new Map(answer.results.map((result) => [result.name, result]));
      await page.close();
    });

    test('the engine runs on the backend asked for', () => {
      expect(engine.backend).toBe(backend);
      expect(threadsStarted > 0).toBe(backend === 'wasm' && cores > 2);
    });

    for (const { name } of FILES) {
      test(name, () => {
        const result = results.get(name);
        expect(result).toBeDefined();
        test.skip(result?.ran === false, result?.reason);
        expect(result?.error, result?.reason).toBeLessThanOrEqual(TOLERANCE);
      });
    }

    test('the five methods and the metrics all ran', () => {
      const wanted = /^(embeddings-(regression|classification|l2)|regbeddings-|mmbeddings-|metrics$)/;
      const missing = [...results.values()].filter(({ name, ran }) => wanted.test(name) && !ran).map(({ name, reason }) => `${name}: ${reason}`);
      expect(missing).toEqual([]);
      expect([...results.values()].filter(({ ran }) => ran).length).toBeGreaterThanOrEqual(10);
    });
  });
}
