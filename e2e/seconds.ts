/**
 * `npm run seconds -- [q …] [--backend wasm] [--rounds 3]`: serves dist/ and measures in Chromium, on a fresh
 * page each round, the seconds from opening the page (with a click on Train as soon as there is a button) to
 * the results of MMbeddings, Embeddings and Ignore on the published simulation, the start of the worker, the
 * data and post-training included. Prints them with the load of the machine; nothing is judged.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.mjs';
import { list, whole } from '../scripts/cli';
import { listen, siteServer } from '../scripts/serve';
import { publishedSizes } from '../workers/spec/presets';
import { Lab, type OpenOptions, type SpecInput } from './lab';

const METHODS = ['ignore', 'embeddings', 'mmbeddings'];
const MOST_MILLISECONDS = 20 * 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string' }, rounds: { type: 'string' } },
});
const [backend] = list(values.backend ?? 'wasm') as [NonNullable<OpenOptions['backend']>];
const rounds = whole('rounds', values.rounds, 3, 1);
const levels = positionals.length > 0 ? positionals.map((q) => whole('q', q, 1000, 2)) : [1_000, 10_000];

const server = siteServer('dist');
const port = await listen(server, 0, '127.0.0.1');
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
try {
  for (const q of levels) {
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
