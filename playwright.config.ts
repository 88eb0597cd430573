import { defineConfig } from '@playwright/test';
import { launchOptions } from './e2e/launch';

const CI = Boolean(process.env.CI);
/** Ports of the built site and of the pages that only tests have. */
const SITE = Number(process.env.E2E_SITE_PORT ?? 5391);
const PAGES = Number(process.env.E2E_PAGES_PORT ?? 5392);
/** Browsers that Playwright does not drive (e2e/engines); their tests open browser and site themselves. */
const OTHERS = ['firefox', 'webkit'];
const project = process.argv.find((word) => word.startsWith('--project='))?.slice('--project='.length);

const site = {
  command: 'node --import tsx scripts/serve.ts dist',
  env: { PORT: String(SITE) },
  url: `http://localhost:${SITE}/`,
  reuseExistingServer: false,
};
const buildPages = process.env.E2E_PAGES_BUILT ? '' : 'node node_modules/vite/bin/vite.js build --mode e2e --logLevel warn && ';
const pages = {
  command: `${buildPages}node --import tsx scripts/serve.ts .cache/e2e-dist`,
  env: { PORT: String(PAGES) },
  url: `http://localhost:${PAGES}/golden.html`,
  reuseExistingServer: false,
};

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.cache/playwright',
  // Journeys mostly wait; two at once take half the time. What measures has the machine to itself (the
  // project 'alone').
  workers: 2,
  fullyParallel: true,
  forbidOnly: CI,
  retries: 0,
  // What a machine with busy neighbours takes; nothing waits for it that goes well.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    // A first look should show states, not transitions.
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 20_000,
    // Every page would fetch and hash the whole site; the journey of offline use lets it.
    serviceWorkers: 'block',
    trace: 'off',
    screenshot: CI ? 'off' : 'only-on-failure',
    launchOptions: launchOptions(),
  },
  projects: [
    { name: 'journeys', testMatch: 'journeys/**/*.spec.ts', grepInvert: /@alone/, use: { baseURL: `http://localhost:${SITE}` } },
    { name: 'alone', testMatch: 'journeys/**/*.spec.ts', grep: /@alone/, workers: 1, use: { baseURL: `http://localhost:${SITE}` } },
    ...OTHERS.map((name) => ({ name, testMatch: 'engines/*.spec.ts', workers: 1, fullyParallel: false })),
    {
      name: 'golden',
      testMatch: ['golden.spec.ts', 'every-method.spec.ts'],
      // The files of a backend are checked together, in one worker of one page; next to the first backends,
      // every method trains.
      fullyParallel: false,
      workers: 2,
      use: { baseURL: `http://localhost:${PAGES}` },
    },
  ],
  webServer: OTHERS.includes(project ?? '') ? undefined : project === 'golden' ? [pages] : project ? [site] : [site, pages],
});
