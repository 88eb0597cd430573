/**
 * `npm run screens`: serves dist/ and takes the page in every state, theme and width into .cache/screens, for
 * a look before a change is called done. `npm run screens -- readme` takes docs/screenshot.png instead: the
 * real page after the default run.
 */
import { mkdir } from 'node:fs/promises';
import { chromium, type Page } from '@playwright/test';
import { ensureChromium } from '../scripts/chromium.mjs';
import { listen, siteServer } from '../scripts/serve';
import { address, ENDLESS, Lab, type SpecInput } from './lab';
import { launchOptions } from './launch';

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
const THEMES = ['light', 'dark'] as const;

/** The five methods at q = 100: every panel has something to show after a few seconds. */
const SHORT: SpecInput = {
  dataset: { kind: 'simulated', task: 'regression', levels: [100], trainRows: 1000, testRows: 2000 },
  methods: ['ignore', 'embeddings', 'embeddings-l2', 'regbeddings', 'mmbeddings'].map((id) => ({ id })),
  training: { epochs: 60 },
};

const TABLE = [
  'id,lecturer,department,age,missing_some,rating',
  ...Array.from(
    { length: 400 },
    (_, i) => `${9000 + i},L${(i * i) % 61},${'ABCDEF'[i % 6]},${20 + ((i * 7) % 30)},${i % 9 ? (i % 17) / 2 : ''},${1 + ((i * 13) % 5)}`,
  ),
].join('\n');

/** Brings the page into a state; what is on the screen then is real. */
const STATES: Record<string, (lab: Lab) => Promise<void>> = {
  idle: async (lab) => {
    await lab.open({ backend: 'wasm' });
    await lab.ready();
  },
  running: async (lab) => {
    await lab.open({ backend: 'wasm', spec: { ...SHORT, training: ENDLESS.training } });
    await lab.ready();
    await lab.train();
    await lab.page.waitForTimeout(3_000);
    await lab.button('Pause').click();
  },
  done: async (lab) => {
    await lab.open({ backend: 'wasm', spec: SHORT });
    await lab.ready();
    await lab.train();
    await lab.finished();
  },
  csv: async (lab) => {
    await lab.open({ backend: 'wasm' });
    await lab.ready();
    await lab.choose('ratings.csv', TABLE);
    await lab.page.getByRole('heading', { name: 'What is each column?' }).waitFor();
  },
};

async function allStates(page: Page, folder: string): Promise<void> {
  for (const [state, reach] of Object.entries(STATES)) {
    await page.setViewportSize(WIDTHS[0]);
    await page.goto('about:blank');
    await reach(new Lab(page));
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const size of WIDTHS) {
        await page.setViewportSize(size);
        const file = `${folder}/${state}-${colorScheme}-${size.width}.png`;
        await wholePage(page, file);
        console.log(file);
      }
    }
  }
}

/**
 * A picture of the whole page. Charts are drawn where they can be seen, so the window becomes as tall as the
 * page first.
 */
async function wholePage(page: Page, path: string): Promise<void> {
  const size = page.viewportSize() ?? WIDTHS[0];
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size.width, height });
  await page.waitForTimeout(1_500);
  await page.screenshot({ path, fullPage: true });
  await page.setViewportSize(size);
}

async function readme(page: Page): Promise<void> {
  await mkdir('docs', { recursive: true });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const lab = new Lab(page);
  // Nothing is kept, so that no word on storage is in the picture.
  await page.goto(`${address({ backend: 'wasm' })}&volatile`);
  await lab.ready();
  await lab.train();
  await lab.finished(600_000);
  // Down to the estimates; the rooms below wait to be used.
  const height = await page.evaluate(
    () => Math.ceil(document.querySelector('[data-panel="estimates"]')?.getBoundingClientRect().bottom ?? 0) + scrollY,
  );
  const { width } = WIDTHS[0];
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: 'docs/screenshot.png', clip: { x: 0, y: 0, width, height } });
  console.log('docs/screenshot.png');
}

const server = siteServer('dist');
const port = await listen(server, 0, '127.0.0.1');
const browser = await chromium.launch(launchOptions(ensureChromium()));
try {
  const page = await browser.newPage({ baseURL: `http://localhost:${port}`, viewport: WIDTHS[0] });
  if (process.argv[2] === 'readme') await readme(page);
  else {
    await mkdir('.cache/screens', { recursive: true });
    await allStates(page, '.cache/screens');
  }
} finally {
  await browser.close();
  server.close();
}
