/**
 * The lab as a person meets it: page objects by accessible name, and the fixture that every journey runs
 * under.
 */
import AxeBuilder from '@axe-core/playwright';
import { test as base, type ConsoleMessage, type Download, expect, type Locator, type Page, type TestInfo } from '@playwright/test';

export { expect };

/** A spec as a link carries it; parts left out take their defaults. */
export interface SpecInput {
  dataset: Record<string, unknown>;
  methods: { id: string; settings?: Record<string, unknown> }[];
  training?: Record<string, unknown>;
  seeds?: Record<string, number>;
}

/** Two methods on a few rows: a run of about a second. */
export const TINY: SpecInput = {
  dataset: { kind: 'simulated', task: 'regression', levels: [20], trainRows: 200, testRows: 200 },
  methods: [{ id: 'embeddings' }, { id: 'mmbeddings' }],
  training: { epochs: 4, patience: null, batchSize: 50 },
};

/**
 * Longer than any test waits: with 40 steps an epoch the most epochs that the schema allows take minutes, on
 * a fast machine too.
 */
export const ENDLESS: SpecInput = {
  ...TINY,
  dataset: { ...TINY.dataset, trainRows: 2_000 },
  training: { epochs: 10_000, patience: null, batchSize: 50 },
};

/**
 * What axe finds serious or critical on a page, one line each.
 * @param rules all where there are none
 * @param within a selector of the part to look at
 */
export async function findings(page: Page, rules: readonly string[] = [], within = 'html'): Promise<string[]> {
  // Without the nodes of rules that pass, for each of which axe would look for a selector.
  const axe = new AxeBuilder({ page }).include(within).options({ resultTypes: ['violations'] });
  // In one run on the page, a fifth of the seconds: only frames of other origins need the results put
  // together on another page.
  axe.setLegacyMode(page.frames().length === 1);
  const { violations } = await (rules.length > 0 ? axe.withRules([...rules]) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ')}`));
}

/** Sets the colour scheme, and waits until no colour is on its way to another. */
async function colourScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(async () => {
    // A part that takes its colour from another begins when that has ended.
    for (let calm = 0; calm < 3; calm++) {
      await new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame)));
      const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      if (changes.length > 0) calm = 0;
      await Promise.allSettled(changes.map(({ finished }) => finished));
    }
  });
}

/** What axe finds in the light theme, and of contrast in the dark one; the page is then light again. */
export async function findingsInBothThemes(page: Page): Promise<string[]> {
  const light = await findings(page);
  await colourScheme(page, 'dark');
  const dark = await findings(page, ['color-contrast']);
  await colourScheme(page, 'light');
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}

/**
 * What axe finds, and what is wider than the page or scrolls sideways in it, on a phone with a dark theme;
 * the page is then as before.
 */
export async function findingsOnPhone(page: Page, within?: string): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await colourScheme(page, 'dark');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const sideways = await page.evaluate(() =>
    [...document.querySelectorAll('.tw:not(.sr *), .scroll')]
      .filter((region) => region.clientWidth > 0 && region.scrollWidth > region.clientWidth)
      .map((region) => `${region.getAttribute('aria-label')} scrolls sideways`),
  );
  const found = await findings(page, [], within);
  if (before) await page.setViewportSize(before);
  await colourScheme(page, 'light');
  return [...(wide > 0 ? [`${wide} px wider than a phone`] : []), ...sideways, ...found];
}

export interface OpenOptions {
  backend?: 'webgpu' | 'wasm' | 'cpu';
  spec?: SpecInput;
}

/**
 * Address of the lab with an experiment and a backend: the spec as plain JSON in base64url, which a link may
 * hold next to the packed form.
 */
export function address({ backend, spec }: OpenOptions = {}): string {
  const query = backend ? `?backend=${backend}` : '';
  const hash = spec
    ? `#s=${Buffer.from(JSON.stringify({ version: 1, seeds: { data: 1, split: 1, weights: 1 }, ...spec })).toString('base64url')}`
    : '';
  return `/${query}${hash}`;
}

export class Lab {
  readonly run: Locator;
  readonly setup: Locator;
  readonly results: Locator;

  constructor(readonly page: Page) {
    this.run = page.getByRole('region', { name: 'Run', exact: true });
    this.setup = page.getByRole('complementary', { name: 'Setup' });
    this.results = page.getByRole('region', { name: 'Results on test rows' });
  }

  async open(options: OpenOptions = {}): Promise<void> {
    await this.page.goto(address(options));
    await expect(this.run).toBeVisible();
  }

  /** Waits until the engine has passed its self-test. */
  async ready(): Promise<void> {
    await expect(this.badge).toHaveAccessibleName(/WebGPU|WASM|CPU/i, { timeout: 30_000 });
  }

  get badge(): Locator {
    return this.page.getByRole('banner').getByRole('button', { name: /engine|backend|WebGPU|WASM|CPU/i });
  }

  /** A button of the run bar, by its exact name. */
  button(name: 'Train' | 'Train again' | 'Pause' | 'Resume' | 'One epoch' | 'Stop' | 'Reset'): Locator {
    return this.run.getByRole('button', { name, exact: true });
  }

  /** Presses Train and waits for the first epoch. */
  async train(): Promise<void> {
    await this.run.getByRole('button', { name: /^Train( again)?$/ }).click();
    await expect.poll(() => this.epoch(), { timeout: 60_000 }).toBeGreaterThan(0);
  }

  /** Finished epochs as the run bar says them; 0 before the first. */
  async epoch(): Promise<number> {
    const text = (await this.run.innerText()).replace(/,/g, '');
    // "Epoch 3" while it trains, "4 epochs" once it has finished, which a tiny run has before anyone looks.
    const match = /epoch\s+(\d+)/i.exec(text) ?? /(\d+) epochs?\b/.exec(text);
    return match ? Number(match[1]) : 0;
  }

  /** The line that offers a run of an earlier visit. */
  get earlierRun(): Locator {
    return this.page.getByRole('region', { name: 'Run of an earlier visit' });
  }

  /** The epoch at which that run stopped, as the line says it. */
  async earlierEpoch(): Promise<number> {
    return Number(/epoch ([\d,]+)/.exec(await this.earlierRun.innerText())?.[1].replace(/,/g, ''));
  }

  /** Bodies of runs in the browser's database. */
  keptBodies(): Promise<number> {
    return this.page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const request = indexedDB.open('mmbeddings-lab');
          request.onsuccess = () => {
            const database = request.result;
            const count = database.transaction('run-bodies').objectStore('run-bodies').count();
            count.onsuccess = () => {
              database.close();
              resolve(count.result);
            };
          };
        }),
    );
  }

  /** The leading words of the status line; their twin for screen readers holds the whole sentence. */
  status(words: string): Locator {
    return this.page.getByText(words, { exact: true });
  }

  /** What computes each method of the run, and its milliseconds a step, as the badge says them. */
  async engines(): Promise<string[]> {
    await this.badge.click();
    const rows = this.page.getByRole('table', { name: 'What computes each method of this run' }).locator('tbody tr');
    const told = await rows.allInnerTexts();
    await this.page.keyboard.press('Escape');
    return told.map((text) => text.replace(/\s+/g, ' '));
  }

  /** Epochs of each method, as its lane says them. */
  async lanes(): Promise<number[]> {
    const texts = await this.run.locator('.lane .c').allInnerTexts();
    return texts.map((text) => Number(/epoch ([\d,]+)/.exec(text)?.[1].replace(/,/g, '') ?? Number.NaN));
  }

  async finished(timeout = 60_000): Promise<void> {
    // Four looks a second, which hardly cost the page time: an assertion on a locator looks once a second,
    // and what is timed would come out late.
    await expect.poll(() => this.run.textContent(), { intervals: [250], timeout }).toMatch(/Finished|Stopped/);
    await this.settled();
  }

  /** Until panels that come after a run have pushed down what is below: a click would miss what moves. */
  async settled(): Promise<void> {
    const height = (): Promise<number> => this.page.evaluate(() => document.documentElement.scrollHeight);
    let [before, now] = [-1, await height()];
    for (let looks = 0; looks < 20 && now !== before; looks++) {
      await this.page.waitForTimeout(250);
      [before, now] = [now, await height()];
    }
  }

  /** The row of a method in the results table. */
  resultRow(method: string): Locator {
    return this.results.getByRole('row').filter({ has: this.page.getByText(method, { exact: true }) });
  }

  /** A number of the results table, by the method's label and the column's heading. */
  async metric(method: string, column: string): Promise<number> {
    const headings = await this.results.getByRole('columnheader').allInnerTexts();
    const index = headings.findIndex((heading) => heading.replace(/\s+/g, '').startsWith(column));
    expect(index, `a column ${column} among ${headings.join(', ')}`).toBeGreaterThanOrEqual(0);
    const text = await this.resultRow(method).first().locator('th, td').nth(index).innerText();
    // A standard error may stand behind the score.
    return Number.parseFloat(text.replace('\u2212', '-').replace(/,/g, ''));
  }

  /** The input behind the drop zone. */
  get fileInput(): Locator {
    return this.page.locator('input[type="file"]').first();
  }

  /** Chooses a file made of text (or bytes). */
  async choose(name: string, content: string | Buffer): Promise<void> {
    await this.fileInput.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  }

  /** Presses the button of that name and takes the file it gives. */
  async download(name: string): Promise<Download> {
    // The worker makes it after what it was asked before; nothing waits for so long that goes well.
    const download = this.page.waitForEvent('download', { timeout: 60_000 });
    // A button that cannot be pressed says why; that no file came of it follows from that.
    download.catch(() => undefined);
    await this.page.getByRole('button', { name, exact: true }).click();
    return download;
  }

  role(column: string): Locator {
    return this.page.getByRole('combobox', { name: `Role of ${column}`, exact: true });
  }

  get useTable(): Locator {
    return this.page.getByRole('button', { name: 'Use this table' });
  }
}

interface Fixtures {
  lab: Lab;
  /** Console messages a journey causes on purpose. */
  expected: RegExp[];
  /** Fails the journey on a console error, an uncaught error, or a request that leaves the origin. */
  watch: undefined;
}

export const test = base.extend<Fixtures>({
  expected: async ({ browserName: _ }, use) => use([]),
  watch: [
    async ({ context, baseURL, expected }, use) => {
      const problems: string[] = [];
      const origin = new URL(baseURL ?? '').origin;
      context.on('console', (message: ConsoleMessage) => {
        if (message.type() === 'error') problems.push(`console: ${message.text()}`);
      });
      context.on('weberror', (error) => problems.push(`uncaught: ${error.error().stack ?? error.error().message}`));
      context.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) problems.push(`request off the origin: ${url}`);
      });
      await use(undefined);
      // A file that the page still asks for when its journey is over has nobody to answer to.
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      expect(problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).toEqual([]);
    },
    { auto: true },
  ],
  lab: async ({ page }, use) => use(new Lab(page)),
});

/** Keeps a measured number in the report, where `npm test` prints it. */
export function measured(info: TestInfo, description: string): void {
  info.annotations.push({ type: 'measured', description });
}
